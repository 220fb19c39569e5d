import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding, Report } from '@cutover/core';
import { laddr, smallSampleDump, sampleWaivers } from '@cutover/laddr';
import {
  parseToml,
  passwordFormatOf,
  type PrivateRecord,
  recordPath,
  type StoredRecord,
  writeToml,
} from '@cutover/records';
import {
  editTree,
  importedClaimsSheet,
  openPrivateStore,
  openPublicStore,
  type PrivateStore,
  type PublicStore,
  type TreeEdit,
} from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bin, cutover } from './run.ts';

const sha1 = '0123456789abcdef0123456789abcdef01234567';
const spare = (n: number) => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;

describe('the command that reconcile proposes mends the finding', { timeout: 240_000 }, () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let publicStore: PublicStore;
  let privateStore: PrivateStore;
  let people: { path: string; record: StoredRecord }[];
  let round = 0;
  const at = (name: string) => join(scratch.dir, name);

  beforeAll(async () => {
    scratch = await scratchDir();
    const [dump, waivers] = [fileURLToPath(smallSampleDump), fileURLToPath(sampleWaivers)];
    const into = ['--public', at('sample.git'), '--private', at('sample-private')];
    const imported = await cutover(['import', '--dump', dump, '--waivers', waivers, ...into]);
    expect(imported.code, imported.stderr).toBe(0);
    // One of its people has a password in no known format, which the sample's waivers say.
    const store = await openPrivateStore(at('sample-private'));
    for await (const { id, hash } of store.read('legacy-passwords'))
      if (passwordFormatOf(hash) === undefined) await store.update('legacy-passwords', id, () => undefined);
    // What a shell finds as `cutover`.
    await mkdir(at('bin'));
    await writeFile(at('bin/cutover'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
    await chmod(at('bin/cutover'), 0o755);
  });
  afterAll(() => scratch.remove());

  beforeEach(async () => {
    round++;
    await cp(at('sample.git'), at(`${round}.git`), { recursive: true });
    await cp(at('sample-private'), at(`${round}-private`), { recursive: true });
    publicStore = await openPublicStore(at(`${round}.git`));
    privateStore = await openPrivateStore(at(`${round}-private`));
    people = [];
    for await (const { sheet, path, bytes } of publicStore.readRecords('legacy-import')) {
      const record = parseToml(bytes.toString()) as StoredRecord;
      if (sheet === 'people' && record['accountLevel'] === 'User' && record['slackSamlNameId'])
        people.push({ path, record });
    }
  });

  async function first(sheet: string, has: string): Promise<{ path: string; record: StoredRecord }> {
    for await (const { sheet: of, path, bytes } of publicStore.readRecords('legacy-import')) {
      const record = parseToml(bytes.toString()) as StoredRecord;
      if (of === sheet && record[has] !== undefined) return { path, record };
    }
    throw new Error(`no ${sheet} with ${has}`);
  }

  async function editPublic(...edits: TreeEdit[]): Promise<void> {
    const head = await publicStore.head('legacy-import');
    const tree = await editTree(publicStore.dir, head!.commit, edits);
    await publicStore.commit('legacy-import', { tree, message: 'plant', expected: head });
  }
  const changed = (
    { path, record }: { path: string; record: StoredRecord },
    more: Record<string, unknown>,
  ) => ({
    path,
    content: writeToml(
      Object.fromEntries(
        Object.entries({ ...record, ...more }).filter(([, value]) => value !== undefined),
      ) as StoredRecord,
    ),
  });
  const change = (sheet: string, id: string, more: Record<string, unknown>) =>
    privateStore.update(sheet, id, (now) => ({ ...now, id, ...more }) as PrivateRecord);
  const person = (n: number) => people[n]!;
  const claimLine = async (kind: 'email' | 'name-id', value: string, owner: string | undefined) => {
    const id = (await privateStore.claims.naming())(kind, value);
    await privateStore.update(importedClaimsSheet, id, () =>
      owner === undefined ? undefined : { id, owner },
    );
  };

  async function findings(): Promise<{ code: number | null; found: Finding[] }> {
    const stores = ['--public', at(`${round}.git`), '--private', at(`${round}-private`)];
    const ran = await cutover(['reconcile', '--json', ...stores]);
    const { checks } = JSON.parse(ran.stdout) as Report;
    return { code: ran.code, found: checks.flatMap((check) => check.findings) };
  }

  async function shell(command: string): Promise<void> {
    const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` };
    const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code === 0 || command.includes('--fix'), `${command}\n${said}`).toBe(true);
  }

  /** Runs what is proposed until nothing is left; gives the codes that were found first. */
  async function mendAll(): Promise<string[]> {
    const codes: string[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const { code, found } = await findings();
      if (turn === 0) codes.push(...found.map((finding) => finding.code));
      if (code === 0) return codes.sort();
      const commands = found.flatMap(({ code: name, next = '' }) => {
        const command = /(?:^|: )((?:printf \w+ \| )?cutover .*)$/.exec(next)?.[1];
        // What follows from a record that cannot be read is looked at again once that is mended.
        if (command === undefined)
          expect([name, next]).toEqual([name, expect.stringContaining('mend those first')]);
        return command === undefined ? [] : [command];
      });
      for (const command of new Set(commands)) await shell(command);
    }
    const { found } = await findings();
    expect(found).toEqual([]);
    return codes;
  }

  it('is nothing on the sample', async () => {
    expect((await findings()).found).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['private-record-missing', () => privateStore.update('profiles', person(0).record.id, () => undefined)],
    ['private-record-orphaned', () => change('profiles', spare(1), { newsletter: false })],
    [
      'email-shared',
      async () => {
        await change('profiles', person(0).record.id, { email: 'shared@example.org' });
        await change('profiles', person(1).record.id, { email: 'Shared@Example.org' });
      },
    ],
    [
      'github-id-shared',
      async () => {
        await change('profiles', person(2).record.id, { githubUserId: '77' });
        await change('profiles', person(3).record.id, { githubUserId: '77' });
      },
    ],
  ])('%s, alone', async (code, plant) => {
    await plant();
    expect(await mendAll()).toContain(code);
  });

  it('of the newsletter and of private records', async () => {
    const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((n) => person(n).record.id) as [
      string,
      string,
      string,
      string,
      string,
    ];
    await privateStore.update('profiles', a, (now) => ({
      id: a,
      newsletter: true,
      ...(now?.['email'] ? { email: now['email'] } : {}),
    }));
    await change('profiles', b, { newsletter: false, unsubscribeToken: 'token-token-token-token' });
    await change('profiles', c, {
      newsletter: true,
      unsubscribeToken: 'token-of-somebody-else',
      unsubscribedAt: '2026-01-01T00:00:00Z',
    });
    await change('profiles', d, { newsletter: 'yes' });
    await change('profiles', e, { surprise: 'x' });
    await change('legacy-passwords', person(5).record.id, { hash: 'md5:1' });
    await change('profiles', person(6).record.id, { githubUserId: '99' });
    await change('legacy-passwords', person(6).record.id, { hash: sha1 });
    const f = person(7).record.id;
    await change('profiles', f, { disabled: true });
    await change('legacy-passwords', f, { hash: sha1 });
    await change('pending-writes', 'w1', { at: 'never' });
    expect(new Set(await mendAll())).toEqual(
      new Set([
        'claim-missing',
        'newsletter-without-token',
        'token-without-newsletter',
        'unsubscribed-yet-subscribed',
        'private-record-invalid',
        'password-format-unknown',
        'password-not-drained',
        'password-of-disabled',
        'pending-unreadable',
      ]),
    );
  });

  it('of NameIDs and claims', async () => {
    await editPublic(
      changed(person(0), { slackSamlNameId: undefined }),
      changed(person(1), { slackSamlNameId: 'somebody-else' }),
      changed(person(2), { slackSamlNameId: person(3).record['slackSamlNameId'] }),
    );
    await claimLine('name-id', String(person(4).record['slackSamlNameId']), person(5).record.id);
    await claimLine('name-id', String(person(6).record['slackSamlNameId']), undefined);
    await claimLine('email', 'nobody@example.org', person(7).record.id);
    await change('profiles', person(8).record.id, { email: 'fresh@example.org' });
    await claimLine('email', 'fresh@example.org', person(9).record.id);
    expect(await mendAll()).toEqual(
      expect.arrayContaining([
        'name-id-missing',
        'name-id-changed',
        'name-id-shared',
        'name-id-of-another',
        'claim-missing',
        'claim-unused',
        'claim-of-another',
      ]) as unknown,
    );
  });

  it('of public records', async () => {
    const project = await first('projects', 'maintainerId');
    const membership = await first('project-memberships', 'memberId');
    const sheetOf = (name: string) => laddr.target.sheets.find((sheet) => sheet.name === name)!;
    const copy = {
      ...person(1).record,
      slug: 'a-copy-of-somebody',
      slackSamlNameId: undefined,
      legacyId: undefined,
      legacyHandle: undefined,
    };
    const address = 'private.person@example.org';
    await change('profiles', person(2).record.id, { email: address });
    await claimLine('email', address, person(2).record.id);
    await editPublic(
      changed(project, { maintainerId: spare(5) }),
      changed(membership, { memberId: spare(6) }),
      changed({ ...person(1), path: recordPath('people', sheetOf('people').path, copy) }, copy),
      changed(person(3), { legacyId: person(4).record['legacyId'] }),
      changed(person(5), { surprise: 1 }),
      { path: person(6).path, content: 'id = \n' },
      changed(person(7), { slug: 'another-slug' }),
      changed(person(8), { about: `ask ${address}` }),
      { path: 'nothing/x.toml', content: 'id = "x"\n' },
    );
    expect(await mendAll()).toEqual(
      expect.arrayContaining([
        'reference-dangling',
        'id-twice',
        'legacy-id-twice',
        'record-invalid',
        'record-unreadable',
        'path-differs',
        'private-value-in-public',
        'sheet-unknown',
        'private-record-orphaned',
      ]) as unknown,
    );
  });
});
