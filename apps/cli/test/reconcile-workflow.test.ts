import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeToml } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = join(root, '.github/workflows/reconcile.yml');
const text = readFileSync(file, 'utf8');

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}
const workflow = parse(text) as {
  on: { schedule: unknown[]; workflow_dispatch: { inputs: Record<string, { default: unknown }> } };
  permissions: unknown;
  concurrency: unknown;
  jobs: { reconcile: { steps: Step[] } };
};
const { steps } = workflow.jobs.reconcile;

describe('the weekly workflow', () => {
  it('may do little, repairs nothing unless asked, pins what it uses, and has secrets in the environment alone', () => {
    expect(workflow.permissions).toEqual({ contents: 'read', issues: 'write' });
    expect(workflow.concurrency).toMatchObject({ group: 'reconcile' });
    expect(workflow.on.schedule).toHaveLength(1);
    expect(workflow.on.workflow_dispatch.inputs['fix']!.default).toBe(false);
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    for (const { run } of steps) expect(run ?? '').not.toMatch(/\$\{\{/);
  });
});

describe('its commands, run as they are', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let env: Record<string, string>;
  const id = 'aaaaaaaa-0000-8000-8000-000000000000';

  beforeEach(async () => {
    scratch = await scratchDir();
    const { dir } = scratch;
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
    const publicStore = await openPublicStore(join(dir, 'origin.git'), { create: true });
    const writer = await publicStore.writeTree();
    const about = writeToml({ id, slug: 'ann', accountLevel: 'User', creatorId: id });
    writer.put('people/aa/ann.toml', about);
    await publicStore.commit('main', { tree: await writer.finish(), message: 'one', expected: undefined });
    const privateUrl = pathToFileURL(join(dir, 'private')).href;
    const privateStore = await openPrivateStore(privateUrl, { create: true });
    await privateStore.update('profiles', id, () => ({ id, newsletter: true }));
    await privateStore.update('legacy-passwords', id, () => ({ id, hash: '0'.repeat(40) }));
    mkdirSync(join(dir, 'bin'));
    writeFileSync(
      join(dir, 'bin', 'gh'),
      `#!/usr/bin/env bash
printf '%s\\n' "$1 $2 $3" >> "$GH_LOG"
case "$1 $2" in
  'issue list') if [ -f "$GH_STATE" ]; then cat "$GH_STATE"; fi ;;
  'issue create') echo 7 > "$GH_STATE"; cp "\${@: -1}" "$GH_STATE.body" ;;
  'issue edit') cp "\${@: -1}" "$GH_STATE.body" ;;
  'issue close') rm -f "$GH_STATE" ;;
esac
`,
    );
    chmodSync(join(dir, 'bin', 'gh'), 0o755);
    env = {
      PATH: `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: dir,
      BRANCH: 'main',
      FIX: 'false',
      ONLY: '',
      REPORT_DIR: join(dir, 'report'),
      PUBLIC_URL: join(dir, 'origin.git'),
      PUBLIC_TOKEN: '',
      PRIVATE_URL: privateUrl,
      WATCH_UNTIL: '',
      GITHUB_OUTPUT: join(dir, 'output'),
      GITHUB_STEP_SUMMARY: join(dir, 'summary'),
      RUN_URL: 'https://example.org/run/1',
      GH_LOG: join(dir, 'gh.log'),
      GH_STATE: join(dir, 'gh.state'),
    };
  });
  afterEach(() => scratch.remove());

  const step = (name: string): number | null => {
    const { run } = steps.find((one) => one.name === name)!;
    const ran = spawnSync('bash', ['-e', '-c', run!], { cwd: scratch.dir, env, encoding: 'utf8' });
    expect(ran.stderr, name).not.toMatch(/error|not found/i);
    return ran.status;
  };
  const weekly = (): string => {
    spawnSync('rm', ['-rf', 'public.git', 'output', 'summary', 'report'], { cwd: scratch.dir });
    expect(step('clone')).toBe(0);
    expect(step('reconcile')).toBe(0);
    const code = /code=(\d+)/.exec(readFileSync(env['GITHUB_OUTPUT']!, 'utf8'))![1]!;
    env['CODE'] = code;
    if (env['FIX'] === 'true') expect(step('push')).toBe(0);
    expect(step('summary')).toBe(0);
    expect(step('issue')).toBe(0);
    expect(step('verdict')).toBe(Number(code));
    return code;
  };
  const said = () =>
    readFileSync(env['GH_LOG']!, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('issue list'));

  it('report and open an issue, keep it up to date, repair when asked, and close it', () => {
    expect(weekly()).toBe('1');
    expect(said()).toEqual(['issue create --title']);
    expect(readFileSync(`${env['GH_STATE']!}.body`, 'utf8')).toContain('newsletter-without-token');
    expect(readFileSync(env['GITHUB_STEP_SUMMARY']!, 'utf8')).toContain('reconcile: fails');
    expect(JSON.parse(readFileSync(join(env['REPORT_DIR']!, 'report.json'), 'utf8'))).toMatchObject({
      outcome: 'fails',
      mode: 'report-only',
    });
    expect(weekly()).toBe('1');
    expect(said().at(-1)).toBe('issue edit 7');
    env['FIX'] = 'true';
    env['ONLY'] = 'regenerate-token';
    const code = weekly();
    const report = JSON.parse(readFileSync(join(env['REPORT_DIR']!, 'report.json'), 'utf8')) as {
      outcome: string;
      details: { applied: number };
      checks: { id: string; outcome: string; findings: unknown[] }[];
    };
    expect(report.details.applied).toBe(1);
    expect(report.checks.flatMap(({ findings }) => findings)).toEqual([]);
    // Nothing here has a unique value of some kinds, so that some checks had nothing to look at.
    expect(code).toBe(report.outcome === 'holds' ? '0' : '4');
    env['CODE'] = '0';
    expect(step('issue')).toBe(0);
    expect(said().at(-1)).toBe('issue close 7');
  });

  it('end with the fault of a run that could not look, and say so', () => {
    env['PRIVATE_URL'] = 'file:///nowhere/at/all';
    expect(step('clone')).toBe(0);
    const { run } = steps.find((one) => one.name === 'reconcile')!;
    const ran = spawnSync('bash', ['-e', '-c', run!], { cwd: scratch.dir, env, encoding: 'utf8' });
    expect(ran.status).toBe(7);
    env['CODE'] = '7';
    expect(step('summary')).toBe(0);
    expect(step('issue')).toBe(0);
    expect(readFileSync(env['GITHUB_STEP_SUMMARY']!, 'utf8')).toContain('no report');
    expect(said()).toEqual(['issue create --title']);
  });
});
