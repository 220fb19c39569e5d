import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeMeanings, type Report } from '@cutover/core';
import { sampleDump, sampleWaivers } from '@cutover/laddr';
import { scratchDir } from '@cutover/testkit';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main, program } from '../src/main.ts';
import { cutover } from './run.ts';

const sample = fileURLToPath(sampleDump);
const waivers = fileURLToPath(sampleWaivers);

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let stores: string[];
let imported: Report & { code: number | null };

beforeAll(async () => {
  scratch = await scratchDir();
  stores = [
    '--public',
    join(scratch.dir, 'public.git'),
    '--private',
    `file://${join(scratch.dir, 'private')}`,
  ];
  const { code, stdout } = await cutover(
    ['import', '--json', '--dump', sample, '--waivers', waivers, ...stores],
    {
      cwd: scratch.dir,
    },
  );
  imported = { ...(JSON.parse(stdout) as Report), code };
});
afterAll(() => scratch.remove());

function allCommands(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  return command.commands.flatMap((child) => [
    ...(child.commands.length === 0 ? [{ path: [...path, child.name()], command: child }] : []),
    ...allCommands(child, [...path, child.name()]),
  ]);
}

/** A value that an option takes. */
function valueFor(flags: string): string {
  if (flags.endsWith('<url>')) return 'http://x';
  return flags.endsWith('<days>') ? '1' : 'x';
}

const commands = allCommands(await program(() => Promise.resolve()));

describe.each(commands.map(({ path, command }) => [path.join(' '), command] as const))(
  '%s',
  (name, command) => {
    it('says what it does, and has the options that every command has', () => {
      expect(command.description()).toMatch(/\w+ \w+/);
      const options = command.options.map(({ long }) => long);
      expect(options).toEqual(
        expect.arrayContaining(['--json', '--quiet', '--log-format', '--profile', '--state-dir']),
      );
      for (const option of command.options) expect(option.description, option.flags).not.toBe('');
    });

    it('has help with every exit code, and refuses what it does not know with 64', async () => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      for (const meaning of Object.values(exitCodeMeanings)) expect(help).toContain(meaning);
      const required = command.options
        .filter(({ mandatory }) => mandatory)
        .flatMap(({ long, flags }) => [long!, valueFor(flags)]);
      // In this process: eighty starts of node take a minute, and say no more.
      const said = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const)
        vi.spyOn(process[stream], 'write').mockImplementation(
          (text) => (said[stream] += String(text)) !== '',
        );
      const code = await main([...name.split(' '), ...required, '--surprise']);
      vi.restoreAllMocks();
      expect([code, said.stdout]).toEqual([64, '']);
      expect(said.stderr).toContain('--surprise');
    });
  },
);

it("README's table has every command", () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('## Commands'), readme.indexOf('## Where to go next'));
  const named = new Set(
    [...table.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => {
      const [first = '', parts] = name!.replace(/^cutover /, '').split(' ');
      return parts === undefined ? [first] : parts.split('\\|').map((part) => `${first} ${part}`);
    }),
  );
  const missing = commands
    .map(({ path }) => path)
    .filter((path) => !named.has(path[0]!) && !named.has(path.join(' ')));
  expect(missing).toEqual([]);
});

