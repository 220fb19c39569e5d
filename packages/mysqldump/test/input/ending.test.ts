import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDump } from '../../src/index.ts';
import { collect } from '../support/read.ts';

describe('a directory whose maker says how it ended', () => {
  const table = 'CREATE TABLE `t` (`a` int);\n';
  const finished = '# Finished dump at: 2026-01-02 03:05:00\n';
  let at: string;
  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), 'mysqldump-ending-'));
    writeFileSync(join(at, 'd.t-schema.sql'), table);
    writeFileSync(join(at, 'd.t.00000.sql'), 'INSERT INTO `t` VALUES (1),\n(2);\n');
  });
  afterEach(() => rmSync(at, { recursive: true, force: true }));

  it.each<[string, Record<string, string>, boolean]>([
    [
      'mydumper',
      { metadata: 'Started dump at: 2026-01-02 03:04:05\n\nFinished dump at: 2026-01-02 03:05:00\n' },
      true,
    ],
    ['mydumper, with rows', { metadata: `[\`d\`.\`t\`]\nreal_table_name=t\nrows = 2\n${finished}` }, true],
    [
      'mydumper, with a name no file can have',
      { metadata: `[\`d\`.\`mydumper_0\`]\nreal_table_name=t\nRows = 2\n${finished}` },
      true,
    ],
    [
      'mydumper, with rows that it has not counted',
      { metadata: `[\`d\`.\`t\`]\nrows = -1\n${finished}` },
      true,
    ],
    ['mydumper, with rows in files of their own', { metadata: finished, 'd.t-metadata': '2\n' }, true],
    ['nobody', {}, false],
  ])('is whole where %s says so', async (_maker, files, complete) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
    const { rows, end } = await collect(readDump(at));
    expect(rows['d.t']).toHaveLength(2);
    expect([end?.complete, end?.completedAt]).toEqual([
      complete,
      complete ? '2026-01-02T03:05:00Z' : undefined,
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'it was still at work',
      { metadata: finished, 'metadata.partial': 'Started dump at: 2026-01-02 03:04:05\n' },
      'metadata.partial: its maker was not finished',
    ],
    [
      'it ended before its end',
      { metadata: 'Started dump at: 2026-01-02 03:04:05\n' },
      'metadata: its maker was not finished',
    ],
    [
      'a chunk is missing',
      { metadata: `[\`d\`.\`t\`]\nrows = 3\n${finished}` },
      'it says 3 rows of d.t, and 2 were read',
    ],
    [
      'a table is missing',
      { metadata: `[\`d\`.\`u\`]\nrows = 1\n${finished}` },
      'it says 1 rows of d.u, and 0 were read',
    ],
    [
      'rows are missing by a file of their own',
      { metadata: finished, 'd.t-metadata': '7' },
      'it says 7 rows of d.t, and 2 were read',
    ],
  ])('is refused where %s, and noted by lenient reading', async (_fault, files, message) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
    await expect(collect(readDump(at))).rejects.toMatchObject({
      code: 'dump-incomplete',
      message: expect.stringContaining(message) as string,
    });
    const { rows, end, notes } = await collect(readDump(at, { lenient: true }));
    expect(rows['d.t']).toHaveLength(2);
    expect(end?.complete).toBe(false);
    expect(notes.map(({ code }) => code)).toContain('dump-incomplete');
  });

  it('is held against all its rows, also of tables that are not asked for', async () => {
    writeFileSync(join(at, 'metadata'), `[\`d\`.\`t\`]\nrows = 2\n${finished}`);
    const { end } = await collect(readDump(at, { tables: () => false }));
    expect(end?.complete).toBe(true);
  });
});
