import { join } from 'node:path';
import { laddr } from '@cutover/laddr';
import { type LineCommit, openPublicStore, type PublicStore, writeCommitLine } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkHistory } from '../../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

let store: PublicStore;
let tree: string;
let stores = 0;
beforeEach(async () => {
  store = await openPublicStore(join(scratch.dir, `${++stores}.git`), { create: true });
  const writer = await store.writeTree();
  writer.put('tags/one.toml', 'title = "One"\n');
  tree = await writer.finish();
  await store.commit('legacy-import', { tree, message: 'import\n', expected: undefined });
});

const somebody = { name: 'ann', email: 'ann@users.noreply.invalid' };
const secret = '7c4a8d09ca3762af61e59520943dc26494f8941b';
const created: LineCommit = {
  author: somebody,
  at: 1000,
  message: 'created\n',
  removed: [],
  written: [{ path: 'tags/one.toml', content: 'title = "Once"\n' }],
};

async function past(commits: readonly LineCommit[], end: Partial<{ at: number; tree: string }> = {}) {
  const author = { name: 'cutover', email: 'cutover@localhost' };
  const line = await writeCommitLine(store.dir, commits, {
    author,
    at: 2000,
    message: 'end\n',
    tree,
    ...end,
  });
  await store.moveBranch('legacy-history', line.commit, await store.head('legacy-history'));
}

async function outcomes() {
  const checks = await checkHistory({
    ...{ store, profile: laddr, branch: 'legacy-import', history: 'legacy-history' },
    ...{ secrets: texts([secret]), contacts: () => texts(['ann@example.org', '+1 (215) 555-0123']) },
  });
  return Object.fromEntries(checks.map(({ id, outcome, findings }) => [id, findings[0]?.code ?? outcome]));
}

async function* texts(all: readonly string[]): AsyncGenerator<string> {
  yield* all;
}

const sound = {
  'history-tree': 'holds',
  'history-order': 'holds',
  'history-authors': 'holds',
  'history-private-values': 'holds',
};

describe('the past of an import', () => {
  it('holds where it ends with the import, goes on in time and says nothing private', async () => {
    await past([created]);
    expect(await outcomes()).toEqual(sound);
  });

  it('is unknown where there is none', async () => {
    expect(Object.values(await outcomes())).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });

  it('is seen to end with another tree', async () => {
    const writer = await store.writeTree();
    writer.put('tags/one.toml', 'title = "Two"\n');
    await past([created], { tree: await writer.finish() });
    expect(await outcomes()).toEqual({ ...sound, 'history-tree': 'history-tree-differs' });
  });

  it('is seen to go back in time', async () => {
    await past([created, { ...created, at: 500, written: [] }]);
    expect(await outcomes()).toEqual({ ...sound, 'history-order': 'history-goes-back' });
  });

  it.each([
    ['of another domain', 'ann@example.com', 'history-author-address'],
    ['that is somebody’s', 'Ann@Example.org', 'history-author-address'],
  ])('is seen to name an author by an address %s', async (_what, email, code) => {
    await past([{ ...created, author: { name: 'ann', email } }]);
    expect(await outcomes()).toEqual({ ...sound, 'history-authors': code });
  });

  it('is seen to hold a hash that a later commit took out again', async () => {
    await past([{ ...created, written: [{ path: 'tags/one.toml', content: `title = "${secret}"\n` }] }]);
    expect(await outcomes()).toEqual({ ...sound, 'history-private-values': 'secret-in-public' });
  });

  it('is seen to hold a private number in a record that is gone', async () => {
    const gone = { path: 'people/00/gone.toml', content: 'slackSamlNameId = "(215) 555-0123"\n' };
    await past([
      { ...created, written: [gone] },
      { ...created, removed: [gone.path], written: [] },
    ]);
    expect(await outcomes()).toEqual({ ...sound, 'history-private-values': 'contact-in-public' });
  });
});
