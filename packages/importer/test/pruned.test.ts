import { join } from 'node:path';
import { recordId } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dumpSource, importDump, type ImportOptions, readLedger } from '../src/index.ts';
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

const idOf = (source: string, ...key: string[]) => recordId('tiny', 'tiny', { source, key });

const run = (more: Partial<ImportOptions> = {}) =>
  importDump({
    profile: tiny,
    source: dumpSource([
      writeDump(scratch.dir, {
        members: [
          ['1', 'Ann', 'ann@example.org', null],
          ['2', 'Spam', 'spam@example.org', null],
        ],
        notes: [
          ['7', '1', '0', null],
          ['8', '2', '0', null],
        ],
        parts: [
          ['7', '2', 'of ann'],
          ['8', '2', 'of spam'],
        ],
      }),
    ]),
    publicStore,
    privateStore,
    branch: 'legacy-import',
    workDir: join(scratch.dir, 'work'),
    toolVersion: '0',
    ...more,
  });

it('an import leaves out who was pruned, with what belongs to them, and the ledger names the rule', async () => {
  const first = await run();
  expect(first.tables['members']).toMatchObject({ imported: 2 });
  const spam = idOf('members', '2');
  await privateStore.update('pruned', spam, () => ({ id: spam, sheet: 'members' }));
  await privateStore.update('profiles', spam, () => undefined);
  const second = await run();
  expect(second.checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
  expect(second.tables).toMatchObject({
    members: { imported: 1, excluded: { pruned: 1 }, quarantined: 0 },
    notes: { imported: 1, excluded: { pruned: 1 }, quarantined: 0 },
    parts: { folded: 1, excluded: { pruned: 1 }, quarantined: 0 },
  });
  for await (const { path, bytes } of publicStore.readRecords('legacy-import')) {
    expect(path + bytes.toString()).not.toMatch(/spam/i);
  }
  for await (const { id } of privateStore.read('profiles')) expect(id).not.toBe(spam);
  const name = `${(await privateStore.lastImport())!}.ndjson.gz`;
  const rules = [];
  for await (const { row, rule } of readLedger(await privateStore.pathFor('ledger', name))) {
    if (rule !== undefined) rules.push([row, rule]);
  }
  expect(rules.sort()).toEqual([
    ['members/2', 'pruned'],
    ['notes/8', 'pruned'],
    ['parts/8,2', 'pruned'],
  ]);
  expect((await run()).moved).toBe(false);
});

it('what does not fit and was of somebody who was pruned is left out, also where legacy has that row no more', async () => {
  const notes = [
    ['7', '1', '0', null],
    ['8', '2', '0', null],
    ['9', '3', '0', null],
  ];
  const source = dumpSource([
    writeDump(scratch.dir, { members: [['1', 'Ann', 'ann@example.org', null]], notes, parts: [] }),
  ]);
  const first = await run({ source });
  expect(first.tables['notes']).toMatchObject({ imported: 1, quarantined: 2 });
  const spam = idOf('members', '2');
  await privateStore.update('pruned', spam, () => ({ id: spam, sheet: 'members' }));
  const second = await run({ source });
  expect(second.tables['notes']).toMatchObject({ imported: 1, excluded: { pruned: 1 }, quarantined: 1 });
});
