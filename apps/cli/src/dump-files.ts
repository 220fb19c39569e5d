import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { filesOf } from '@cutover/mysqldump';

/**
 * Checks that dump files are there; `-` stands for stdin, which is written to a scratch file first, as an
 * import reads its source more than once. Throws CutoverError `dump-missing`.
 */
export async function dumpFiles(
  paths: readonly string[],
  stateDir: string,
): Promise<{ files: string[]; remove: () => Promise<void> }> {
  await assertDumps(paths);
  const files: string[] = [];
  let scratch: string | undefined;
  for (const path of paths) {
    if (path === '-') {
      await mkdir(stateDir, { recursive: true, mode: 0o700 });
      scratch ??= await mkdtemp(join(stateDir, 'stdin-'));
      const file = join(scratch, `${files.length}.sql`);
      await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }));
      files.push(file);
      continue;
    }
    files.push(path);
  }
  return {
    files,
    remove: async () => {
      if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
    },
  };
}

/**
 * Throws CutoverError `dump-missing` where one of them is not there, or a folder beside others, and DumpError where a
 * folder holds no dump; of stdin nothing is said.
 */
export async function assertDumps(paths: readonly string[]): Promise<void> {
  for (const path of paths.filter((one) => one !== '-')) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw missing(path, `there is no dump at ${path}`);
    if (!found.isDirectory()) continue;
    if (paths.length > 1) throw missing(path, `${path} is a folder, which is a dump by itself`);
    await filesOf(path);
  }
}

function missing(path: string, message: string): CutoverError {
  return new CutoverError('dump-missing', message, {
    next: 'give the path of a mysqldump file with --dump, or of one folder that mydumper wrote, or - for stdin',
    data: { path },
    exitCode: exitCodes.preflightFailed,
  });
}
