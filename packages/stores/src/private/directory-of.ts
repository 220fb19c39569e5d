import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CutoverError } from '@cutover/core';

/** The folder of a `file:` URL or a path. Throws CutoverError `private-store-scheme` for any other kind of URL. */
export function directoryOf(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return resolve(url);
  throw new CutoverError(
    'private-store-scheme',
    `private stores of this kind are not supported: ${url.split('://', 1)[0]}://`,
    {
      next: 'use file:///directory or s3://bucket/prefix',
      exitCode: 64,
    },
  );
}
