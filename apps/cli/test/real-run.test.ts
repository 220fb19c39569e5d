import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import type { Report } from '@cutover/core';
import { openPrivateStore } from '@cutover/stores';
import { freePort, run, scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, cutover } from './run.ts';

const text = (value: unknown): string => JSON.stringify(value);

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let port: number;
beforeAll(async () => {
  scratch = await scratchDir('cutover-real-run-');
  port = await freePort();
  await run('git', ['init', '-q', '--bare', join(scratch.dir, 'public.git')]);
  mkdirSync(join(scratch.dir, 'private'));
  writeFileSync(join(scratch.dir, 'deploy'), deployHook());
  chmodSync(join(scratch.dir, 'deploy'), 0o755);
  writeFileSync(join(scratch.dir, 'cutover.toml'), runFile());
  await run(join(scratch.dir, 'deploy'), [], {
    cwd: scratch.dir,
    env: { ...process.env, CUTOVER_PHASE: 'do' },
  });
});
afterAll(async () => {
  await run(join(scratch.dir, 'deploy'), [], {
    cwd: scratch.dir,
    env: { ...process.env, CUTOVER_PHASE: 'stop' },
  });
  await scratch.remove();
});

/** Starts the new system as a process of its own, as it is on the night, closed or on what was imported. */
const deployHook = (): string => `#!/bin/sh
alive=http://127.0.0.1:${port}/api/health
stop() { [ -f serve.pid ] && kill "$(cat serve.pid)" 2>/dev/null; rm -f serve.pid; while curl -fs $alive >/dev/null; do sleep 0.1; done; }
case $CUTOVER_PHASE in
  stop) stop; exit 0;;
  probe) curl -fs http://127.0.0.1:${port}/api/health/ready >/dev/null; exit $?;;
  dry) exit 0;;
esac
stop
setsid '${process.execPath}' '${bin}' serve --quiet --json --port ${port} --public public.git --private private --branch main >serve.log 2>&1 &
echo $! >serve.pid
for i in $(seq 150); do curl -fs $alive >/dev/null && exit 0; sleep 0.2; done
exit 1
`;

const runFile = (notUsed = ['oauth', 'saml']): string => `name = "stand-in"
environment = "production"
at = 2026-01-01T00:00:00Z
go = ["Ann"]
[source]
dump = [${text(fileURLToPath(smallSampleDump))}]
[stores]
public = "public.git"
private = "private"
waivers = ${text(fileURLToPath(sampleWaivers))}
[target]
url = "http://127.0.0.1:${port}"
[watch]
window = "3s"
interval = "500ms"
after-open = "1ms"
not-used = ${text(notUsed)}
[calendar]
day = "1ms"
[people]
lead = "Ann"
operations = "Ben"
sso = "Cem"
[without]
dns = "no name moves"
inventory = "nobody else"
stragglers = "no logs"
backup = "a sample"
prove-backup = "a sample"
lower-ttl = "no name moves"
raise-ttl = "no name moves"
freeze = "a sample"
[hooks.maintenance]
shell = "touch maintenance"
undo-shell = "rm maintenance"
probe-shell = "test -f maintenance"
[hooks.flip]
shell = "echo new >name"
undo-shell = "echo old >name"
probe-shell = "grep -q new name"
[hooks.open]
shell = "touch open"
undo-shell = "rm open"
probe-shell = "test -f open"
[hooks.deploy]
command = ["./deploy"]
probe = true
`;

