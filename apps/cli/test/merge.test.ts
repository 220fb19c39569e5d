import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { laddr } from '@cutover/laddr';
import { type NamedReference, parseToml, type Sheet, type StoredRecord } from '@cutover/records';
import { openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, cutover } from './run.ts';

const sample = fileURLToPath(new URL('../../../packages/laddr/sample/', import.meta.url));
let scratch: Awaited<ReturnType<typeof scratchDir>>;
let stores: string[];
let repository: string;
const common = () => ['--state-dir', join(scratch.dir, 'state'), '--json', '--quiet'];
const merge = (...more: string[]) => cutover(['merge', '--public', repository, ...common(), ...more]);
const details = (stdout: string) => (JSON.parse(stdout) as { details: Record<string, unknown> }).details;

beforeAll(async () => {
  scratch = await scratchDir();
  repository = join(scratch.dir, 'public.git');
  stores = ['--public', repository, '--private', join(scratch.dir, 'private')];
  const waivers = ['--waivers', join(sample, 'waivers.toml')];
  const { code, stderr } = await cutover([
    'import',
    '--dump',
    join(sample, 'laddr-small.sql'),
    ...stores,
    ...waivers,
    ...common(),
  ]);
  expect([code, stderr]).toEqual([0, '']);
});
afterAll(() => scratch.remove());

/** Changes files of a branch in a checkout, as people do, and commits. */
function edit(branch: string, change: (dir: string) => void): void {
  const dir = join(scratch.dir, 'checkout');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=x', '-c', 'user.email=x@localhost', ...args]);
  execFileSync('git', ['clone', '-q', '--branch', branch, repository, dir]);
  change(dir);
  git('add', '-A');
  git('commit', '-qm', 'edit');
  git('push', '-q', 'origin', branch);
  rmSync(dir, { recursive: true });
}

const projects = () =>
  execFileSync('git', ['-C', repository, 'ls-tree', '--name-only', 'legacy-import:projects'])
    .toString()
    .trim()
    .split('\n');

