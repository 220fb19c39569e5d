import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordId } from '@cutover/records';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpSource, folderFiles, readCorrections, type Source, type UploadOptions } from '../src/index.ts';
import type { FoundFile } from '../src/files/file-source.ts';
import { noted } from './noted.ts';
import { overriding } from './overriding.ts';
import { rivals } from './rivals.ts';
import { tiny, tinyDump, type TinyTables, writeDump } from './tiny.ts';
import { unkept } from './unkept.ts';
import { outputOf, type Run, runImport } from './whole-run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i + 1}`);

/** Several thousand rows, of which some do not fit before, and some after others refer to them. */
const tables: TinyTables = {
  members: numbers(3000).map((id) => [
    id,
    Number(id) % 997 === 0
      ? 'a name that is much longer than the sheet allows'
      : `Member ${Number(id) % 2000}`,
    `m${id}@example.org`,
    `h${id}`.repeat(5),
  ]),
  notes: numbers(1500).map((id) => [
    id,
    `${(Number(id) * 7) % 6100}`,
    Number(id) % 50 === 0 ? '1' : '0',
    null,
  ]),
  parts: numbers(2500).map((n) => [`${Number(n) % 50 === 0 ? 1 : Number(n) % 2100}`, n, `part ${n} — über`]),
  logs: numbers(1500).map((line) => [line]),
};

const run = (given: TinyTables, jobs: number | undefined, profileExport?: string): Promise<Run> =>
  runImport(scratch.dir, dumpSource([writeDump(scratch.dir, given)]), {
    jobs,
    ...(profileExport !== undefined && { profileExport }),
  });

