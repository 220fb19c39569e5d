import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { laddr } from '@cutover/laddr';
import { addressDigest, suppressionsSheet } from '@cutover/mailout';
import { reconcile } from '@cutover/reconcile';
import { writeToml } from '@cutover/records';
import { claimRequestsSheet, editTree, git } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateOf, type EraseInput } from '../src/index.ts';
import { all, copyOf, eraseFrom, importSample, people, privateBytes, type Site } from './support/site.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let site: Site;
let origin: Awaited<ReturnType<typeof scratchDir>>;
let sample: Site;
let person: { id: string; slug: string; nameId: string; email: string; legacyId: number };

beforeAll(async () => {
  origin = await scratchDir();
  sample = await importSample(origin.dir);
});
afterAll(() => origin.remove());

beforeEach(async () => {
  scratch = await scratchDir();
  site = await copyOf(sample, scratch.dir);
  const emails = new Map((await all(site.privateStore, 'profiles')).map(({ id, email }) => [id, email]));
  const heads = await git(site.publicStore.dir, ['grep', '-h', 'memberId', 'main']);
  const found = (await people(site)).find(
    ({ id, slackSamlNameId }) =>
      heads.includes(id) && emails.get(id) !== undefined && slackSamlNameId !== undefined,
  )!;
  const email = `${found.id.slice(0, 8)}-only@example.org`;
  await site.privateStore.update('profiles', found.id, (record) => ({
    ...record!,
    email,
    githubUserId: '424242',
  }));
  await site.privateStore.claims.claim('email', email, found.id);
  await site.privateStore.claims.claim('github-id', '424242', found.id);
  person = {
    id: found.id,
    slug: String(found['slug']),
    nameId: String(found['slackSamlNameId']),
    legacyId: Number(found['legacyId']),
    email,
  };
});
afterEach(() => scratch.remove());

const run = (more: Partial<EraseInput> = {}) => eraseFrom(site, person.id, more);

async function plantCopies(): Promise<void> {
  const { privateStore } = site;
  await privateStore.update(claimRequestsSheet, 'r1', () => ({
    id: 'r1',
    personId: person.id,
    email: person.email,
    message: 'it is me',
    status: 'denied',
  }));
  await privateStore.update(suppressionsSheet, addressDigest(person.email), () => ({
    id: addressDigest(person.email),
    reason: 'bounced',
  }));
  const row = {
    table: 'people',
    row: `people/${person.legacyId}`,
    outcome: 'quarantined',
    values: { Email: person.email },
  };
  const other = { ...row, row: 'people/99999', values: { Email: 'other@example.org' } };
  const path = join(scratch.dir, 'q');
  writeFileSync(path, gzipSync([row, other].map((line) => `${JSON.stringify(line)}\n`).join('')));
  await privateStore.keepFile('quarantine', 'import-x.ndjson.gz', path);
}

/** What would tell who it was, wherever it stands in the private store. */
async function toldBy(): Promise<string[]> {
  const bytes = await privateBytes(site);
  const names = [
    person.email,
    addressDigest(person.email),
    '424242',
    `"${person.nameId}"`,
    `/${person.slug}.`,
  ];
  return names.filter((name) => bytes.includes(name));
}

