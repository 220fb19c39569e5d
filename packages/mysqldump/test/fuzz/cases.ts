/** Random tables, contents and dump options, as fast-check arbitraries. */
import fc from 'fast-check';
import type { ReadOptions } from '../../src/index.ts';

export interface CaseColumn {
  readonly name: string;
  readonly type: string;
  readonly bit: boolean;
  readonly generated: boolean;
}

export interface Case {
  readonly sql: string;
  /** Prints each row's cells as hexadecimal. */
  readonly oracle: string;
  readonly columns: readonly CaseColumn[];
  readonly dumpArgs: readonly string[];
  readonly databases: boolean;
  readonly readOptions: ReadOptions;
  readonly schemaless: boolean;
  /** Bytes that the reader gets at once. */
  readonly chunk: number;
}

/** What strings may hold, so that the charset of column and dump can carry them. */
type Repertoire = 'ascii' | 'latin1' | 'any';

const hostile = [
  "'",
  "''",
  '"',
  '\\',
  "\\'",
  '\\\\',
  '\0',
  '\n',
  '\r\n',
  '\x1a',
  '\t',
  '\b',
  '%',
  '_',
  '\\%',
  '\\_',
  ';',
  '-- ',
  '--',
  '#',
  '/*',
  '*/',
  '/*!40000 ',
  '`',
  '(',
  ')',
  '),(',
  "'),('",
  'NULL',
  '\\N',
  "',NULL,'",
  ' ',
  '  ',
  'INSERT INTO `t` VALUES (1);\n',
  '\nINSERT INTO t VALUES (1);',
  'DELIMITER ;;\n',
  '-- Dump completed on 2020-01-01\n',
  '$$',
  '<?xml',
  '{"a":"\\"b\\""}',
];
const latin1Pieces = ['é', 'ü', 'ß', '€', '“', '™', '\u0081', '\u008d', '\u0090', '\u00a0', 'ÿ', 'Ã©', 'Â'];
const anyPieces = [
  '東京',
  '能',
  '表',
  'ソ',
  '🚲',
  '👩‍🚀',
  'Ж',
  'Ελ',
  '\u2028',
  '\ufeff',
  '\ufffd',
  'é',
  '\u{10ffff}',
  '\u0800',
  '\uffff',
];

function textArbitrary(repertoire: Repertoire): fc.Arbitrary<string> {
  const pieces = [
    ...hostile,
    ...(repertoire === 'ascii' ? [] : latin1Pieces),
    ...(repertoire === 'any' ? anyPieces : []),
  ];
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...pieces) },
    { weight: 3, arbitrary: fc.string({ maxLength: 8, unit: 'binary-ascii' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('x'.repeat(70), 'word '.repeat(400), '\\'.repeat(33), "'".repeat(17)),
    },
  );
  return fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
}

const hex = (bytes: Uint8Array | string): string => {
  const text = Buffer.from(bytes as string).toString('hex');
  return text === '' ? "''" : `x'${text}'`;
};

interface ColumnPlan {
  readonly type: string;
  readonly value: fc.Arbitrary<string>;
  readonly oracle: (name: string) => string;
  readonly bit?: boolean;
}

const plainOracle = (name: string): string => `HEX(CONVERT(CAST(${name} AS CHAR) USING utf8mb4))`;
const textOracle = (name: string): string => `HEX(CONVERT(${name} USING utf8mb4))`;
const bytesOracle = (name: string): string => `HEX(${name})`;

