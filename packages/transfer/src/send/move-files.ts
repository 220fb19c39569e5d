import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { RunDirectory, type RunStatus } from '@cutover/runs';
import { takeLock } from '../receive/lock.ts';
import type { Hook } from './lockdown.ts';

/** What a run must remember to be gone on with or undone by somebody else; `move.json` in its folder. No secret. */
export interface MoveFacts {
  readonly from: string;
  readonly to: string;
  readonly hooks: readonly Hook[];
  /** Folder of its stream files, where it is a staged one. */
  readonly spool?: string;
  /** Folders that were taken without what is in them. */
  readonly empty?: readonly string[];
  /** What became of the source once the destination had it. */
  readonly afterwards?: 'leave' | 'unlock' | 'archive';
}

const transfersIn = (stateDir: string): string => join(stateDir, 'transfers');

/** The names under which a state directory keeps one source's lock, and one move's newest run. */
function pathsOf(stateDir: string, from: string, to: string): { lock: string; newest: string } {
  const dir = transfersIn(stateDir);
  const name = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { lock: join(dir, `${name(from)}.lock`), newest: join(dir, `${name(`${from}\n${to}`)}.run`) };
}

export interface OpenedMove {
  readonly run: RunDirectory;
  readonly resumed: boolean;
  readonly close: () => void;
}

/**
 * The run of a move: the one that is not over yet where there is one with this source and destination, else a new
 * one. One process works on a source at a time.
 *
 * @throws CutoverError `move-held` (exit 5)
 */
export async function openMove(stateDir: string, facts: MoveFacts): Promise<OpenedMove> {
  mkdirSync(transfersIn(stateDir), { recursive: true, mode: 0o700 });
  const { lock, newest } = pathsOf(stateDir, facts.from, facts.to);
  const close = await takeLock(lock, `of ${facts.from}`, false);
  try {
    const dir = unfinishedRun(stateDir, newest);
    const run = dir === undefined ? await RunDirectory.create(stateDir) : await RunDirectory.reopen(dir);
    writeFileSync(join(run.dir, 'move.json'), `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
    if (dir === undefined) {
      const planHash = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
      await run.journal({ type: 'run-started', runId: run.id, plan: 'transfer', planHash, mode: 'real' });
      writeFileSync(newest, run.id, { mode: 0o600 });
    } else await run.journal({ type: 'run-resumed', by: `process ${process.pid}` });
    return { run, resumed: dir !== undefined, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The lock that a move of this source holds, whether it is there or not. */
export const lockOf = (stateDir: string, from: string): string => pathsOf(stateDir, from, '').lock;

/** The move that the same send would go on with. */
export function unfinishedMove(stateDir: string, from: string, to: string): string | undefined {
  const dir = unfinishedRun(stateDir, pathsOf(stateDir, from, to).newest);
  return dir === undefined ? undefined : basename(dir);
}

/** Where a run goes on although a process ended: anything but the end. */
const over: readonly RunStatus[] = ['done', 'rolled-back'];

function unfinishedRun(stateDir: string, newest: string): string | undefined {
  try {
    const dir = join(stateDir, 'runs', readFileSync(newest, 'utf8'));
    const text = readFileSync(join(dir, 'journal.jsonl'), 'utf8');
    if (!text.startsWith('{')) return undefined;
    const status = statusOf(dir);
    return status === undefined || !over.includes(status) ? dir : undefined;
  } catch {
    return undefined;
  }
}

function statusOf(dir: string): RunStatus | undefined {
  try {
    return (JSON.parse(readFileSync(join(dir, 'status.json'), 'utf8')) as { status: RunStatus }).status;
  } catch {
    return undefined;
  }
}

/** Of a run that was left. Throws CutoverError `run-unknown` where it is no move. */
export function readMoveFacts(dir: string): MoveFacts {
  try {
    return JSON.parse(readFileSync(join(dir, 'move.json'), 'utf8')) as MoveFacts;
  } catch (cause) {
    throw new CutoverError('run-unknown', `${dir} is no run of a transfer`, {
      next: 'name one that `cutover transfer send` started',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

/** The folder itself and not one of its names. */
export const sourceFolder = (from: string): string => realpathSync(from);

/** The move of that id, by default the newest. Throws CutoverError `run-unknown`. */
export function newestMove(stateDir: string, id?: string): string {
  const runs = join(stateDir, 'runs');
  const names = id === undefined ? (existsSync(runs) ? readdirSync(runs) : []).sort().reverse() : [id];
  const found = names.find((name) => existsSync(join(runs, name, 'move.json')));
  if (found !== undefined) return found;
  throw new CutoverError(
    'run-unknown',
    id === undefined ? `there is no move in ${stateDir}` : `there is no move ${id} in ${stateDir}`,
    {
      next: 'name the state directory of the move with --state-dir',
      exitCode: exitCodes.usage,
    },
  );
}
