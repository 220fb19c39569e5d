import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { FileDraft } from '@cutover/records';
import type { FileSource, FoundFile, MissingFile } from './file-source.ts';

/** Uploads as they lay on the legacy system's disk. Throws CutoverError `files-missing` where there is no such folder. */
export async function folderFiles(dir: string): Promise<FileSource> {
  const root = await realpath(dir).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    throw new CutoverError('files-missing', `there is no folder of uploads at ${dir}`, {
      next: 'give the folder that holds the legacy system’s uploads with --files',
      exitCode: exitCodes.preflightFailed,
    });
  }
  return { from: dir, atOnce: 8, hosts: [], find: (draft) => findBelow(root, draft) };
}

async function findBelow(root: string, { paths }: FileDraft): Promise<FoundFile | MissingFile> {
  for (const path of paths) {
    const real = await realpath(join(root, path)).catch(() => undefined);
    if (real === undefined) continue;
    // A link that leads out of the folder would publish whatever it leads to.
    if (!real.startsWith(root + sep)) return { missing: `${path} is a link that leads out of the folder` };
    const { size, isFile } = await stat(real).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    if (isFile) return { path: real, sizeBytes: size, sha256: await sha256Of(real) };
  }
  return { missing: `there is no ${paths.join(', ')}` };
}

/** SHA-256 of a file in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
