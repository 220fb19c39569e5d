import { describe, expect, it } from 'vitest';
import { toBigInt, toDate, toNumber, toText, type Value } from '../src/index.ts';
import { read } from './support/read.ts';

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);

async function cellOf(type: string, literal: string, before = ''): Promise<Value> {
  const { rows } = await read(
    `${before}SET NAMES utf8mb4;\nCREATE TABLE t (c ${type});\nINSERT INTO t VALUES (${literal});`,
  );
  return rows['t']?.[0]?.[0] as Value;
}

describe('literals', () => {
  it.each<[string, string, Value]>([
    ['varchar(9)', "'it\\'s'", "it's"],
    ['varchar(9)', "'it''s'", "it's"],
    ['varchar(9)', '"say ""so"""', 'say "so"'],
    ['varchar(9)', "'\\0\\b\\n\\r\\t\\Z\\%\\_\\x'", '\0\b\n\r\t\x1a\\%\\_x'],
    ['varchar(9)', "'a' 'b'\n'c'", 'abc'],
    ['varchar(9)', "'-- no /* comment */ # ;'", '-- no /* comment */ # ;'],
    ['varchar(9)', 'NULL', null],
    ['varchar(9)', "_utf8mb4'é'", 'é'],
    ['varchar(9)', "_latin1 x'e9'", 'é'],
    ['varchar(9)', "N'é'", 'é'],
    ['varchar(9) CHARACTER SET latin1', '0xe9', 'é'],
    ['varchar(9) CHARACTER SET latin1', "_binary x'80'", new Uint8Array([0x80]) as unknown as string],
    ['int', '-1', '-1'],
    ['int(5) zerofill', '00042', '00042'],
    ['bigint', '18446744073709551615', '18446744073709551615'],
    ['decimal(10,2)', '1.10', '1.10'],
    ['double', '-1.5e-300', '-1.5e-300'],
    ['int', '0x10', '16'],
    ['int', "b'101'", '5'],
    ['tinyint(1)', 'TRUE', '1'],
    ['int', "'12'", '12'],
    ['blob', "'\\0\\'raw'", bytes(0, 0x27, 0x72, 0x61, 0x77)],
    ['blob', "_binary 'x'", bytes(0x78)],
    ['blob', "x'00FF'", bytes(0, 255)],
    ['blob', '0x0F', bytes(15)],
    ['blob', "''", bytes()],
    ['bit(12)', "b'1'", bytes(0, 1)],
    ['bit(12)', '5', bytes(0, 5)],
    ['bit(4)', "'\\n'", bytes(10)],
    ['text CHARACTER SET binary', "'a'", bytes(97)],
    ['json', `'{"a":"\\\\"b\\\\""}'`, '{"a":"\\"b\\""}'],
  ])('%s %s', async (type, literal, value) => {
    if (type.endsWith('latin1') && literal.startsWith('_binary')) value = '€';
    expect(await cellOf(type, literal)).toEqual(value);
  });

  it.each<[string, string, Value]>([
    ['char(40)', "SHA1('admin')", 'd033e22ae348aeb5660fc2140aec35850c4da997'],
    ['char(40)', "MD5('a')", '0cc175b9c0f1b6a831c399e269772661'],
    ['char(64)', "SHA2('a', 256)", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ['json', `CONVERT("{\\"a\\":1}" USING UTF8MB4)`, '{"a":1}'],
    ['json', `CAST('{"a":1}' AS JSON)`, '{"a":1}'],
    ['blob', "UNHEX('00ff')", bytes(0, 255)],
    ['blob', "FROM_BASE64('AAE=')", bytes(0, 1)],
    ['varchar(9)', "CONCAT('a',CONCAT('b','c'))", 'abc'],
    [
      'binary(16)',
      "UUID_TO_BIN('00112233-4455-6677-8899-aabbccddeeff')",
      Uint8Array.from(Buffer.from('00112233445566778899aabbccddeeff', 'hex')),
    ],
  ])('evaluates %s %s', async (type, literal, value) => {
    expect(await cellOf(type, literal)).toEqual(value);
  });

  it('evaluates ST_GeomFromText without SRID: SRID and WKB', async () => {
    const value = (await cellOf('geometry', "ST_GeomFromText('POINT(1 2)')")) as Uint8Array;
    expect(Buffer.from(value).toString('hex')).toBe('000000000101000000000000000000f03f0000000000000040');
  });

  it.each([
    'CURRENT_TIMESTAMP',
    'NOW()',
    'RAND() * (1 + 2)',
    "ST_GeomFromText('POINT(1 2)', 4326)",
    '(SELECT 1)',
  ])('reports %s and gives its text', async (sql) => {
    const { rows, notes, end } = await read(
      `CREATE TABLE t (a varchar(99), b int);\nINSERT INTO t VALUES (${sql},1),(${sql},2);`,
    );
    expect(rows['t']).toEqual([
      [sql, '1'],
      [sql, '2'],
    ]);
    expect(notes).toMatchObject([{ code: 'expression', table: 't', column: 'a', row: 1 }]);
    expect(end.tables[0]?.unevaluated).toBe(2);
  });

  it('takes DEFAULT from the CREATE TABLE', async () => {
    const { rows, codes } = await read(
      "CREATE TABLE t (a int NOT NULL DEFAULT 7, b varchar(9) DEFAULT 'x', c int, d timestamp DEFAULT now());\nINSERT INTO t VALUES (DEFAULT,DEFAULT,DEFAULT,DEFAULT);",
    );
    expect(rows['t']).toEqual([['7', 'x', null, 'DEFAULT']]);
    expect(codes).toEqual(['expression']);
  });
});

describe('typed accessors', () => {
  it('give what the text says, or throw', () => {
    expect(toBigInt('18446744073709551615')).toBe(18446744073709551615n);
    expect(toBigInt(bytes(1, 0))).toBe(256n);
    expect(toNumber('0.10')).toBe(0.1);
    expect(() => toNumber('9007199254740993')).toThrow(RangeError);
    expect(() => toNumber('x')).toThrow(RangeError);
    expect(toDate('2024-02-29 12:00:00.5')?.toISOString()).toBe('2024-02-29T12:00:00.500Z');
    expect(toDate('0000-00-00')).toBeNull();
    expect(toText(bytes(0xe9), 'latin1')).toBe('é');
    expect(() => toText(bytes(0xe9))).toThrow(RangeError);
    expect([toBigInt(null), toNumber(null), toDate(null), toText(null)]).toEqual([null, null, null, null]);
  });
});
