import { describe, expect, it } from 'vitest';
import { readDump } from '../src/index.ts';
import { inChunks, read } from './support/read.ts';

describe('comments and conditional comments', () => {
  it('count as the newest server reads them, also inside a row and a CREATE TABLE', async () => {
    const { rows, tables } = await read(
      'CREATE TABLE t (a int, /*!50705 b int NOT NULL,*/ c int /*!99999 , d int */);\nINSERT INTO t VALUES (1,/*!50705 2,*/3),(4,/*M!100000 5,*/ 6 /* x */) -- end\n;',
    );
    expect(tables[0]?.columns?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(rows['t']).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
    ]);
  });

  it('may stand anywhere, of all three kinds', async () => {
    const { rows } = await read(
      "# a;'\n-- b;'\n/* c;' */CREATE /*d*/ TABLE -- e\n t (a int # f\n);INSERT/**/INTO t/*x*/VALUES(/*y*/1/*z*/),-- '\n(2);",
    );
    expect(rows['t']).toEqual([['1'], ['2']]);
  });

  it('`--` without a blank is no comment', async () => {
    const { rows } = await read('CREATE TABLE t (a varchar(9));INSERT INTO t VALUES (5--3);');
    expect(rows['t']).toEqual([['5--3']]);
  });
});

describe('programs and delimiters', () => {
  it('INSERTs in bodies are no rows, with DELIMITER and without', async () => {
    const body =
      'BEGIN IF 1 THEN INSERT INTO t VALUES (98); END IF; CASE 1 WHEN 1 THEN SELECT 1; END CASE; INSERT INTO t VALUES (99); END';
    const { rows } = await read(
      `CREATE TABLE t (a int);\nDELIMITER $$\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW ${body}$$\nDELIMITER ;\nCREATE PROCEDURE p() ${body};\nINSERT INTO t VALUES (1);\n/*!50003 CREATE FUNCTION f() RETURNS int RETURN 1 */;\nINSERT INTO t VALUES (2);`,
    );
    expect(rows['t']).toEqual([['1'], ['2']]);
  });

  it('views take the place of their stand-in tables', async () => {
    const { tables } = await read(
      '/*!50001 CREATE TABLE `v` (`a` tinyint NOT NULL) ENGINE=MyISAM */;\nCREATE TABLE t (a int);\n/*!50001 DROP TABLE IF EXISTS `v`*/;\n/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`r`@`%` SQL SECURITY DEFINER */ /*!50001 VIEW `v` AS select 1 AS `a` */;',
    );
    expect(tables.map(({ name }) => name)).toEqual(['t']);
  });
});

describe('databases and names', () => {
  it('rows carry the database in use, or the one their table is qualified with', async () => {
    const { rows } = await read(
      'CREATE DATABASE `a``b`;USE `a``b`;CREATE TABLE t (x int);INSERT INTO t VALUES (1);INSERT INTO other.T2 VALUES (2);CREATE SCHEMA c;USE c;CREATE TABLE t (x int);insert into t value (3);',
    );
    expect(rows).toEqual({ 'a`b.t': [['1']], 'other.T2': [['2']], 'c.t': [['3']] });
  });

  it('no database where the dump names none', async () => {
    const { tables } = await read('CREATE TABLE t (x int);');
    expect(tables[0]).not.toHaveProperty('database');
  });
});

