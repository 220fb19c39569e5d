import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, type Sshd, startSshd, until } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bin, cutover } from './run.ts';

describeWith('sshd', 'cutover transfer over a real sshd', () => {
  let shared: string;
  let sshd: Sshd;
  let dir: string;
  let [source, state] = ['', ''];
  let test = 0;
  const root = (): string => join(shared, 'root');
  const site = (): string => `site${test}`;
  const live = (): string => join(root(), site());

  beforeAll(async () => {
    shared = mkdtempSync(join(tmpdir(), 'cutover-transfer-ssh-'));
    mkdirSync(root());
    const setup = join(shared, 'setup');
    writeFileSync(setup, '#!/bin/sh\nsleep 0.5\n', { mode: 0o755 });
    const command = `${process.execPath} ${bin} transfer receive --root ${root()} --post-setup ${setup}`;
    sshd = await startSshd({ command });
  });
  afterAll(async () => {
    await sshd.stop();
    rmSync(shared, { recursive: true, force: true });
  });
  beforeEach(() => {
    test++;
    dir = mkdtempSync(join(tmpdir(), 'cutover-transfer-cli-'));
    [source, state] = [join(dir, 'source'), join(dir, 'state')];
    mkdirSync(join(source, 'uploads'), { recursive: true });
    for (let n = 0; n < 300; n++) writeFileSync(join(source, `uploads/${n}`), `${n} `.repeat(500));
    writeFileSync(join(source, 'large'), Buffer.alloc(12_000_000, 'large '));
    const log = (what: string): string[] => ['sh', '-c', `echo ${what} >> ${dir}/hooks`];
    const hook = (name: string) => ({
      name,
      lock: log(`lock-${name}`),
      unlock: log(`unlock-${name}`),
      check: ['true'],
    });
    writeFileSync(join(dir, 'hooks.json'), JSON.stringify({ hooks: [hook('cron'), hook('site')] }));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const reach = (change: { key?: string } = {}): string[] => [
    ...['--ssh-key', change.key ?? sshd.keyFile, '--known-hosts', sshd.knownHostsFile, '--state-dir', state],
  ];
  const sendArgs = (...more: string[]): string[] => [
    ...[
      'transfer',
      'send',
      '--from',
      source,
      '--to',
      `${sshd.address('')}/${site()}`,
      '--no-sleep',
      '--watch',
      '1',
      // What is killed at a byte must get there at the pace of its limit.
      '--compression',
      'never',
    ],
    ...reach(),
    ...more,
  ];
  const hooks = (): string[] => ['--hooks', join(dir, 'hooks.json')];
  const status = (): { phase: string; doing: string; runId: string; bytesDone: number } | undefined => {
    try {
      const [run] = readdirSync(join(state, 'runs'));
      return JSON.parse(readFileSync(join(state, 'runs', run!, 'status.json'), 'utf8')) as never;
    } catch {
      return undefined;
    }
  };
  const assertSame = (): void => {
    expect(execFileSync('diff', ['-r', source, live()]).toString()).toBe('');
    expect(readdirSync(join(root(), '.cutover-transfer', site())).sort()).toEqual([
      'generations',
      'move.json',
      'sha256sums',
    ]);
  };
  const hookLog = (): string[] =>
    existsSync(join(dir, 'hooks')) ? readFileSync(join(dir, 'hooks'), 'utf8').trim().split('\n') : [];

  it('moves a folder, says so in one JSON document, and status tells the same', async () => {
    const ran = await cutover(sendArgs('--json', '--quiet', ...hooks()));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const sent = JSON.parse(ran.stdout) as Record<string, unknown>;
    expect(sent).toMatchObject({ command: 'transfer send', outcome: 'holds', path: live(), entries: 302 });
    assertSame();
    const told = await cutover(['transfer', 'status', '--json', '--state-dir', state]);
    expect(told.code).toBe(0);
    expect(JSON.parse(told.stdout)).toMatchObject({ state: 'done', phase: 'done', runId: sent['runId'] });
    expect(hookLog()).toEqual(['lock-cron', 'lock-site']);
    expect((await cutover(['transfer', 'cancel', '--state-dir', state])).code).toBe(64);
  });

  it('with a key that is refused ends with 2 at once: no pass, nothing locked', async () => {
    const ran = await cutover([...sendArgs(...hooks()), '--ssh-key', sshd.strangersKeyFile]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/refuses the key or password/);
    expect(ran.stderr).not.toMatch(/pass 1/);
    expect(hookLog()).toEqual([]);
    expect(existsSync(join(root(), '.cutover-transfer', site()))).toBe(false);
  });

  it('says with 3 that a host is not known, cannot be reached, or has a folder of that name', async () => {
    writeFileSync(join(dir, 'nobody'), '');
    const unknown = await cutover([...sendArgs('--at-rest'), '--known-hosts', join(dir, 'nobody')]);
    expect(unknown).toMatchObject({ code: 3, stderr: expect.stringMatching(/host-key-unknown/) as string });
    const away = await cutover([...sendArgs('--at-rest'), '--to', 'ssh://127.0.0.1:1/x']);
    expect(away).toMatchObject({ code: 3, stderr: expect.stringMatching(/no-route/) as string });
    mkdirSync(live());
    const taken = await cutover(sendArgs('--at-rest'));
    expect(taken).toMatchObject({ code: 3, stderr: expect.stringMatching(/target-exists/) as string });
  });

  it('wants to know how the source is locked, and refuses what it cannot read', async () => {
    expect((await cutover(sendArgs())).code).toBe(64);
    expect((await cutover(sendArgs('--at-rest', ...hooks()))).code).toBe(64);
    writeFileSync(join(dir, 'hooks.json'), '{"hooks":[{"name":"a","lock":["x"]}]}');
    expect(await cutover(sendArgs(...hooks()))).toMatchObject({ code: 64 });
    expect((await cutover([...sendArgs('--at-rest'), '--to', '/local/folder'])).code).toBe(64);
    expect((await cutover(sendArgs('--at-rest', '--bandwidth', 'fast'))).code).toBe(64);
  });

  /**
   * Starts a send, waits until it is so far, kills an end of it, and answers what the sender ended with. A moment
   * may pass between two looks: then it is tried again from the start.
   */
  async function killed(who: 'sender' | 'receiver', when: string, tries = 5): Promise<number | null> {
    const child = spawn(process.execPath, [bin, ...sendArgs('--bandwidth', '8M', ...hooks())], {
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const isThere = (): boolean => {
      const now = status();
      const at = `${now?.phase} ${now?.doing}`;
      return at.includes(when) && (!when.includes('pass 1') || now!.bytesDone > 2_000_000);
    };
    while (!isThere() && child.exitCode === null) await sleep(3);
    if (child.exitCode !== null && tries > 1) {
      for (const path of [live(), join(root(), '.cutover-transfer', site()), state, join(dir, 'hooks')])
        rmSync(path, { recursive: true, force: true });
      return killed(who, when, tries - 1);
    }
    if (who === 'sender') child.kill('SIGKILL');
    else {
      const lock = readFileSync(join(root(), '.cutover-transfer', site(), 'lock'), 'utf8');
      process.kill((JSON.parse(lock) as { pid: number }).pid, 'SIGKILL');
    }
    return ended;
  }

  it.each(['preparing', 'pass 1', 'watching', 'last pass', 'verifying', 'finalizing'])(
    'goes on after the sender was killed while %s',
    async (when) => {
      expect(await killed('sender', when)).toBe(null);
      const before = await cutover(['transfer', 'status', '--state-dir', state]);
      expect(before.code).toBe(7);
      const ran = await cutover(sendArgs('--json', ...hooks()));
      expect(ran.code).toBe(0);
      const sent = JSON.parse(ran.stdout) as { resumed: boolean; sentBytes: number };
      expect(sent.resumed).toBe(true);
      if (when === 'pass 1') expect(sent.sentBytes).toBeLessThan(11_500_000);
      else if (when !== 'preparing') expect(sent.sentBytes).toBeLessThan(1000);
      assertSame();
      expect(hookLog().filter((line) => line.startsWith('unlock'))).toEqual([]);
    },
  );

  it.each(['pass 1', 'watching', 'last pass', 'verifying', 'finalizing'])(
    'goes on by itself after the receiver was killed while %s',
    async (when) => {
      expect(await killed('receiver', when)).toBe(0);
      assertSame();
      expect(hookLog()).toEqual(['lock-cron', 'lock-site']);
    },
  );

  it('cancel stops one that is on, and unlocks what one that was killed had locked', async () => {
    expect(await killed('sender', 'watching')).toBe(null);
    expect(hookLog()).toEqual(['lock-cron', 'lock-site']);
    const ran = await cutover(['transfer', 'cancel', '--discard', ...reach()]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/is cancelled/) as string });
    expect(hookLog()).toEqual(['lock-cron', 'lock-site', 'unlock-site', 'unlock-cron']);
    expect(readdirSync(join(root(), '.cutover-transfer', site()))).toEqual([]);
    const child = spawn(process.execPath, [bin, ...sendArgs('--bandwidth', '1M', ...hooks())], {
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await until('pass 1', () => Promise.resolve(status()?.doing.includes('pass 1') === true));
    const second = await cutover(sendArgs(...hooks()));
    expect(second.code).toBe(5);
    expect((await cutover(['transfer', 'cancel', '--state-dir', state])).code).toBe(0);
    expect(await ended).toBe(6);
    expect(existsSync(live())).toBe(false);
  });
});
