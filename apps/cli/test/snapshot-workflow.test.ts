import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { git, openPublicStore } from '@cutover/stores';
import { describeWith, scratchDir, type Sshd, startSshd } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cutover } from './run.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = join(root, '.github/workflows/snapshot.yml');
const text = readFileSync(file, 'utf8');

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}
interface Job {
  readonly needs?: string | string[];
  readonly if?: string;
  readonly permissions?: unknown;
  readonly env?: Record<string, string>;
  readonly steps: Step[];
}
const workflow = parse(text) as {
  on: { schedule: unknown[]; workflow_dispatch: unknown };
  permissions: unknown;
  concurrency: unknown;
  jobs: Record<'scrub' | 'verify' | 'publish' | 'issue', Job>;
};
const { jobs } = workflow;

describe('the weekly workflow', () => {
  it('may do little, pins what it uses, and has secrets in the environment of the steps that need them alone', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.on.schedule).toHaveLength(1);
    expect(workflow.on).toHaveProperty('workflow_dispatch');
    expect(workflow.concurrency).toMatchObject({ group: 'snapshot' });
    const mayWrite = Object.entries(jobs).filter(([, job]) => job.permissions !== undefined);
    expect(mayWrite.map(([name, job]) => [name, job.permissions])).toEqual([['issue', { issues: 'write' }]]);
    const holders: Record<string, string[]> = {};
    for (const [name, job] of Object.entries(jobs)) {
      expect(JSON.stringify(job.env ?? {})).not.toContain('secrets.');
      for (const { uses, run, env, name: step } of job.steps) {
        if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
        expect(run ?? '').not.toMatch(/\$\{\{/);
        for (const value of Object.values(env ?? {})) {
          const secret = /secrets\.(\w+)/.exec(value)?.[1];
          if (secret !== undefined) (holders[secret] ??= []).push(`${name}/${String(step)}`);
        }
      }
    }
    expect(holders['CUTOVER_SNAPSHOT_KEY']).toEqual(['scrub/scrub', 'verify/verify']);
    expect(holders['CUTOVER_SNAPSHOT_DEPLOY_KEY']).toEqual(['publish/publish']);
  });

  it('verifies on a checkout of its own, and publishes only after that', () => {
    expect(jobs.verify.needs).toBe('scrub');
    expect(jobs.publish.needs).toEqual(['scrub', 'verify']);
    expect(jobs.publish.if).toBeUndefined();
    expect(jobs.issue.needs).toEqual(['scrub', 'verify', 'publish']);
    expect(jobs.issue.if).toContain('always()');
    for (const job of [jobs.scrub, jobs.verify, jobs.publish])
      expect(job.steps[0]!.uses).toContain('actions/checkout@');
  });
});