describe('arguments', () => {
  it.each([['--help'], ['dry-run', '--help'], ['verify', 'counts', '--help']])(
    '%s %s %s is no fault',
    async (...args) => {
      const ran = await cutover(args.filter((arg) => arg !== undefined));
      expect([ran.code, ran.stderr]).toEqual([0, '']);
      expect(ran.stdout).toContain('Usage: cutover');
    },
  );

  it.each([
    [['frobnicate'], /unknown command/],
    [['dry-run', '--sample', 'many'], /whole number/],
    [['dry-run', '--sample', '0'], /whole number/],
    [['dry-run', '--target', 'ftp://x'], /http/],
    [['dry-run', '--as-of', 'yesterday'], /2026-01-31/],
    [['dry-run', 'left-over'], /too many arguments/],
    [['import', '--dump', 'x'], /--public/],
    [['serve', '--public', 'x', '--private', 'y', '--port', '99999'], /port/],
    [['dry-run', '--log-format', 'xml'], /pretty, json/],
    [['dry-run', '--profile', 'nobody'], /there is no profile nobody/],
    [['dry-run', '--sign-in', 'admin'], /no password was given/],
  ])('%j is refused with 64', async (args, message) => {
    const ran = await cutover(args, { cwd: scratch.dir });
    expect([ran.code, ran.stdout]).toEqual([64, '']);
    expect(ran.stderr).toMatch(message);
  });

  it('a missing dump is said before anything is made', async () => {
    const ran = await cutover(['import', '--dump', 'none.sql', '--public', 'p', '--private', 'file:///x'], {
      cwd: scratch.dir,
    });
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('none.sql') as string]);
    expect(readdirSync(scratch.dir)).not.toContain('p');
  });
});

describe('import', () => {
  it('prints one document, and both stores are there', () => {
    expect([imported.code, imported.outcome, imported.command, imported.mode]).toEqual([
      0,
      'holds',
      'import',
      'real',
    ]);
    expect(Object.keys(imported.tables).length).toBeGreaterThan(10);
    expect(
      execFileSync('git', ['-C', stores[1]!, 'fsck', '--strict', '--no-dangling'], { encoding: 'utf8' }),
    ).toBe('');
  });

  it('makes no commit the second time, reading from stdin', async () => {
    const again = await cutover(['import', '--json', '--dump', '-', '--waivers', waivers, ...stores], {
      cwd: scratch.dir,
      input: readFileSync(sample),
    });
    expect(again.code).toBe(0);
    expect((JSON.parse(again.stdout) as Report).details).toMatchObject({
      moved: false,
      tree: imported.details['tree'],
    });
    expect(readdirSync(join(scratch.dir, '.cutover')).filter((name) => name.startsWith('stdin'))).toEqual([]);
  });

  it('writes nothing with --dry-run and with --limit', async () => {
    for (const flag of ['--dry-run', '--limit=3']) {
      const ran = await cutover(
        [
          'import',
          '--json',
          flag,
          '--dump',
          sample,
          '--public',
          join(scratch.dir, 'other.git'),
          '--private',
          join(scratch.dir, 'other'),
        ],
        { cwd: scratch.dir },
      );
      const report = JSON.parse(ran.stdout) as Report;
      expect([report.mode, report.details['tree']]).toEqual(['dry-run', undefined]);
    }
    expect(readdirSync(scratch.dir).filter((name) => name.startsWith('other'))).toEqual([]);
  });

  it.each([
    ['a cut dump', (sql: string) => sql.slice(0, sql.length / 2)],
    [
      'an unknown column',
      (sql: string) =>
        sql
          .replace('CREATE TABLE `tags` (\n', 'CREATE TABLE `tags` (\n  `Surprise` int(11),\n')
          .replace(/INSERT INTO `tags` VALUES[\s\S]*?;\n/g, ''),
    ],
  ])('stops at %s with 3, says where, and leaves no commit', async (_name, plant) => {
    const path = join(scratch.dir, 'planted.sql');
    writeFileSync(path, plant(readFileSync(sample, 'latin1')), 'latin1');
    const ran = await cutover(
      [
        'import',
        '--json',
        '--dump',
        path,
        '--public',
        join(scratch.dir, 'third.git'),
        '--private',
        join(scratch.dir, 'third'),
      ],
      { cwd: scratch.dir },
    );
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      error: { code: expect.any(String) as string, next: expect.any(String) as string },
    });
    expect(ran.stderr).toMatch(/planted\.sql|tags\.Surprise/);
    expect(
      execFileSync('git', ['-C', join(scratch.dir, 'third.git'), 'for-each-ref'], { encoding: 'utf8' }),
    ).toBe('');
  });

  it('exits 1 for quarantined rows that nobody waived', async () => {
    const ran = await cutover(
      [
        'import',
        '--dry-run',
        '--dump',
        sample,
        '--public',
        join(scratch.dir, 'other.git'),
        '--private',
        join(scratch.dir, 'other'),
      ],
      { cwd: scratch.dir },
    );
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/are quarantined by rule/);
  });
});

