import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { abortFile } from './control.ts';
import { heartbeatMs } from './live-status.ts';
import type { RunStatus, Status } from './run-directory.ts';

/** A running run that has written nothing for this long stands still. */
const silenceMs = 12 * heartbeatMs;

/**
 * How a run stands, as seen from outside: what its status file says, unless that says `running` and its
 * process is gone (`died`) or has been silent for a minute (`stalled`).
 */
export type RunState = RunStatus | 'died' | 'stalled';

export interface RunSeen {
  readonly dir: string;
  readonly state: RunState;
  readonly status: Status;
}

/**
 * A run of a state directory, by default the newest.
 *
 * @throws CutoverError `run-unknown` where there is none, or none of that id
 */
export async function seeRun(stateDir: string, id?: string, now = Date.now()): Promise<RunSeen> {
  const runsDir = join(stateDir, 'runs');
  const names = (await readdir(runsDir).catch(() => [])).sort().reverse();
  for (const name of id === undefined ? names : names.filter((one) => one === id)) {
    const dir = join(runsDir, name);
    const status = await readStatus(dir);
    if (status === undefined) continue;
    const state = await stateOf(dir, status, now);
    if (state !== 'died') return { dir, status, state };
    // It may have ended between the two looks.
    const last = (await readStatus(dir)) ?? status;
    return { dir, status: last, state: last.status === 'running' ? 'died' : last.status };
  }
  throw new CutoverError(
    'run-unknown',
    id === undefined ? `there is no run in ${stateDir}` : `there is no run ${id} in ${stateDir}`,
    { next: 'name the state directory of the run with --state-dir', exitCode: exitCodes.usage },
  );
}

/** Asks a run to stop at its next safe point. Does nothing to one that has ended. */
export async function askToAbort({ dir }: RunSeen): Promise<void> {
  await writeFile(join(dir, abortFile), `${new Date().toISOString()}\n`, { mode: 0o600 });
}

async function readStatus(dir: string): Promise<Status | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, 'status.json'), 'utf8')) as Status;
  } catch {
    return undefined;
  }
}

async function stateOf(dir: string, status: Status, now: number): Promise<RunState> {
  if (status.status !== 'running') return status.status;
  const pid = Number(await readFile(join(dir, 'run.pid'), 'utf8').catch(() => ''));
  if (!isAlive(pid)) return 'died';
  return now - Date.parse(status.updatedAt) > silenceMs ? 'stalled' : 'running';
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
