import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@cutover/core';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bin, cutover } from './run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

/** A rehearsal on its way, once it has reached a step. */
async function rehearsing(step: string) {
  const child = spawn(process.execPath, [bin, 'dry-run'], {
    cwd: scratch.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes(`${step}  `) && child.exitCode === null) await sleep(20);
  return { child, ended, said: () => said };
}

describe('a rehearsal on its way', () => {
  it('says how it stands, and stops when it is asked to, with nothing left behind', async () => {
    const { ended, said } = await rehearsing('10-import');
    const during = await cutover(['status', '--json'], { cwd: scratch.dir });
    expect(during.code).toBe(0);
    expect(JSON.parse(during.stdout)).toMatchObject({ state: 'running', mode: 'rehearsal', stepsTotal: 26 });
    const asked = await cutover(['abort'], { cwd: scratch.dir });
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringMatching(/: aborted\n$/)]);
    expect(await ended).toBe(6);
    expect(said()).toContain('the run was stopped by `cutover abort`');
    const [run] = readdirSync(join(scratch.dir, '.cutover', 'runs'));
    const dir = join(scratch.dir, '.cutover', 'runs', run!);
    expect(readdirSync(dir)).not.toContain('stores');
    expect((JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')) as Report).outcome).toBe('unknown');
    const after = await cutover(['status'], { cwd: scratch.dir });
    expect([after.code, after.stdout]).toEqual([6, expect.stringContaining('aborted')]);
    expect((await cutover(['abort'], { cwd: scratch.dir })).code).toBe(64);
  });

  it('stops at a safe point at the first signal, and takes the system with it that it booted', async () => {
    const { child, ended } = await rehearsing('15-redirects');
    child.kill('SIGTERM');
    expect(await ended).toBe(6);
    const dir = join(scratch.dir, '.cutover', 'runs', readdirSync(join(scratch.dir, '.cutover', 'runs'))[0]!);
    const processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      });
    expect(processes.filter((line) => line.includes(dir))).toEqual([]);
  });
});

describe('cutover status', () => {
  it('knows no run where there was none', async () => {
    const ran = await cutover(['status'], { cwd: scratch.dir });
    expect([ran.code, ran.stdout]).toEqual([64, '']);
    expect(ran.stderr).toMatch(/there is no run in .*\n {2}→ name the state directory/);
  });

  it('shows a rehearsal whose process was killed as dead', async () => {
    const { child, ended } = await rehearsing('10-import');
    child.kill('SIGKILL');
    await ended;
    const ran = await cutover(['status', '--watch'], { cwd: scratch.dir });
    expect([ran.code, ran.stdout]).toEqual([7, expect.stringContaining('its process is gone')]);
  });
});

describe('cutover preflight', () => {
  it('looks at everything that can be known before, and changes nothing', async () => {
    const ran = await cutover(['preflight', '--json'], { cwd: scratch.dir });
    const report = JSON.parse(ran.stdout) as Report;
    expect([ran.code, report.command, report.outcome]).toEqual([0, 'preflight', 'holds']);
    expect(new Set(report.checks.map(({ id }) => id.replace(/-.*/, '')))).toEqual(new Set(['preflight']));
    expect(report.stepsNotExercised.map(({ step }) => step)).toContain('10-import');
  });

  it('ends with 3 where something is wrong', async () => {
    const file = join(scratch.dir, 'no.sql');
    writeFileSync(file, 'CREATE TABLE people (ID int);\nINSERT INTO people VALUES (1');
    const ran = await cutover(['preflight', '--dump', file], { cwd: scratch.dir });
    expect([ran.code, ran.stdout]).toEqual([3, expect.stringContaining('The preflight fails')]);
  });

  it('tells a webhook, whose address it shows nowhere', async () => {
    const posted: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => posted.push(chunk.toString()));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const ran = await cutover(['preflight'], {
        cwd: scratch.dir,
        env: { CUTOVER_WEBHOOK: `http://127.0.0.1:${port}/needle-in-vain`, CUTOVER_WEBHOOK_SECRET: 'hay' },
      });
      expect(posted.map((body) => (JSON.parse(body) as { type: string }).type)).toEqual([
        'started',
        'step',
        'ended',
      ]);
      const dir = join(
        scratch.dir,
        '.cutover',
        'runs',
        readdirSync(join(scratch.dir, '.cutover', 'runs'))[0]!,
      );
      const files = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'));
      expect([ran.stdout, ran.stderr, ...posted, ...files].join('\n')).not.toMatch(/needle-in-vain|hay/);
    } finally {
      server.close();
    }
  });
});

describe('cutover dry-run --until', () => {
  it('knows the steps of the plan, and leaves no folder of a run that never was', async () => {
    const ran = await cutover(['dry-run', '--until', 'import'], { cwd: scratch.dir });
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining('name one of 01-preflight')]);
    expect(existsSync(join(scratch.dir, '.cutover', 'runs'))).toBe(false);
  });
});
