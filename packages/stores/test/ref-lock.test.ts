import { existsSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CutoverEvent } from '@cutover/core';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPublicStore, type PublicStore } from '../src/index.ts';
import { gitPastLocks } from '../src/public/ref-lock.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let store: PublicStore;
let lock: string;

beforeEach(async () => {
  scratch = await scratchDir();
  store = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  lock = join(store.dir, 'refs', 'heads', 'legacy-import.lock');
});
afterEach(() => scratch.remove());

async function commit() {
  const writer = await store.writeTree();
  writer.put('people/a.toml', 'slug = "a"\n');
  const tree = await writer.finish();
  return store.commit('legacy-import', { tree, message: 'x', expected: await store.head('legacy-import') });
}

describe('a lock on the branch', () => {
  it('that a killed process left behind is passed', async () => {
    const first = await commit();
    writeFileSync(lock, '');
    utimesSync(lock, new Date(Date.now() - 120_000), new Date(Date.now() - 120_000));
    const second = await commit();
    expect(second.commit).not.toBe(first.commit);
    expect(await store.head('legacy-import')).toEqual(second);
    expect(existsSync(lock)).toBe(false);
  });

  it('of somebody at work is waited for', async () => {
    writeFileSync(lock, '');
    const release = setTimeout(() => rmSync(lock), 400);
    try {
      await commit();
    } finally {
      clearTimeout(release);
    }
    expect(await store.head('legacy-import')).toBeDefined();
  });

  it('that is waited for long is spoken of, once', async () => {
    const events: CutoverEvent[] = [];
    store = await openPublicStore(store.dir, { onEvent: (event) => void events.push(event) });
    writeFileSync(lock, '');
    const release = setTimeout(() => rmSync(lock), 3000);
    try {
      await commit();
    } finally {
      clearTimeout(release);
    }
    expect(events).toEqual([
      { type: 'note', code: 'ref-locked', message: expect.stringContaining(`holds ${lock}; once`) },
    ]);
  });

  it('that stays is named, and stays where it is', async () => {
    const { commit: at } = await commit();
    writeFileSync(lock, '');
    const args = ['update-ref', '-d', 'refs/heads/legacy-import', at];
    await expect(gitPastLocks(store.dir, args, { waitMs: 300 })).rejects.toMatchObject({
      code: 'ref-locked',
      data: { path: lock },
    });
    expect(existsSync(lock)).toBe(true);
    rmSync(lock);
    expect((await store.head('legacy-import'))?.commit).toBe(at);
  });
});
