import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { FileDraft } from '@cutover/records';
import type { FileSource, FoundFile, MissingFile } from './file-source.ts';

/**
 * Uploads as they lay on the legacy system's disk. Throws CutoverError `files-missing` where there is no such folder, or
 * nothing in it: a disk that is not mounted leaves one that is empty.
 */
export async function folderFiles(dir: string): Promise<FileSource> {
  const root = await realpath(dir).catch(() => undefined);
  const entries = root === undefined ? undefined : await opendir(root).catch(codeOf);
  if (root === undefined || entries === 'ENOENT' || entries === 'ENOTDIR')
    throw filesMissing(`there is no folder of uploads at ${dir}`);
  if (typeof entries === 'string')
    throw filesMissing(`the folder of uploads ${dir} cannot be read (${entries})`);
  const first = await entries!.read();
  await entries!.close();
  if (first === null) throw filesMissing(`the folder of uploads ${dir} is empty`);
  return { from: dir, atOnce: 8, hosts: [], find: (draft) => findBelow(root, draft) };
}

function filesMissing(message: string): CutoverError {
  return new CutoverError('files-missing', message, {
    next: 'give the folder that holds the legacy system’s uploads with --files, and see that its disk is mounted',
    exitCode: exitCodes.preflightFailed,
  });
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? messageOf(error);

async function findBelow(root: string, { paths }: FileDraft): Promise<FoundFile | MissingFile> {
  for (const path of paths) {
    try {
      const real = await realpath(join(root, path));
      // A link that leads out of the folder would publish whatever it leads to.
      if (!real.startsWith(root + sep)) return { missing: `${path} is a link that leads out of the folder` };
      const found = await stat(real);
      if (found.isFile()) return { path: real, sizeBytes: found.size, sha256: await sha256Of(real) };
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return { missing: `${path} cannot be read (${code})` };
    }
  }
  return { missing: `there is no ${paths.join(', ')}` };
}

/** SHA-256 of a file in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