function textPlan(repertoire: Repertoire): fc.Arbitrary<ColumnPlan> {
  const charsets: Record<Repertoire, readonly string[]> = {
    ascii: [
      'ascii',
      'latin1',
      'utf8mb3',
      'utf8mb4',
      'cp1251',
      'latin2',
      'sjis',
      'gbk',
      'ucs2',
      'utf16',
      'cp932',
      'big5',
      'euckr',
      'ujis',
      'utf32',
      'koi8r',
    ],
    latin1: ['latin1', 'utf8mb4', 'utf8mb3', 'utf16'],
    any: ['utf8mb4', 'utf16', 'utf32'],
  };
  const types = ['varchar(3000)', 'text', 'mediumtext', 'longtext', 'tinytext'];
  return fc
    .tuple(fc.constantFrom(...charsets[repertoire]), fc.constantFrom(...types))
    .map(([charset, type]) => ({
      type: `${type === 'varchar(3000)' && /16|32/.test(charset) ? 'varchar(500)' : type} CHARACTER SET ${charset}`,
      value: textArbitrary(repertoire).map((text) => {
        const limit = type === 'tinytext' ? 40 : type.startsWith('varchar') ? 500 : 5000;
        return `CONVERT(_utf8mb4 ${hex([...text].slice(0, limit).join(''))} USING ${charset})`;
      }),
      oracle: textOracle,
    }));
}

const bytes = (maxLength: number): fc.Arbitrary<string> => {
  const nasty = fc.constantFrom(
    0,
    0x27,
    0x5c,
    0x22,
    0x0a,
    0x0d,
    0x1a,
    0xff,
    0x80,
    0xc3,
    0x60,
    0x3b,
    0x28,
    0x29,
    0x2c,
  );
  const byte = fc.oneof(nasty, fc.integer({ min: 0, max: 255 }));
  return fc.array(byte, { maxLength }).map((list) => hex(Uint8Array.from(list)));
};

const number = (min: bigint, max: bigint): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(min, max, 0n, max / 2n), fc.bigInt({ min, max })).map(String);

const numberPlans: readonly ColumnPlan[] = [
  { type: 'tinyint', value: number(-128n, 127n), oracle: plainOracle },
  { type: 'int unsigned zerofill', value: number(0n, 4294967295n), oracle: plainOracle },
  { type: 'bigint', value: number(-(2n ** 63n), 2n ** 63n - 1n), oracle: plainOracle },
  { type: 'bigint unsigned', value: number(0n, 2n ** 64n - 1n), oracle: plainOracle },
  {
    type: 'decimal(40,12)',
    value: number(-(10n ** 27n), 10n ** 27n).map((n) => `${n}.000100`),
    oracle: plainOracle,
  },
  {
    type: 'double',
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n.toExponential()),
    oracle: plainOracle,
  },
  {
    type: 'float',
    value: fc.float({ noNaN: true, noDefaultInfinity: true }).map((n) => n.toExponential(6)),
    oracle: plainOracle,
  },
  { type: 'year', value: fc.integer({ min: 1901, max: 2155 }).map(String), oracle: plainOracle },
  {
    type: 'date',
    value: fc.constantFrom("'0000-00-00'", "'1000-01-01'", "'9999-12-31'", "'2024-02-29'"),
    oracle: plainOracle,
  },
  {
    type: 'datetime(6)',
    value: fc.constantFrom("'0000-00-00 00:00:00'", "'2024-02-29 23:59:59.000001'"),
    oracle: plainOracle,
  },
  {
    type: 'timestamp(3) NULL',
    value: fc.constantFrom("'2001-02-03 04:05:06.789'", "'1970-01-02 00:00:01'"),
    oracle: plainOracle,
  },
  {
    type: 'time(2)',
    value: fc.constantFrom("'-838:59:59'", "'838:59:58.99'", "'00:00:00.01'"),
    oracle: plainOracle,
  },
  { type: 'bit(1)', value: fc.constantFrom("b'0'", "b'1'"), oracle: (name) => `HEX(${name}+0)`, bit: true },
  { type: 'bit(13)', value: number(0n, 8191n), oracle: (name) => `HEX(${name}+0)`, bit: true },
  { type: 'bit(64)', value: number(0n, 2n ** 64n - 1n), oracle: (name) => `HEX(${name}+0)`, bit: true },
];