/** Has people sign in at the new system, one after the other, for as long as something takes. */
async function whileSigningIn<T>(as: (i: number) => [string, string], work: () => Promise<T>): Promise<T> {
  let i = 0;
  const timer = setInterval(() => {
    const [login, password] = as(i++);
    void fetch(`http://127.0.0.1:${port}/api/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password }),
    }).catch(() => undefined);
  }, 400);
  return work().finally(() => clearInterval(timer));
}

const go = (...args: string[]) => cutover(args, { cwd: scratch.dir });
const key = (name: string): string =>
  `${name.toLowerCase()}-${createHash('sha256').update(name).digest('hex').slice(0, 4)}`;
const began = ['run', '--config', 'cutover.toml', '--unrehearsed', '--production', 'stand-in', '--json'];

describe('a run for real', () => {
  it('refuses a plan that was not rehearsed, and production whose name was not typed', async () => {
    const unrehearsed = await go('run', '--config', 'cutover.toml');
    expect([unrehearsed.code, unrehearsed.stderr]).toEqual([64, expect.stringContaining('not-rehearsed')]);
    const unnamed = await go('run', '--config', 'cutover.toml', '--unrehearsed', '--production', 'other');
    expect([unnamed.code, unnamed.stderr]).toEqual([64, expect.stringContaining('its name was not typed')]);
    expect(existsSync(join(scratch.dir, '.cutover', 'runs'))).toBe(false);
  });

  it('lists everything that the run file lacks at once, and changes nothing', async () => {
    writeFileSync(join(scratch.dir, 'bare.toml'), 'name = "bare"\nenvironment = "test"\n');
    const ran = await go('preflight', '--config', 'bare.toml', '--json', '--state-dir', 'elsewhere');
    const settings = (JSON.parse(ran.stdout) as Report).checks.find(({ id }) => id === 'preflight-settings');
    expect([ran.code, settings?.findingsTotal]).toEqual([3, 21]);
    writeFileSync(join(scratch.dir, 'wrong.toml'), 'name = ""\nenvironment = "moon"\nwindow = "long"\n');
    const wrong = await go('preflight', '--config', 'wrong.toml');
    expect(wrong.code).toBe(64);
    for (const place of ['name: ', 'environment: ', 'window: ']) expect(wrong.stderr).toContain(place);
  });

  it('is refused while another holds the lease', async () => {
    const store = await openPrivateStore(pathToFileURL(join(scratch.dir, 'private')).href);
    const lease = store.lease(30_000);
    await lease.acquire('run elsewhere');
    const refused = await go(...began, '--state-dir', 'refused');
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('run elsewhere')]);
    await lease.release();
  });

  it('stops for persons, goes on with their answers, and goes back', { timeout: 300_000 }, async () => {
    const first = await go(...began);
    expect(first.code).toBe(7);
    expect((JSON.parse(first.stdout) as Report).details).toMatchObject({
      UNREHEARSED: expect.stringContaining('0 whole rehearsals') as string,
      waitingFor: { key: '06-stage-sso/staged', who: 'Cem' },
    });
    for (const [asked, said] of [
      ['06-stage-sso/staged', 'done'],
      [`07-go-no-go/go-${key('Ann')}`, 'go'],
      ['19-flip/confirm', 'yes'],
      ['20-switch-sso/switched', 'done'],
      ['22-open/confirm', 'yes'],
      ['26-decommission/decommissioned', 'done'],
    ] as const)
      expect((await go('answer', asked, said, '--by', 'Ann', '--evidence', 'a ticket')).code).toBe(0);
    expect((await go('resume', '--until', '20-switch-sso')).code).toBe(0);

    // Nobody can sign in, and the run goes no further than its watch.
    const failing = await whileSigningIn(
      (i) => [`nobody-${i}`, 'wrong'],
      () => go('resume', '--json'),
    );
    const watched = JSON.parse(failing.stdout) as Report;
    const failed = watched.checks.filter(({ outcome }) => outcome !== 'holds').map(({ id }) => id);
    expect([failing.code, failed]).toEqual([1, ['watch-sign-in']]);
    expect(existsSync(join(scratch.dir, 'open'))).toBe(false);

    // Nobody signs in any more, which the run file says.
    writeFileSync(join(scratch.dir, 'cutover.toml'), runFile(['sign-in', 'oauth', 'saml']));
    const rest = await go('resume', '--json');
    const report = JSON.parse(rest.stdout) as Report;
    const open = report.checks.filter(({ outcome }) => outcome !== 'holds').map(({ id }) => id);
    expect([rest.code, open]).toEqual([0, []]);
    const summary = report.checks.find(({ id }) => id === 'watch-window')?.evidence;
    expect(summary).toMatchObject({ looksUnanswered: 0, looksNotReady: 0, signIns: {} });
    expect(readFileSync(join(scratch.dir, 'name'), 'utf8')).toBe('new\n');
    expect((await go('status', '--json')).stdout).toContain('"state": "done"');
    expect((await go('resume', '--only', '26-decommission')).stdout).toContain('may not be done again');

    // Somebody changes their address on the new side, which going back would lose.
    const live = await openPrivateStore(pathToFileURL(join(scratch.dir, 'private')).href);
    let someone = '';
    for await (const { id } of live.read('profiles')) someone ||= id;
    await live.update('profiles', someone, (row) => ({ ...row!, email: 'new@example.org' }));
    const runs = join(scratch.dir, '.cutover', 'runs');
    const carried = join(runs, readdirSync(runs)[0]!, 'carry-back');
    writeFileSync(carried, 'in the way of the bundle');
    const careful = await go('rollback', '--production', 'stand-in');
    expect([careful.code, careful.stdout]).toEqual([4, expect.stringContaining('1 changed records')]);
    expect(readFileSync(join(scratch.dir, 'name'), 'utf8')).toBe('new\n');
    rmSync(carried);
    const asks = await go('rollback', '--production', 'stand-in');
    expect([asks.code, asks.stdout]).toEqual([
      7,
      expect.stringContaining('20-switch-sso/undo:switched-back'),
    ]);
    expect(asks.stdout).toContain(carried);
    // Until it is taken down, people can write; legacy has no place for this one.
    await live.update('profiles', someone, (row) => ({ ...row!, githubUserId: '4711' }));
    const said = ['answer', '20-switch-sso/undo:switched-back', 'done', '--by', 'Cem'];
    const unshown = await go(...said);
    expect([unshown.code, unshown.stderr]).toEqual([64, expect.stringContaining('no-evidence')]);
    expect((await go(...said, '--evidence', 'a ticket')).code).toBe(0);
    const back = await go('rollback', '--production', 'stand-in', '--report', 'back.json');
    expect([back.code, back.stdout]).toEqual([1, expect.stringContaining('went back whole')]);
    const [lost] = (JSON.parse(readFileSync(join(scratch.dir, 'back.json'), 'utf8')) as Report).checks;
    expect(lost).toMatchObject({ id: 'carry-back', outcome: 'fails', findingsTotal: 1 });
    expect(lost?.findings[0]?.message).toContain(someone);
    const bundles = readdirSync(carried).filter((name) => name !== 'checks.json');
    expect(bundles).toHaveLength(2);
    for (const name of bundles) {
      const sql = join(carried, name, 'private', 'legacy.sql');
      expect(readFileSync(sql, 'utf8')).toContain('new@example.org');
      expect(statSync(sql).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(join(scratch.dir, 'name'), 'utf8')).toBe('old\n');
    expect(readdirSync(scratch.dir)).not.toContain('maintenance');
    const { stdout } = await run('git', ['-C', join(scratch.dir, 'public.git'), 'branch', '-a']);
    expect(stdout).toBe('');
    const store = await openPrivateStore(pathToFileURL(join(scratch.dir, 'private')).href);
    for await (const row of store.read('profiles')) expect(row).toBeUndefined();
  });
});
