import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Check } from '@cutover/core';
import { dumpSource, importDump, type ImportResult, readCorrections, type Source } from '@cutover/importer';
import { laddr, sampleDump as laddrDump } from '@cutover/laddr';
import type { Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { describeWithCorpus, scratchDir } from '@cutover/testkit';
import { sampleDump, wordpress } from '@cutover/wordpress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCounts, checkPrivateRows, checkTree, openLedger } from '../src/index.ts';

const dump = fileURLToPath(sampleDump);
type Rows = (string | Uint8Array | null)[][];

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;
let imported: ImportResult;
beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
});
afterEach(() => scratch.remove());

async function importFrom(source: Source = dumpSource([dump]), profile: Profile = wordpress): Promise<void> {
  imported = await importDump({
    profile,
    source,
    publicStore,
    privateStore,
    branch: 'legacy-import',
    workDir: join(scratch.dir, 'work'),
    toolVersion: '0',
  });
}

interface Verifying {
  readonly dumps?: readonly string[];
  readonly profile?: Profile;
}

async function verify({ dumps = [dump], profile = wordpress }: Verifying = {}): Promise<Check[]> {
  const { tables, importId, tree, records } = imported;
  const ledger = await openLedger(privateStore, importId);
  return [
    ...(await checkCounts({ dump: dumps, profile, tables, ledger })),
    await checkTree(publicStore, 'legacy-import', { tree, records }, ledger),
    await checkPrivateRows({ store: privateStore, target: profile.target, ledger }),
  ];
}

const outcomes = (checks: readonly Check[]) =>
  Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));
const allHold = { counts: 'holds', digests: 'holds', tree: 'holds', 'private-rows': 'holds' };
const found = (checks: readonly Check[]) =>
  checks.flatMap(({ id, findings }) =>
    findings.map(({ code, subject }) => `${id} ${code} ${String(subject)}`),
  );

/** A source that reads one table with a fault. */
function alter(table: string, change: (rows: Rows) => Rows): Source {
  const source = dumpSource([dump]);
  return {
    fingerprint: () => source.fingerprint(),
    read: async function* (options) {
      for await (const event of source.read(options))
        yield event.kind === 'rows' && event.table.name === table
          ? { ...event, rows: change(event.rows) }
          : event;
    },
  };
}

/** Rewrites the lines of the ledger. */
function editLedger(change: (lines: Record<string, unknown>[]) => unknown[]): void {
  const path = join(scratch.dir, 'private', 'ledger', `${imported.importId}.ndjson.gz`);
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const changed = change(lines.map((line) => JSON.parse(line) as Record<string, unknown>));
  writeFileSync(path, gzipSync(changed.map((line) => `${JSON.stringify(line)}\n`).join('')));
}

const withLine = (row: string, change: (line: Record<string, unknown>) => unknown[]) => () =>
  editLedger((lines) => lines.flatMap((line) => (line['row'] === row ? change(line) : [line])));

