import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. `mkdir` with `recursive` tries for ever where a folder that is there takes none,
 * as in `/proc`. Throws what the system says: `EACCES`, `ENOENT`, `ENOTDIR`, `ENOSPC`, …
 */
export async function makeFolder(path: string, options: { readonly mode?: number } = {}): Promise<void> {
  if ((await made(path, options)) !== 'parent-missing') return;
  await makeFolder(dirname(path), options);
  await mkdir(path, options).catch(ignoreThere);
}

async function made(path: string, options: { readonly mode?: number }): Promise<'there' | 'parent-missing'> {
  try {
    await mkdir(path, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path) return 'parent-missing';
    ignoreThere(error);
  }
  return 'there';
}

function ignoreThere(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EEXIST' && code !== 'EISDIR') throw error;
}