const bytesPlans: readonly ColumnPlan[] = [
  { type: 'binary(16)', value: bytes(16), oracle: bytesOracle },
  { type: 'varbinary(300)', value: bytes(120), oracle: bytesOracle },
  { type: 'blob', value: bytes(400), oracle: bytesOracle },
  { type: 'longblob', value: bytes(3000), oracle: bytesOracle },
  {
    type: 'point',
    value: fc.constantFrom("ST_GeomFromText('POINT(1.5 -2)')", 'POINT(10,92)'),
    oracle: bytesOracle,
  },
  {
    type: 'geometry',
    value: fc.constantFrom(
      "ST_GeomFromText('LINESTRING(0 0,39 92)')",
      "ST_GeomFromText('POLYGON((0 0,0 9,9 9,0 0))', 4326)",
    ),
    oracle: bytesOracle,
  },
];

const wordPlans: readonly ColumnPlan[] = [
  {
    type: "enum('a','it''s','back\\\\slash','x,y','')",
    value: fc.constantFrom("'a'", "'it''s'", "'back\\\\slash'", "'x,y'"),
    oracle: textOracle,
  },
  { type: "set('a','b','c d','e)')", value: fc.constantFrom("''", "'a,b'", "'c d,e)'"), oracle: textOracle },
  {
    type: 'json',
    value: fc.json({ maxDepth: 2 }).map((json) => `_utf8mb4 ${hex(json)}`),
    oracle: textOracle,
  },
  { type: 'char(20)', value: fc.constantFrom("'abc'", "'a''b'", "'\\\\'"), oracle: textOracle },
  { type: 'uuid', value: fc.constantFrom("'123e4567-e89b-12d3-a456-426655440000'"), oracle: plainOracle },
  { type: 'inet6', value: fc.constantFrom("'::1'", "'fe80::2'"), oracle: plainOracle },
];

const names = [
  'plain',
  'select',
  'with space',
  'back`tick',
  'quo"te',
  "apo'strophe",
  'paren)(',
  'semi;colon',
  '-- dash',
  'コラム',
  'key',
  'ünï',
  'a.b',
  '1st',
];
const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** Options of the dump program, and what reading such a dump needs to be told. */
interface DumpPlan {
  readonly args: readonly string[];
  readonly charset: Repertoire | 'utf8mb4';
  readonly options: ReadOptions;
  readonly schemaless: boolean;
}

function dumpPlan(repertoire: Repertoire): fc.Arbitrary<DumpPlan> {
  const flags = [
    '--hex-blob',
    '--skip-extended-insert',
    '--complete-insert',
    '--replace',
    '--insert-ignore',
    '--skip-opt',
    '--order-by-primary',
    '--skip-comments',
    '--no-tablespaces',
    '--add-drop-database',
    '--tz-utc',
    '--skip-lock-tables',
    '--skip-disable-keys',
    '--compatible=ansi',
    '--compatible=oracle',
    '--compatible=mssql',
    '--allow-keywords',
    '--single-transaction',
    '--skip-add-drop-table',
    '--skip-create-options',
    '--no-autocommit',
  ];
  const charsets = {
    ascii: ['utf8mb4', 'latin1', 'binary', 'gbk', 'sjis', 'utf8mb3', 'cp1251'],
    latin1: ['utf8mb4', 'latin1', 'binary'],
    any: ['utf8mb4', 'binary'],
  };
  return fc
    .record({
      flags: fc.subarray(flags, { maxLength: 4 }),
      charset: fc.constantFrom(...charsets[repertoire]),
      announce: fc.constantFrom('yes', 'yes', 'yes', 'compact', 'no-set-charset'),
      schemaless: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    })
    .map(({ flags: chosen, charset: wished, announce, schemaless }) => {
      // Those options leave the charsets out of CREATE TABLE, and `binary` would leave the text in them.
      const foreign = chosen.some((flag) => /^--(compatible|skip-opt|skip-create)/.test(flag));
      const charset = wished === 'binary' && foreign ? 'utf8mb4' : wished;
      const bare =
        schemaless && charset !== 'binary' && !chosen.some((flag) => flag.startsWith('--compatible'));
      // Under --compatible and --skip-opt the program writes no SET NAMES, whatever else it is told.
      const silent = announce !== 'yes' || chosen.some((flag) => /^--(compatible|skip-opt)/.test(flag));
      const args = [
        ...chosen,
        `--default-character-set=${charset}`,
        ...(announce === 'compact' ? ['--compact'] : []),
        ...(announce === 'no-set-charset' ? ['--skip-set-charset'] : []),
        ...(bare ? ['--no-create-info', '--hex-blob'] : []),
      ];
      const ansi = chosen.some((flag) => flag.startsWith('--compatible'));
      return {
        args,
        charset: 'utf8mb4' as const,
        schemaless: bare,
        options: {
          ...(silent ? { charset } : {}),
          ...(ansi && announce === 'compact' ? { sqlMode: 'ANSI_QUOTES' } : {}),
        },
      };
    });
}

