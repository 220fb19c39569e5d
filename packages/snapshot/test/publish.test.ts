import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '@cutover/core';
import { git, openPublicStore, type PublicStore } from '@cutover/stores';
import { describeWith, scratchDir, type Sshd, startSshd } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertSshAddress,
  publishSnapshot,
  type PublishInput,
  requiredChecks,
  sealerOf,
  sealReport,
} from '../src/index.ts';
import { tagsOf } from '../src/publish/tags.ts';
import { firstKey, otherKey } from './support/site.ts';

describe('tags', () => {
  it('are one a quarter and one a day, in UTC', () => {
    expect(tagsOf(new Date('2026-11-21T23:59:59Z'))).toEqual({
      quarter: 'snapshot-2026-q4-scrubbed',
      week: 'snapshot-2026-11-21',
    });
    const quarters = ['01-01', '03-31', '04-01', '09-30', '10-01'].map((day) =>
      tagsOf(new Date(`2027-${day}T00:00:00Z`)).quarter.slice(14, 16),
    );
    expect(quarters).toEqual(['q1', 'q1', 'q2', 'q3', 'q4']);
  });
});

describe('an address', () => {
  it('must be one of SSH, and can start no program', () => {
    for (const good of [
      'ssh://git@example.org/a/b.git',
      'git@github.com:a/b.git',
      'ssh://u@127.0.0.1:22/x',
    ]) {
      expect(() => assertSshAddress(good)).not.toThrow();
    }
    for (const bad of [
      'https://example.org/a.git',
      '/tmp/x',
      'ext::sh -c x',
      '--upload-pack=x',
      'a@b:-x',
      'ssh://-oProxyCommand=x',
    ]) {
      expect(() => assertSshAddress(bad), bad).toThrow(expect.objectContaining({ code: 'publish-address' }));
    }
  });
});

