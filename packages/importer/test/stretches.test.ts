import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Listener, ProgressEvent } from '@cutover/core';
import { scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dumpSource, type Source } from '../src/index.ts';
import { indexSource, type SourceFacts } from '../src/index-pass.ts';
import { Lookup } from '../src/lookup/lookup.ts';
import type { MapInput } from '../src/map-pass.ts';
import { MapThreads } from '../src/parallel/map-threads.ts';
import { lookAhead } from '../src/parallel/map-together.ts';
import { type Piece, piecesLeft, piecesOf } from '../src/parallel/pieces.ts';
import { SharedPass } from '../src/parallel/shared-pass.ts';
import { type Stretch, wellCut } from '../src/parallel/stretches.ts';
import type { SourceReadOptions } from '../src/source.ts';
import { circle } from './circle.ts';
import { tiny, tinyDump, type TinyTables, writeDump } from './tiny.ts';
import { outputOf, type Run, runImport, type RunOptions } from './whole-run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());
afterEach(() => vi.restoreAllMocks());

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i + 1}`);

/** Tables of many statements; rows that do not fit, also after others have looked them up. */
const tables: TinyTables = {
  members: numbers(900).map((id) => [
    id,
    Number(id) % 97 === 0 ? 'a name that is much longer than the sheet allows' : `Mémber ${id}`,
    `m${id}@example.org`,
    `h${id}`.repeat(5),
  ]),
  notes: numbers(700).map((id) => [id, `${Number(id) * 3}`, Number(id) % 50 === 0 ? '1' : '0', null]),
  parts: numbers(900).map((n) => [`${Number(n) % 50 === 0 ? 1 : Number(n) % 800}`, n, `part ${n} — über`]),
  logs: numbers(300).map((line) => [line]),
  statementRows: 30,
};
const stretchBytes = 2000;

/** A source that says how it is read; `change` may do so before each reading. */
function watched(source: Source, change?: (options: SourceReadOptions, reading: number) => void) {
  const readings: SourceReadOptions[] = [];
  const read: Source['read'] = (options = {}) => {
    readings.push(options);
    change?.(options, readings.length);
    return source.read(options);
  };
  return { source: { ...source, read }, readings };
}

let alone: Promise<Run> | undefined;

/** What one thread makes of the rows that all dumps here hold, read in one go. */
async function runAlone(): Promise<Run> {
  const { source, readings } = watched(dumpSource([writeDump(scratch.dir, tables)]));
  const run = await runImport(scratch.dir, source);
  expect(readings.some(({ from, to, cursors }) => from ?? to ?? cursors)).toBe(false);
  expect(run.quarantine.length).toBeGreaterThan(20);
  return run;
}

async function expectSame(paths: readonly string[], { jobs = 2, inStretches = true } = {}): Promise<void> {
  const { source, readings } = watched(dumpSource(paths));
  const together = await runImport(scratch.dir, source, { jobs, stretchBytes });
  expect(readings.some(({ from, to }) => from ?? to)).toBe(inStretches);
  expect(outputOf(together)).toEqual(outputOf(await (alone ??= runAlone())));
}

function put(name: string, bytes: string | Buffer): string {
  const path = join(scratch.dir, name);
  writeFileSync(path, bytes);
  return path;
}

describe('an import by threads that read one stretch after the other', () => {
  it('gives what one thread gives that reads all', async () => {
    await expectSame([writeDump(scratch.dir, tables)], { jobs: 3 });
  });

  it('gives the same of several files, one of which ends in the middle of a statement', async () => {
    const dump = tinyDump(tables);
    const cuts = [dump.indexOf('CREATE TABLE `notes`'), dump.indexOf('INSERT INTO `parts`') + 60];
    const texts = [dump.slice(0, cuts[0]), dump.slice(cuts[0], cuts[1]), dump.slice(cuts[1])];
    await expectSame(texts.map((text, i) => put(`file-${i}.sql`, text)));
  });

  it('gives the same where statements in the middle change charset, database and sql_mode', async () => {
    const [head, ...statements] = tinyDump(tables).split(/(?=^INSERT INTO `members`|^CREATE TABLE `notes`)/m);
    const latin1 = statements.splice(10, 10).join('');
    const rest = statements.splice(-1)[0]!.replace('CREATE TABLE', 'USE `tiny`;\nCREATE TABLE');
    const text = [
      Buffer.from(head! + statements.splice(0, 10).join('')),
      Buffer.from(`SET NAMES latin1;\nSET sql_mode='NO_BACKSLASH_ESCAPES';\n${latin1}`, 'latin1'),
      Buffer.from(`SET NAMES utf8mb4;\n${statements.join('')}${rest}`),
    ];
    await expectSame([put('session.sql', Buffer.concat(text))]);
  });

  it('gives the same of a compressed dump, and of one statement a table: each thread reads all', async () => {
    await expectSame([put('whole.sql.gz', gzipSync(tinyDump(tables)))], { inStretches: false });
    const { statementRows: _, ...oneEach } = tables;
    await expectSame([writeDump(scratch.dir, oneEach)], { inStretches: false });
  });

  it('tells how far all threads are, never less than before in a pass, and all in the end', async () => {
    const seen: ProgressEvent[] = [];
    const path = writeDump(scratch.dir, { ...tables, parts: [], notes: [] });
    const source = dumpSource([path]);
    await runImport(scratch.dir, source, {
      ...{ jobs: 2, stretchBytes },
      onEvent: (event) => {
        if (event.type === 'progress' && event.phase === 'import') seen.push(event);
      },
    });
    expect(seen.length).toBeGreaterThan(2);
    for (const [i, { rowsDone, bytesDone }] of seen.slice(1).entries()) {
      expect(rowsDone).toBeGreaterThanOrEqual(seen[i]!.rowsDone!);
      expect(bytesDone).toBeGreaterThanOrEqual(seen[i]!.bytesDone!);
    }
    const bytes = readFileSync(path).length;
    expect(seen.at(-1)).toMatchObject({
      ...{ rowsDone: 1200, rowsTotal: 1200, bytesDone: bytes, bytesTotal: bytes },
    });
  });
});

describe('a row that would be lost or come twice', () => {
  const fails = (message: RegExp) => ({
    ...{ code: 'source-changed', exitCode: 3, next: expect.stringContaining('import again') as string },
    message: expect.stringMatching(message) as string,
  });

  it('is noticed where a stretch is passed over', async () => {
    const { claim } = Object.getOwnPropertyDescriptors(SharedPass.prototype);
    vi.spyOn(SharedPass.prototype, 'claim').mockImplementationOnce(function (this: SharedPass) {
      (claim.value as () => number).call(this);
      return (claim.value as () => number).call(this);
    });
    const source = dumpSource([writeDump(scratch.dir, { ...tables, parts: [], notes: [] })]);
    const running = runImport(scratch.dir, source, { jobs: 2, stretchBytes });
    await expect(running).rejects.toMatchObject(fails(/had \d+ rows when it was indexed, then \d+/));
  });

  it.each([
    ['has no rows', '-- nothing\n', /fewer rows/],
    ['has another table', 'CREATE TABLE `x` (a int);\nINSERT INTO `x` VALUES (1);\n', /no table x/],
    ['has too many rows', tinyDump({ ...tables, statementRows: 3000 }), /more rows than/],
  ])('is noticed where a stretch %s', async (_name, text, message) => {
    const other = dumpSource([put('other.sql', text)]);
    const source = dumpSource([writeDump(scratch.dir, { ...tables, parts: [], notes: [] })]);
    const read: Source['read'] = (options) =>
      (options?.from ?? options?.to) ? other.read() : source.read(options);
    const running = runImport(scratch.dir, { ...source, read }, { jobs: 2, stretchBytes });
    await expect(running).rejects.toMatchObject(fails(message));
  });

  const whole = tinyDump({ ...tables, parts: [], notes: [] });
  const lines = whole.split('\n');
  const lastRows = lines.findLastIndex((line) => line.startsWith('INSERT INTO `members`'));
  it.each([
    ['one row less', whole.replace(/,\('300',[^)]*\)/, ''), 'source-changed'],
    ['a statement less', lines.filter((_, i) => i !== lastRows).join('\n'), 'source-changed'],
    ['a statement more', [...lines.slice(0, -1), lines[lastRows], ''].join('\n'), 'source-changed'],
    ['cut in a statement', whole.slice(0, whole.length / 2), 'truncated-in-string'],
    [
      'a table more',
      whole.replace(
        'CREATE TABLE `logs`',
        'CREATE TABLE `more` (a int);\nINSERT INTO `more` VALUES (1);\nCREATE TABLE `logs`',
      ),
      'source-changed',
    ],
  ])('is noticed where the dump has %s than when it was indexed', async (_name, after, ofOne) => {
    expect(after).not.toBe(whole);
    for (const [jobs, bytes] of [
      [1, 0],
      [2, stretchBytes],
      [2, 1e9],
    ] as const) {
      const path = put('changes.sql', whole);
      const { source } = watched(dumpSource([path]), (_, reading) => {
        if (reading === 2) writeFileSync(path, after);
      });
      const options = { jobs, stretchBytes: bytes };
      const error = (await runImport(scratch.dir, source, options).catch((thrown: unknown) => thrown)) as {
        readonly code: string;
      };
      expect(error.code).toBe(jobs === 1 ? ofOne : 'source-changed');
    }
  });
});

describe('a pass that has to be made again', () => {
  let facts: SourceFacts;
  let lookup: Lookup;
  const source = () => dumpSource([join(scratch.dir, 'again.sql')]);
  beforeAll(async () => {
    put('again.sql', tinyDump({ ...tables, statementRows: 300 }));
    lookup = await Lookup.create(join(scratch.dir, 'lookup'));
    facts = await indexSource({ profile: tiny, source: source(), lookup, stretchBytes });
  });
  afterAll(() => lookup.close());

  const keysOf = ({ event, from, to }: Piece): string[] =>
    event.rows.slice(from, to).map((row) => `${event.table.name} ${String(row[0])} ${String(row[1])}`);

  it.each([
    ['stretches', true],
    ['units', false],
  ])(
    'leaves to one thread what others have not finished of %s: every row comes once, in order',
    async (_, inStretches) => {
      const stretches = inStretches ? facts.stretches! : undefined;
      const pass = SharedPass.create(facts.rowsTotal, stretches);
      const input = { source: source(), facts, stretches } as Partial<MapInput> as MapInput;
      const one = piecesOf({ ...input, pass });
      const other = piecesOf({ ...input, pass: new SharedPass(pass.shared), isThread: true });
      const done: string[] = [];
      for (const pieces of [one, other, one, other, other, other])
        done.push(...keysOf((await pieces.next()).value as Piece));
      pass.tellLate();
      for (const pieces of [one, other])
        for (let next = await pieces.next(); next.done !== true; next = await pieces.next())
          done.push(...keysOf(next.value));
      const left: string[] = [];
      for await (const piece of piecesLeft(input, pass)) left.push(...keysOf(piece));
      const all: string[] = [];
      for await (const piece of piecesOf(input)) all.push(...keysOf(piece));
      expect(left.length).toBeGreaterThan(500);
      expect(left).toEqual(all.filter((key) => !done.includes(key)));
      expect([...done, ...left].sort()).toEqual(all.sort());
    },
  );

  it('is made again about as often as by one thread, with the same result', async () => {
    const [head, members, notes, parts, logs] = tinyDump(tables).split(/(?=CREATE TABLE)/);
    const [lines, end] = logs!.split('-- Dump completed');
    const path = put('backwards.sql', `${head}${parts}${notes}${members}${lines}-- Dump completed${end}`);
    const passesOf = async (options: RunOptions): Promise<[number, unknown]> => {
      let [passes, last] = [0, Infinity];
      const onEvent: Listener = (event) => {
        if (event.type !== 'progress' || event.phase !== 'import') return;
        if (event.rowsDone! < last) passes++;
        last = event.rowsDone!;
      };
      const run = await runImport(scratch.dir, dumpSource([path]), { ...options, onEvent });
      return [passes, outputOf(run)];
    };
    const [once, output] = await passesOf({});
    expect(once).toBeGreaterThan(1);
    for (const apart of [stretchBytes, 1e9]) {
      const [passes, same] = await passesOf({ jobs: 2, stretchBytes: apart });
      expect(same).toEqual(output);
      expect(passes).toBeLessThanOrEqual(once + 2);
    }
  });

  it('is not made where rows are mapped after those that they look up, and circles are looked through first', async () => {
    const backwards = tinyDump(tables).split(/(?=CREATE TABLE)/);
    const [head, members, notes, parts, logs] = backwards;
    const spoilt = parts!.replace('part 60 ', 'spoilt 60 ');
    const path = put('circle.sql', [head, spoilt, notes, members, logs].join(''));
    const dump = dumpSource([path]);
    const own = await Lookup.create(join(scratch.dir, 'circle'));
    const threads = new MapThreads(1);
    try {
      const found = await indexSource({ profile: circle, source: dump, lookup: own, stretchBytes });
      expect(found.lookAhead).toEqual({ ahead: ['notes'], behind: ['parts'] });
      const first = (table: string) => found.stretches!.findIndex(({ tables: of }) => of.includes(table));
      expect(
        ['members', 'notes', 'parts', 'logs'].map(first).every((at, i, all) => at >= (all[i - 1] ?? 0)),
      ).toBe(true);
      expect(found.stretches!.reduce((sum, { rows }) => sum + rows, 0)).toBe(found.rowsTotal);
      const input = { profile: circle, instance: 'circle', source: dump, facts: found, lookup: own };
      const profileModule = new URL('./circle.ts', import.meta.url).href;
      await lookAhead(
        { ...input, moment: undefined, wantUrls: false },
        { threads, profileModule, stretches: found.stretches, pruned: new Set(), corrections: undefined },
        found.lookAhead,
      );
      const why = (source: string, ...key: string[]) => own.withheldBy({ source, scope: '', key })?.rule;
      expect(why('notes', '60')).toBe('dangling');
      expect(why('parts', '60', '60')).toBe('folds-into-nothing');
      // Nobody has looked it up: the pass finds it in time.
      expect(why('parts', '750', '750')).toBeUndefined();
      expect(why('parts', '61', '61')).toBeUndefined();
      // Not of a circle: it is found by the pass itself, before any note is mapped.
      expect(why('members', '97')).toBeUndefined();
    } finally {
      await threads.stop();
      await own.close();
    }
  });

  it('is cut only where no part is too much of the whole', () => {
    const of = (...rows: number[]) => rows.map((count) => ({ rows: count }) as Stretch);
    expect(wellCut(of(1, 1, 1, 1), 2)).toHaveLength(4);
    expect(wellCut(of(1, 1, 2), 2)).toBeUndefined();
    expect(wellCut(undefined, 2)).toBeUndefined();
  });

  it('holds the tables of a cursor together with those of the one before', () => {
    const cursors = facts.stretches!.flatMap(({ from }) => from ?? []);
    const later = cursors.filter(({ tables: of }) => of.some(({ table }) => table.name === 'parts'));
    expect(later.length).toBeGreaterThan(1);
    for (const name of ['members', 'notes'])
      expect(
        new Set(later.map((cursor) => cursor.tables.find(({ table }) => table.name === name))).size,
      ).toBe(1);
  });
});