describe('INSERT', () => {
  it('in every form that carries rows', async () => {
    const { rows, columns, codes } = await read(
      'CREATE TABLE t (a int, b int AS (a+1) VIRTUAL, c int);\nINSERT INTO t VALUES (1,2);\nINSERT IGNORE INTO t VALUES (3,4,5);\nREPLACE t (c, a) VALUES (6,7);\nINSERT INTO t SET a=8, c = 9;\nINSERT t VALUES ROW(1,1) ON DUPLICATE KEY UPDATE a=VALUES(a);\nINSERT INTO t () VALUES ();',
    );
    expect(rows['t']).toEqual([['1', '2'], ['3', '4', '5'], ['6', '7'], ['8', '9'], ['1', '1'], []]);
    expect(columns['t']).toEqual([]);
    const events: unknown[] = [];
    for await (const event of readDump(
      inChunks(
        Buffer.from(
          'CREATE TABLE t (a int, b int AS (a+1) VIRTUAL, c int);INSERT INTO t VALUES (1,2);INSERT INTO t VALUES (3,4,5);',
        ),
        9,
      ),
    )) {
      if (event.kind === 'rows') events.push([event.columns, event.rows, event.firstRow]);
    }
    expect(events).toEqual([
      [['a', 'c'], [['1', '2']], 1],
      [['a', 'b', 'c'], [['3', '4', '5']], 2],
    ]);
    expect(codes).toEqual(['may-merge']);
  });

  it('SELECT flags the table: its rows are unknown', async () => {
    const { end, codes } = await read(
      'CREATE TABLE a (x int);CREATE TABLE b (x int);INSERT INTO a SELECT * FROM b;INSERT INTO b (x) (SELECT 1);CREATE TABLE c AS SELECT 1;',
    );
    expect(end.tables.map(({ table, exact }) => [table.name, exact])).toEqual([
      ['a', false],
      ['b', false],
      ['c', false],
    ]);
    expect(codes).toEqual(['insert-select', 'insert-select', 'insert-select']);
  });

  it('without a CREATE TABLE gives rows without names', async () => {
    const { rows, columns, tables } = await read("INSERT INTO t VALUES (1,'é',_binary 'x',NULL);", {
      charset: 'utf8',
    });
    expect(rows['t']).toEqual([['1', 'é', Uint8Array.from([120]), null]]);
    expect([columns['t'], tables[0]?.columns]).toEqual([undefined, undefined]);
  });
});

describe('session', () => {
  it('sql_mode switches in the middle of the file', async () => {
    const { rows } = await read(
      `CREATE TABLE t (a varchar(20));SET @old=@@sql_mode, sql_mode='NO_BACKSLASH_ESCAPES,ANSI_QUOTES';INSERT INTO "t" VALUES ('C:\\'),('it''s');SET SESSION sql_mode=@old;INSERT INTO t VALUES ("C:\\\\");SET sql_mode=CONCAT(@@sql_mode,',NO_BACKSLASH_ESCAPES');INSERT INTO t VALUES ('\\n');`,
    );
    expect(rows['t']).toEqual([['C:\\'], ["it's"], ['C:\\'], ['\\n']]);
  });

  it('charset switches in the middle of the file', async () => {
    const dump = Buffer.concat([
      Buffer.from("CREATE TABLE t (a varchar(20));SET NAMES latin1;INSERT INTO t VALUES ('"),
      Buffer.from([0xe9, 0x80, 0x81]),
      Buffer.from(
        "');/*!40101 SET @s=@@character_set_client */;SET character_set_client = cp1251;INSERT INTO t VALUES ('",
      ),
      Buffer.from([0xc6]),
      Buffer.from("');SET character_set_client = @s;INSERT INTO t VALUES ('"),
      Buffer.from([0xc6]),
      Buffer.from("');SET NAMES gbk;INSERT INTO t VALUES ('"),
      Buffer.from([0x81, 0x5c]),
      Buffer.from("','x');"),
    ]);
    await expect(read(dump)).rejects.toMatchObject({ code: 'too-many-values' });
    const good = Buffer.from(dump.toString('latin1').replace("','x');", "');"), 'latin1');
    expect((await read(good, {}, 5)).rows['t']).toEqual([['é€\u0081'], ['Ж'], ['Æ'], ['乗']]);
  });

  it('a charset set for a CREATE TABLE and restored is not announced for the rows', async () => {
    const dump = Buffer.concat([
      Buffer.from(
        "SET @s = @@character_set_client;SET character_set_client = utf8mb4;CREATE TABLE t (a varchar(9));SET character_set_client = @s;INSERT INTO t VALUES ('",
      ),
      Buffer.from([0xe9]),
      Buffer.from("');"),
    ]);
    await expect(read(dump)).rejects.toMatchObject({ code: 'charset-unknown' });
    expect((await read(dump, { charset: 'latin1' })).rows['t']).toEqual([['é']]);
  });

  it('says where nothing is announced and two readings differ', async () => {
    const { notes } = await read("CREATE TABLE t (a varchar(9));\nINSERT INTO t VALUES ('C:\\temp'),('é');");
    expect(notes).toMatchObject([
      { code: 'charset-assumed', line: 2 },
      { code: 'backslash-reading', line: 2 },
    ]);
  });

  it('UTF-8 stored twice is reported, and repaired on request', async () => {
    const dump =
      "SET NAMES utf8;CREATE TABLE t (a varchar(9), b text);INSERT INTO t VALUES ('cafÃ©','é'),('â‚¬','Ã');";
    const { rows, notes, end } = await read(dump);
    expect(rows['t']).toEqual([
      ['cafÃ©', 'é'],
      ['â‚¬', 'Ã'],
    ]);
    expect(notes).toMatchObject([{ code: 'double-utf8', column: 'a', row: 1 }]);
    expect(end.tables[0]?.doubleUtf8).toEqual({ a: 2 });
    expect((await read(dump, { repairDoubleUtf8: true })).rows['t']).toEqual([
      ['café', 'é'],
      ['€', 'Ã'],
    ]);
  });
});

