import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { z } from 'zod';

const probe = z.strictObject({ name: z.string().min(1).max(100), command: z.array(z.string()).min(1) });
export type Probe = z.infer<typeof probe>;
const some = z.array(probe).min(1);

/** How it is found out, after a move, what there is of the site and where. Every command may go to another host. */
const probes = z.strictObject({
  /** Exit 0: it runs; 1 or 3 (as `systemctl is-active`): it does not; anything else: nobody can tell. */
  instances: some,
  /** Name of the instance that is to run. */
  home: z.string(),
  /** Prints where the site is, one line for each record of it. */
  records: some,
  /** Prints the id of each job that was run since the move, a line each time it was. */
  jobs: some,
  /** Prints what is between two states; nothing where nothing is. */
  transitional: some,
});
export type Probes = z.infer<typeof probes>;

/** Reads probes from a JSON file. Throws CutoverError `probes-file` (exit 64). */
export async function readProbes(path: string): Promise<Probes> {
  try {
    const read = probes.parse(JSON.parse(await readFile(path, 'utf8')));
    if (!read.instances.some(({ name }) => name === read.home))
      throw new Error('`home` is none of the instances');
    return read;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : messageOf(cause);
    throw new CutoverError('probes-file', `${path} cannot be taken for probes: ${why}`, {
      next: 'write {"instances":[…],"home":"…","records":[…],"jobs":[…],"transitional":[…]}, each of {"name":…,"command":[program, arguments…]}',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

export interface Answer {
  readonly name: string;
  /** null: it could not be run, or not to its end. */
  readonly code: number | null;
  readonly lines: readonly string[];
  /** What it said of its failure, in short. */
  readonly said: string;
}

const timeoutMs = 60_000;
const mostOutput = 64 * 1024 * 1024;

export async function ask({ name, command: [program, ...args] }: Probe): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(program!, args, { timeout: timeoutMs, maxBuffer: mostOutput }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      const lines = stdout
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      const said = stderr.trim().slice(-300) || (error === null ? '' : `exit ${code ?? error.message}`);
      resolve({ name, code, lines, said });
    });
  });
}