describeWith('sshd', 'publishing over SSH', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let sshd: Sshd;
  let target: string;
  let number = 0;

  beforeAll(async () => {
    scratch = await scratchDir();
    sshd = await startSshd();
  });
  afterAll(async () => {
    await sshd.stop();
    await scratch.remove();
  });

  const bare = async (): Promise<string> => {
    const dir = join(scratch.dir, `target-${number++}.git`);
    await openPublicStore(dir, { create: true });
    return dir;
  };
  const made = async (
    text: string,
    message = 'Scrubbed snapshot\n\nCutover-Snapshot: 1\n',
  ): Promise<PublicStore> => {
    const store = await openPublicStore(join(scratch.dir, `made-${number++}.git`), { create: true });
    const writer = await store.writeTree();
    for (let i = 0; i < 20; i++) writer.put(`people/${i}/p${i}.toml`, `slug = "${text}-${i}"\n`);
    await store.commit('snapshot', { tree: await writer.finish(), message, expected: undefined });
    return store;
  };
  const verdict = async (store: PublicStore, changes: Record<string, unknown> = {}, key = firstKey) =>
    sealReport(
      {
        command: 'snapshot verify',
        outcome: 'holds',
        details: { ...(await store.head('snapshot')) } as Record<string, unknown>,
        checks: requiredChecks.map((id) => ({ id, outcome: 'holds' }) as Check),
        ...changes,
      },
      key,
    );
  const publish = async (snapshot: PublicStore, options: Partial<PublishInput> = {}) =>
    publishSnapshot({
      snapshot,
      to: sshd.address(target),
      ssh: { keyFile: sshd.keyFile, knownHostsFile: sshd.knownHostsFile },
      report: await verdict(snapshot),
      verifiedBy: sealerOf(firstKey),
      now: new Date('2026-11-21T05:00:00Z'),
      yes: true,
      ...options,
    });
  const refs = async (): Promise<Record<string, string>> => {
    const lines = (await git(target, ['for-each-ref', '--format=%(refname) %(objectname)']))
      .trim()
      .split('\n');
    return Object.fromEntries(
      lines.filter((line) => line !== '').map((line) => line.split(' ') as [string, string]),
    );
  };

  it('pushes one commit and its tags, replaces the branch a week later, and never moves a tag', async () => {
    target = await bare();
    const first = await made('one');
    const dry = await publish(first, { yes: false });
    expect(dry).toMatchObject({ published: false, objects: 43 });
    expect(await refs()).toEqual({});
    const done = await publish(first);
    expect(done).toMatchObject({ published: true, kept: [], objects: 43 });
    expect(done.sizeBytes).toBeGreaterThan(500);
    const { commit } = (await first.head('snapshot'))!;
    expect(await refs()).toEqual({
      'refs/heads/snapshot': commit,
      'refs/tags/snapshot-2026-11-21': commit,
      'refs/tags/snapshot-2026-q4-scrubbed': commit,
    });
    const second = await made('two');
    const then = await publish(second, { now: new Date('2026-11-28T05:00:00Z') });
    expect(then.kept).toEqual(['snapshot-2026-q4-scrubbed']);
    const later = (await second.head('snapshot'))!.commit;
    expect(await refs()).toEqual({
      'refs/heads/snapshot': later,
      'refs/tags/snapshot-2026-11-21': commit,
      'refs/tags/snapshot-2026-11-28': later,
      'refs/tags/snapshot-2026-q4-scrubbed': commit,
    });
    // Twice on a day: the branch is the last, the tags are the first.
    const third = await made('three');
    expect((await publish(third, { now: new Date('2026-11-28T09:00:00Z') })).kept).toHaveLength(2);
    expect((await refs())['refs/tags/snapshot-2026-11-28']).toBe(later);
    // And a new quarter.
    expect((await publish(third, { now: new Date('2027-01-02T09:00:00Z') })).pushed).toContain(
      'refs/tags/snapshot-2027-q1-scrubbed',
    );
    const clone = join(scratch.dir, 'clone');
    await git(scratch.dir, [
      'clone',
      '--quiet',
      '--depth',
      '1',
      '--branch',
      'snapshot',
      `file://${target}`,
      clone,
    ]);
    const counted = await git(clone, ['count-objects', '-v']);
    expect(/in-pack: (\d+)/.exec(counted)![1]).toBe('43');
    expect((await git(clone, ['rev-list', '--count', 'HEAD'])).trim()).toBe('1');
  });

  it('refuses what was not verified, or was otherwise', async () => {
    target = await bare();
    const store = await made('one');
    const other = await made('other');
    const cases: (readonly [report: unknown, words: RegExp])[] = [
      [undefined, /no report/],
      [{ command: 'verify' }, /not one of snapshot verify/],
      [await verdict(store, { outcome: 'unknown' }), /verifying says unknown/],
      [await verdict(store, { outcome: 'fails' }), /verifying says fails/],
      [await verdict(other), /another tree was verified/],
      [await verdict(store, { details: { tree: (await store.head('snapshot'))!.tree } }), /another commit/],
      [await verdict(store, { checks: [] }), /snapshot-values does not hold/],
      ...(await Promise.all(
        requiredChecks.map(async (id) => {
          const checks = requiredChecks.map((one) => ({
            id: one,
            outcome: one === id ? 'unknown' : 'holds',
          }));
          return [await verdict(store, { checks }), new RegExp(`${id} does not hold`)] as const;
        }),
      )),
    ];
    const { seal: ofAnother } = (await verdict(other)).details;
    const sealed = await verdict(store);
    cases.push(
      [{ ...sealed, details: { ...sealed.details, seal: undefined } }, /is not sealed/],
      [await verdict(store, {}, otherKey), /sealed with another key/],
      [{ ...sealed, details: { ...sealed.details, seal: ofAnother } }, /changed after it was sealed/],
      [{ ...sealed, finishedAt: 'another day' }, /changed after it was sealed/],
    );
    for (const [report, message] of cases) {
      await expect(publish(store, { report })).rejects.toMatchObject({
        code: 'snapshot-not-verified',
        message: expect.stringMatching(message) as string,
      });
    }
    const report = await verdict(store);
    const head = (await store.head('snapshot'))!;
    await store.commit('snapshot', { tree: head.tree, message: 'again', expected: head });
    await expect(publish(store, { report })).rejects.toMatchObject({ code: 'snapshot-not-verified' });
    const onTop = await verdict(store);
    await expect(publish(store, { report: onTop })).rejects.toMatchObject({
      message: expect.stringContaining('2 commits') as string,
    });
    expect(await refs()).toEqual({});
  });

  it('overwrites no branch that is not a snapshot', async () => {
    target = await bare();
    const foreign = await made('work', 'somebody’s work\n');
    await git(foreign.dir, ['push', '--quiet', target, 'snapshot']);
    const before = await refs();
    await expect(publish(await made('one'))).rejects.toMatchObject({
      code: 'publish-target-unexpected',
      exitCode: 3,
    });
    expect(await refs()).toEqual(before);
  });

  it('is all or nothing where the other side refuses a part', async () => {
    target = await bare();
    writeFileSync(
      join(target, 'hooks', 'update'),
      '#!/bin/sh\ncase "$1" in refs/tags/*) echo no tags today >&2; exit 1;; esac\n',
      { mode: 0o755 },
    );
    await expect(publish(await made('one'))).rejects.toMatchObject({ code: 'publish-refused', exitCode: 7 });
    expect(await refs()).toEqual({});
  });

  it('says so where the key or the host is a stranger, and never what the key is', async () => {
    target = await bare();
    const store = await made('one');
    const strangers: Partial<PublishInput>[] = [
      { ssh: { keyFile: sshd.strangersKeyFile, knownHostsFile: sshd.knownHostsFile } },
      { ssh: { keyFile: sshd.keyFile, knownHostsFile: '/dev/null' } },
      { to: sshd.address(join(scratch.dir, 'nowhere.git')) },
    ];
    const key = readFileSync(sshd.keyFile, 'utf8').split('\n')[1]!;
    for (const options of strangers) {
      const error: unknown = await publish(store, options).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'publish-denied', exitCode: 2 });
      expect(JSON.stringify(error)).not.toContain(key);
    }
    expect(await refs()).toEqual({});
  });
});
