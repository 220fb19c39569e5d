import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cutDump,
  isSeekable,
  rangesAgree,
  readDump,
  type Cursor,
  type DumpRange,
  type Value,
} from '../src/index.ts';
import { sampleDump } from './support/sample.ts';
import { collect } from './support/read.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mysqldump-cursor-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

function put(name: string, bytes: Buffer | string): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

async function cut(path: string, parts: number): Promise<DumpRange[]> {
  const ranges: DumpRange[] = [];
  for await (const range of cutDump(path, parts)) ranges.push(range);
  return ranges;
}

/** Two tables, statements of one and of many rows, a change of charset on the way. */
function large(): string {
  let text = '-- MySQL dump 10.13\nSET NAMES utf8mb4;\nUSE `d`;\n';
  for (const name of ['a', 'b']) {
    text += `DROP TABLE IF EXISTS \`${name}\`;\nCREATE TABLE \`${name}\` (\`id\` int, \`t\` text);\n`;
    for (let i = 0; i < 400; i++)
      text += `INSERT INTO \`${name}\` VALUES (${i},'x\\'\nINSERT INTO a VALUES (1)');\n`;
    text += `INSERT INTO \`${name}\` VALUES ${Array.from({ length: 3000 }, (_, i) => `(${i},'é${'y'.repeat(i % 90)}')`).join(',')};\n`;
    text += 'SET NAMES latin1;\n'.repeat(name === 'a' ? 1 : 0) + 'SET NAMES utf8mb4;\n';
  }
  return `${text}-- Dump completed on 2026\n`;
}

describe('a cursor', () => {
  it.each(['plain', 'gzip'])('resumes behind every event: no row lost, none twice (%s)', async (kind) => {
    const path = put(`${kind}.sql`, kind === 'gzip' ? gzipSync(large()) : large());
    const whole = (await collect(readDump(path))).rows;
    for (let stopAt = 1; stopAt < 30; stopAt += 3) {
      const reader = readDump(path);
      const rows: Record<string, Value[][]> = {};
      let events = 0;
      for await (const event of reader) {
        if (event.kind === 'rows') (rows[`d.${event.table.name}`] ??= []).push(...event.rows);
        if (++events === stopAt) break;
      }
      const cursor = JSON.parse(JSON.stringify(reader.cursor())) as Cursor;
      // Rows behind the cursor's statement are read again; its counts say how many were before it.
      for (const { table, rows: count } of cursor.tables) rows[`d.${table.name}`]?.splice(count);
      const rest = await collect(readDump(path, { from: cursor }));
      for (const [name, more] of Object.entries(rest.rows)) (rows[name] ??= []).push(...more);
      expect(rows).toEqual(whole);
      expect(rest.end.complete).toBe(true);
      expect(rest.end.tables.map((one) => one.rows)).toEqual([3400, 3400]);
    }
  });

  it('at the end of the file leaves nothing', async () => {
    const path = put('end.sql', sampleDump);
    const { end } = await collect(readDump(path));
    expect((await collect(readDump(path, { from: end.cursor }))).rows).toEqual({});
  });

  it('of another file is refused', async () => {
    const { end } = await collect(readDump(put('long.sql', large())));
    const other = readDump(put('short.sql', sampleDump), { from: end.cursor });
    await expect(collect(other)).rejects.toMatchObject({ code: 'cursor-mismatch' });
  });
});