describe('erasing somebody', () => {
  it('leaves nothing that tells who it was in the private store or at the head of the branch', async () => {
    await plantCopies();
    expect(await toldBy()).toHaveLength(5);
    const result = await run();
    expect(result).toMatchObject({ stillThere: [], left: 0, claims: 3, otherRecords: 2 });
    expect([result.ledger.lines > 0, result.quarantine.lines, result.generations > 0]).toEqual([
      true,
      1,
      true,
    ]);
    expect(await toldBy()).toEqual([]);
    expect(await privateBytes(site)).toContain('other@example.org');
    await expect(git(site.publicStore.dir, ['grep', '-l', person.id, 'main'])).rejects.toThrow();
    // The rest is whole, and what was free is free again.
    const checks = await reconcile({ target: laddr.target, ...site, treeish: 'main' });
    const broken = checks.filter(
      ({ id, outcome }) => outcome === 'fails' && /orphan|dangling|reference/.test(id),
    );
    expect(broken).toEqual([]);
    expect(await site.privateStore.claims.claim('email', person.email, 'x')).toMatchObject({ won: true });
    expect(await site.privateStore.claims.claim('name-id', person.nameId, 'x')).toMatchObject({ won: false });
  });

  it('no import brings them back', async () => {
    await run();
    await site.again();
    expect((await people(site)).map(({ id }) => id)).not.toContain(person.id);
    expect((await all(site.privateStore, 'profiles')).map(({ id }) => id)).not.toContain(person.id);
  });

  it('a dry run counts and changes nothing', async () => {
    await plantCopies();
    const before = [await privateBytes(site), (await site.publicStore.head('main'))!.commit];
    const dry = await run({ dryRun: true });
    expect([await privateBytes(site), (await site.publicStore.head('main'))!.commit]).toEqual(before);
    const real = await run();
    const counted = ({ claims, otherRecords, quarantine }: typeof dry) => ({
      claims,
      otherRecords,
      quarantine,
    });
    expect(counted(dry)).toEqual(counted(real));
    expect(dry.pruned.removed).toEqual(real.pruned.removed);
  });

  it.each(['claims', 'others', 'pruned', 'digests', 'kept', 'history'])(
    'killed after %s, it is finished by the next',
    async (step) => {
      await plantCopies();
      const onStep = (done: string) => {
        if (done === step) throw new Error('killed');
      };
      await expect(run({ onStep })).rejects.toThrow('killed');
      expect(await run()).toMatchObject({ stillThere: [], left: 0 });
      expect(await toldBy()).toEqual([]);
      expect(await site.privateStore.claims.claim('email', person.email, 'x')).toMatchObject({ won: true });
    },
  );

  it('does nothing where nobody is found', async () => {
    const before = await privateBytes(site);
    const nobody = run({ ids: new Set(['00000000-0000-8000-8000-00000000dead']) });
    await expect(nobody).rejects.toMatchObject({ code: 'nobody-to-erase', exitCode: 64 });
    expect(await privateBytes(site)).toBe(before);
  });

  it('an address that others have too stays suppressed', async () => {
    await plantCopies();
    const other = (await all(site.privateStore, 'profiles')).find(({ id }) => id !== person.id)!;
    await site.privateStore.update('profiles', other.id, (record) => ({
      ...record!,
      email: person.email.toUpperCase(),
    }));
    await run();
    expect((await all(site.privateStore, suppressionsSheet)).map(({ id }) => id)).toEqual([
      addressDigest(person.email),
    ]);
  });

  it('names what history holds, and who else names them', async () => {
    const head = (await site.publicStore.head('main'))!;
    const content = `id = "00000000-0000-8000-8000-000000000001"\nreadme = "made with ${person.slug}"\n`;
    const tree = await editTree(site.publicStore.dir, head.commit, [
      { path: 'projects/other.toml', content },
    ]);
    await site.publicStore.commit('main', { tree, message: 'x', expected: head });
    const { history } = await run();
    expect(history.paths.filter((path) => path.includes(person.slug)).length).toBeGreaterThan(0);
    for (const path of history.paths) {
      const log = await git(site.publicStore.dir, [
        'log',
        '--all',
        '--format=%H',
        '-1',
        '--diff-filter=A',
        '--',
        path,
      ]);
      const text = await git(site.publicStore.dir, ['show', `${log.trim()}:${path}`]);
      expect(text).toContain(person.id);
    }
    expect(history.mentions).toContain('main:projects/other.toml');
  });

  it('names the uploads that history holds, and says beforehand what it will do', async () => {
    const head = (await site.publicStore.head('main'))!;
    const path = 'attachments/00/of-theirs';
    const id = '00000000-0000-8000-8000-0000000000a1';
    const file = { file: `${path}/original.jpg`, fileIn: 'repository', fileBytes: 1, fileSha256: 'x' };
    const record = { id, slug: 'of-theirs', mimeType: 'image/jpeg', personId: person.id, ...file };
    const tree = await editTree(site.publicStore.dir, head.commit, [
      { path: `${path}.toml`, content: writeToml(record) },
      { path: `${path}/original.jpg`, content: 'x' },
      { path: 'attachments/00/of-others/original.jpg', content: 'y' },
    ]);
    await site.publicStore.commit('main', { tree, message: 'x', expected: head });
    const before = await run({ dryRun: true });
    const { pruned, ledger, history } = await run();
    expect(pruned.removed).toMatchObject({ attachments: 1, people: 1 });
    const left = await git(site.publicStore.dir, ['ls-tree', '-r', '--name-only', 'main', 'attachments/00/']);
    expect(left.split('\n')).toContain('attachments/00/of-others/original.jpg');
    expect(left).not.toContain('of-theirs');
    const there = history.paths.filter((one) => one.startsWith('attachments/00/'));
    expect(there).toEqual([`${path}.toml`, `${path}/original.jpg`]);
    expect(history.paths.some((one) => one.startsWith('project-memberships/'))).toBe(true);
    expect([before.history.paths, before.ledger]).toEqual([history.paths, ledger]);
    expect([before.history.reused, history.reused]).toEqual([[], []]);
  });

  it('a path that is somebody else’s now is not among those that history can be rid of', async () => {
    const [path] = (
      await git(site.publicStore.dir, ['grep', '-l', `^id = "${person.id}"`, 'main', '--', 'people/'])
    )
      .trim()
      .split('\n')
      .map((line) => line.slice('main:'.length));
    expect((await run({ dryRun: true })).history.reused).toEqual([]);
    expect((await run()).history.reused).toEqual([]);
    const head = (await site.publicStore.head('main'))!;
    const content = 'id = "00000000-0000-8000-8000-0000000000b2"\n';
    const tree = await editTree(site.publicStore.dir, head.commit, [{ path: path!, content }]);
    await site.publicStore.commit('main', { tree, message: 'x', expected: head });
    const { history } = await run();
    expect(history.paths).toContain(path);
    expect(history.reused).toEqual([path]);
  });

  it('the certificate does not say who it was', async () => {
    const result = await run();
    const certificate = certificateOf({
      ids: new Set([person.id]),
      run: 'erase-1',
      by: 'test',
      at: new Date(0),
      result,
      filesFound: 1,
    });
    const text = JSON.stringify(certificate);
    for (const name of [person.id, person.slug, person.nameId, person.email])
      expect(text).not.toContain(name);
    expect(Object.values(certificate.checks)).toEqual([true, true]);
    expect(certificate.removed).toMatchObject({ people: 1, profiles: 1 });
  });
});
