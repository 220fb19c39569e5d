import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutDump, rangesAgree, readDump, type Cursor, type DumpRange, type Value } from '../src/index.ts';
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
    await expect(collect(readDump(path, { to: sampleDump.indexOf('Bob') }))).rejects.toMatchObject({
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