describe('an import by several threads', () => {
  it('gives what one thread gives: tree, private rows, ledger, report and what is owed', async () => {
    const alone = await run(tables, undefined);
    expect(alone.result.tables).toMatchObject({
      members: { imported: 2997, quarantined: 3 },
      notes: { excluded: { draft: 30 } },
      logs: { excluded: { logs: 1500 } },
    });
    expect(alone.result.tables['notes']!.quarantined).toBeGreaterThan(20);
    const together = await run(tables, 3);
    expect(outputOf(together)).toEqual(outputOf(alone));
  });

  describe('that takes uploads over', () => {
    let dir: string;
    beforeAll(() => {
      dir = join(scratch.dir, 'uploads');
      mkdirSync(dir);
      // Of 1,500 notes 150 have none, more than a report lists; each seventh is too large for git.
      for (const id of numbers(1500).filter((id) => Number(id) % 10 !== 3))
        writeFileSync(join(dir, `${id}.bin`), `file ${id}`.padEnd(Number(id) % 7 === 0 ? 500 : 50));
    });
    const fits: TinyTables = {
      members: numbers(3000).map((id) => [id, `Member ${id}`, null, null]),
      notes: numbers(1500).map((id) => [id, id, '0', null]),
      parts: numbers(1500).map((id) => [id, '1', `see /f/${((Number(id) * 7) % 1500) + 1}, and /f/9999`]),
      statementRows: 50,
    };
    const runNoted = async (jobs: number | undefined, uploads: Partial<UploadOptions> = {}): Promise<Run> =>
      runImport(scratch.dir, dumpSource([writeDump(scratch.dir, fits)]), {
        ...{ jobs, profile: noted, profileExport: './noted.ts', stretchBytes: 2000 },
        uploads: { source: await folderFiles(dir), inGitBytes: 100, ...uploads },
      });

    it('gives what one thread gives: files, those that are missing, and texts that link to them', async () => {
      const alone = await runNoted(undefined);
      const files = alone.result.checks.find(({ id }) => id === 'files')!;
      expect(files).toMatchObject({ looked: 1500, actual: 1350, findingsTotal: 150 });
      expect(files.findings).toHaveLength(100);
      expect(files.findings.map(({ subject }) => subject).slice(0, 3)).toEqual([
        'notes/3',
        'notes/13',
        'notes/23',
      ]);
      expect(files.evidence).toMatchObject({
        bucket: alone.bucket.filter((key) => key.endsWith('.bin')).length,
      });
      expect(outputOf(await runNoted(3))).toEqual(outputOf(alone));
    });

    it('moves nothing where one of them was changed meanwhile', async () => {
      const real = await folderFiles(dir);
      const source = overriding(real, {
        find: async (draft) => {
          const found = await real.find(draft);
          return draft.url === 'f/1499' ? { ...(found as FoundFile), sha256: '0'.repeat(64) } : found;
        },
      });
      await expect(runNoted(3, { source })).rejects.toMatchObject({
        code: 'file-changed',
        message: expect.stringContaining('1499.bin') as string,
      });
    });
  });

  it('leaves out who was removed for good, with what belongs to them, as one thread does', async () => {
    const pruned = ['4', '996', '1500', '2999'].map((id) =>
      recordId('tiny', 'tiny', { source: 'members', key: [id] }),
    );
    const runPruned = (jobs: number | undefined): Promise<Run> =>
      runImport(scratch.dir, dumpSource([writeDump(scratch.dir, { ...tables, statementRows: 50 })]), {
        ...{ jobs, pruned, stretchBytes: 2000 },
      });
    const alone = await runPruned(undefined);
    expect(alone.result.tables['members']).toMatchObject({ excluded: { pruned: 4 } });
    expect(alone.result.tables['notes']!.excluded['pruned']).toBeGreaterThan(0);
    expect(alone.result.tables['parts']!.excluded['pruned']).toBeGreaterThan(0);
    expect(outputOf(await runPruned(3))).toEqual(outputOf(alone));
  });

  it('leaves out records that were removed for good of rows that nobody looks up', async () => {
    const pruned = numbers(100).map((n) =>
      recordId('tiny', 'tiny', { source: 'notes', key: [`${15 * +n}`] }),
    );
    const dump = writeDump(scratch.dir, {
      ...{ members: tables.members!, statementRows: 50 },
      notes: numbers(1500).map((id) => [id, '1', '0', null]),
    });
    const options = { pruned, profile: unkept, profileExport: './unkept.ts', stretchBytes: 2000 };
    const alone = await runImport(scratch.dir, dumpSource([dump]), options);
    expect(alone.result.tables['notes']).toMatchObject({ imported: 1400, excluded: { pruned: 100 } });
    const together = await runImport(scratch.dir, dumpSource([dump]), { ...options, jobs: 3 });
    expect(outputOf(together)).toEqual(outputOf(alone));
  });

  it('takes mended rows instead of those of the source, as one thread does', async () => {
    const dump = writeDump(scratch.dir, { ...tables, statementRows: 50 });
    const before = await runImport(scratch.dir, dumpSource([dump]));
    const path = join(scratch.dir, 'mended.ndjson');
    // Those of members are mended, and with them what refers to them; notes stay as they are.
    const mended = before.quarantine.flatMap((line) => {
      const { table, row, values } = JSON.parse(line) as { table: string; row: string; values: object };
      return table === 'members'
        ? [JSON.stringify({ table, row, values: { ...values, name: 'Mended' } })]
        : [];
    });
    writeFileSync(path, mended.join('\n'));
    const runMended = async (jobs: number | undefined): Promise<Run> =>
      runImport(scratch.dir, dumpSource([dump]), {
        ...{ jobs, stretchBytes: 2000, corrections: await readCorrections(path, tiny) },
      });
    const alone = await runMended(undefined);
    expect(alone.result.tables['members']).toMatchObject({ imported: 3000, quarantined: 0 });
    expect(alone.result.checks.find(({ id }) => id === 'corrections')).toMatchObject({
      outcome: 'holds',
      looked: 3,
    });
    expect(alone.tree).not.toBe(before.tree);
    expect(outputOf(await runMended(3))).toEqual(outputOf(alone));
  });

  it('leaves it to one thread which of two rows of one path came first', async () => {
    const given: TinyTables = {
      ...tables,
      extra:
        'CREATE TABLE `site2_notes` (\n  `id` int(11),\n  `member_id` int(11),\n  `draft` int(11),\n  `at` int(11)\n);\n' +
        "INSERT INTO `site2_notes` VALUES ('7',1,'0',NULL);\nINSERT INTO `notes` VALUES ('2-7',1,'0',NULL);\n",
    };
    const [alone, together] = [await run(given, undefined), await run(given, 3)];
    expect(together.ledger).toEqual(alone.ledger);
    expect(together.ledger.filter((line) => line.includes('path-taken'))).toHaveLength(1);
    expect(together.tree).toBe(alone.tree);
  });

  it('fails as one thread does, with code and next action', async () => {
    const members = numbers(3000).map((id) => [id, Number(id) > 2500 ? 'throws' : `M ${id}`, null, null]);
    await expect(run({ members }, 2)).rejects.toMatchObject({ code: 'mapper-failed', exitCode: 70 });
  });

  it('is one by a single thread, with a note, where others cannot load the profile', async () => {
    const notes: unknown[] = [];
    const source = (): Source => dumpSource([writeDump(scratch.dir, tables)]);
    const unloadable = await runImport(scratch.dir, source(), {
      ...{ jobs: 3, profileExport: './nowhere.ts', stretchBytes: 2000 },
      onEvent: (event) => void (event.type === 'note' && notes.push(event)),
    });
    expect(notes).toEqual([
      {
        type: 'note',
        code: 'profile-not-for-threads',
        message: expect.stringMatching(/^one thread maps, .*nowhere\.ts/) as string,
      },
    ]);
    expect(outputOf(unloadable)).toEqual(outputOf(await run(tables, undefined)));
  });
});

