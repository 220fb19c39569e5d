import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signature } from '@cutover/runs';
import { run } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickSite, type QuickSite } from './quick-site.ts';
import { startSite } from './site-stand-in.ts';
import { bin } from './run.ts';

const began = ['run', '--config', 'cutover.toml', '--unrehearsed'];

let site: QuickSite;
beforeEach(async () => {
  site = await quickSite('cutover-outside-');
});
afterEach(() => site.remove());

const untilThere = async (name: string): Promise<void> => {
  while (!existsSync(site.at(name))) await sleep(20);
};
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const pidOfRun = (): number => Number(readFileSync(join(site.runDir(), 'run.pid'), 'utf8').split('\n')[0]);

describe('a run in the background', () => {
  it('waits, is held back at the flip, stopped there, and gone on with, each from outside', async () => {
    const daemon = await site.cli([...began, '--daemon', '--json']);
    const { pid, dir } = JSON.parse(daemon.stdout) as { pid: number; dir: string };
    expect([daemon.code, dir, pidOfRun()]).toEqual([0, site.runDir(), pid]);
    expect(readdirSync(dir)).toContain('daemon.log');
    expect(readdirSync(site.at('.cutover'))).toEqual(['runs']);

    // It waits for a person. Nobody else goes on with it meanwhile, and it can be stopped while it waits.
    await site.untilState('waiting');
    expect((await site.status()).status.waitingFor).toMatchObject({
      key: site.questions.staged,
      staying: true,
    });
    const second = await site.cli(['resume']);
    expect([second.code, second.stderr]).toEqual([5, expect.stringContaining('run-goes-on')]);
    await site.cli(['answer', site.questions.staged, 'done', '--by', 'Cem', '--evidence', 'a ticket']);
    while ((await site.status()).status.waitingFor?.key !== site.questions.go) await sleep(100);
    const aborted = await site.cli(['abort']);
    expect([aborted.code, aborted.stdout]).toEqual([0, expect.stringMatching(/: aborted\n$/)]);
    while (alive(pid)) await sleep(50);
    expect((await site.cli(['status'])).code).toBe(6);
    expect((await site.cli(['abort'])).code).toBe(64);

    // It goes on, as far as it is told.
    await site.answerAll();
    const until = await site.cli(['resume', '--until', '14-deploy']);
    expect([until.code, until.stdout]).toEqual([
      0,
      expect.stringContaining('only the steps until 14-deploy'),
    ]);
    expect(
      site
        .journal()
        .filter(({ type }) => type === 'step-ended')
        .at(-1)?.['step'],
    ).toBe('14-deploy');

    // One step alone, which asks, is agreed to by its own name, and is held back by a flag.
    const asks = await site.cli(['resume', '--only', '19-flip']);
    expect([asks.code, asks.stdout]).toEqual([7, expect.stringContaining('19-flip/confirm')]);
    for (const [other, code] of [
      ['22-open', 7],
      ['14-deploy', 64],
      ['19-flop', 64],
    ] as const)
      expect((await site.cli(['resume', '--only', '19-flip', '--yes-to', other])).code, other).toBe(code);
    expect((await site.cli(['postpone'])).stdout).toContain('postpone is on');
    const held = await site.cli(['resume', '--only', '19-flip', '--yes-to', '19-flip']);
    expect([held.code, held.stdout]).toEqual([7, expect.stringContaining('the flip is postponed')]);
    await site.cli(['resume', '--only', '19-flip', '--daemon']);
    await site.untilState('waiting');
    expect((await site.cli(['panic'])).code).toBe(0);
    expect(await site.untilState('aborted')).toBe('aborted');
    expect(existsSync(site.at('name'))).toBe(false);

    // What held it back was taken away: it flips, once.
    await site.cli(['postpone', '--off']);
    expect((await site.cli(['resume', '--only', '19-flip'])).code).toBe(0);
    expect(readFileSync(site.at('flips'), 'utf8')).toBe('flipped\n');

    // Back to a step, in the background as well; what it stays at stays done.
    const back = await site.cli(['rollback', '--to', '12-merge', '--daemon']);
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('goes on as process')]);
    expect(await site.untilState('rolled-back')).toBe('rolled-back');
    expect(readFileSync(site.at('name'), 'utf8')).toBe('old\n');
    const { stdout } = await run('git', ['-C', site.at('public.git'), 'branch', '--format=%(refname:short)']);
    expect(stdout.trim().split('\n').sort()).toEqual(['legacy-import', 'main']);
    expect(existsSync(site.at('maintenance'))).toBe(true);
  });

  it('acts on production once its name was typed at the terminal that begins it', async () => {
    const text = readFileSync(site.at('cutover.toml'), 'utf8');
    writeFileSync(
      site.at('cutover.toml'),
      text.replace('environment = "test"', 'environment = "production"'),
    );
    const command = `'${process.execPath}' '${bin}' ${began.join(' ')} --production --daemon`;
    const typed = async (name: string): Promise<string> =>
      (
        await run('sh', ['-c', `(sleep 2; echo ${name}; sleep 3) | script -qec "${command}" /dev/null`], {
          cwd: site.dir,
        }).catch((error: { stdout: string }) => error)
      ).stdout;
    expect(await typed('slow')).toContain('its name was not typed');
    expect(existsSync(site.at('.cutover/runs'))).toBe(false);
    expect(await typed('quick')).toContain('goes on as process');
    // The stand-in says that it is of another environment, which the preflight tells.
    expect(await site.untilState('failed')).toBe('failed');
    expect(readFileSync(join(site.runDir(), 'run.log'), 'utf8')).toContain('target-environment');
  });
});

