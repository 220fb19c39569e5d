import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '@cutover/core';
import { sampleWaivers, smallSampleDump } from '@cutover/laddr';
import { describeWithCorpus, scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutover } from './run.ts';

const small = [
  '--dump',
  fileURLToPath(smallSampleDump),
  '--waivers',
  fileURLToPath(sampleWaivers),
  '--sample',
  '50',
];

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

describe('cutover dry-run', () => {
  it('with no arguments rehearses on the bundled sample, holds, and leaves a journal, a status and reports', async () => {
    const ran = await cutover(['dry-run', '--json'], { cwd: scratch.dir });
    const report = JSON.parse(ran.stdout) as Report;
    expect([ran.code, report.outcome]).toEqual([0, 'holds']);
    for (const check of report.checks) expect(check.looked, check.id).toBeGreaterThan(0);
    const shown = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8').match(
      /^ {2}holds .*$/gm,
    );
    expect(shown).toEqual(
      report.checks.map(
        ({ id, title, looked }) => `  holds   ${title} (${id}, ${looked.toLocaleString('en')} looked at)`,
      ),
    );
    const [run] = readdirSync(join(scratch.dir, '.cutover', 'runs'));
    const dir = join(scratch.dir, '.cutover', 'runs', run!);
    expect(readdirSync(dir).sort()).toEqual([
      'imported.json',
      'journal.jsonl',
      'report.html',
      'report.json',
      'report.md',
      'run.log',
      'run.pid',
      'status.json',
    ]);
    expect(JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'))).toEqual(report);
    expect(JSON.parse(readFileSync(join(dir, 'status.json'), 'utf8'))).toMatchObject({
      status: 'done',
      percent: 100,
      errors: [],
    });
    const journal = readFileSync(join(dir, 'journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(journal[0]).toBe('run-started');
    expect(journal.at(-1)).toBe('run-ended');
  });

  it('reads the password of a sign-in from stdin or the environment, and shows it nowhere', async () => {
    const right = await cutover(
      ['dry-run', ...small, '--until', '17-sign-in', '--sign-in', 'staff', '--password-from-stdin'],
      { cwd: scratch.dir, input: 'staff\n' },
    );
    expect(right.code).toBe(0);
    const wrong = await cutover(['dry-run', ...small, '--until', '17-sign-in', '--sign-in', 'staff'], {
      cwd: scratch.dir,
      env: { CUTOVER_SIGN_IN_PASSWORD: 'needle-in-vain' },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/signing in as staff with the right password answers 401/);
    const [first] = readdirSync(join(scratch.dir, '.cutover', 'runs')).filter((run) =>
      existsSync(join(scratch.dir, '.cutover', 'runs', run, 'stores')),
    );
    const files = ['journal.jsonl', 'report.json', 'report.md', 'run.log', 'status.json'].map((name) =>
      readFileSync(join(scratch.dir, '.cutover', 'runs', first!, name), 'utf8'),
    );
    expect([wrong.stdout, wrong.stderr, ...files].join('\n')).not.toContain('needle-in-vain');
  });

  it('exits 4 where the target does not answer', async () => {
    const ran = await cutover(
      ['dry-run', ...small, '--target', 'http://127.0.0.1:9', '--until', '17-sign-in'],
      {
        cwd: scratch.dir,
      },
    );
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(/could not tell: http:\/\/127\.0\.0\.1:9 did not answer/);
  });

  it('prints no colour where stdout is no terminal', async () => {
    const ran = await cutover(['dry-run', ...small, '--until', '11-counts'], { cwd: scratch.dir });
    expect(ran.stdout).toContain('holds');
    expect(ran.stdout).not.toContain('\u001b[');
  });
});

describeWithCorpus('a dump of the public fixtures of laddr', (dumps) => {
  it('rehearses to the end, with every row accounted for and a sign-in as admin', async () => {
    const ran = await cutover(['dry-run', '--json', '--dump', join(dumps, 'laddr-site.sql')], {
      cwd: scratch.dir,
    });
    const report = JSON.parse(ran.stdout) as Report;
    expect([ran.code, report.outcome]).toEqual([0, 'holds']);
    expect(report.details['sourcesAbsent']).toContain('tags');
    expect(report.tables['people']).toEqual({
      rows: 4,
      imported: 4,
      folded: 0,
      excluded: {},
      quarantined: 0,
    });
    const admin = await cutover(
      ['dry-run', '--dump', join(dumps, 'laddr-site.sql'), '--sign-in', 'admin', '--password-from-stdin'],
      { cwd: scratch.dir, input: 'admin' },
    );
    expect(admin.code).toBe(0);
    expect(admin.stdout).toMatch(/not in the dump: .*tags/);
  });
});
