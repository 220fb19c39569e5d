import { spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ExitCode, exitCodes } from '@cutover/core';
import { pidOf } from '@cutover/runs';
import type { Output } from './output.ts';

const bin = fileURLToPath(new URL('../bin/cutover.js', import.meta.url));
const beginsMs = 60_000;

export interface DaemonInput {
  readonly stateDir: string;
  /** What the run is called where it is said that it goes on. */
  readonly name: string;
  /** What was typed for --production: nobody can type it in the background. */
  readonly production?: string | undefined;
}

/**
 * Starts this very command in the background, without a terminal, waiting where it has to. Says its run and pid
 * once it has begun; where it ends before, what it said and its exit code. The pid is in the run folder as `run.pid`,
 * what it says as `daemon.log`.
 */
export async function daemonise(out: Output, { stateDir, name, production }: DaemonInput): Promise<ExitCode> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const logPath = join(stateDir, `daemon-${process.pid}.log`);
  const log = await open(logPath, 'a', 0o600);
  const given = process.argv.slice(2).filter((arg) => arg !== '--daemon');
  const typed = production === undefined ? -1 : given.indexOf('--production');
  const args = typed < 0 ? given : given.toSpliced(typed, 1, `--production=${production}`);
  const child = spawn(process.execPath, [bin, ...args, '--wait'], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let code: number | null | undefined;
  child.once('exit', (status) => (code = status));
  for (const until = Date.now() + beginsMs; Date.now() < until && code === undefined; await sleep(100)) {
    const dir = await dirOf(join(stateDir, 'runs'), child.pid!);
    if (dir === undefined) continue;
    await rename(logPath, join(dir, 'daemon.log'));
    await log.close();
    child.unref();
    out.line(`${name}: run ${dir.split('/').at(-1)} goes on as process ${child.pid}; cutover status --watch`);
    out.line(out.paint('dim', `log: ${dir}/daemon.log`));
    out.document({ runId: dir.split('/').at(-1), pid: child.pid, dir });
    return exitCodes.holds;
  }
  await log.close();
  process.stderr.write(await readFile(logPath, 'utf8'));
  await unlink(logPath);
  return (code ?? exitCodes.unknown) as ExitCode;
}

/** The folder of the run that a process works on. */
async function dirOf(runsDir: string, pid: number): Promise<string | undefined> {
  for (const name of (await readdir(runsDir).catch(() => [])).sort().reverse()) {
    const text = await readFile(join(runsDir, name, 'run.pid'), 'utf8').catch(() => '');
    if (pidOf(text) === pid) return join(runsDir, name);
  }
  return undefined;
}