describe('counts', () => {
  it('hold where dump, ledger and stores agree, with rows and digest of each table', async () => {
    await importFrom();
    const checks = await verify();
    expect(outcomes(checks)).toEqual(allHold);
    expect(checks[1]!.evidence['tables']).toMatchObject({
      wp_users: { rows: imported.tables['wp_users']!.rows },
    });
    expect(checks.every(({ looked }) => looked > 0)).toBe(true);
  });

  it.each<[string, string, (rows: Rows) => Rows, string]>([
    ['a row that the reader drops', 'wp_comments', (rows) => rows.slice(1), 'digests row-missing comments/1'],
    [
      'a value that the reader changes',
      'wp_terms',
      ([first, ...rest]) => [[first![0]!, 'Categorised', ...first!.slice(2)], ...rest],
      'digests row-differs terms/1',
    ],
    [
      'a value that the reader changes in a dropped column',
      'wp_terms',
      ([first, ...rest]) => [[...first!.slice(0, 3), '9'], ...rest],
      'digests row-differs terms/1',
    ],
    [
      'a row that the reader doubles',
      'wp_links',
      (rows) => [rows[0]!, ...rows],
      'digests row-doubled links/1',
    ],
    [
      'a value of a table that is excluded',
      'wp_blogs',
      ([first, ...rest]) => [[first![0]!, 'x', ...first!.slice(2)], ...rest],
      'digests table-differs wp_blogs',
    ],
    ['a row of a table that is excluded', 'wp_blogs', (rows) => rows.slice(1), 'counts rows-differ wp_blogs'],
  ])('find %s', async (_name, table, change, finding) => {
    await importFrom(alter(table, change));
    expect(found(await verify())).toContain(finding);
  });

  it.each<[string, () => void | Promise<void>, string]>([
    ['a ledger line that is gone', withLine('terms/1', () => []), 'digests row-missing terms/1'],
    [
      'a ledger line that was made up',
      withLine('terms/1', (line) => [line, { ...line, row: 'terms/99' }]),
      'digests row-invented terms/99',
    ],
    [
      'a ledger line about another content',
      withLine('terms/1', (line) => [{ ...line, digest: '0'.repeat(24) }]),
      'digests row-differs terms/1',
    ],
    [
      'a ledger line that names another record',
      withLine('users/1', (line) => [{ ...line, records: ['people/nobody.toml'] }]),
      'tree record-missing people/nobody.toml',
    ],
    [
      'a ledger line that names another private record',
      withLine('users/1', (line) => [{ ...line, privates: ['accounts/nobody'] }]),
      'private-rows private-row-missing users/1',
    ],
    [
      'a folded row whose row was not imported',
      () =>
        editLedger((lines) => {
          const into = lines.find((line) => line['into'] !== undefined)!['into'];
          return lines.map((line) =>
            line['row'] === into ? { ...line, outcome: 'excluded', rule: 'x' } : line,
          );
        }),
      'private-rows folded-into-nothing',
    ],
  ])('find %s', async (_name, plant, finding) => {
    await importFrom();
    await plant();
    expect(found(await verify()).join('\n')).toContain(finding);
  });

  const editTree = async (change: (files: Map<string, Buffer | string>) => void): Promise<void> => {
    const head = (await publicStore.head('legacy-import'))!;
    const files = new Map<string, Buffer | string>();
    for await (const { path, bytes } of publicStore.readRecords(head.commit))
      files.set(path, Buffer.from(bytes));
    change(files);
    const writer = await publicStore.writeTree();
    for (const [path, content] of files) writer.put(path, content.toString());
    await publicStore.commit('legacy-import', { tree: await writer.finish(), message: 'x', expected: head });
  };

  it.each<[string, (files: Map<string, Buffer | string>, path: string) => void, string]>([
    ['a record that is gone from the tree', (files, path) => files.delete(path), 'record-missing'],
    [
      'a record that was changed',
      (files, path) => files.set(path, `${files.get(path)!.toString()}x = "1"\n`),
      'record-differs',
    ],
    [
      'a record that no row made',
      (files, path) => files.set(path.replace('.toml', '-2.toml'), files.get(path)!),
      'record-without-row',
    ],
  ])('find %s, with its row', async (_name, change, code) => {
    await importFrom();
    let path = '';
    await editTree((files) => {
      path = [...files.keys()][0]!;
      change(files, path);
    });
    const findings = (await verify())
      .find(({ id }) => id === 'tree')!
      .findings.filter((one) => one.code === code);
    expect(findings).toHaveLength(1);
    expect(findings[0]!.message).toContain(path.replace('.toml', ''));
    if (code !== 'record-without-row') expect(findings[0]!.message).toMatch(/made of [a-z-]+\/\d+/);
  });

  const removePrivate = async (): Promise<string> => {
    const { privateSheets } = wordpress.target;
    for (const { name } of privateSheets) {
      for await (const { id } of privateStore.read(name)) {
        await privateStore.update(name, id, () => undefined);
        return `${name}/${id}`;
      }
    }
    throw new Error('no private record');
  };

  it('find a private record that was removed, with its row, until the import itself left it away', async () => {
    await importFrom();
    const name = await removePrivate();
    const check = (await verify()).at(-1)!;
    expect(check.findings.map(({ code }) => code)).toEqual(['private-row-missing']);
    expect(check.findings[0]!.message).toMatch(new RegExp(`^${name}: it was made of users/`));
    await importFrom();
    const ledger = await openLedger(privateStore);
    const leftAway = Object.fromEntries(
      Object.entries(imported.privates!).map(([sheet, done]) => [sheet, done.leftAway]),
    );
    const input = { store: privateStore, target: wordpress.target, ledger };
    expect((await checkPrivateRows({ ...input, leftAway })).outcome).toBe('holds');
    await removePrivate();
    expect((await checkPrivateRows({ ...input, leftAway })).findingsTotal).toBe(1);
  });

  it('do not take for lost what belongs to somebody who has claimed the account', async () => {
    await importFrom();
    const { claimed, privateSheets } = wordpress.target;
    const id = (await removePrivate()).split('/')[1]!;
    const target = {
      ...wordpress.target,
      claimed: claimed ?? { sheet: privateSheets[0]!.name, field: 'claimedAt' },
    };
    await privateStore.update(target.claimed.sheet, id, (now) => ({
      ...now,
      id,
      [target.claimed.field]: '2026-01-01T00:00:00Z',
    }));
    const ledger = await openLedger(privateStore);
    const check = await checkPrivateRows({ store: privateStore, target, ledger });
    expect([check.findings, check.outcome]).toEqual([[], 'holds']);
  });

  it('hold where rows were mended: the ledger has them as the dump does', async () => {
    const path = join(scratch.dir, 'broken.sql');
    writeFileSync(
      path,
      readFileSync(dump, 'utf8').replace(/(INSERT INTO `wp_2_comments` VALUES \(1,)7/, '$1777'),
    );
    await importFrom(dumpSource([path]));
    expect(outcomes(await verify({ dumps: [path] }))).toEqual(allHold);
    const quarantined = gunzipSync(
      readFileSync(join(scratch.dir, 'private', 'quarantine', `${imported.importId}.ndjson.gz`)),
    ).toString();
    const mended = join(scratch.dir, 'mended.ndjson');
    writeFileSync(mended, quarantined.replace('"comment_post_ID":"777"', '"comment_post_ID":"7"'));
    imported = await importDump({
      profile: wordpress,
      source: dumpSource([path]),
      corrections: await readCorrections(mended, wordpress),
      publicStore,
      privateStore,
      branch: 'legacy-import',
      workDir: join(scratch.dir, 'work'),
      toolVersion: '0',
    });
    expect(imported.tables['wp_2_comments']!.quarantined).toBe(0);
    expect(outcomes(await verify({ dumps: [path] }))).toEqual(allHold);
  });

  it('are unknown without a ledger, with one of an older version, and for a dump that is not understood', async () => {
    await importFrom();
    const without = await checkCounts({ dump: [dump], profile: wordpress, ledger: undefined });
    expect(outcomes(without)).toEqual({ counts: 'unknown', digests: 'unknown' });
    expect(
      (await checkPrivateRows({ store: privateStore, target: wordpress.target, ledger: undefined })).outcome,
    ).toBe('unknown');
    const cut = join(scratch.dir, 'cut.sql');
    writeFileSync(cut, readFileSync(dump).subarray(0, 9000));
    expect(outcomes(await verify({ dumps: [cut] }))).toMatchObject({ counts: 'unknown', digests: 'unknown' });
    editLedger((lines) =>
      lines.map(({ digest: _digest, contents: _contents, privates, ...line }) => ({
        ...line,
        ...(privates === undefined ? {} : { privates: ['accounts'] }),
      })),
    );
    expect(outcomes(await verify())).toEqual({
      counts: 'holds',
      digests: 'unknown',
      tree: 'unknown',
      'private-rows': 'unknown',
    });
  });

  it('are unknown where a row holds an expression', async () => {
    const path = join(scratch.dir, 'expression.sql');
    writeFileSync(
      path,
      readFileSync(dump, 'utf8').replace("(1,'Uncategorized',", "(1,UPPER('uncategorized'),"),
    );
    await importFrom(dumpSource([path]));
    const checks = await verify({ dumps: [path] });
    expect(outcomes(checks)).toMatchObject({ counts: 'holds', digests: 'unknown' });
    expect(checks[1]!.couldNotTell).toContain('1 rows of wp_terms');
  });

  it('refuse a ledger that is damaged', async () => {
    await importFrom();
    writeFileSync(
      join(scratch.dir, 'private', 'ledger', `${imported.importId}.ndjson.gz`),
      gzipSync('{"table":'),
    );
    await expect(verify()).rejects.toMatchObject({ code: 'ledger-damaged' });
  });
});

it('counts hold on the bundled sample', async () => {
  const path = fileURLToPath(laddrDump);
  await importFrom(dumpSource([path]), laddr);
  expect(outcomes(await verify({ dumps: [path], profile: laddr }))).toEqual(allHold);
});

describeWithCorpus('counts hold on dumps of real systems:', (dir) => {
  it.each([
    ['laddr-site.sql', laddr],
    ['wordpress-mysql82.sql', wordpress],
  ] as const)('%s', async (file, profile) => {
    const path = join(dir, file);
    await importFrom(dumpSource([path], { lenient: true }), profile);
    expect(outcomes(await verify({ dumps: [path], profile }))).toMatchObject({
      counts: 'holds',
      digests: 'holds',
      tree: 'holds',
    });
  });
});