describe('reconcile and verify counts', () => {
  it('say what is open after an import, and that its counts hold', async () => {
    const reconciled = await cutover(['reconcile', '--json', ...stores], { cwd: scratch.dir });
    const report = JSON.parse(reconciled.stdout) as Report;
    const open = report.checks.filter(({ outcome }) => outcome !== 'holds');
    // The sample has one planted password in a format that nobody knows, and that is said.
    expect(open.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
      ['password-format-unknown'],
    ]);
    expect(reconciled.code).toBe(1);
    const counted = await cutover(['verify', 'counts', '--json', '--dump', sample, ...stores.slice(0, 2)], {
      cwd: scratch.dir,
    });
    expect([counted.code, (JSON.parse(counted.stdout) as Report).outcome]).toEqual([0, 'holds']);
  });

  it.each([[['reconcile']], [['verify', 'nameids', '--dump', sample]], [['coverage']]])(
    'say that a branch is not there: %j',
    async (command) => {
      const ran = await cutover([...command, ...stores, '--branch', 'nope'], { cwd: scratch.dir });
      expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining('branch-missing')]);
    },
  );

  it.each([
    [['--private', 'private', '--files', 'uploads'], /--private.* cannot be used with .*--files/],
    [
      ['--private', 'private', '--as-of', '2026-01-01T00:00:00Z'],
      /--private.* cannot be used with .*--as-of/,
    ],
    [['--import', '20260101T000000000Z-00000000'], /--import says nothing without --private/],
  ])('count nothing with options that say nothing together: %j', async (more, message) => {
    const ran = await cutover(['verify', 'counts', '--dump', sample, '--public', 'public.git', ...more], {
      cwd: scratch.dir,
    });
    expect([ran.code, ran.stdout]).toEqual([64, '']);
    expect(ran.stderr).toMatch(message);
  });

  it('say that there is no ledger of an import that was asked for', async () => {
    const ran = await cutover(['verify', 'counts', '--dump', sample, ...stores, '--import', 'none'], {
      cwd: scratch.dir,
    });
    expect([ran.code, ran.stdout]).toEqual([64, '']);
    expect(ran.stderr).toContain('ledger-missing');
  });

  it('compare with the ledger of the import, and both stores with that, without importing again', async () => {
    const verify = async (dump: string) => {
      const ran = await cutover(['verify', 'counts', '--json', '--dump', dump, ...stores], {
        cwd: scratch.dir,
      });
      const { checks } = JSON.parse(ran.stdout) as Report;
      return { code: ran.code, outcomes: checks.map(({ id, outcome }) => `${id} ${outcome}`), checks };
    };
    expect(await verify(sample)).toMatchObject({
      code: 0,
      outcomes: ['counts holds', 'digests holds', 'tree holds', 'private-rows holds'],
    });
    const other = join(scratch.dir, 'other.sql');
    const changed = readFileSync(sample, 'utf8').replace(
      /(INSERT INTO `tags` VALUES\s+\()(\d+,'[^']*',')2/,
      '$1$21',
    );
    writeFileSync(other, changed);
    const { code, checks } = await verify(other);
    expect([code, checks[1]!.findings]).toMatchObject([1, [{ code: 'row-differs' }]]);
    expect(checks[1]!.findings[0]!.message).toMatch(/^tags\/\d+ of table tags/);
  });

  it('say so where there is no store', async () => {
    const ran = await cutover(
      ['reconcile', '--public', join(scratch.dir, 'nowhere'), '--private', join(scratch.dir, 'private')],
      { cwd: scratch.dir },
    );
    expect([ran.code, ran.stderr]).toEqual([7, expect.stringContaining('public-store-missing') as string]);
  });
});

