import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Report } from '@cutover/core';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, cutover, type Serving, serving } from './run.ts';

const secret = 'internal secret of the tests';
const env = { CUTOVER_INTERNAL_SECRET: secret };

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let stores: string[];
let port: number;
/** Its warnings go to where the drill listens. */
let staging: Serving;

beforeAll(async () => {
  scratch = await scratchDir();
  const privateUrl = `file://${join(scratch.dir, 'private')}`;
  stores = ['--public', join(scratch.dir, 'public.git'), '--private', privateUrl];
  const source = ['--dump', fileURLToPath(smallSampleDump), '--waivers', fileURLToPath(sampleWaivers)];
  const imported = await cutover(['import', ...source, ...stores], { cwd: scratch.dir });
  expect(imported.code, imported.stderr).toBe(0);
  port = await freePort();
  staging = await serve('staging', `http://127.0.0.1:${port}/`);
}, 60_000);
afterAll(async () => {
  await staging.stop();
  await scratch.remove();
});

const serve = (environment: string, webhook: string): Promise<Serving> =>
  serving(['serve', '--json', '--quiet', '--port', '0', '--environment', environment, ...stores], {
    env: { ...env, CUTOVER_LOG_WEBHOOK: webhook },
    cwd: scratch.dir,
  });

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return free;
}

const argumentsOf = (url: string, ...more: string[]): string[] => [
  ...['drill', 'health', '--target', url, '--every', '0.1s'],
  ...['--confirm', new URL(url).host, ...more],
];

const outcomesOf = (stdout: string): Record<string, string> =>
  Object.fromEntries((JSON.parse(stdout) as Report).checks.map(({ id, outcome }) => [id, outcome]));

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/api/health/ready`)).ok;

describe('cutover drill health', () => {
  it("hears the log's warning, and the site is ready again; twice, for it is another drill", async () => {
    for (let time = 0; time < 2; time++) {
      const { code, stdout, stderr } = await cutover(
        argumentsOf(staging.url, '--alarm-listen', String(port), '--within', '20s', '--json'),
        { env },
      );
      expect(code, stderr).toBe(0);
      expect(outcomesOf(stdout)).toEqual({
        'drill-broken': 'holds',
        'drill-alarm': 'holds',
        'drill-mended': 'holds',
      });
      expect(stderr).toMatch(/it says that it is not ready[\s\S]*mending it/);
      expect(stdout + stderr).not.toContain(secret);
      expect(await isReady(staging.url)).toBe(true);
    }
  });

  it('asks an address: what pings and counts misses, as a monitor does', async () => {
    // The site's own numbers are what Prometheus would alarm by.
    const { code, stdout } = await cutover(
      argumentsOf(staging.url, '--alarm-url', `${staging.url}/metrics`, '--alarm-match', 'api_ready 0'),
      { env },
    );
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/not ready after [\d.]+ s · alarm after [\d.]+ s · ready again after [\d.]+ s/);
  });

  it('fails where no alarm comes, and mends it', async () => {
    const { code, stdout } = await cutover(
      argumentsOf(staging.url, '--alarm-command', 'false', '--within', '0.5s'),
      { env },
    );
    expect(code).toBe(1);
    expect(stdout).toContain('said nothing of an alarm');
    expect(await isReady(staging.url)).toBe(true);
  });

  it('interrupted, mends it and ends with 6', async () => {
    const { child, said, ended } = drilling(staging.url);
    await said(/waiting for the alarm/);
    expect(await isReady(staging.url)).toBe(false);
    child.kill('SIGINT');
    expect(await ended).toBe(6);
    expect(await isReady(staging.url)).toBe(true);
  });

  it('killed, leaves a site that mends itself', async () => {
    const { child, said, ended } = drilling(staging.url, '--within', '2s', '--mend-within', '1s');
    await said(/waiting for the alarm/);
    child.kill('SIGKILL');
    await ended;
    const { reasons } = (await (await fetch(`${staging.url}/api/health/ready`)).json()) as {
      reasons: { code: string; next: string }[];
    };
    expect(reasons).toMatchObject([{ code: 'drill' }]);
    const until = Date.parse(/at (\S+)$/.exec(reasons[0]!.next)![1]!);
    expect(until - Date.now()).toBeLessThan(2 * 2000 + 1000 + 60_000);
    // The order is an order like any other: a shorter one takes its place, and ends by itself.
    const headers = { 'content-type': 'application/json', 'x-cutover-internal-secret': secret };
    const body = JSON.stringify({ id: 'drill-short', seconds: 0.3 });
    await fetch(`${staging.url}/api/_internal/drill`, { method: 'POST', headers, body });
    expect(await isReady(staging.url)).toBe(false);
    await sleep(400);
    expect(await isReady(staging.url)).toBe(true);
  });

  it('breaks nothing in production, whatever is confirmed', async () => {
    const production = await serve('production', 'http://127.0.0.1:9/');
    try {
      const { code, stderr } = await cutover(argumentsOf(production.url, '--alarm-command', 'false'), {
        env,
      });
      expect([code, stderr]).toEqual([3, expect.stringContaining('says that it is production')]);
      // Nor does the site itself take such an order.
      const headers = { 'content-type': 'application/json', 'x-cutover-internal-secret': secret };
      const body = JSON.stringify({ id: 'drill-by-hand', seconds: 60 });
      const answer = await fetch(`${production.url}/api/_internal/drill`, { method: 'POST', headers, body });
      expect([answer.status, await isReady(production.url)]).toEqual([405, true]);
    } finally {
      await production.stop();
    }
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'another name',
      ['--alarm-command', 'false', '--confirm', 'staging'],
      64,
      /staging was confirmed; nothing/,
    ],
    ['no alarm', [], 64, /nothing says where the alarm is seen/],
    ['two alarms', ['--alarm-command', 'false', '--alarm-listen', '0'], 64, /more than one/],
    ['an address without a text', ['--alarm-url', 'http://127.0.0.1:9/'], 64, /goes with --alarm-match/],
    ['no port', ['--alarm-listen', '70000'], 64, /has no port/],
    ['an alarm that is up', ['--alarm-command', 'true'], 3, /up before anything was broken/],
  ])('refuses %s before anything is broken', async (_what, more, exit, message) => {
    const { code, stderr } = await cutover(argumentsOf(staging.url, ...more), { env });
    expect([code, stderr]).toEqual([exit, expect.stringMatching(message)]);
    expect(await isReady(staging.url)).toBe(true);
  });
});

/** A drill whose alarm never comes, as a process to be ended. */
function drilling(url: string, ...more: string[]) {
  const child = spawn(process.execPath, [bin, ...argumentsOf(url, '--alarm-command', 'false', ...more)], {
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(stderr)) {
      if (child.exitCode !== null) throw new Error(stderr);
      await sleep(20);
    }
  };
  return { child, said, ended };
}
