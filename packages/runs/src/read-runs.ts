import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Flag, flags } from './control.ts';
import { heartbeatMs } from './live-status.ts';
import type { RunStatus, Status } from './run-directory.ts';

/** A running run that has written nothing for this long stands still. */
const silenceMs = 12 * heartbeatMs;
/** A run that waits for a person, or past its time, is reported as stalled after an hour. */
const forgottenMs = 3_600_000;

/**
 * How a run stands, as seen from outside: what its status file says, unless that says `running` and its
 * process is gone (`died`) or has been silent for a minute (`stalled`), or that says `waiting` and nobody has
 * advanced it for an hour (`stalled`).
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

/** Raises a flag that the run looks at: to stop at its next safe point, not to flip yet, to stop and go back; or lowers it. */
export async function raiseFlag({ dir }: RunSeen, flag: Flag, up = true): Promise<void> {
  const path = join(dir, flags[flag]);
  if (up) await writeFile(path, `${new Date().toISOString()}\n`, { mode: 0o600 });
  else await rm(path, { force: true });
}

/** Throws CutoverError `run-goes-on` (exit 5) where a process still works on the run. */
export function assertEnded({ state, status }: RunSeen): void {
  if (state !== 'running' && state !== 'stalled') return;
  throw new CutoverError('run-goes-on', `the run ${status.runId} is on its way`, {
    next: 'wait for it, or stop it with `cutover abort`',
    exitCode: exitCodes.leaseHeld,
  });
}

async function readStatus(dir: string): Promise<Status | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, 'status.json'), 'utf8')) as Status;
  } catch {
    return undefined;
  }
}

async function stateOf(dir: string, status: Status, now: number): Promise<RunState> {
  const { waitingFor } = status;
  const pid = Number(await readFile(join(dir, 'run.pid'), 'utf8').catch(() => ''));
  if (status.status === 'waiting') return isForgotten(waitingFor, now) ? 'stalled' : 'waiting';
  if (status.status !== 'running') return status.status;
  if (!isAlive(pid)) return 'died';
  return now - Date.parse(status.updatedAt) > silenceMs ? 'stalled' : 'running';
}

/** A person was asked long ago, or the time that was waited for has come and nobody has resumed the run. */
function isForgotten(waitingFor: Status['waitingFor'], now: number): boolean {
  if (waitingFor === undefined) return false;
  const { since, until } = waitingFor;
  return now - Math.max(Date.parse(since), until === undefined ? 0 : Date.parse(until)) > forgottenMs;
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
