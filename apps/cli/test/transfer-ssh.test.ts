import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from '@cutover/core';
import { describeWith, freePort, mayHaveUsers, type Sshd, startSshd } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

const bin = fileURLToPath(new URL('../bin/cutover.js', import.meta.url));
const password = 'correct horse, battery "staple"';

describeWith('sshd', 'a destination behind one port, with one key for this source', () => {
  let dir: string;
  let sshd: Sshd;
  let hasUsers: boolean;
  const source = (): string => join(dir, 'source');
  const root = (): string => join(dir, 'root');
  const known = (): string[] => ['--known-hosts', sshd.knownHostsFile, '--state-dir', join(dir, 'state')];
  const withKey = (): string[] => ['--ssh-key', sshd.keyFile, ...known()];
  const send = (site: string, ...more: string[]): string[] => [
    ...[
      'transfer',
      'send',
      '--from',
      source(),
      '--to',
      `${sshd.address('')}/${site}`,
      '--no-sleep',
      '--at-rest',
    ],
    ...more,
  ];
  const assertSame = (site: string): void =>
    expect(execFileSync('diff', ['-r', source(), join(root(), site)]).toString()).toBe('');

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'cutover-transfer-key-'));
    mkdirSync(root());
    mkdirSync(join(source(), 'texts'), { recursive: true });
    for (let n = 0; n < 100; n++)
      writeFileSync(join(source(), `texts/${n}`), `${n} words of a text `.repeat(2000));
    writeFileSync(join(source(), 'large'), Buffer.alloc(9_000_000, 'large '));
    const receive = `transfer receive --root ${root()} --only shop --only texts --bandwidth 6M --max-bytes 1G`;
    hasUsers = await mayHaveUsers();
    sshd = await startSshd({
      command: `${process.execPath} ${bin} ${receive}`,
      ...(hasUsers ? { user: { name: 'mover', password } } : {}),
    });
  });
  afterAll(async () => {
    await sshd.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const ssh = (...args: string[]): Promise<{ code: number; said: string }> =>
    promisify(execFile)(
      'ssh',
      [
        ...['-n', '-F', 'none', '-i', sshd.keyFile, '-o', `UserKnownHostsFile=${sshd.knownHostsFile}`],
        ...['-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-p', String(sshd.port), ...args],
      ],
      { timeout: 20_000 },
    ).then(
      ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        said: error.stdout + error.stderr,
      }),
    );

  it('the key gets no shell, no command, no terminal, no file and no port', async () => {
    const host = `${sshd.user}@127.0.0.1`;
    const made = join(dir, 'made');
    // What is asked for is not run: the receiver is, and sees that nobody speaks its protocol.
    for (const asked of [[`touch ${made}`], ['-t', `sh -c 'touch ${made}'`], ['-s', 'sftp']])
      expect((await ssh(...asked.slice(0, -1), host, asked.at(-1)!)).said).not.toMatch(/sh-|\$ /);
    expect(existsSync(made)).toBe(false);
    const scp = promisify(execFile)(
      'scp',
      [
        ...['-O', '-F', 'none', '-i', sshd.keyFile, '-o', `UserKnownHostsFile=${sshd.knownHostsFile}`],
        ...['-o', 'BatchMode=yes', '-P', String(sshd.port), join(source(), 'texts/1'), `${host}:${made}`],
      ],
      { timeout: 4000 },
    );
    await expect(scp).rejects.toThrow();
    expect(existsSync(made)).toBe(false);
    const port = await freePort();
    const forwarding = spawn('ssh', [
      ...['-F', 'none', '-i', sshd.keyFile, '-o', `UserKnownHostsFile=${sshd.knownHostsFile}`, '-N'],
      ...['-o', 'BatchMode=yes', '-L', `${port}:127.0.0.1:${sshd.port}`, '-p', String(sshd.port), host],
    ]);
    const answered = await greeting(port);
    forwarding.kill('SIGKILL');
    expect(answered).toBe('');
  });

  it('check tells what is in the way before anything is sent, and changes nothing', async () => {
    const check = [
      'transfer',
      'check',
      ...send('shop')
        .slice(2)
        .filter((one) => one !== '--no-sleep'),
    ];
    const holds = await cutover([...check, ...withKey(), '--json']);
    expect(holds.code).toBe(0);
    const { outcome, checks } = JSON.parse(holds.stdout) as Report;
    expect([outcome, checks.length]).toEqual(['holds', 8]);
    const refused = await cutover([...check, ...withKey(), '--ssh-key', sshd.strangersKeyFile]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/authentication-refused/) as string,
    });
    const away = await cutover([...check, ...withKey(), '--to', 'ssh://127.0.0.1:1/shop', '--json']);
    expect(away.code).toBe(3);
    const open = (JSON.parse(away.stdout) as Report).checks.filter((one) => one.outcome !== 'holds');
    expect(open.map(({ outcome: is }) => is)).toEqual(['fails', ...Array<string>(5).fill('unknown')]);
    expect(open[0]?.findings[0]?.code).toBe('no-route');
    expect(readdirSync(root())).toEqual([]);
    expect(existsSync(join(dir, 'state'))).toBe(false);
  });

  it('a site that is not the key’s is refused with 2, one that is too large with 3, and the limit is kept', async () => {
    const other = await cutover([...send('other'), ...withKey()]);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/site-refused/) as string });
    execFileSync('truncate', ['-s', '2G', join(source(), 'hole')]);
    const large = await cutover([...send('shop'), ...withKey()]);
    rmSync(join(source(), 'hole'));
    expect(large).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/--max-bytes.*too-much/s) as string,
    });
    expect(large.stderr).not.toMatch(/pass 1/);
    expect(readdirSync(root())).toEqual(['.cutover-transfer']);
    // The limit of the other end makes the link a slow one: text is compressed.
    const moved = await cutover([...send('shop', '--json', '--quiet'), ...withKey()]);
    expect(moved.code).toBe(0);
    const sent = JSON.parse(moved.stdout) as { compressed: boolean; linkRate: number; wireBytes: number };
    expect(sent.compressed).toBe(true);
    expect(sent.linkRate).toBeLessThan(20_000_000);
    expect(sent.wireBytes).toBeLessThan(9_000_000);
    assertSame('shop');
  });

  it('a staged move whose sender is killed while it copies goes on inside the stream file', async () => {
    const args = [
      ...send('texts', '--staged', '--compression', 'never', '--spool', join(dir, 'spool')),
      ...withKey(),
    ];
    const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const part = join(root(), '.cutover-transfer/texts/parts/pass-1-000001');
    while (child.exitCode === null && !(existsSync(part) && readFileSync(part).length > 4_000_000))
      await sleep(10);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(join(root(), 'texts'))).toBe(false);
    const ran = await cutover([...args, '--json', '--quiet']);
    expect(ran.code).toBe(0);
    const sent = JSON.parse(ran.stdout) as { resumed: boolean; wireBytes: number };
    expect(sent.resumed).toBe(true);
    expect(sent.wireBytes).toBeLessThan(10_000_000);
    assertSame('texts');
    expect(readdirSync(join(dir, 'spool'))).toEqual([]);
  });

  it('a password is tried once: the right one moves, a wrong one ends with 2 before any pass [needs mount]', async (context) => {
    if (!hasUsers) return context.skip('an sshd with users of its own cannot be started here');
    const to = ['--to', `ssh://mover@127.0.0.1:${sshd.port}/shop`, '--password-from-stdin', '--replace'];
    const wrong = await cutover([...send('shop'), ...known(), ...to], { input: 'wrong\n' });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/authentication-refused/) as string,
    });
    expect(wrong.stderr).not.toMatch(/pass 1/);
    const right = await cutover([...send('shop', '--json'), ...known(), ...to], { input: `${password}\n` });
    expect(right.code).toBe(0);
    assertSame('shop');
    expect(right.stdout + right.stderr).not.toContain(password);
    // grep ends with 1 where it finds nothing.
    expect(() => execFileSync('grep', ['-rlF', password, join(dir, 'state'), root()])).toThrow(
      /Command failed/,
    );
  });
});

/** What a port says first, within a second or so; nothing where nobody listens or the way is barred. */
async function greeting(port: number): Promise<string> {
  for (let attempt = 0; attempt < 15; attempt++) {
    const said = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', (data: Buffer) => resolve(data.toString()));
      socket.once('error', () => resolve(''));
      socket.once('close', () => resolve(''));
    });
    if (said !== '') return said;
    await sleep(100);
  }
  return '';
}
