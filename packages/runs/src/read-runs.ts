import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Flag, flags } from './control.ts';
import { heartbeatMs } from './live-status.ts';
import type { RunStatus, Status } from './run-directory.ts';
import { stateOfWorker } from './worker.ts';

/** A running run that has written nothing for this long stands still. */
const silenceMs = 12 * heartbeatMs;

/**
 * How a run stands, as seen from outside: what its status file says, unless that says `running` and its
 * process is gone (`died`), or it has been silent for a minute or its step takes longer than it may (`stalled`), or
 * that says `waiting` and nobody has advanced it for an hour, or the time that the run file gives (`stalled`). A
 * process on another machine cannot be seen: it is taken for gone once nothing was heard of it for a minute.
 */
export type RunState = RunStatus | 'died' | 'stalled';

export interface RunSeen {
  readonly dir: string;
  readonly state: RunState;
  /** Whether a process goes through it right now, waiting in it included. */
  readonly atWork: boolean;
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
    const seen = await look(dir, status, now);
    if (seen.state !== 'died') return { dir, status, ...seen };
    // It may have ended between the two looks.
    const last = (await readStatus(dir)) ?? status;
    const ended = last.status !== 'running' && last.waitingFor?.staying !== true;
    return { dir, status: last, state: ended ? last.status : 'died', atWork: false };
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
export function assertEnded({ atWork, status }: RunSeen): void {
  if (!atWork) return;
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

/** What a process that stays says of a wait, or one that has ended with it. */
function stateOfWait({ waitingFor }: Status, atWork: boolean, now: number): RunState {
  if (waitingFor === undefined) return 'waiting';
  if (waitingFor.staying === true && !atWork) return 'died';
  return now > Date.parse(waitingFor.stalledAt ?? '') ? 'stalled' : 'waiting';
}

async function look(dir: string, status: Status, now: number): Promise<Pick<RunSeen, 'state' | 'atWork'>> {
  const silent = now - Date.parse(status.updatedAt) > silenceMs;
  const worker = await stateOfWorker(await readFile(join(dir, 'run.pid'), 'utf8').catch(() => ''));
  const atWork = worker === 'there' || (worker === 'elsewhere' && !silent);
  switch (status.status) {
    case 'waiting': {
      const state = stateOfWait(status, atWork, now);
      return { state, atWork: atWork && status.waitingFor?.staying === true };
    }
    case 'running':
      if (!atWork) return { state: 'died', atWork };
      return { state: silent || status.overBudget === true ? 'stalled' : 'running', atWork };
    default:
      return { state: status.status, atWork: false };
  }
}
