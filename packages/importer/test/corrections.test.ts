import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dumpSource, importDump, type ImportResult, readCorrections } from '../src/index.ts';
import { tiny, type TinyTables, writeDump } from './tiny.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

const ann = ['1', 'Ann', 'ann@example.org', 'h1'.repeat(10)] as const;
const dangling: TinyTables = { members: [ann], notes: [['7', '99', '0', null]], parts: [['7', '1', 'Text']] };

async function importInto(name: string, dump: string, quarantine?: string): Promise<ImportResult> {
  return importDump({
    profile: tiny,
    source: dumpSource([dump]),
    publicStore: await openPublicStore(join(scratch.dir, `${name}.git`), { create: true }),
    privateStore: await openPrivateStore(join(scratch.dir, `${name}-private`), { create: true }),
    branch: 'legacy-import',
    workDir: join(scratch.dir, 'work'),
    toolVersion: '0',
    ...(quarantine === undefined ? {} : { corrections: await readCorrections(quarantine, tiny) }),
  });
}

/** The quarantine that an import of `dangling` leaves, with changes to its first line's values. */
async function quarantineOf(name: string, change: Record<string, unknown>, rest = {}): Promise<string> {
  const { importId } = await importInto(name, writeDump(scratch.dir, dangling));
  const kept = join(scratch.dir, `${name}-private`, 'quarantine', `${importId}.ndjson.gz`);
  const lines = gunzipSync(readFileSync(kept)).toString().trim().split('\n');
  const line = lines
    .map((text) => JSON.parse(text) as { row: string; values: object })
    .find(({ row }) => row === 'notes/7')!;
  const mended = { ...line, values: { ...line.values, ...change }, ...rest };
  const path = join(scratch.dir, `${name}.ndjson.gz`);
  writeFileSync(path, gzipSync(`${JSON.stringify(mended)}\n`));
  return path;
}

const outcomeOf = (result: ImportResult, id: string) => result.checks.find((check) => check.id === id);

it('imports a mended row with what was folded into it, and gives the tree that a mended dump gives', async () => {
  const quarantine = await quarantineOf('mended', { member_id: '1' });
  const before = await importInto('mended', writeDump(scratch.dir, dangling));
  expect(outcomeOf(before, 'quarantine')!.outcome).toBe('fails');
  const after = await importInto('mended', writeDump(scratch.dir, dangling), quarantine);
  expect(after.tables['notes']).toMatchObject({ rows: 1, imported: 1, quarantined: 0 });
  expect(after.tables['parts']).toMatchObject({ rows: 1, folded: 1 });
  expect(after.checks.map(({ id, outcome }) => [id, outcome])).toContainEqual(['corrections', 'holds']);
  const store = await openPublicStore(join(scratch.dir, 'mended.git'));
  expect(await store.message('legacy-import')).toMatch(/^Cutover-Corrections-SHA256: [0-9a-f]{64}$/m);
  const dump = writeDump(scratch.dir, { ...dangling, notes: [['7', '1', '0', null]] });
  expect((await importInto('whole', dump)).tree).toBe(after.tree);
  expect((await importInto('mended', writeDump(scratch.dir, dangling), quarantine)).moved).toBe(false);
});

it('says which mended row stands for nothing in the dump', async () => {
  const quarantine = await quarantineOf('unused', { member_id: '1' });
  const other = writeDump(scratch.dir, { members: [ann], notes: [['8', '1', '0', null]] });
  const result = await importInto('unused-other', other, quarantine);
  expect(outcomeOf(result, 'corrections')).toMatchObject({
    outcome: 'fails',
    findings: [{ code: 'correction-unused', subject: 'notes/7' }],
  });
});

it('takes the source’s own row where it was changed since it was mended, and says so', async () => {
  const quarantine = await quarantineOf('outdated', { member_id: '1' });
  const changed = { ...dangling, notes: [['7', '1', '1', null]] };
  const result = await importInto('outdated-other', writeDump(scratch.dir, changed), quarantine);
  expect(outcomeOf(result, 'corrections')).toMatchObject({
    ...{ outcome: 'fails', looked: 1, actual: 0 },
    findings: [{ code: 'correction-outdated', subject: 'notes/7' }],
  });
  expect(result.tables['notes']).toMatchObject({ imported: 0, excluded: { draft: 1 } });
  // Whoever leaves the digest away means the row whatever it was.
  const always = await quarantineOf('always', { member_id: '1' }, { digest: undefined });
  const taken = await importInto('always-other', writeDump(scratch.dir, changed), always);
  expect(outcomeOf(taken, 'corrections')!.outcome).toBe('holds');
  expect(taken.tables['notes']).toMatchObject({ imported: 1 });
});

it('refuses an empty file, by which an import would take away what was mended before', async () => {
  const path = join(scratch.dir, 'empty.ndjson');
  for (const text of ['', '\n', '\ufeff']) {
    writeFileSync(path, text);
    await expect(readCorrections(path, tiny)).rejects.toMatchObject({
      code: 'corrections-invalid',
      message: expect.stringContaining('no row is in it') as unknown,
    });
  }
});

it.each([
  ['a changed key', { id: '8' }, {}, /key was changed/],
  ['a number', { member_id: 1 }, {}, /member_id is neither text/],
  ['what is no base64', { name: { base64: '!!!' } }, {}, /name is no base64/],
  ['base64 that is cut off', { name: { base64: 'YWJjZ' } }, {}, /name is no base64/],
  ['a table that is not imported', {}, { table: 'logs' }, /imports no table logs/],
])('refuses %s', async (name, change, rest, message) => {
  const quarantine = await quarantineOf(name.replaceAll(' ', '-'), change, rest);
  await expect(readCorrections(quarantine, tiny)).rejects.toMatchObject({
    code: 'corrections-invalid',
    message: expect.stringMatching(message) as unknown,
  });
});

it('refuses a column that the table does not have, before anything is written', async () => {
  const quarantine = await quarantineOf('surplus', { colour: 'red' });
  const dump = writeDump(scratch.dir, dangling);
  await expect(importInto('surplus-other', dump, quarantine)).rejects.toMatchObject({
    code: 'corrections-invalid',
    message: expect.stringContaining('no column colour') as unknown,
  });
  const store = await openPublicStore(join(scratch.dir, 'surplus-other.git'));
  expect(await store.head('legacy-import')).toBeUndefined();
});
