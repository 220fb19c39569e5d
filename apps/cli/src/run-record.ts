import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { Mode } from '@cutover/runs';

/** How a run was begun, left in its folder for whoever goes on with it or back. */
export interface RunRecord {
  readonly config: string;
  /** Of the run file as it was. */
  readonly sha256: string;
  readonly mode: Mode;
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
