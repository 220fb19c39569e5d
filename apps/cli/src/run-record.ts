import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { RunFile } from '@cutover/cutover';
import type { Mode } from '@cutover/runs';

/** How a run was begun, left in its folder for whoever goes on with it or back. */
export interface RunRecord {
  readonly config: string;
  /** Of the run file as it was. */
  readonly sha256: string;
  readonly mode: Mode;
  /** What the run is of; absent in records of older versions. */
  readonly of?: RunOf;
}

/** What a run is of and stays of, whatever else is mended in its run file. */
export interface RunOf {
  readonly name: string;
  readonly environment: string;
  readonly branch: string;
  readonly into: string;
  /** The private store where it is a bucket: folders may lie elsewhere on another machine. */
  readonly bucket?: string;
}

export function runOf({ name, environment, stores }: RunFile): RunOf {
  const { branch, into, private: url = '' } = stores;
  return { name, environment, branch, into, ...(url.startsWith('s3:') ? { bucket: url } : {}) };
}

/**
 * Nobody goes on with a run of one site on another, whose people were asked nothing.
 *
 * @throws CutoverError `run-of-another-site`
 */
export function assertSameSite({ of }: RunRecord, file: RunFile, runId: string): void {
  if (of === undefined) return;
  const now = runOf(file);
  const other = (['name', 'environment', 'branch', 'into', 'bucket'] as const).filter(
    (key) => of[key] !== now[key],
  );
  if (other.length === 0) return;
  const was = other.map((key) => `${key} ${of[key] ?? 'none'}, not ${now[key] ?? 'none'}`).join('; ');
  throw new CutoverError('run-of-another-site', `the run ${runId} was begun with ${was}`, {
    next: 'name the run that is meant (cutover status RUN), give the run file that it was begun with (--config), or begin a new one: cutover run',
    data: { of, now },
    exitCode: exitCodes.usage,
  });
}

const fileName = 'begun.json';

export function writeRecord(dir: string, record: RunRecord): Promise<void> {
  return writeFile(join(dir, fileName), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Throws CutoverError `run-without-file`. */
export async function readRecord(dir: string): Promise<RunRecord> {
  try {
    return JSON.parse(await readFile(join(dir, fileName), 'utf8')) as RunRecord;
  } catch (cause) {
    throw new CutoverError('run-without-file', `${dir} was begun without a run file`, {
      next: 'a rehearsal of a dump alone is begun anew: cutover dry-run',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}
