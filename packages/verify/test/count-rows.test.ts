import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCounts, countRows } from '../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

async function count(sql: string | Buffer): Promise<Record<string, number>> {
  const path = join(scratch.dir, 'dump');
  writeFileSync(path, sql);
  return Object.fromEntries(await countRows([path]));
}

describe('the independent count', () => {
  it.each([
    ['one INSERT with several rows', 'INSERT INTO `t` VALUES (1),(2),(3);', { t: 3 }],
    [
      'rows on lines of their own',
      'INSERT INTO `t` VALUES\n(1),\n(2);\nINSERT INTO `t` VALUES\n(3);',
      { t: 3 },
    ],
    ['column lists', 'INSERT INTO `t` (`a`,`b`) VALUES (1,2),(3,4);', { t: 2 }],
    [
      'brackets, semicolons and quotes inside text',
      "INSERT INTO `t` VALUES ('a),(b;'),('it''s'),('\\'),('),(\"x),(\"),('\\\\');",
      { t: 5 },
    ],
    [
      'comments of all kinds',
      '-- INSERT INTO `t` VALUES (1);\n# (\n/* INSERT INTO `t` VALUES (1); */INSERT INTO `t` VALUES (1)/*,(2)*/;',
      { t: 1 },
    ],
    ['dashes that are no comment', "INSERT INTO `t` VALUES ('a -- b'),(1--1),(2);", { t: 3 }],
    ['functions in rows', "INSERT INTO `t` VALUES (1,SHA1('x')),(2,(3));", { t: 2 }],
    [
      'REPLACE, IGNORE and qualified names',
      'REPLACE INTO `d`.`t` VALUES (1);INSERT IGNORE INTO t VALUES (2);',
      { t: 2 },
    ],
    ['names with brackets and backticks', 'INSERT INTO `a(``b` VALUES (1),(2);', { 'a(`b': 2 }],
    ['ON DUPLICATE KEY', 'INSERT INTO t VALUES (1),(2) ON DUPLICATE KEY UPDATE a=VALUES(a);', { t: 2 }],
    ['INSERT … SELECT', 'INSERT INTO t SELECT (1),(2) FROM s;INSERT INTO u VALUES (1);', { u: 1 }],
    [
      'procedures',
      'DELIMITER ;;\nCREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); END ;;\nDELIMITER ;\nINSERT INTO t VALUES (3);',
      { t: 1 },
    ],
    ['CREATE TABLE', 'CREATE TABLE `t` (`a` int, KEY (`a`));\nINSERT INTO `t` VALUES (1);', { t: 1 }],
    ['an empty dump', '', {}],
  ])('knows %s', async (_name, sql, expected) => {
    expect(await count(sql)).toEqual(expected);
    expect(await count(gzipSync(sql))).toEqual(expected);
  });

  it('knows names in UTF-8', async () => {
    expect(await count('INSERT INTO `größe` VALUES (1);')).toEqual({ größe: 1 });
  });
});

describe('the counts check', () => {
  const account = (rows: number) => ({ rows, imported: rows, folded: 0, excluded: {}, quarantined: 0 });
  const check = async (sql: string, tables: Record<string, ReturnType<typeof account>>) => {
    const path = join(scratch.dir, 'dump');
    writeFileSync(path, sql);
    return checkCounts([path], tables);
  };

  it('holds where every table agrees', async () => {
    expect(await check('INSERT INTO t VALUES (1),(2);', { t: account(2), empty: account(0) })).toMatchObject({
      outcome: 'holds',
      looked: 2,
    });
  });

  it.each([
    ['a lost row', { t: account(1) }, 'rows-differ'],
    ['an invented row', { t: account(3) }, 'rows-differ'],
    ['a table that came out empty', { t: account(0) }, 'table-empty'],
    ['a table that is not accounted for', {}, 'table-empty'],
  ])('fails on %s', async (_name, tables, code) => {
    const found = await check(
      'INSERT INTO t VALUES (1),(2);',
      tables as Record<string, ReturnType<typeof account>>,
    );
    expect([found.outcome, found.findings[0]?.code]).toEqual(['fails', code]);
  });

  it('is unknown for a dump without rows', async () => {
    expect((await check('CREATE TABLE t (a int);', { t: account(0) })).outcome).toBe('unknown');
  });
});
