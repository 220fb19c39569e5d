import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sampleDump, smallSampleDump } from '@cutover/laddr';
import { describeWith, type MariaDb, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mariadbDump } from '../src/sample/makers/mariadb-dump.ts';
import { mysqldump } from '../src/sample/makers/mysqldump.ts';
import { defaultOptions, planOf, plantedRows, type SampleOptions } from '../src/sample/plan.ts';
import { sampleTables } from '../src/sample/tables.ts';
import { sampleChunks, writeSample } from '../src/sample/write-sample.ts';
import { Writable } from 'node:stream';

const dumpOf = (options: Partial<SampleOptions>, maker = mariadbDump): string =>
  [...sampleChunks({ ...defaultOptions, ...options }, maker)].join('');

/** What names the host, the program's version and the day. */
const changing = /^-- (?:Host:|MariaDB dump|Server version|Dump completed on).*$/gm;

describeWith('mariadb', 'a sample that MariaDB has loaded and dumped again', () => {
  let server: MariaDb;
  beforeAll(async () => {
    server = await startMariaDb();
  });
  afterAll(() => server.stop());

  const roundTrip = async (dump: string): Promise<string> => {
    const database = await server.createDatabase('utf8mb3');
    // Zero dates and invalid members of ENUMs came from servers that were not strict.
    await server.sql(Buffer.from(`SET SESSION sql_mode='';\n${dump}`), {
      database,
      args: ['--default-character-set=utf8mb4'],
    });
    return (await server.dump([database])).toString();
  };

  it.each([
    ['the default', {}],
    ['another seed', { seed: 7, people: 300 }],
    ['statements of more than a megabyte', { people: 12_000, seed: 3 }],
    ['nobody but the awkward', { people: 0 }],
    ['the other spelling of tag items', { people: 200, tableName: 'tag_assignments' as const }],
  ])('is the same, byte for byte: %s', async (_name, options) => {
    const dump = dumpOf(options);
    const again = await roundTrip(dump);
    const lines = again.replaceAll(changing, '--').split('\n');
    const expected = dump.replaceAll(changing, '--').split('\n');
    // The first differing line says more than a megabyte of difference.
    const at = expected.findIndex((line, i) => line !== lines[i]);
    expect(at === -1 ? undefined : { at, ours: expected[at], theirs: lines[at] }).toBeUndefined();
    expect(lines.length).toBe(expected.length);
  });

  it('sees a row that is written otherwise', async () => {
    const dump = dumpOf({ people: 0 });
    const planted = dump.replace("'TamsinOkvar'", `"TamsinOkvar"`);
    expect(planted).not.toBe(dump);
    expect((await roundTrip(planted)).replaceAll(changing, '--')).not.toBe(
      planted.replaceAll(changing, '--'),
    );
  });
});

describe('the bundled sample', () => {
  it('is what the default options give', () => {
    expect(readFileSync(fileURLToPath(sampleDump), 'utf8') === dumpOf({})).toBe(true);
  });

  it('has a small one beside it', () => {
    expect(readFileSync(fileURLToPath(smallSampleDump), 'utf8') === dumpOf({ people: 150 })).toBe(true);
  });

  it('is small enough to keep in a repository', () => {
    expect(Buffer.byteLength(dumpOf({}))).toBeLessThan(1_500_000);
  });
});

describe('a sample', () => {
  it('is made of its seed alone', () => {
    expect(dumpOf({ people: 300 }) === dumpOf({ people: 300 })).toBe(true);
    expect(dumpOf({ people: 300, seed: 2 }) === dumpOf({ people: 300 })).toBe(false);
  });

  it.each([300, 1240, 5000])('has as many people as were asked for: %i', (people) => {
    const [table] = sampleTables(planOf({ ...defaultOptions, people })).filter(
      ({ definition }) => definition.name === 'people',
    );
    expect([...table!.rows()].length).toBe(people);
  });

  it('has rows in every table, and no column that the table lacks', () => {
    for (const { definition, rows } of sampleTables(planOf(defaultOptions))) {
      const known = new Set(definition.columns.map(({ name }) => name));
      const all = [...rows()];
      expect(all.length, definition.name).toBeGreaterThan(0);
      // `ID` is given to every excluded table, also to the one that has none.
      const unknown = all
        .flatMap((row) => Object.keys(row))
        .find((name) => name !== 'ID' && !known.has(name));
      expect(unknown, definition.name).toBeUndefined();
    }
  });

  it('writes no address outside the example domains', () => {
    const dump = dumpOf({});
    const addresses = [...dump.matchAll(/[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/g)].map((match) =>
      match[1]!.toLowerCase(),
    );
    expect(addresses.length).toBeGreaterThan(1000);
    expect(addresses.filter((host) => !/^example\.(?:org|com|net)$/.test(host))).toEqual([]);
  });

  it('reaches a slow stream without being held in memory', async () => {
    let waiting = 0;
    let longest = 0;
    let bytes = 0;
    const slow = new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _encoding, done) {
        waiting += chunk.length;
        longest = Math.max(longest, waiting);
        bytes += chunk.length;
        setImmediate(() => {
          waiting = 0;
          done();
        });
      },
    });
    await writeSample(slow, { ...defaultOptions, people: 3000 });
    expect(bytes).toBe(Buffer.byteLength(dumpOf({ people: 3000 })));
    expect(longest).toBeLessThan(512 * 1024);
  });
});

describe('a sample of mysqldump 5.7', () => {
  const dump = dumpOf({}, mysqldump);

  it('spells tables as MySQL 5.7 does', () => {
    expect(dump.startsWith('-- MySQL dump 10.13  Distrib 5.7.44')).toBe(true);
    expect(dump).toContain('/*!40101 SET NAMES utf8 */;');
    expect(dump).toContain('  `About` text,\n');
    expect(dump).toContain('  `Created` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,\n');
    expect(dump).toContain("  `NextUpdate` int(10) unsigned NOT NULL DEFAULT '1',\n");
    expect(dump).toMatch(/\) ENGINE=MyISAM AUTO_INCREMENT=\d+ DEFAULT CHARSET=utf8;\n/);
    expect(dump).not.toMatch(/current_timestamp\(\)|utf8mb3|sandbox/);
  });

  it('writes all rows of a statement on one line, and the same rows as the other program', () => {
    const starts = dump.match(/^INSERT INTO `people` VALUES \(1,/gm) ?? [];
    expect(starts.length).toBe(1);
    const rows = (text: string): string =>
      text
        .split('\n')
        .filter((line) => /^(?:INSERT INTO|\()/.test(line))
        .join('')
        .replaceAll(/INSERT INTO `\w+` VALUES ?/g, '')
        .replaceAll(';', '');
    expect(rows(dump) === rows(dumpOf({}))).toBe(true);
  });

  it('ends a statement before it gets longer than the program would send', () => {
    const large = dumpOf({ people: 12_000 }, mysqldump);
    const lengths = large
      .split('\n')
      .filter((line) => line.startsWith('INSERT'))
      .map((line) => Buffer.byteLength(line));
    expect(Math.max(...lengths)).toBeLessThan(1024 * 1024);
    expect(Math.max(...lengths)).toBeGreaterThan(1000 * 1000);
  });
});

describe('planted rows', () => {
  it('are all there', () => {
    const dump = dumpOf({ people: 0 });
    expect(plantedRows('people').length).toBeGreaterThan(60);
    for (const { ID, Username } of plantedRows('people')) {
      if (Username === null) continue;
      expect(dump, `people ${ID}`).toContain(`'${Username!.replaceAll("'", "\\'")}'`);
    }
  });
});
