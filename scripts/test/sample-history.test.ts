import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  dumpSource,
  historyReasons,
  importDump,
  type ImportResult,
  readLedger,
  readWaivers,
} from '@cutover/importer';
import { awkwardRevisions, laddr, sampleDump, sampleWaivers } from '@cutover/laddr';
import { git, openPrivateStore, openPublicStore, type PrivateStore } from '@cutover/stores';
import { corpusDir, describeWithCorpus, scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultOptions, planOf } from '../src/sample/plan.ts';
import { sampleTables } from '../src/sample/tables.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

interface Imported {
  readonly result: ImportResult;
  readonly privateStore: PrivateStore;
  git(...args: string[]): Promise<string>;
}

async function importWithPast(name: string, dump: string, waivers?: string): Promise<Imported> {
  const dir = join(scratch.dir, name);
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const privateStore = await openPrivateStore(join(dir, 'private'), { create: true });
  const result = await importDump({
    profile: laddr,
    source: dumpSource([dump]),
    publicStore,
    privateStore,
    branch: 'legacy-import',
    history: 'legacy-history',
    workDir: join(dir, 'work'),
    waivers: waivers === undefined ? [] : await readWaivers(waivers),
    asOf: '2026-01-15T12:00:00Z',
    toolVersion: '0',
  });
  return { result, privateStore, git: async (...args) => (await git(publicStore.dir, args)).trim() };
}

const secondsOf = (date: string | null | undefined): string | undefined =>
  date === null || date === undefined || date.startsWith('0000')
    ? undefined
    : String(Date.parse(`${date.replace(' ', 'T')}Z`) / 1000);

describe('the past of the bundled sample', () => {
  let imported: Imported;
  const lines = new Map<string, Record<string, unknown>>();
  beforeAll(async () => {
    imported = await importWithPast('sample', fileURLToPath(sampleDump), fileURLToPath(sampleWaivers));
    const name = `${imported.result.importId}.ndjson.gz`;
    for await (const line of readLedger(await imported.privateStore.pathFor('ledger', name)))
      if ('revision' in line) lines.set(line.revision!, { ...line });
  });

  it('holds, and every earlier state has a line in the ledger', async () => {
    const { checks, tables } = imported.result;
    expect(checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    const rows = Object.entries(tables).filter(([table]) => table.startsWith('history_'));
    expect(lines.size).toBe(rows.reduce((sum, [, account]) => sum + account.rows, 0));
    expect(lines.size).toBeGreaterThan(500);
    expect(await imported.git('rev-parse', 'legacy-history^{tree}')).toBe(imported.result.tree);
    expect(await imported.git('fsck', '--strict', '--full')).toBe('');
  });

  it('has of every awkward state what its case says', async () => {
    const tables = sampleTables(planOf(defaultOptions));
    for (const table of new Set(awkwardRevisions.map((revision) => revision.table))) {
      const planted = awkwardRevisions.filter((revision) => revision.table === table);
      const kept = tables.find(({ definition }) => definition.name === `history_${table}`)!;
      const numbers = [...kept.rows()].slice(-planted.length).map((row) => row['RevisionID']);
      for (const [i, { name, expected, row }] of planted.entries()) {
        const line = lines.get(`history_${table}/${numbers[i]}`);
        expect([name, line?.['outcome'], line?.['rule']]).toEqual([
          name,
          expected.outcome,
          'rule' in expected ? expected.rule : undefined,
        ]);
        if (expected.outcome !== 'imported') continue;
        const paths = (line!['paths'] as string[]).map((path) => path.replace(/\/[0-9a-f]{2}\//, '/'));
        expect(paths, name).toEqual([expected.path]);
        const log = await imported.git(
          'log',
          '--format=%at %an',
          'legacy-history',
          '--',
          ...(line!['paths'] as string[]),
        );
        const at = secondsOf(row['Modified']) ?? secondsOf(row['Created']);
        if (at !== undefined) expect(log.split('\n'), name).toContain(`${at} ${expected.by}`);
      }
    }
  });

  it('is every rule’s, each with a reason', () => {
    const rules = new Set(
      [...lines.values()].flatMap(({ rule }) => (typeof rule === 'string' ? [rule] : [])),
    );
    expect([...rules].sort()).toEqual(Object.keys(historyReasons).sort());
  });

  it('tells a project that was renamed as one, from its first name on', async () => {
    const log = await imported.git(
      'log',
      '--follow',
      '--format=%aI %an: %s',
      'legacy-history',
      '--',
      'projects/laddr.toml',
    );
    expect(log.split('\n')).toEqual([
      '2022-10-05T00:41:20+00:00 admin: projects/laddr-site is projects/laddr now',
      '2022-10-05T00:41:02+00:00 admin: projects/laddr-site created',
    ]);
    const blame = await imported.git(
      'blame',
      '--line-porcelain',
      'legacy-history',
      '--',
      'projects/laddr.toml',
    );
    expect(blame).toContain('author-time 1664930462');
    expect(blame).toContain('author-time 1664930480');
  });

  it('says nothing that was taken down, taken back, never published, or of somebody who left', async () => {
    const [said, messages] = await Promise.all([
      imported.git('log', '-p', '--no-color', '--format=%an %ae', 'legacy-history'),
      imported.git('log', '--format=%B', 'legacy-history'),
    ]);
    for (const text of [
      ...['Taken down for a reason', 'deleted-project', 'Not meant for anybody yet', 'Taken back later'],
      ...['What I once said of myself', 'Formerly', 'another_name', 'another-name', 'confided222@'],
      'confided207@example.org',
    ])
      expect([text, said.includes(text) || messages.includes(text)]).toEqual([text, false]);
    expect(said).toContain('New here');
    const emails = new Set((await imported.git('log', '--format=%ae', 'legacy-history')).split('\n'));
    expect([...emails].filter((email) => !email.endsWith('@users.noreply.invalid'))).toEqual([
      'cutover@localhost',
    ]);
  });

  it('goes on in time, never back', async () => {
    const times = (await imported.git('log', '--reverse', '--format=%at %ct', 'legacy-history')).split('\n');
    let before = 0;
    for (const line of times) {
      const [at, committed] = line.split(' ').map(Number) as [number, number];
      expect(at).toBe(committed);
      expect(at).toBeGreaterThanOrEqual(before);
      before = at;
    }
  });
});

describeWithCorpus('a real laddr dump, with its past', () => {
  it('is told as it was', async () => {
    const { result, git: ask } = await importWithPast('real', join(corpusDir()!, 'laddr-site.sql'));
    expect(result.checks.filter(({ outcome }) => outcome !== 'holds').map(({ id }) => id)).toEqual([]);
    expect(result.tables['history_people']).toMatchObject({ rows: 4, imported: 4 });
    expect(result.tables['history_projects']).toMatchObject({ rows: 1, imported: 1 });
    expect(await ask('log', '--format=%aI %an: %b', 'legacy-history', '--', 'projects')).toContain(
      'projects/laddr created',
    );
  });
});
