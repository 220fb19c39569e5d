import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseToml } from '@cutover/records';
import { git, openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpSource, importDump, type ImportOptions, settleStaged } from '../src/index.ts';
import { overriding } from './overriding.ts';
import { tiny, writeDump } from './tiny.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;

beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
});
afterEach(() => scratch.remove());

/** An import of one member, in a folder of its own. */
function importOf(name: string, options: Partial<ImportOptions> = {}) {
  const dir = join(scratch.dir, name);
  mkdirSync(dir);
  return importDump({
    profile: tiny,
    source: dumpSource([writeDump(dir, { members: [['1', name, `${name}@x.org`, null]] })]),
    publicStore,
    privateStore,
    branch: 'legacy-import',
    workDir: join(dir, 'work'),
    toolVersion: '0',
    ...options,
  });
}

/** The member's name in git and address beside it. */
async function stored(): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { bytes } of publicStore.readRecords('legacy-import'))
    found.push(parseToml(bytes.toString())['name']);
  for await (const { email } of privateStore.read('profiles')) found.push(email);
  return found;
}

const commits = async () =>
  Number(await git(publicStore.dir, ['rev-list', '--count', 'refs/heads/legacy-import']));

describe('two imports at once', () => {
  it('both end, one upon the other, and the rows are those of the last commit', async () => {
    const results = await Promise.all(['Ann', 'Ben', 'Cid'].map((name) => importOf(name)));
    expect(results.every(({ moved }) => moved)).toBe(true);
    expect(await commits()).toBe(3);
    const [name, email] = await stored();
    expect(email).toBe(`${String(name)}@x.org`);
    expect(await privateStore.listStaged()).toEqual([]);
  });

  it('go on where the branch is moved just before the commit, and lose neither commit', async () => {
    let other: Promise<unknown> | undefined;
    const overtaken = overriding(publicStore, {
      commit: async (...args) => {
        await (other ??= importOf('Ben'));
        return publicStore.commit(...args);
      },
    });
    await importOf('Zoe');
    expect(await importOf('Ann', { publicStore: overtaken })).toMatchObject({ moved: true });
    expect(await commits()).toBe(3);
    expect(await stored()).toEqual(['Ann', 'Ann@x.org']);
  });

  it('give up where the branch never stands still, and leave it and the rows to the others', async () => {
    let n = 0;
    const restless = overriding(publicStore, {
      commit: async (...args) => {
        await importOf(`Other${++n}`);
        return publicStore.commit(...args);
      },
    });
    await expect(importOf('Ann', { publicStore: restless })).rejects.toMatchObject({ code: 'branch-moved' });
    expect(await stored()).toEqual([`Other${n}`, `Other${n}@x.org`]);
    expect(await privateStore.listStaged()).toEqual([]);
  });
});

describe('rows that are staged', () => {
  /** Says that another process began this import. */
  function ownedBy(importId: string, owner: Record<string, unknown>): void {
    const file = join(scratch.dir, 'private', 'staged', importId, 'began');
    const began = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...began, ...owner }));
  }

  const settle = async () => {
    await settleStaged({ publicStore, privateStore, profile: tiny });
    return (await privateStore.listStaged()).map(({ importId }) => importId);
  };

  it('by a process that lives are left alone, and go once it is gone', async () => {
    await importOf('Ann');
    await (await privateStore.stage('theirs')).seal({ tree: '0'.repeat(40), branch: 'legacy-import' });
    await privateStore.stage('unsealed');
    const child = spawn('sleep', ['60']);
    const gone = once(child, 'exit');
    for (const id of ['theirs', 'unsealed']) ownedBy(id, { pid: child.pid });
    expect(await settle()).toEqual(['theirs', 'unsealed']);
    child.kill();
    await gone;
    expect(await settle()).toEqual([]);
  });

  it('on another machine are left alone for a day', async () => {
    await privateStore.stage('far');
    ownedBy('far', { host: 'elsewhere' });
    expect(await settle()).toEqual(['far']);
    ownedBy('far', { at: new Date(Date.now() - 25 * 3_600_000).toISOString() });
    expect(await settle()).toEqual([]);
  });
});
