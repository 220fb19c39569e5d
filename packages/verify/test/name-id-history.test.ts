import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { run, scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNameIdReuse } from '../src/index.ts';

const identity = { source: 'people', column: 'Username', sheet: 'people', field: 'nameId' };

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let work: string;
const git = (...args: string[]) =>
  run('git', ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args]);

beforeEach(async () => {
  scratch = await scratchDir();
  work = join(scratch.dir, 'work');
  await run('git', ['init', '-q', '-b', 'main', work]);
});
afterEach(() => scratch.remove());

async function commit(people: Record<string, string>): Promise<void> {
  rmSync(join(work, 'people'), { recursive: true, force: true });
  mkdirSync(join(work, 'people'));
  for (const [id, nameId] of Object.entries(people))
    writeFileSync(join(work, 'people', `${id}.toml`), `id = "${id}"\nnameId = "${nameId}"\n`);
  await git('add', '-A');
  await git('commit', '-q', '-m', 'x');
}

async function check(claims?: Record<string, string>) {
  const bare = join(scratch.dir, 'bare.git');
  await run('git', ['clone', '-q', '--bare', work, bare]);
  const store = claims && (await openPrivateStore(join(scratch.dir, 'private'), { create: true }));
  for (const [value, owner] of Object.entries(claims ?? {}))
    await store!.claims.claim('name-id', value, owner);
  return checkNameIdReuse(await openPublicStore(bare), 'main', identity, store?.claims);
}

describe('the reuse check', () => {
  it('holds where everybody kept theirs, and somebody gone took theirs along', async () => {
    await commit({ a: 'Jane', b: 'jane' });
    await commit({ a: 'Jane' });
    expect(await check({ jane: 'b', Jane: 'a' })).toMatchObject({
      outcome: 'holds',
      looked: 2,
      evidence: { commits: 2, claimed: 2 },
    });
  });

  it('fails where the NameID of somebody gone was given to another', async () => {
    await commit({ a: 'Jane', b: 'bob' });
    await commit({ b: 'bob' });
    await commit({ b: 'bob', c: 'Jane' });
    const found = await check();
    expect(found.findings[0]).toMatchObject({ code: 'name-id-reused', expected: 'a', actual: 'c' });
  });

  it('fails where the claims know another owner, and is unknown where nobody has one', async () => {
    await commit({ a: 'Jane' });
    expect((await check({ Jane: 'gone' })).outcome).toBe('fails');
    rmSync(join(scratch.dir, 'bare.git'), { recursive: true });
    await git('checkout', '-q', '--orphan', 'fresh');
    await git('rm', '-rqf', '.');
    writeFileSync(join(work, 'x'), 'x');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'x');
    await git('branch', '-M', 'main');
    expect((await check()).outcome).toBe('unknown');
  });
});
