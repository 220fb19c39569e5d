import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dumpSource, importDump, type ImportResult, readWaivers } from '@cutover/importer';
import { awkwardCases, laddr, sampleDump, sampleWaivers } from '@cutover/laddr';
import { parseRowName, parseToml, recordId, resolveTable } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PublicStore } from '@cutover/stores';
import { corpusDir, describeWithCorpus, scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqldump } from '../src/sample/makers/mysqldump.ts';
import { defaultOptions } from '../src/sample/plan.ts';
import { sampleChunks } from '../src/sample/write-sample.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

let imports = 0;

async function importFile(
  dump: string,
  withWaivers = true,
): Promise<{ result: ImportResult; store: PublicStore }> {
  const dir = join(scratch.dir, String(++imports));
  const store = await openPublicStore(join(dir, 'public.git'), { create: true });
  const result = await importDump({
    profile: laddr,
    source: dumpSource([dump]),
    publicStore: store,
    privateStore: await openPrivateStore(join(dir, 'private'), { create: true }),
    branch: 'legacy-import',
    workDir: join(dir, 'work'),
    waivers: withWaivers ? await readWaivers(fileURLToPath(sampleWaivers)) : [],
    asOf: '2026-01-15T12:00:00Z',
    toolVersion: '0',
  });
  return { result, store };
}

function written(name: string, chunks: Iterable<string>): string {
  const path = join(scratch.dir, name);
  writeFileSync(path, [...chunks].join(''));
  return path;
}

const notHolding = ({ checks }: ImportResult) => checks.filter(({ outcome }) => outcome !== 'holds');

/** `@people/101` is the id of the record made from that row. */
function expectedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expectedValue);
  if (typeof value !== 'string' || !value.startsWith('@')) return value;
  return recordId('laddr', 'laddr', parseRowName(value.slice(1))!);
}

describe('the bundled sample, imported', () => {
  let result: ImportResult;
  const records = new Map<unknown, Record<string, unknown>>();
  beforeAll(async () => {
    const imported = await importFile(fileURLToPath(sampleDump));
    ({ result } = imported);
    for await (const { bytes } of imported.store.readRecords('legacy-import')) {
      const record = parseToml(bytes.toString());
      records.set(record['id'], record);
    }
  });

  it('passes every check of the import, with its waivers', () => {
    expect(notHolding(result)).toEqual([]);
    expect(result.absent).toEqual([]);
    expect(result.notes).toEqual([]);
    expect(result.moment).toBe('2026-01-15T12:00:00Z');
  });

  it('fails without its waivers', async () => {
    const { result: unwaived } = await importFile(fileURLToPath(sampleDump), false);
    expect(notHolding(unwaived).map(({ id }) => id)).toEqual(['quarantine']);
  });

  it('quarantines the awkward rows that say so, and no other', () => {
    const planted = awkwardCases.filter(
      ({ loadable, expected }) => loadable && expected.outcome === 'quarantined',
    );
    const quarantined = Object.values(result.tables).reduce((sum, account) => sum + account.quarantined, 0);
    expect(quarantined).toBe(planted.length);
  });

  it('makes of every awkward row what its case says', () => {
    for (const { name, table, row, expected, loadable } of awkwardCases) {
      if (!loadable) continue;
      const resolved = resolveTable(laddr, table);
      if (resolved === undefined || !('source' in resolved)) throw new TypeError(table);
      const { source } = resolved;
      const key = source.key.map((column) => row[column] ?? '');
      const record = records.get(recordId('laddr', 'laddr', { source: source.source, key }));
      expect(record !== undefined, name).toBe(expected.outcome === 'imported');
      if (expected.outcome !== 'imported') continue;
      for (const [field, value] of Object.entries(expected.fields)) {
        expect(record![field], `${name}: ${field}`).toEqual(expectedValue(value));
      }
    }
  });

  it('gives the same tree from either dump program, and under either name of the table', async () => {
    const { result: mysql } = await importFile(written('mysql.sql', sampleChunks(defaultOptions, mysqldump)));
    const renamed = { ...defaultOptions, tableName: 'tag_assignments' } as const;
    const { result: other } = await importFile(written('renamed.sql', sampleChunks(renamed)));
    expect([mysql.tree, other.tree]).toEqual([result.tree, result.tree]);
  });

  it('gives another tree from another seed', async () => {
    const { result: other } = await importFile(
      written('seed.sql', sampleChunks({ ...defaultOptions, seed: 2 })),
    );
    expect(notHolding(other)).toEqual([]);
    expect(other.tree).not.toBe(result.tree);
  });
});

describeWithCorpus('a real laddr dump', () => {
  it('is imported whole, with nothing in quarantine', async () => {
    const { result } = await importFile(join(corpusDir()!, 'laddr-site.sql'), false);
    expect(notHolding(result)).toEqual([]);
    expect(result.records).toBe(8);
    expect(result.tables['people']).toMatchObject({ rows: 4, imported: 4 });
  });
});
