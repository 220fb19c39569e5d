import { describe, expect, it } from 'vitest';
import { DumpError, readDump, type ReadOptions } from '../src/index.ts';
import { inChunks, read } from './support/read.ts';

const people = 'CREATE TABLE `people` (`id` int, `name` varchar(20));\n';
const header = '-- MySQL dump 10.13  Distrib 8.0.31, for Linux (x86_64)\n';

async function errorOf(dump: string | Buffer, options: ReadOptions = {}): Promise<DumpError> {
  try {
    await read(dump, options);
  } catch (error) {
    if (error instanceof DumpError) return error;
    throw error;
  }
  throw new Error('the dump was read');
}

describe('strict reading stops with a code', () => {
  it.each<[string, string, string]>([
    ['truncated-in-string', 'cut inside a string', `${people}INSERT INTO people VALUES (1,'An`],
    ['truncated-in-statement', 'cut inside a row', `${people}INSERT INTO people VALUES (1,`],
    ['truncated-in-statement', 'cut behind a row', `${people}INSERT INTO people VALUES (1,'a')`],
    ['truncated-in-statement', 'cut inside a CREATE TABLE', 'CREATE TABLE people (id int'],
    ['truncated-in-statement', 'cut inside a comment', `${people}/* a comment`],
    ['program-unfinished', 'cut inside a procedure', 'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2;'],
    ['dump-incomplete', 'the closing line is missing', `${header}${people}`],
    ['dump-incomplete', 'a second dump begins before the first is closed', `${header}${people}${header}`],
    [
      'client-message',
      'a warning mixed in',
      `mysqldump: [Warning] Using a password on the command line interface can be insecure.\n${people}`,
    ],
    [
      'client-message',
      'an error mixed in',
      `${people}mysqldump: Error 2013: Lost connection to MySQL server during query\n`,
    ],
    [
      'table-twice',
      'a table twice',
      `${people}INSERT INTO people VALUES (1,'a');\nDROP TABLE people;\n${people}`,
    ],
    [
      'too-many-values',
      'a row with too many values',
      `${people}INSERT INTO people VALUES (1,'a'),(2,'b',3);`,
    ],
    ['too-few-values', 'a row with too few values', `${people}INSERT INTO people VALUES (1);`],
    ['column-unknown', 'a column the table lacks', `${people}INSERT INTO people (id, age) VALUES (1,2);`],
    ['null-byte', 'a zero byte between statements', `${people}\0\0\0`],
    ['null-byte', 'a zero byte in a text', `${people}INSERT INTO people VALUES (1,'a\0b');`],
    ['statement-unknown', 'a statement nobody knows', `${people}FROBNICATE people;`],
    ['syntax', 'a row that is none', `${people}INSERT INTO people VALUES (1,'a') (2,'b');`],
    ['syntax', 'a missing value', `${people}INSERT INTO people VALUES (1,);`],
    [
      'rows-changed',
      'rows deleted after they were read',
      `${people}INSERT INTO people VALUES (1,'a');\nDELETE FROM people;`,
    ],
    ['rows-elsewhere', 'rows in another file', `${people}LOAD DATA INFILE 'x' INTO TABLE people;`],
    ['format-unsupported', 'XML', '<?xml version="1.0"?>\n<mysqldump>'],
    ['format-unsupported', 'a dump of PostgreSQL', '--\n-- PostgreSQL database dump\n--\n'],
    ['empty', 'nothing', ''],
  ])('%s: %s', async (code, _what, dump) => {
    expect((await errorOf(dump)).code).toBe(code);
  });

  it('text that is not in the charset the file names', async () => {
    const dump = Buffer.concat([
      Buffer.from(`SET NAMES utf8;\n${people}INSERT INTO people VALUES (1,'`),
      Buffer.from([0x61, 0xe9, 0x62]),
      Buffer.from("');"),
    ]);
    expect(await errorOf(dump)).toMatchObject({
      code: 'text-invalid',
      table: 'people',
      row: 1,
      column: 'name',
      line: 3,
    });
  });

  it('an unannounced charset that is no UTF-8', async () => {
    const dump = Buffer.concat([
      Buffer.from(`${people}INSERT INTO people VALUES (1,'`),
      Buffer.from([0xe9]),
      Buffer.from("');"),
    ]);
    expect((await errorOf(dump)).code).toBe('charset-unknown');
    expect((await read(dump, { charset: 'latin1' })).rows['people']).toEqual([['1', 'é']]);
  });

  it('a statement longer than allowed', async () => {
    const dump = `${people}INSERT INTO people VALUES (1,'${'x'.repeat(300_000)}');`;
    const reading = async (): Promise<void> => {
      for await (const _ of readDump(inChunks(Buffer.from(dump), 1000), { maxStatementBytes: 100_000 }));
    };
    await expect(reading()).rejects.toMatchObject({ code: 'statement-too-long' });
  });
});