describe('a report', () => {
  it.each([
    ['kept.sql', 'report-over-input', 64],
    ['link.json', 'report-over-input', 64],
    ['nowhere/report.json', 'report-not-written', 7],
    ['.', 'report-not-written', 7],
  ])('is not written to %s, which is said before anything is done', async (report, code, exitCode) => {
    const kept = join(scratch.dir, 'kept.sql');
    copyFileSync(sample, kept);
    rmSync(join(scratch.dir, 'link.json'), { force: true });
    linkSync(kept, join(scratch.dir, 'link.json'));
    const args = ['--public', 'unreported.git', '--private', 'unreported', '--report', report];
    const ran = await cutover(['import', '--dump', 'other.sql', 'kept.sql', ...args], { cwd: scratch.dir });
    expect([ran.code, ran.stderr]).toEqual([exitCode, expect.stringContaining(code)]);
    expect(readFileSync(kept).equals(readFileSync(sample))).toBe(true);
    expect(existsSync(join(scratch.dir, 'unreported.git'))).toBe(false);
  });
});

describe('prune', () => {
  it('says whom it did not find, and who else looks for them', async () => {
    const list = join(scratch.dir, 'people.txt');
    writeFileSync(list, 'people/1474 # in both stores\npeople/999999\n');
    const ran = await cutover(['prune', '--list', list, ...stores], { cwd: scratch.dir });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/would remove 1 people/);
    expect(ran.stdout).toMatch(/not found: \w+-[\w-]+\n.*cutover erase looks in quarantine/);
  });
});

describe('rows', () => {
  it('prints every row of a dump as a line of JSON, and its columns before', async () => {
    const ran = await cutover(['rows', '--dump', sample], { cwd: scratch.dir });
    const lines = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { table: string; columns?: unknown; row?: unknown });
    const rows = lines.filter(({ row }) => row !== undefined);
    expect(ran.code).toBe(0);
    expect(rows).toHaveLength(Object.values(imported.tables).reduce((sum, account) => sum + account.rows, 0));
    expect(lines[0]).toHaveProperty('columns');
  });

  it('ends as an import does where the dump cannot be read', async () => {
    const cut = join(scratch.dir, 'cut.sql');
    writeFileSync(cut, readFileSync(sample).subarray(0, 500_000));
    for (const [dump, code] of [
      [cut, 'truncated-in'],
      [join(scratch.dir, 'nowhere.sql'), 'dump-missing'],
      [join(scratch.dir, 'public.git'), 'layout-unsupported'],
    ] as const) {
      const ran = await cutover(['rows', '--dump', dump], { cwd: scratch.dir });
      expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining(code)]);
    }
  });
});

describe('no private value', () => {
  it('is in what a command prints or in a report', async () => {
    const ran = await cutover(
      ['import', '--json', '--dump', sample, '--waivers', waivers, ...stores, '--report', 'report.md'],
      { cwd: scratch.dir },
    );
    const printed = ran.stdout + ran.stderr + readFileSync(join(scratch.dir, 'report.md'), 'utf8');
    const secrets = readFileSync(join(scratch.dir, 'private', 'legacy-passwords.jsonl'), 'utf8').match(
      /[0-9a-f]{40}/g,
    )!;
    const emails = readFileSync(join(scratch.dir, 'private', 'profiles.jsonl'), 'utf8').match(
      /[\w.]+@example\.\w+/g,
    )!;
    expect(secrets.length + emails.length).toBeGreaterThan(100);
    for (const value of [...secrets, ...emails]) expect(printed).not.toContain(value);
  });
});