describe('ranges', () => {
  it('join to the whole, or say that they do not', async () => {
    const path = put('ranges.sql', large());
    const whole = (await collect(readDump(path))).rows;
    for (const parts of [1, 2, 3, 7]) {
      const rows: Record<string, Value[][]> = {};
      let ranges = await cut(path, parts);
      for (let i = 0; i < ranges.length; i++) {
        const range = ranges[i];
        // A string of this dump holds a line that looks like a statement: some cuts are wrong, and noticed.
        const result = await collect(
          readDump(path, {
            ...(range?.from && { from: range.from }),
            ...(range?.to !== undefined && { to: range.to }),
          }),
        ).catch(() => undefined);
        const next = ranges[i + 1];
        if (result === undefined || (next !== undefined && !rangesAgree(result.end.cursor, next))) {
          ranges = [
            ...ranges.slice(0, i),
            { from: range?.from, to: ranges[i + 1]?.to },
            ...ranges.slice(i + 2),
          ];
          i--;
          continue;
        }
        for (const [name, more] of Object.entries(result.rows)) (rows[name] ??= []).push(...more);
      }
      expect(rows).toEqual(whole);
    }
  });

  it('of a compressed file are refused', async () => {
    await expect(cut(put('r.gz', gzipSync(sampleDump)), 2)).rejects.toMatchObject({
      code: 'range-boundary',
    });
  });

  it('that do not end at a boundary are refused', async () => {
    const path = put('mid.sql', sampleDump);
    await expect(
      collect(readDump(path, { to: { file: 0, offset: sampleDump.indexOf('Bob') } })),
    ).rejects.toMatchObject({
      code: 'range-boundary',
    });
  });
});

describe('options', () => {
  it('tables: others are counted, not delivered', async () => {
    const { rows, end } = await collect(
      readDump(put('skip.sql', sampleDump), { tables: (name) => name === 'numbers' }),
    );
    expect(Object.keys(rows)).toEqual(['sample.numbers']);
    expect(end.tables.map((one) => one.rows)).toEqual([4, 5]);
  });

  it('onProgress and signal', async () => {
    const path = put('progress.sql', large());
    const seen: number[] = [];
    const controller = new AbortController();
    const reading = collect(
      readDump(path, {
        signal: controller.signal,
        onProgress: ({ bytesDone, bytesTotal, rows }) => {
          seen.push(bytesDone / (bytesTotal ?? 1));
          if (rows > 2000) controller.abort();
        },
      }),
    );
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    expect(seen.length).toBeGreaterThan(1);
  });

  it('batchRows: firstRow counts on from batch to batch', async () => {
    let next = 1;
    for await (const event of readDump(put('batch.sql', large()), {
      batchRows: 100,
      tables: (name) => name === 'a',
    })) {
      if (event.kind !== 'rows') continue;
      expect(event.rows.length).toBeLessThanOrEqual(100);
      expect(event.firstRow).toBe(next);
      next += event.rows.length;
    }
    expect(next).toBe(3401);
  });
});

