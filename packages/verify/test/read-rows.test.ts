import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dumpSource } from '@cutover/importer';
import { describeWithCorpus, scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DumpRow, readRows } from '../src/index.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

async function read(sql: string | Buffer): Promise<DumpRow[]> {
  const path = join(scratch.dir, 'dump');
  writeFileSync(path, sql);
  const all: DumpRow[] = [];
  for await (const rows of readRows([path])) all.push(...rows);
  return all;
}

async function count(sql: string | Buffer): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const { table } of await read(sql)) rows[table.name] = (rows[table.name] ?? 0) + 1;
  return rows;
}

describe('the independent reader counts', () => {
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
    [
      'programs that are written without DELIMITER',
      'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN IF 1 THEN INSERT INTO u VALUES (1); END IF; SET @a = CASE 1 WHEN 1 THEN 2 END; END;INSERT INTO t VALUES (1);',
      { t: 1 },
    ],
    [
      'conditional comments',
      '/*!40000 INSERT INTO `t` VALUES (1)*/;/*!99999 INSERT INTO `t` VALUES (2) */;',
      { t: 1 },
    ],
  ])('knows %s', async (_name, sql, expected) => {
    expect(await count(sql)).toEqual(expected);
    expect(await count(gzipSync(sql))).toEqual(expected);
  });

  it('knows names in UTF-8', async () => {
    expect(await count('INSERT INTO `größe` VALUES (1);')).toEqual({ größe: 1 });
  });
});

describe('the independent reader reads', () => {
  const cells = async (sql: string | Buffer) => (await read(sql)).map((row) => row.cells);
  const table = (columns: string, rows: string, before = '') =>
    `${before}CREATE TABLE t (${columns}) DEFAULT CHARSET=latin1;\nINSERT INTO t VALUES ${rows};`;

  it.each<[string, string | Buffer, readonly unknown[]]>([
    ['text, numbers and NULL', table('a text, b int, c int', `('x',1.10,NULL)`), ['x', '1.10', null]],
    ['escapes', table('a text', String.raw`('a\'b\n\0\\\%\x''q')`), [String.raw`a'b`.concat("\n\0\\\\%x'q")]],
    ['text in UTF-8', table('a text', `('é😀')`), ['é😀']],
    [
      'text in latin1, as MySQL means it',
      Buffer.concat([
        Buffer.from("SET NAMES latin1;CREATE TABLE t (a text);INSERT INTO t VALUES ('"),
        Buffer.from([0x80, 0xe9, 0x81]),
        Buffer.from("');"),
      ]),
      ['€é\u0081'],
    ],
    [
      'bytes in plain quotes',
      Buffer.concat([
        Buffer.from("CREATE TABLE t (a blob);INSERT INTO t VALUES ('"),
        Buffer.from([0xff, 0, 0x80]),
        Buffer.from("');"),
      ]),
      [Buffer.from([0xff, 0, 0x80])],
    ],
    [
      'hexadecimal text, numbers and bytes',
      table('a text, b int, c blob', `(0xE9,0x10,x'ff')`),
      ['é', '16', Buffer.from([255])],
    ],
    [
      'bits',
      table('a bit(10), b bit(1)', `(b'1000000001','\u0001')`),
      [Buffer.from([2, 1]), Buffer.from([1])],
    ],
    [
      'what a saved mode restores',
      table('a text', `('a\\')`, "SET @m=@@sql_mode, sql_mode='NO_BACKSLASH_ESCAPES';"),
      ['a\\'],
    ],
    [
      'functions around text',
      table('a text, b text', `(CONVERT("x" USING UTF8MB4),SHA1('a'))`),
      ['x', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
    ],
  ])('%s', async (_name, sql, expected) => {
    expect(await cells(sql)).toEqual([expected]);
  });

  it('says of other expressions, and of text in charsets that it does not know, that it does not', async () => {
    expect(await cells(table('a text', `(NOW()),(UPPER('x')),(_gbk 0xB0A1)`))).toEqual([
      [undefined],
      [undefined],
      [undefined],
    ]);
  });

  it('names columns as the INSERT does, and leaves computed ones out', async () => {
    const sql = 'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1), c int);';
    const names = async (insert: string) => (await read(sql + insert)).map(({ columns }) => columns);
    expect(await names('INSERT INTO t VALUES (1,2);')).toEqual([['a', 'c']]);
    expect(await names('INSERT INTO t VALUES (1,2,3);')).toEqual([['a', 'b', 'c']]);
    expect(await names('INSERT INTO t (`c`, a) VALUES (1,2);')).toEqual([['c', 'a']]);
  });

  it.each([
    ['is cut in a text', "INSERT INTO t VALUES ('a"],
    ['is cut in a row', 'INSERT INTO t VALUES (1,'],
    ['is compressed otherwise', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0])],
  ])('refuses a dump that %s', async (_name, sql) => {
    await expect(read(sql)).rejects.toMatchObject({ code: 'dump-not-understood' });
  });

  it('reads a row that is longer than what is read at once, and files that are one dump', async () => {
    const long = 'x'.repeat(3 << 20);
    const sql = `CREATE TABLE t (a longtext, b int);INSERT INTO t VALUES ('${long}',1),('y',2);`;
    const paths = [0, 1, 2].map((part) => {
      const path = join(scratch.dir, `part-${part}`);
      const size = Math.ceil(sql.length / 3);
      writeFileSync(path, sql.slice(part * size, (part + 1) * size));
      return path;
    });
    const all: DumpRow[] = [];
    for await (const rows of readRows(paths)) all.push(...rows);
    expect(all.map(({ cells: [text, number] }) => [(text as string).length, number])).toEqual([
      [long.length, '1'],
      [1, '2'],
    ]);
  });

  it('reads of a folder the rows of tables whose names end as those of other files', async () => {
    const folder = mkdtempSync(join(scratch.dir, 'folder-'));
    const names = ['t-post', 't-schema', 't-schema-triggers', 'x-schema-create'];
    for (const name of names) {
      writeFileSync(join(folder, `d.${name}-schema.sql`), `CREATE TABLE \`${name}\` (\`n\` text);\n`);
      writeFileSync(join(folder, `d.${name}.sql`), `INSERT INTO \`${name}\` VALUES ('${name}');\n`);
    }
    writeFileSync(join(folder, 'd-schema-post.sql'), 'no SQL\n');
    writeFileSync(join(folder, 'd-schema-create.sql'), 'CREATE DATABASE `d`;\n');
    const all: DumpRow[] = [];
    for await (const rows of readRows([folder])) all.push(...rows);
    const read = all.map(({ table, cells }) => [table.name, ...cells]);
    expect(read.sort()).toEqual(names.map((name) => [name, name]));
  });
});

