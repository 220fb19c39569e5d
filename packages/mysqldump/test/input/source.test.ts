import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describeWith, missingPrograms, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDump } from '../../src/index.ts';
import { sampleDump } from '../support/sample.ts';
import { collect, inChunks, read } from '../support/read.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mysqldump-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

function put(name: string, bytes: Buffer | string): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

describe('one file', () => {
  const compressors: readonly [string, readonly string[]][] = [
    ['gzip', []],
    ['bzip2', []],
    ['xz', []],
    ['zstd', ['-q']],
  ];

  it.each(compressors)('%s is known by its magic number, not by its name', async (program, args) => {
    let packed: Buffer;
    try {
      packed = execFileSync(program, [...args, '-c'], { input: sampleDump });
    } catch {
      process.stderr.write(`skipped: ${program} is not installed\n`);
      return;
    }
    const plain = await read(sampleDump);
    const result = await collect(readDump(put(`${program}.sql`, packed)));
    expect(result.rows).toEqual(plain.rows);
    expect(result.end.complete).toBe(true);
    // Two members, one after the other, are one stream.
    const cut = readDump(put(`${program}-cut.sql`, packed.subarray(0, packed.length - 20)));
    await expect(collect(cut)).rejects.toMatchObject({ name: 'DumpError' });
  });

  it('several gzip members', async () => {
    const packed = Buffer.concat([gzipSync(sampleDump.subarray(0, 700)), gzipSync(sampleDump.subarray(700))]);
    expect((await collect(readDump(put('two.gz', packed)))).rows).toEqual((await read(sampleDump)).rows);
  });

  it('UTF-16 of PowerShell, with a note; UTF-8 with a byte order mark; CRLF', async () => {
    const plain = await read(sampleDump);
    const text = sampleDump.toString();
    const wide = put('wide.sql', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
    const result = await collect(readDump(wide));
    expect(result.codes).toEqual(['utf16-source', ...plain.codes]);
    expect(result.rows).toEqual(plain.rows);
    expect((await collect(readDump(put('bom.sql', `\ufeff${text}`)))).rows).toEqual(plain.rows);
    const crlf = await collect(readDump(put('crlf.sql', text.replaceAll('\n', '\r\n'))));
    expect(crlf.rows['sample.numbers']).toEqual(plain.rows['sample.numbers']);
  });

  it('a stream, in chunks of any size', async () => {
    const plain = await read(sampleDump);
    for (const size of [1, 2, 3, 17, 1000])
      expect((await read(sampleDump, {}, size)).rows).toEqual(plain.rows);
    expect((await collect(readDump(Readable.from(inChunks(gzipSync(sampleDump), 7))))).rows).toEqual(
      plain.rows,
    );
  });

  it('that is not there', async () => {
    await expect(collect(readDump(join(dir, 'nowhere.sql')))).rejects.toMatchObject({
      code: 'file-unreadable',
    });
  });
});

describe('several files', () => {
  it('are one dump, also cut in the middle of a row; errors name the file', async () => {
    const at = sampleDump.indexOf('Bob') + 1;
    const parts = [put('x.aa', sampleDump.subarray(0, at)), put('x.ab', sampleDump.subarray(at))];
    expect((await collect(readDump(parts))).rows).toEqual((await read(sampleDump)).rows);
    const broken = [parts[0] ?? '', put('x.ac', `b',NULL,NULL,NULL);\n\nFROBNICATE;`)];
    await expect(collect(readDump(broken))).rejects.toMatchObject({
      code: 'statement-unknown',
      file: broken[1],
      line: 3,
      offset: 21,
    });
  });
});

describe('directories', () => {
  it('of mydumper and dumpling: schemas first, the database by file name', async () => {
    const path = join(dir, 'mydumper');
    mkdirSync(path);
    const files: Record<string, Buffer | string> = {
      metadata: 'Started dump at: 2026-01-02 03:04:05\nFinished dump at: 2026-01-02 03:05:00\n',
      'shop-schema-create.sql': 'CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET latin1 */;\n',
      'shop.items-schema.sql.gz': gzipSync(
        '/*!40101 SET NAMES binary*/;\nCREATE TABLE `items` (`a` int, `b` text);\n',
      ),
      'shop.items.00000.sql': Buffer.from(
        "/*!40101 SET NAMES binary*/;\nINSERT INTO `items` VALUES(1,'caf\xe9');\n",
        'latin1',
      ),
      'shop.items.00010.sql': "INSERT INTO `items` VALUES(3,'c');\n",
      'shop.items.00002.sql.gz': gzipSync("INSERT INTO `items` VALUES(2,'b');\n"),
      'shop.v-schema-view.sql': 'CREATE VIEW v AS SELECT 1;',
      'shop-schema-post.sql': 'CREATE PROCEDURE p() BEGIN INSERT INTO items VALUES (9,9); END;',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
    const { rows, tables } = await collect(readDump(path));
    expect(rows).toEqual({
      'shop.items': [
        ['1', 'café'],
        ['2', 'b'],
        ['3', 'c'],
      ],
    });
    expect(tables).toHaveLength(1);
    // As a list's one path too: a command line has nothing but lists.
    expect((await collect(readDump([path]))).rows).toEqual(rows);
  });

  it('that hold no dump', async () => {
    const path = join(dir, 'empty');
    mkdirSync(path);
    await expect(collect(readDump(path))).rejects.toMatchObject({ code: 'layout-unsupported' });
  });

  it.each<[string, string, string, string]>([
    ['are empty', 'd.t.sql', '', 'empty'],
    ['are there packed and unpacked', 'd.t.00001.sql.gz', 'x', 'layout-unsupported'],
    ['are rows in another format', 'd.t.00002.csv', '1\n', 'layout-unsupported'],
    ['are encrypted', 'd.t.00002.sql.enc', 'x', 'layout-unsupported'],
    ['have an ending that nobody writes', 'd.t.00002.SQL', 'x', 'layout-unsupported'],
  ])('whose files %s are refused', async (_what, name, content, code) => {
    const path = mkdtempSync(join(dir, 'faulty-'));
    writeFileSync(join(path, 'd.t-schema.sql'), 'CREATE TABLE `t` (`a` int);\n');
    for (const chunk of ['d.t.sql', 'd.t.00001.sql'])
      writeFileSync(join(path, chunk), 'INSERT INTO `t` VALUES (1);\n');
    for (const beside of ['d.t-schema-triggers.sql', 'd.t-metadata', 'notes.csv', 'd.tt.csv'])
      writeFileSync(join(path, beside), '');
    expect((await collect(readDump(path))).rows['d.t']).toHaveLength(2);
    writeFileSync(join(path, name), content);
    await expect(collect(readDump(path))).rejects.toMatchObject({ code });
  });

  it('of --tab have a text of each table, and none of a view', async () => {
    const path = mkdtempSync(join(dir, 'texts-'));
    const put = (name: string, text: string) => writeFileSync(join(path, name), text);
    put('t.sql', 'CREATE TABLE `t` (\n  `a` int\n);\n');
    put('t.txt', '1\n');
    put('none.sql', 'CREATE TABLE `none` (\n  `a` int\n);\n');
    put('none.txt', '');
    put('v.sql', '/*!50001 CREATE VIEW `v` AS SELECT 1 AS `a`*/;\n');
    expect((await collect(readDump(path))).rows['t']).toHaveLength(1);
    rmSync(join(path, 'none.txt'));
    await expect(collect(readDump(path))).rejects.toMatchObject({
      code: 'layout-unsupported',
      place: { file: join(path, 'none.sql') },
    });
  });

  it('of --tab name the table in its definition, as names of files are encoded', async () => {
    const path = mkdtempSync(join(dir, 'encoded-'));
    const names = { 'a-b': 'a@002db', 'ü t': '@1o@0020t', 'a@002db': 'a@0040002db' };
    for (const [name, file] of Object.entries(names)) {
      writeFileSync(join(path, `${file}.sql`), `CREATE TABLE \`${name}\` (\n  \`n\` text\n);\n`);
      writeFileSync(join(path, `${file}.txt`), `${name}\n`);
    }
    const { rows, tables } = await collect(readDump(path));
    expect(rows).toEqual(Object.fromEntries(Object.keys(names).map((name) => [name, [[name]]])));
    expect(tables.map(({ columns }) => columns?.map(({ name }) => name))).toEqual([['n'], ['n'], ['n']]);
  });

  it('of mydumper hold rows of tables whose names end as those of other files', async () => {
    const path = mkdtempSync(join(dir, 'named-'));
    const names = ['t-post', 't-schema', 't-schema-triggers', 'x-schema-create'];
    for (const name of names) {
      writeFileSync(join(path, `d.${name}-schema.sql`), `CREATE TABLE \`${name}\` (\`n\` text);\n`);
      writeFileSync(join(path, `d.${name}.sql`), `INSERT INTO \`${name}\` VALUES ('${name}');\n`);
    }
    for (const kind of ['schema-post', 'schema-view', 'schema-create'])
      writeFileSync(join(path, `d-${kind}.sql`), 'SELECT 1;\n');
    const { rows } = await collect(readDump(path));
    expect(rows).toEqual(Object.fromEntries(names.map((name) => [`d.${name}`, [[name]]])));
  });

  it('whose files are no files are not read, whatever lies beside them', async () => {
    const path = join(dir, 'links');
    mkdirSync(join(path, 'beside'), { recursive: true });
    symlinkSync('nowhere', join(path, 'lost'));
    writeFileSync(join(path, 'd.t-schema.sql'), 'CREATE TABLE `t` (`a` int);\n');
    writeFileSync(join(path, 'd.t.sql'), 'INSERT INTO `t` VALUES (1);\n');
    const { rows } = await collect(readDump(path));
    expect(rows['d.t']).toHaveLength(1);
    for (const make of [symlinkSync.bind(null, 'nowhere'), mkdirSync]) {
      const chunk = join(path, 'd.t.00001.sql');
      make(chunk);
      await expect(collect(readDump(path))).rejects.toMatchObject({
        code: 'file-unreadable',
        place: { file: chunk },
      });
      rmSync(chunk, { recursive: true });
    }
  });
});

describeWith('mariadb', 'directories of mariadb-dump --tab', () => {
  it.each(['utf8mb4', 'utf8mb3', 'latin1', 'binary'])(
    'read as the server holds them, with charset %s',
    async (charset) => {
      expect(missingPrograms('mariadb')).toEqual([]);
      const db = await startMariaDb();
      const path = mkdtempSync(join(tmpdir(), 'mysqldump-tab-'));
      try {
        const database = await db.createDatabase();
        await db.sql(
          `CREATE TABLE t (id int PRIMARY KEY, a varchar(99) CHARACTER SET latin1, b text CHARACTER SET utf8mb4, c blob, d bit(9), e decimal(5,2));
         INSERT INTO t VALUES (1,_utf8mb4 x'636166c3a9095c6e','a\\nb\\\\N\\t\\0\\r',x'00ff5c0a0927',b'101',1.50),(2,NULL,'\\\\N',NULL,NULL,NULL),(3,'','','',0,0);
         CREATE TABLE none (x int);`,
          { database, args: ['--default-character-set=utf8mb4'] },
        );
        execFileSync('chmod', ['777', path]);
        const option = charset === 'default' ? [] : [`--default-character-set=${charset}`];
        await db.dump([...option, `--tab=${path}`, database]);
        // Asked for UTF-8 the server itself turns bytes of a BLOB that are none into question marks.
        const byte = charset.startsWith('utf8') ? 0x3f : 255;
        const { rows, tables } = await collect(readDump(path));
        expect(tables.map(({ name }) => name).sort()).toEqual(['none', 't']);
        expect(rows['t']).toEqual([
          [
            '1',
            'café\t\\n',
            'a\nb\\N\t\0\r',
            Uint8Array.from([0, byte, 0x5c, 10, 9, 0x27]),
            Uint8Array.from([0, 5]),
            '1.50',
          ],
          ['2', null, '\\N', null, null, null],
          ['3', '', '', new Uint8Array(0), Uint8Array.from([0, 0]), '0.00'],
        ]);
      } finally {
        await db.stop();
        rmSync(path, { recursive: true, force: true });
      }
    },
  );

  it.each(['sjis', 'cp932', 'gbk', 'big5'])(
    'read as the server holds them, where %s has a backslash inside a character',
    async (charset) => {
      const db = await startMariaDb();
      const path = mkdtempSync(join(tmpdir(), 'mysqldump-tab-'));
      try {
        const database = await db.createDatabase();
        // Whatever the charset has with 5C for its second byte, beside real backslashes, tabs and line ends.
        const two = Array.from({ length: 126 }, (_, i) => `x'${(0x81 + i).toString(16)}5c'`).join(',');
        await db.sql(
          `CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a varchar(99) CHARACTER SET ${charset}, b varchar(9) CHARACTER SET latin1, c varbinary(9));
           CREATE TABLE bytes (b varbinary(2)); INSERT INTO bytes VALUES (${two.replaceAll(',', '),(')});
           SET sql_mode = '';
           INSERT INTO t (a, b, c) SELECT CONCAT(_${charset} 'x', CONVERT(b USING ${charset}), _${charset} 'y'), 'z\\\\', b FROM bytes WHERE LENGTH(CONVERT(b USING ${charset})) = 2 AND HEX(CONVERT(CONVERT(b USING ${charset}) USING utf8mb4)) NOT LIKE '%3F%';
           INSERT INTO t (a, b, c) SELECT CONCAT(a, _${charset} '\\\\', a, '\t', a, '\n', a), b, c FROM t;`,
          { database, args: ['--default-character-set=utf8mb4'] },
        );
        execFileSync('chmod', ['777', path]);
        await db.dump(['--default-character-set=binary', `--tab=${path}`, database]);
        const { rows } = await collect(readDump(path));
        const held = await db.sql(
          'SELECT JSON_ARRAY(CAST(id AS CHAR), CONVERT(a USING utf8mb4), b, HEX(c)) FROM t ORDER BY id',
          { database, args: ['--default-character-set=utf8mb4', '--raw'] },
        );
        const wanted = held
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as string[]);
        expect(wanted.length).toBeGreaterThan(20);
        expect(
          rows['t']!.map((row) =>
            (row as unknown[]).map((cell) =>
              cell instanceof Uint8Array ? Buffer.from(cell).toString('hex').toUpperCase() : cell,
            ),
          ),
        ).toEqual(wanted);
      } finally {
        await db.stop();
        rmSync(path, { recursive: true, force: true });
      }
    },
  );

  it('XML is refused with a code', async () => {
    const db = await startMariaDb();
    try {
      const database = await db.createDatabase();
      await db.sql('CREATE TABLE t (id int); INSERT INTO t VALUES (1);', { database });
      await expect(read(await db.dump(['--xml', database]))).rejects.toMatchObject({
        code: 'format-unsupported',
      });
    } finally {
      await db.stop();
    }
  });
});