describe('rows that do not fit because another row is there', () => {
  const misfit = 'a name that is much longer than the sheet allows';
  /** Names of members by id, and the rules by which they are set aside. */
  const cases: readonly Readonly<Record<number, readonly [name: string, rule: string]>>[] = [
    // The other does not fit itself, and comes behind, or before.
    { 3: ['!m1990', 'rival'], 1990: [misfit, 'schema'] },
    { 1991: ['!m4', 'rival'], 4: [misfit, 'schema'] },
    // It is of another table, which looks into this one.
    { 10: ['!n7', 'rival'] },
    // Two are each other's, or three in a ring.
    { 11: ['=twin', 'rival'], 1993: ['=twin', 'rival'] },
    { 12: ['!m901', 'rival'], 901: ['!m1994', 'rival'], 1994: ['!m12', 'rival'] },
    // It fits beside both unfit rows, and beside none, but not beside one of them.
    { 13: ['?m902!m1995', 'rival'], 902: [misfit, 'schema'], 1995: ['!m1996', 'rival'] },
    // More unfit rows than are tried in every selection.
    Object.fromEntries([20, 21, 22, 1500, 1700, 1980].map((id) => [id, ['=many', 'rival']])),
  ];
  const extra = Object.assign({}, ...cases) as (typeof cases)[number];

  it('are the same whoever maps first, and in whatever order they come', async () => {
    const tables: TinyTables = {
      members: numbers(2000).map((id) => [id, extra[Number(id)]?.[0] ?? `Member ${id}`, null, null]),
      notes: numbers(500).map((id) => [id, id === '7' ? '9999' : `${Number(id) + 100}`, '0', null]),
      statementRows: 50,
    };
    const backwards = {
      ...tables,
      members: tables.members!.toReversed(),
      notes: tables.notes!.toReversed(),
    };
    const trees = new Set<string>();
    for (const given of [tables, backwards]) {
      const source = (): Source => dumpSource([writeDump(scratch.dir, given)]);
      const options = { profile: rivals, stretchBytes: 2000 };
      const alone = await runImport(scratch.dir, source(), options);
      const rules = alone.ledger.map((line) => JSON.parse(line) as { row: string; rule?: string });
      const unfit = rules.filter(({ row, rule }) => row.startsWith('members/') && rule !== undefined);
      expect(Object.fromEntries(unfit.map(({ row, rule }) => [row.slice('members/'.length), rule]))).toEqual(
        Object.fromEntries(Object.entries(extra).map(([id, [, rule]]) => [id, rule])),
      );
      for (const jobs of [2, 3])
        expect(outputOf(await runImport(scratch.dir, source(), { ...options, jobs }))).toEqual(
          outputOf(alone),
        );
      trees.add(alone.tree);
    }
    expect(trees.size).toBe(1);
  });

  it('leave a path to a row that fits, whether it was found in time that the other does not', async () => {
    const given = tinyDump({
      members: numbers(1000).map((id) => [id, id === '900' ? misfit : `Member ${id}`, null, null]),
      notes: [...numbers(500).map((id) => [id, id, '0', null]), ['2-7', '900', '0', null]],
      statementRows: 50,
      extra:
        'CREATE TABLE `site2_notes` (\n  `id` int(11),\n  `member_id` int(11),\n  `draft` int(11),\n  `at` int(11)\n);\n' +
        "INSERT INTO `site2_notes` VALUES ('7',1,'0',NULL);\n",
    });
    const [head, members, notes, more] = given.split(/(?=CREATE TABLE)/);
    const [rows, end] = more!.split(/(?=-- Dump completed)/);
    const path = join(scratch.dir, 'notes-first.sql');
    writeFileSync(path, [head, notes, rows, members, end].join(''));
    const fateOf = (run: Run, row: string): unknown =>
      run.ledger.map((line) => JSON.parse(line) as { row: string }).find((line) => line.row === row);
    const alone = await runImport(scratch.dir, dumpSource([path]));
    expect(fateOf(alone, 'notes/2-7')).toMatchObject({ outcome: 'quarantined', rule: 'dangling' });
    expect(fateOf(alone, 'notes@2/7')).toMatchObject({ outcome: 'imported' });
    for (const stretchBytes of [2000, 1e9])
      expect(outputOf(await runImport(scratch.dir, dumpSource([path]), { jobs: 2, stretchBytes }))).toEqual(
        outputOf(alone),
      );
  });
});