describeWithCorpus('the independent reader agrees with the reader that imports, on', (dir) => {
  const files = dir === '' ? [] : readdirSync(dir).filter((name) => /\.sql(\.gz)?$/.test(name));
  it.each(files)('%s', async (file) => {
    const ours = new Map<string, Sum>();
    for await (const rows of readRows([join(dir, file)]))
      for (const { table, columns, cells } of rows) sumOf(ours, table).add(columns, cells);
    const theirs = new Map<string, Sum>();
    for await (const event of dumpSource([join(dir, file)], { lenient: true }).read())
      if (event.kind === 'rows')
        for (const row of event.rows) sumOf(theirs, event.table).add(event.columns, row);
    expect(ours.size).toBeGreaterThan(0);
    expect([...ours].sort()).toEqual([...theirs].sort());
  });
});

class Sum {
  rows = 0;
  sum = 0n;
  add(columns: unknown, cells: readonly unknown[]): void {
    const plain = cells.map((cell) =>
      cell instanceof Uint8Array ? { bytes: Buffer.from(cell).toString('hex') } : cell,
    );
    const digest = createHash('sha256')
      .update(JSON.stringify([columns, plain]))
      .digest('hex');
    this.rows++;
    this.sum = BigInt.asUintN(64, this.sum + BigInt(`0x${digest.slice(0, 16)}`));
  }
}

function sumOf(
  sums: Map<string, Sum>,
  { database, name }: { database?: string | undefined; name: string },
): Sum {
  const key = `${database ?? ''}.${name}`;
  const sum = sums.get(key) ?? new Sum();
  sums.set(key, sum);
  return sum;
}
