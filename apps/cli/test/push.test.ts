import { join } from 'node:path';
import { openPublicStore, type PublicStore } from '@cutover/stores';
import { describeWith, scratchDir, type Sshd, startSshd } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

describeWith('sshd', 'cutover push, over SSH', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let sshd: Sshd;
  let source: PublicStore;
  let target: PublicStore;

  beforeAll(async () => {
    scratch = await scratchDir();
    sshd = await startSshd();
    source = await openPublicStore(join(scratch.dir, 'source.git'), { create: true });
    target = await openPublicStore(join(scratch.dir, 'target.git'), { create: true });
  });
  afterAll(async () => {
    await sshd.stop();
    await scratch.remove();
  });

  async function commit(store: PublicStore, text: string): Promise<string> {
    const writer = await store.writeTree();
    writer.put('people/a.toml', `slug = "${text}"\n`);
    const expected = await store.head('legacy-import');
    const { commit: made } = await store.commit('legacy-import', {
      tree: await writer.finish(),
      message: text,
      expected,
    });
    return made;
  }

  const push = (...more: string[]) =>
    cutover(
      [
        ...['push', '--json', '--public', source.dir, '--to', sshd.address(target.dir)],
        ...['--known-hosts', sshd.knownHostsFile, ...more],
      ],
      { env: { CUTOVER_PUSH_KEY_FILE: sshd.keyFile } },
    );
  const there = async () => (await target.head('legacy-import'))?.commit;
  const outcomeOf = (stdout: string) =>
    (JSON.parse(stdout) as { details: { branches: { outcome: string }[] } }).details.branches[0]!.outcome;

  it('pushes, says that there is nothing to push, and reports what would lose commits', async () => {
    const first = await commit(source, 'one');
    const tried = await push('--dry-run');
    expect([tried.code, outcomeOf(tried.stdout), await there()]).toEqual([0, 'would-push', undefined]);
    const pushed = await push();
    expect([pushed.code, pushed.stderr, outcomeOf(pushed.stdout)]).toEqual([0, '', 'pushed']);
    expect(await there()).toBe(first);
    const again = await push();
    expect([again.code, outcomeOf(again.stdout)]).toEqual([0, 'up-to-date']);
    const theirs = await commit(target, 'theirs');
    await commit(source, 'ours');
    const refused = await push();
    expect([refused.code, outcomeOf(refused.stdout), await there()]).toEqual([1, 'rejected', theirs]);
  });
});
