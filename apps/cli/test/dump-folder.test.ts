import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleDump, sampleWaivers } from '@cutover/laddr';
import { describeWith, type MariaDb, run, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quickSite } from './quick-site.ts';
import { cutover } from './run.ts';

const sample = fileURLToPath(sampleDump);
/** When the sample says that it was taken: what is published later is a draft. */
const asOf = ['--as-of', '2026-01-15T12:00:00Z'];

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let db: MariaDb;
let stores = 0;
/** The sample as mydumper writes it from a server, tables in chunks of 300 rows. */
const folder = (): string => join(scratch.dir, 'dumped');

beforeAll(async () => {
  scratch = await scratchDir();
  db = await startMariaDb();
  await db.sql('CREATE DATABASE laddr');
  await db.sql(readFileSync(sample), { database: 'laddr' });
  await run('mydumper', ['-u', 'root', '-S', db.socket, '-B', 'laddr', '-r', '300', '-o', folder()]);
});
afterAll(async () => {
  await db.stop();
  await scratch.remove();
});

const at = (name: string): string => join(scratch.dir, name);

async function imported(dump: string, ...more: readonly string[]) {
  const n = stores++;
  const kept = ['--public', at(`${n}.git`), '--private', at(`${n}-private`), '--state-dir', at(`${n}-state`)];
  const args = ['--waivers', fileURLToPath(sampleWaivers), '--json', '--quiet', '--dump', dump, ...more];
  const ran = await cutover(['import', ...args, ...kept]);
  const { details } = (ran.stdout === '' ? {} : JSON.parse(ran.stdout)) as {
    details?: { tree: string; dumpTakenAt: string };
  };
  return { ...ran, details, kept };
}

/** The folder, and what was done to it. */
function planted(name: string, harm: (folder: string) => void): string {
  cpSync(folder(), at(name), { recursive: true });
  harm(at(name));
  return at(name);
}

