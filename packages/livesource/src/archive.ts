import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { CutoverError } from '@cutover/core';
import type { StoredPart } from './table-work.ts';

/** Where each part came to stand, and the whole. */
export interface Assembled {
  readonly offsets: readonly number[];
  readonly bytes: number;
  readonly plainBytes: number;
  readonly sha256: string;
}

/**
 * Writes parts one behind another: a gzip file of several members. Files of parts below `scratch` are removed
 * as they go in. Throws CutoverError `archive-damaged` where a part is not what it was when it was written.
 */
export async function assemble(
  path: string,
  parts: readonly StoredPart[],
  scratch: string,
): Promise<Assembled> {
  const file = createWriteStream(path, { mode: 0o600 });
  const done = finished(file);
  done.catch(() => undefined);
  const whole = createHash('sha256');
  const offsets: number[] = [];
  let bytes = 0;
  for (const part of parts) {
    offsets.push(bytes);
    const hash = createHash('sha256');
    const range = { start: part.offset, end: part.offset + part.bytes - 1, highWaterMark: 1 << 20 };
    for await (const chunk of createReadStream(part.path, range)) {
      hash.update(chunk as Buffer);
      whole.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (!file.write(chunk))
        await Promise.race([new Promise<void>((resolve) => file.once('drain', () => resolve())), done]);
    }
    if (hash.digest('hex') !== part.sha256) {
      file.destroy();
      throw new CutoverError('archive-damaged', `a part of ${part.path} is not what its manifest says`, {
        next: 'read everything anew, without the earlier archive',
      });
    }
    if (part.path.startsWith(scratch)) await rm(part.path, { force: true });
  }
  file.end();
  await done;
  const plainBytes = parts.reduce((sum, part) => sum + part.plainBytes, 0);
  return { offsets, bytes, plainBytes, sha256: whole.digest('hex') };
}