describe('an error', () => {
  it('names file, offset, line, statement, table, row and column, and what to do', async () => {
    const error = await errorOf(`${people}INSERT INTO people VALUES\n(1,'a'),\n(2,);\n`);
    expect(error.toJSON()).toMatchObject({
      file: '<stream>',
      line: 4,
      offset: 92,
      statement: 2,
      table: 'people',
      row: 2,
      column: 'name',
    });
    expect(error.message).toMatch(/<stream>:4 \(byte 92, statement 2\): table people, row 2, column name/);
    expect(error.next).not.toBe('');
  });

  it('shows an excerpt without the contents of strings and without long numbers', async () => {
    const error = await errorOf(`${people}INSERT INTO people VALUES (2155551234,'hunter2 secret', oops oops`);
    expect(error.message).toContain('oops');
    expect(error.message).not.toMatch(/hunter2|secret|2155551234/);
  });
});

describe('lenient reading goes on and notes', () => {
  it.each<[string, string, number]>([
    ['truncated-in-string', `${people}INSERT INTO people VALUES (1,'a'),(2,'b`, 1],
    ['truncated-in-statement', `${people}INSERT INTO people VALUES (1,'a'),(2,'b')`, 2],
    ['dump-incomplete', `${header}${people}INSERT INTO people VALUES (1,'a');`, 1],
    ['client-message', `mysqldump: [Warning] careful\n${people}INSERT INTO people VALUES (1,'a');`, 1],
    [
      'client-message',
      `${people}INSERT INTO people VALUES (1,'a'),\nmysqldump: [Warning] careful\n(2,'b')mysqldump: [Warning] again\n;`,
      2,
    ],
    ['statement-unknown', `${people}FROBNICATE people;\nINSERT INTO people VALUES (1,'a');`, 1],
    ['null-byte', `${people}\0\0INSERT INTO people VALUES (1,'a');`, 1],
    [
      'rows-elsewhere',
      `${people}LOAD DATA INFILE 'x' INTO TABLE people;\nINSERT INTO people VALUES (1,'a');`,
      1,
    ],
    [
      'table-twice',
      `${people}INSERT INTO people VALUES (1,'a');\n${people}INSERT INTO people VALUES (2,'b');`,
      2,
    ],
  ])('%s', async (code, dump, rows) => {
    const result = await read(dump, { lenient: true });
    expect(result.codes).toContain(code);
    expect(result.rows['people']).toHaveLength(rows);
    expect(result.end.complete).toBe(false);
  });

  it('never past a row that would be lost', async () => {
    const dump = `${people}INSERT INTO people VALUES (1,'a',3);`;
    expect((await errorOf(dump, { lenient: true })).code).toBe('too-many-values');
  });

  it('keeps the bytes of text that is not in its charset', async () => {
    const dump = Buffer.concat([
      Buffer.from(`SET NAMES utf8;\n${people}INSERT INTO people VALUES (1,'a`),
      Buffer.from([0xe9]),
      Buffer.from("b');"),
    ]);
    const { rows, codes } = await read(dump, { lenient: true });
    expect(rows['people']).toEqual([['1', 'a\udce9b']]);
    expect(codes).toContain('text-invalid');
  });
});