describe('cursors that are told while a dump is read', () => {
  /** Reads from each told cursor to the next; what all of them gave, joined, beside the whole. */
  async function inParts(paths: string[], apart: number) {
    const cursors: Cursor[] = [];
    const before: number[] = [];
    const tell = (cursor: Cursor, bytes: number): void => {
      cursors.push(JSON.parse(JSON.stringify(cursor)) as Cursor);
      before.push(bytes);
    };
    const whole = await collect(readDump(paths, { cursors: { apart, tell } }));
    const rows: Record<string, Value[][]> = {};
    for (const [i, from] of [undefined, ...cursors].entries()) {
      const to = cursors[i];
      const part = await collect(readDump(paths, { ...(from && { from }), ...(to && { to }) }));
      const count = Object.values(part.rows).reduce((sum, list) => sum + list.length, 0);
      if (to !== undefined) expect(count).toBe(to.rows - (from?.rows ?? 0));
      for (const [name, more] of Object.entries(part.rows)) (rows[name] ??= []).push(...more);
    }
    expect(rows).toEqual(whole.rows);
    return { cursors, before };
  }

  it.each([1, 3000, 20_000])('cut it so that each row is in one part (%i bytes apart)', async (apart) => {
    const { cursors, before } = await inParts([put('told.sql', large())], apart);
    expect(cursors.length).toBeGreaterThan(3);
    for (const [i, at] of before.entries()) expect(at - (before[i - 1] ?? 0)).toBeGreaterThanOrEqual(apart);
    expect(cursors.map(({ offset }) => offset)).toEqual(before);
  });

  it('stand where conditional comments follow the rows, as mysqldump writes them, and over several files', async () => {
    const table = (name: string): string =>
      `/*!40000 DROP TABLE IF EXISTS ${name} */;\nCREATE TABLE ${name} (id int, t text);\nLOCK TABLES ${name} WRITE;\n` +
      `/*!40000 ALTER TABLE ${name} DISABLE KEYS */;\n` +
      `INSERT INTO ${name} VALUES ${Array.from({ length: 700 }, (_, i) => `(${i},'é')`).join(',\n')};\n`.repeat(
        9,
      ) +
      `/*!40000 ALTER TABLE ${name} ENABLE KEYS */;\nUNLOCK TABLES;\n/*!40000 INSERT INTO ${name} VALUES (1,'x') */;\n`;
    const text = ['a', 'b', 'c'].map(table).join('-- between\n\n');
    const { cursors } = await inParts([put('cond.sql', text)], 1);
    expect(cursors.length).toBeGreaterThan(20);
    const bytes = Buffer.from(`-- a dump\n${text}`);
    const at = [0, bytes.indexOf('UNLOCK'), bytes.indexOf('CREATE TABLE c'), bytes.length];
    for (const inStatement of [0, 100]) {
      const paths = at.slice(1).map((end, i) => {
        const from = i === 0 ? 0 : at[i]! + inStatement;
        return put(
          `several-${inStatement}-${i}.sql`,
          bytes.subarray(from, i === 2 ? end : end + inStatement),
        );
      });
      const several = await inParts(paths, 1);
      expect(new Set(several.cursors.map(({ file }) => file))).toEqual(new Set([0, 1, 2]));
      await inParts(paths, 9000);
    }
  });

  it('carry what statements before them set: charset of a database, names, modes', async () => {
    const text =
      'CREATE DATABASE d CHARACTER SET latin1;\nUSE d;\nCREATE TABLE a (t varchar(9));\n' +
      `INSERT INTO a VALUES ${"('x'),".repeat(99)}('y');\n` +
      `CREATE TABLE b (t varchar(9));\nSET NAMES binary;\nINSERT INTO b VALUES ${"('x'),".repeat(99)}('\xe9');\n` +
      'SET NAMES latin1;\n' +
      `SET sql_mode='NO_BACKSLASH_ESCAPES';\nCREATE TABLE d.c (t varchar(9) CHARACTER SET utf8);\n` +
      `INSERT INTO c VALUES ${"('x\\'),".repeat(99)}('\xe9');\n`;
    const path = put('session.sql', Buffer.from(text, 'latin1'));
    // By the second distance a table is created and filled in one part.
    for (const apart of [1, 650]) expect((await inParts([path], apart)).cursors.length).toBeGreaterThan(1);
    const { cursors } = await inParts([path], 1);
    expect(cursors.at(-1)).toMatchObject({ rows: 300, databaseCharsets: { d: 'latin1' } });
  });

  it('are not told inside a conditional comment', async () => {
    const rows = `INSERT INTO a VALUES ${'(1),'.repeat(99)}(2);\n`;
    const text = `CREATE TABLE a (id int);\n/*!40000 ${rows}${rows}*/;\n${rows}`;
    const { cursors } = await inParts([put('open.sql', text)], 1);
    expect(cursors.every(({ comments }) => comments === 0)).toBe(true);
  });
});

describe('a source', () => {
  it('is seekable where it is plain files of SQL', async () => {
    const plain = put('seek.sql', sampleDump);
    const packed = put('seek.sql.gz', gzipSync(sampleDump));
    const marked = put('seek-bom.sql', `\uFEFF${sampleDump}`);
    const wide = put('seek-16.sql', Buffer.from(`\uFEFF${sampleDump}`, 'utf16le'));
    const dumper = join(dir, 'dumper');
    mkdirSync(dumper);
    for (const file of ['d.t-schema.sql', 'd.t.sql']) writeFileSync(join(dumper, file), sampleDump);
    expect(await isSeekable([plain])).toBe(true);
    expect(await isSeekable([plain, plain])).toBe(true);
    for (const no of [packed, marked, wide, dumper]) expect(await isSeekable([no])).toBe(false);
    expect(await isSeekable([plain, packed])).toBe(false);
    await expect(isSeekable([join(dir, 'nowhere.sql')])).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