const readWith = fc.constantFrom(1, 7, 64, 1000, 4096, 65536, 1 << 20);

export const caseArbitrary: fc.Arbitrary<Case> = fc
  .constantFrom<Repertoire>('ascii', 'ascii', 'latin1', 'any', 'any')
  .chain((repertoire) => {
    const anyPlan = fc.oneof(
      textPlan(repertoire),
      textPlan(repertoire),
      fc.constantFrom(...numberPlans),
      fc.constantFrom(...bytesPlans),
      fc.constantFrom(...wordPlans),
    );
    return fc.tuple(
      fc.array(anyPlan, { minLength: 1, maxLength: 6 }),
      fc.subarray(names, { minLength: 6, maxLength: 6 }),
      dumpPlan(repertoire),
      fc.boolean(),
      fc.boolean(),
      readWith,
    );
  })
  .chain(([plans, columnNames, dump, databases, generated, chunk]) => {
    const row = fc.tuple(
      ...plans.map((plan) =>
        fc.oneof({ weight: 1, arbitrary: fc.constant('NULL') }, { weight: 5, arbitrary: plan.value }),
      ),
    );
    const rows = fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 8, arbitrary: fc.array(row, { minLength: 1, maxLength: 12 }) },
    );
    return rows.map((values) => build(plans, columnNames, dump, databases, generated, chunk, values));
  });

function build(
  plans: readonly ColumnPlan[],
  columnNames: readonly string[],
  dump: DumpPlan,
  databases: boolean,
  generated: boolean,
  chunk: number,
  rows: readonly (readonly string[])[],
): Case {
  const unicode = dump.args.some((arg) => /=(utf8mb4|binary)$/.test(arg));
  const nameAt = (i: number): string =>
    unicode ? (columnNames[i] ?? '') : (columnNames[i] ?? '').replace(/[^ -~]/g, 'u');
  const columns: CaseColumn[] = [
    { name: 'id', type: 'int', bit: false, generated: false },
    ...plans.map((plan, i) => ({
      name: `${nameAt(i)}${i}`,
      type: plan.type,
      bit: plan.bit === true,
      generated: false,
    })),
  ];
  if (generated)
    columns.splice(1, 0, { name: 'made', type: 'int AS (id + 1) VIRTUAL', bit: false, generated: true });
  const definitions = columns.map(
    ({ name, type }) => `${quoted(name)} ${type}${name === 'id' ? ' NOT NULL PRIMARY KEY' : ''}`,
  );
  const listed = columns
    .filter((column) => !column.generated)
    .map(({ name }) => quoted(name))
    .join(',');
  const table = '`t``able`';
  const inserts = rows.map(
    (row, i) => `INSERT INTO ${table} (${listed}) VALUES (${[String(i + 1), ...row].join(',')});`,
  );
  const selects = columns.map(({ name, generated: made }) => {
    if (made) return "'-'";
    const plan =
      plans[columns.filter((column) => !column.generated).findIndex((column) => column.name === name) - 1];
    return plan === undefined ? `HEX(CAST(${quoted(name)} AS CHAR))` : plan.oracle(quoted(name));
  });
  return {
    sql: `SET sql_mode='';\nCREATE TABLE ${table} (${definitions.join(', ')}) CHARACTER SET utf8mb4;\n${inserts.join('\n')}\n`,
    oracle: `SELECT ${selects.join(',')} FROM ${table} ORDER BY id;`,
    columns,
    dumpArgs: dump.args,
    databases,
    readOptions: dump.options,
    schemaless: dump.schemaless,
    chunk,
  };
}