describe('cutover merge', () => {
  it('can take apart every slug that the profile says is made of others', async () => {
    const store = await openPublicStore(repository);
    const records = new Map<string, StoredRecord>();
    const joined: [Sheet, StoredRecord][] = [];
    for await (const { sheet: name, bytes } of store.readRecords('legacy-import')) {
      const record = parseToml(bytes.toString()) as StoredRecord;
      records.set(record.id, record);
      const sheet = laddr.target.sheets.find((one) => one.name === name)!;
      if (sheet.joins !== undefined) joined.push([sheet, record]);
    }
    const nameOf = (record: StoredRecord, { reference, field }: NamedReference) =>
      records.get(record[reference] as string)![field] as string;
    const others = joined.filter(([{ joins }, record]) => {
      const slug = record['slug'] as string;
      const last = joins!.ends?.find(({ reference }) => record[reference] !== undefined);
      const end = slug.slice(slug.lastIndexOf('.') + 1);
      return !(
        slug.startsWith(`${nameOf(record, joins!.begins)}.`) &&
        (last === undefined || `${end}-`.startsWith(`${nameOf(record, last)}-`))
      );
    });
    expect(new Set(joined.map(([{ name }]) => name))).toEqual(
      new Set(['project-memberships', 'project-updates', 'tag-assignments']),
    );
    expect(others.map(([{ name }, { slug }]) => [name, slug])).toEqual([]);
  });

  it('merges, finds a conflict, waits for a decision, and goes on', async () => {
    const first = await merge();
    expect([first.code, details(first.stdout)['moved']]).toEqual([0, true]);
    expect((await merge()).code).toBe(0);
    const file = projects()[0]!;
    const retitle = (title: string) => (dir: string) => {
      const path = join(dir, 'projects', file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/^title = .*$/m, `title = "${title}"`));
    };
    edit('main', retitle('ours'));
    edit('legacy-import', retitle('theirs'));
    const stopped = await merge();
    expect(stopped.code).toBe(1);
    expect(details(stopped.stdout)['conflicts']).toMatchObject([
      { field: 'title', legacy: 'theirs', main: 'ours' },
    ]);
    expect((await merge('--continue')).code).toBe(64);
    const conflicts = join(scratch.dir, "the night's conflicts.json");
    const args = ['merge', '--public', repository, ...common(), '--conflicts', conflicts];
    const told = await cutover(args.filter((arg) => arg !== '--json'));
    const [command] = /^ {2}cutover merge --continue .*$/m.exec(told.stdout)!;
    writeFileSync(conflicts, readFileSync(conflicts, 'utf8').replace('"take": null', '"take": "legacy"'));
    // What is told goes on as it stands.
    execFileSync('sh', ['-c', `cutover() { "${process.execPath}" "${bin}" "$@"; }\n${command}`]);
    const text = execFileSync('git', ['-C', repository, 'show', `main:projects/${file}`]).toString();
    expect(text).toContain('title = "theirs"');
    expect((await merge('--continue')).code).toBe(64);
  });

  it('leaves alone what is no file of conflicts, and merges nothing then', async () => {
    const main = () => execFileSync('git', ['-C', repository, 'rev-parse', 'main']).toString();
    const before = main();
    const other = join(scratch.dir, 'precious.json');
    for (const text of ['precious', '{"conflicts": []}']) {
      writeFileSync(other, text);
      for (const path of [other, scratch.dir])
        for (const [go, code] of [
          [[], 'conflicts-path-taken'] as const,
          [['--continue'], 'conflicts-missing'] as const,
        ]) {
          const ran = await merge('--conflicts', path, ...go);
          expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([64, { error: { code } }]);
        }
      expect([readFileSync(other, 'utf8'), main()]).toEqual([text, before]);
    }
  });

  it('says that there is nothing to merge', async () => {
    const ran = await merge('--from', 'nothing-here');
    expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([3, { error: { code: 'nothing-imported' } }]);
  });
});

describe('cutover ledger', () => {
  const ledger = (...more: string[]) =>
    cutover(['ledger', '--private', join(scratch.dir, 'private'), ...common(), ...more]);

  it('says where a row went, and which rows made a record', async () => {
    const one = await ledger('--table', 'people', '--id', '1');
    const { rows } = JSON.parse(one.stdout) as {
      rows: { row: string; outcome: string; records: string[] }[];
    };
    expect([one.code, rows.length, rows[0]!.row, rows[0]!.outcome]).toEqual([0, 1, 'people/1', 'imported']);
    const back = await ledger('--record', rows[0]!.records[0]!);
    expect((JSON.parse(back.stdout) as { rows: unknown }).rows).toEqual(rows);
    expect((await ledger('--table', 'people', '--id', '999999')).code).toBe(1);
    expect((JSON.parse((await ledger('--list')).stdout) as { imports: string[] }).imports).toHaveLength(1);
  });

  it('answers for a table that is excluded as a whole, and says which table it never saw', async () => {
    const whole = await ledger('--table', 'sessions', '--id', '1');
    expect([whole.code, JSON.parse(whole.stdout)]).toMatchObject([
      0,
      {
        rows: [],
        tableKnown: true,
        wholeTable: { outcome: 'excluded', rule: 'live-credentials', rows: 25 },
      },
    ]);
    const misspelt = await ledger('--table', 'peple', '--id', '1');
    expect([misspelt.code, JSON.parse(misspelt.stdout)]).toMatchObject([1, { rows: [], tableKnown: false }]);
    const absent = await ledger('--table', 'people', '--id', '999999');
    expect(JSON.parse(absent.stdout)).toMatchObject({ rows: [], tableKnown: true });
  });

  it('refuses half a question', async () => {
    expect((await ledger('--table', 'people')).code).toBe(64);
    expect((await ledger('--record', 'x', '--import', 'none')).code).toBe(64);
  });
});
