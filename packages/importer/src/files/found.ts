import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CutoverError } from '@cutover/core';
import type { FoundFile } from './file-source.ts';
import { sha256Of } from './folder-files.ts';

/** Content of a file that was found before. Throws CutoverError `file-changed` where it is another by now, or gone. */
export function readFound({ path, sha256 }: FoundFile): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw fileChanged(path, cause);
  }
  if (hash('sha256', bytes) !== sha256) throw fileChanged(path);
  return bytes;
}

/** The same of one that is too large to be held. */
export async function assertAsFound({ path, sha256 }: FoundFile): Promise<void> {
  const now = await sha256Of(path).catch((cause: unknown) => {
    throw fileChanged(path, cause);
  });
  if (now !== sha256) throw fileChanged(path);
}

function fileChanged(path: string, cause?: unknown): CutoverError {
  return new CutoverError('file-changed', `${path} was changed while it was imported`, {
    next: 'import again once nothing writes to the folder of uploads; the branch was not moved',
    ...(cause === undefined ? {} : { cause }),
  });
}