describe('a step alone', () => {
  it('is refused before what it needs was done', async () => {
    const ran = await site.cli([...began, '--only', '19-flip', '--yes-to', '19-flip']);
    expect([ran.code, ran.stdout]).toEqual([64, expect.stringContaining('needs 14-deploy, 12-merge')]);
    expect(existsSync(site.at('name'))).toBe(false);
    for (const option of ['--only', '--until'])
      expect((await site.cli([...began, option, 'flip'])).stderr).toContain('name one of 01-preflight');
  });
});

describe('a signal', () => {
  it('lets the hook that is under way end, the second ends it with the run; a person says what is there', async () => {
    site.write({
      maintenance: 'touch entered; sleep 3; touch maintenance',
      flip: 'touch flipping; sleep 61.5',
    });
    const first = site.begin([...began, '--wait']);
    await site.untilState('waiting');
    await site.answerAll();
    await untilThere('entered');
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(6);
    expect(first.said()).toContain('SIGTERM: stopping at the next safe point');
    expect(existsSync(site.at('maintenance'))).toBe(true);
    const last = site
      .journal()
      .filter(({ type }) => type === 'step-started')
      .at(-1);
    expect(last?.['step']).toBe('08-freeze');

    expect((await site.cli(['resume', '--until', '14-deploy'])).code).toBe(0);
    const second = site.begin(['resume', '--only', '19-flip', '--yes-to', '19-flip']);
    await untilThere('flipping');
    second.child.kill('SIGTERM');
    while (!second.said().includes('once more stops at once')) await sleep(20);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(6);
    const { stdout } = await run('ps', ['-eo', 'args']);
    expect(stdout.split('\n').filter((line) => line.trim() === 'sleep 61.5')).toEqual([]);

    // The hook has no probe, and nobody knows how far it came.
    expect((await site.cli(['status'])).stdout).toContain('its process is gone');
    const open = await site.cli(['resume', '--only', '19-flip']);
    expect([open.code, open.stdout]).toEqual([7, expect.stringContaining('--settled 19-flip/flip=done')]);
    for (const wrong of ['19-flip/flip', '19-flip/flip=maybe', '19-flip/other=done'])
      expect((await site.cli(['resume', '--only', '19-flip', '--settled', wrong])).code, wrong).toBe(64);
    const settled = await site.cli(['resume', '--only', '19-flip', '--settled', '19-flip/flip=done']);
    expect(settled.code).toBe(0);
  });
});

describe('the watchdog', () => {
  it('reports a step that stalls, a run that nobody advances and one that has died, to who wants problems alone', async () => {
    const heard: { body: string; signed: string }[] = [];
    const webhook = await startSite((request, response) => {
      heard.push({ body: webhook.posted.at(-1)!, signed: String(request.headers['cutover-signature']) });
      response.end();
    });
    const env = { CUTOVER_WEBHOOK: webhook.url, CUTOVER_WEBHOOK_SECRET: 'key' };
    const sentences = () => heard.map(({ body }) => (JSON.parse(body) as { sentence: string }).sentence);
    try {
      site.write({
        maintenance: 'echo $$ >hook.pid; touch entered; sleep 30',
        more: '[watchdog]\nforgotten = "1s"\nbudgets = { 08-freeze = "1s" }',
      });
      const going = site.begin([...began, '--wait', '--notify', 'problems'], env);
      expect(await site.untilState('stalled')).toBe('stalled');
      const forgotten = await site.cli(['status']);
      expect([forgotten.code, forgotten.stdout]).toEqual([
        4,
        expect.stringContaining('nobody has advanced it'),
      ]);
      while (!sentences().some((one) => /still waits, and nobody has advanced it/.test(one)))
        await sleep(100);
      await site.answerAll();
      await untilThere('entered');
      expect(await site.untilState('stalled')).toBe('stalled');
      expect((await site.cli(['status'])).stdout).toContain('has taken longer than it may');
      expect(sentences().join()).toContain('08-freeze takes longer than the 1 s that it has');
      process.kill(-going.child.pid!, 'SIGKILL');
      await going.ended;
      process.kill(-Number(readFileSync(site.at('hook.pid'), 'utf8')), 'SIGKILL');

      // The run itself cannot say that it is gone; a cron job does, once.
      const before = heard.length;
      for (let i = 0; i < 2; i++) expect((await site.cli(['status', '--tell'], env)).code).toBe(7);
      expect(sentences().slice(before)).toEqual([expect.stringContaining('its process is gone')]);
      expect((await site.cli(['status', '--tell'])).stderr).toContain('webhook-missing');
      for (const { body, signed } of heard) {
        // The preflight asks whether the address answers; that is no news of the run.
        const { problem, runId } = JSON.parse(body) as { problem: boolean; runId: string };
        expect(problem || runId === 'preflight').toBe(true);
        expect(signed).toBe(signature(body, 'key', Number(/^t=(\d+)/.exec(signed)?.[1])));
      }
    } finally {
      await webhook.close();
    }
  });
});