describeWith('mydumper', 'a folder that mydumper wrote', () => {
  it('makes the records that a file of the same tables makes, plain and compressed, with one thread and with three', async () => {
    const chunks = readdirSync(folder()).filter((name) => name.startsWith('laddr.people.'));
    expect(chunks.length).toBeGreaterThan(2);
    const compressed = planted('compressed', (dir) =>
      execFileSync('find', [dir, '-name', '*.sql', '-exec', 'gzip', '{}', '+']),
    );
    const trees: unknown[] = [];
    for (const [dump, ...more] of [
      [sample],
      [folder(), '--jobs', '1'],
      [folder(), '--jobs', '3'],
      [compressed],
    ] as const) {
      const ran = await imported(dump, ...asOf, ...more);
      expect([dump, ran.code, ran.stderr]).toEqual([dump, 0, '']);
      trees.push(ran.details?.tree);
    }
    expect(trees).toEqual(trees.map(() => trees[0]));
  });

  it('says when it was taken, and is counted row by row by other code', async () => {
    const { code, details, kept } = await imported(folder());
    const [, day, time] = /^Finished dump at: (\S+) (\S+)$/m.exec(
      readFileSync(join(folder(), 'metadata'), 'utf8'),
    )!;
    expect([code, details?.dumpTakenAt]).toEqual([0, `${day}T${time}Z`]);
    const counts = (dump: string) =>
      cutover(['verify', 'counts', '--json', '--quiet', '--dump', dump, ...kept]);
    expect((await counts(folder())).code).toBe(0);
    const other = planted('other', (dir) => {
      const path = join(dir, 'laddr.people.00001.sql');
      const rows = readFileSync(path, 'utf8').split('\n');
      writeFileSync(path, rows.filter((_, i) => i !== 9).join('\n'));
    });
    const missing = await counts(other);
    expect([missing.code, missing.stdout]).toEqual([1, expect.stringContaining('row-invented')]);
  });

  it.each<[string, string, (dir: string) => void]>([
    [
      'truncated-in-string',
      'laddr.people.00001.sql',
      (dir) => truncateSync(join(dir, 'laddr.people.00001.sql'), 9000),
    ],
    [
      'dump-incomplete',
      'metadata.partial',
      (dir) => renameSync(join(dir, 'metadata'), join(dir, 'metadata.partial')),
    ],
    [
      'dump-incomplete',
      'Finished dump at',
      (dir) => writeFileSync(join(dir, 'metadata'), 'Started dump at: 2026-01-01 00:00:00\n'),
    ],
    [
      'dump-incomplete',
      'rows of laddr.people',
      (dir) => {
        // As mydumper has written it since 0.14.
        appendFileSync(join(dir, 'metadata'), '\n[`laddr`.`people`]\nRows = 1240\n');
        rmSync(join(dir, 'laddr.people.00001.sql'));
      },
    ],
    [
      'several-databases',
      'laddr, other',
      (dir) => cpSync(join(dir, 'laddr.people-schema.sql'), join(dir, 'other.people-schema.sql')),
    ],
    [
      'rows-elsewhere',
      'laddr.tags.sql',
      (dir) =>
        writeFileSync(
          join(dir, 'laddr.tags.sql'),
          "LOAD DATA LOCAL INFILE 'laddr.tags.dat' INTO TABLE `tags`;\n",
        ),
    ],
  ])('is refused before anything is written: %s, %s', async (code, named, harm) => {
    const { code: exit, stderr, kept } = await imported(planted(`harmed-${stores}`, harm), ...asOf);
    expect([exit, stderr]).toEqual([3, expect.stringContaining(code)]);
    expect(stderr).toContain(named);
    expect(existsSync(join(kept[1]!, 'refs/heads/legacy-import'))).toBe(false);
  });

  it('is a dump by itself, and not one of several', async () => {
    const ran = await imported(folder(), sample);
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('dump-missing')]);
    mkdirSync(at('empty'));
    const empty = await imported(at('empty'));
    expect([empty.code, empty.stderr]).toEqual([3, expect.stringContaining('holds no dump')]);
  });

  it('is taken by a run from the hook last-dump', async () => {
    const site = await quickSite('cutover-dump-folder-');
    try {
      site.write({
        source: 'as-of = 2026-01-15T12:00:00Z',
        more: `[hooks.last-dump]\nshell = 'cp -r "${folder()}" "$CUTOVER_OUT/"'`,
      });
      const began = ['run', '--config', 'cutover.toml', '--unrehearsed', '--production', 'stand-in'];
      expect((await site.cli(began)).code).toBe(7);
      await site.answerAll();
      const ran = await site.cli(['resume', '--until', '11-counts', '--json']);
      const { checks } = JSON.parse(ran.stdout) as { checks: { id: string; outcome: string }[] };
      const open = checks.filter(({ outcome }) => outcome !== 'holds');
      expect([ran.code, open]).toEqual([0, []]);
      expect(checks.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['last-dump', 'preflight-dump', 'counts', 'digests']),
      );
    } finally {
      await site.remove();
    }
  });
});

describe('a folder that mariadb-dump --tab wrote', () => {
  it('makes the same records, and what nothing says of it is unknown', async () => {
    mkdirSync(at('tab'));
    execFileSync('chmod', ['777', at('tab')]);
    await db.dump(['--default-character-set=utf8mb4', `--tab=${at('tab')}`, 'laddr']);
    const file = await imported(sample, ...asOf);
    const { code, stderr, details, kept } = await imported(at('tab'), ...asOf);
    expect([code, stderr, details?.tree]).toEqual([0, '', file.details?.tree]);
    const counts = await cutover(['verify', 'counts', '--quiet', '--dump', at('tab'), ...kept]);
    expect([counts.code, counts.stdout]).toEqual([4, expect.stringContaining('not in SQL')]);
  });
});