describe('schema', () => {
  it('types, keys, defaults, charsets', async () => {
    const { tables } = await read(
      "CREATE TABLE IF NOT EXISTS `t` (`id` int(10) unsigned NOT NULL AUTO_INCREMENT COMMENT 'a, b)', `e` enum('a','b,)') CHARACTER SET latin1 DEFAULT 'a', n decimal(10,2) NOT NULL DEFAULT -1.5, u varchar(9) UNIQUE, ts timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, g int GENERATED ALWAYS AS ((`id` + 1)) STORED, PRIMARY KEY (`id`), UNIQUE KEY `k` (`e`(3),`n` DESC), KEY x (n), CONSTRAINT fk FOREIGN KEY (n) REFERENCES o (n) ON DELETE SET NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin PARTITION BY HASH(id) PARTITIONS 4;",
    );
    expect(tables[0]).toMatchObject({
      primaryKey: ['id'],
      uniqueKeys: [{ columns: ['u'] }, { name: 'k', columns: ['e', 'n'] }],
      charset: 'utf8mb4',
      columns: [
        { name: 'id', type: 'int(10) unsigned', nullable: false, autoIncrement: true },
        { name: 'e', type: "enum('a','b,)')", charset: 'latin1', default: { kind: 'value', value: 'a' } },
        { name: 'n', default: { kind: 'value', value: '-1.5' } },
        { name: 'u', charset: 'utf8mb4', nullable: true },
        { name: 'ts', default: { kind: 'expression', sql: 'CURRENT_TIMESTAMP' } },
        { name: 'g', generated: true },
      ],
    });
  });

  it('keys that an ALTER TABLE adds behind the rows', async () => {
    const { tables, end } = await read(
      'CREATE TABLE `t` (`id` int(11) NOT NULL, `a` text);\nINSERT INTO `t` (`id`, `a`) VALUES\n(1, NULL);\nALTER TABLE `t`\n  ADD PRIMARY KEY (`id`),\n  ADD UNIQUE KEY `a` (`a`(9));\nALTER TABLE `t`\n  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=2;',
    );
    expect(tables[0]?.primaryKey).toEqual(['id']);
    expect(end.tables[0]?.table.columns?.[0]?.autoIncrement).toBe(true);
  });
});