describeWith('sshd', 'its commands, run as they are, with two repositories over SSH', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let sshd: Sshd;
  let env: Record<string, string>;
  let target: string;
  const key = '3f1c'.repeat(3) + '9b27d04e58a6c1f37e0b46d895a2cc8113fe6a70d9b54821e7c3';

  beforeAll(async () => {
    scratch = await scratchDir();
    sshd = await startSshd();
    const { dir } = scratch;
    const origin = join(dir, 'origin.git');
    const imported = await cutover([
      'import',
      '--quiet',
      '--dump',
      join(root, 'packages/laddr/sample/laddr.sql'),
      '--public',
      origin,
      '--private',
      join(dir, 'private'),
      '--branch',
      'legacy-import',
      '--state-dir',
      join(dir, 'state'),
      '--waivers',
      join(root, 'packages/laddr/sample/waivers.toml'),
    ]);
    expect(imported.code).toBe(0);
    await git(origin, ['branch', 'published', 'legacy-import']);
    target = join(dir, 'target.git');
    await openPublicStore(target, { create: true });
    mkdirSync(join(dir, 'bin'));
    writeFileSync(
      join(dir, 'bin', 'gh'),
      `#!/usr/bin/env bash
printf '%s\\n' "$1 $2 $3" >> "$GH_LOG"
case "$1 $2" in
  'issue list') if [ -f "$GH_STATE" ]; then cat "$GH_STATE"; fi ;;
  'issue create') echo 7 > "$GH_STATE"; printf '%s' "\${@: -1}" > "$GH_STATE.body" ;;
  'issue close') rm -f "$GH_STATE" ;;
esac
`,
    );
    chmodSync(join(dir, 'bin', 'gh'), 0o755);
    env = {
      PATH: `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: dir,
      // A runner reaches a public repository over HTTPS; here both are behind the same server.
      GIT_SSH_COMMAND: `ssh -F none -i ${sshd.keyFile} -o IdentitiesOnly=yes -o UserKnownHostsFile=${sshd.knownHostsFile}`,
      BRANCH: 'published',
      PROFILE: 'laddr',
      SITE_HOSTS: 'bright-bridge.example.com bright-market.example.com',
      VERIFIED_BY: '',
      PUBLIC_URL: sshd.address(origin),
      PUBLIC_TOKEN: '',
      PRIVATE_URL: pathToFileURL(join(dir, 'private')).href,
      CUTOVER_SNAPSHOT_KEY: key,
      HANDOVER_KEY: 'handed over',
      SNAPSHOT_URL: sshd.address(target),
      DEPLOY_KEY: readFileSync(sshd.keyFile, 'utf8').trimEnd(),
      KNOWN_HOSTS: readFileSync(sshd.knownHostsFile, 'utf8').trimEnd(),
      RUNNER_TEMP: dir,
      GITHUB_OUTPUT: join(dir, 'output'),
      GITHUB_STEP_SUMMARY: join(dir, 'summary'),
      RUN_URL: 'https://example.org/run/1',
      GH_LOG: join(dir, 'gh.log'),
      GH_STATE: join(dir, 'gh.state'),
    };
  });
  afterAll(async () => {
    await sshd.stop();
    await scratch.remove();
  });

  /** A machine of a job: a folder with what was uploaded before. */
  const machine = (name: string): string => {
    const dir = join(scratch.dir, name);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
    return dir;
  };
  const step = (job: keyof typeof jobs, name: string, cwd: string, more: Record<string, string> = {}) => {
    const { run, env: wanted = {} } = jobs[job].steps.find((one) => one.name === name)!;
    // Only what the step names, and what every step has.
    const always = [
      'PATH',
      'HOME',
      'GIT_SSH_COMMAND',
      'BRANCH',
      'PROFILE',
      'RUNNER_TEMP',
      'GITHUB_OUTPUT',
      'GITHUB_STEP_SUMMARY',
      'GH_LOG',
      'GH_STATE',
    ];
    const given = Object.fromEntries(
      Object.entries({ ...env, ...more }).filter(([one]) => always.includes(one) || one in wanted),
    );
    return spawnSync('bash', ['-e', '-o', 'pipefail', '-c', run!], { cwd, env: given, encoding: 'utf8' });
  };
  const ok = (...of: Parameters<typeof step>) => {
    const ran = step(...of);
    expect(ran.status, `${of[1]}: ${ran.stderr}${ran.stdout}`).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain(key);
    return ran;
  };
  const copy = (from: string, to: string, name: string) =>
    writeFileSync(join(to, name), readFileSync(join(from, name)));
  const targetRefs = () => git(target, ['for-each-ref', '--format=%(refname)']);

  it('scrub, verify, publish, and boot for a contributor; a failure opens an issue and publishes nothing', async () => {
    const scrubbing = machine('scrubbing');
    ok('scrub', 'clone', scrubbing);
    ok('scrub', 'scrub', scrubbing);
    // The hosts that were named are the site's own; others are made up.
    const texts = await git(join(scrubbing, 'snapshot.git'), ['grep', '-ho', 'https://[a-z.-]*', 'snapshot']);
    expect(texts.split('\n')).toContain('https://site.example');
    const COMMIT = /commit=([0-9a-f]{40})/.exec(readFileSync(env['GITHUB_OUTPUT']!, 'utf8'))![1]!;
    ok('scrub', 'hand over', scrubbing);
    expect(readFileSync(join(scrubbing, 'snapshot.bundle.enc')).subarray(0, 8).toString()).toBe('Salted__');

    const verifying = machine('verifying');
    copy(scrubbing, verifying, 'snapshot.bundle.enc');
    ok('verify', 'clone', verifying);
    ok('verify', 'take over', verifying, { COMMIT });
    ok('verify', 'verify', verifying);
    const report = JSON.parse(readFileSync(join(verifying, 'verified.json'), 'utf8')) as {
      outcome: string;
      details: { commit: string; linkableByShape: { linkable: number }; seal: { by: string } };
    };
    expect(report).toMatchObject({ outcome: 'holds', details: { commit: COMMIT } });
    env['VERIFIED_BY'] = report.details.seal.by;

    // What somebody put in between is not taken over, and a report that does not hold publishes nothing.
    expect(step('publish', 'take over', machine('meddled'), { COMMIT }).status).not.toBe(0);
    const publishing = machine('publishing');
    copy(scrubbing, publishing, 'snapshot.bundle.enc');
    ok('publish', 'take over', publishing, { COMMIT });
    writeFileSync(join(publishing, 'verified.json'), JSON.stringify({ ...report, outcome: 'unknown' }));
    expect(step('publish', 'publish', publishing).status).toBe(3);
    expect(await targetRefs()).toBe('');
    ok('issue', 'issue', publishing, { SCRUB: 'success', VERIFY: 'failure', PUBLISH: 'skipped' });
    expect(readFileSync(env['GH_LOG']!, 'utf8')).toContain('issue create');
    expect(readFileSync(`${env['GH_STATE']!}.body`, 'utf8')).toContain('verify: failure');

    // Nor one that says that it holds, but was not written by who has the key.
    writeFileSync(
      join(publishing, 'verified.json'),
      JSON.stringify({ ...report, finishedAt: '2030-01-01T00:00:00Z' }),
    );
    const forged = step('publish', 'publish', publishing);
    expect([forged.status, forged.stderr]).toEqual([3, expect.stringContaining('after it was sealed')]);
    expect(await targetRefs()).toBe('');

    copy(verifying, publishing, 'verified.json');
    const published = ok('publish', 'publish', publishing);
    expect(published.stdout).toMatch(/a clone gets [\d,]+ objects, [\d,]+ bytes/);
    expect(existsSync(join(scratch.dir, 'deploy-key'))).toBe(false);
    expect((await targetRefs()).trim().split('\n')).toHaveLength(3);
    ok('issue', 'issue', publishing, { SCRUB: 'success', VERIFY: 'success', PUBLISH: 'success' });
    expect(readFileSync(env['GH_LOG']!, 'utf8')).toContain('issue close 7');
  });

  it('verifying a leak fails with 1', async () => {
    const leaking = machine('leaking');
    ok('verify', 'clone', leaking);
    ok('scrub', 'scrub', leaking);
    const { stdout } = spawnSync('git', ['-C', join(leaking, 'public.git'), 'show', 'published:people'], {
      encoding: 'utf8',
    });
    const shard = stdout.trim().split('\n').at(-1)!;
    const listed = spawnSync(
      'git',
      ['-C', join(leaking, 'public.git'), 'ls-tree', '--name-only', `published:people/${shard}`],
      { encoding: 'utf8' },
    );
    const handle = listed.stdout
      .trim()
      .split('\n')
      .map((name) => name.replace('.toml', ''))
      .sort((a, b) => b.length - a.length)[0]!;
    await git(join(leaking, 'snapshot.git'), ['hash-object', '-w', '--stdin'], { input: `by ${handle}\n` });
    expect(step('verify', 'verify', leaking).status).toBe(1);
    expect(JSON.parse(readFileSync(join(leaking, 'verified.json'), 'utf8'))).toMatchObject({
      outcome: 'fails',
    });
  });
});
