import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';

/** The bytes of dump files in order, plain or gzipped. Throws CutoverError `file-unreadable`. */
export async function* dumpBytes(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) {
    try {
      const handle = await open(path);
      const magic = Buffer.alloc(2);
      await handle.read(magic, 0, 2, 0).finally(() => handle.close());
      const file = createReadStream(path, { highWaterMark: 1 << 18 });
      if (magic[0] !== 0x1f || magic[1] !== 0x8b) {
        yield* file as AsyncIterable<Buffer>;
        continue;
      }
      const gunzip = createGunzip();
      file.once('error', (error) => gunzip.destroy(error));
      yield* file.pipe(gunzip) as AsyncIterable<Buffer>;
    } catch (cause) {
      throw new CutoverError('file-unreadable', `${path} cannot be read to its end: ${messageOf(cause)}`, {
        next: 'give the path of a whole dump file, plain or gzipped, that this user may read',
        data: { file: path },
        exitCode: exitCodes.preflightFailed,
        cause,
      });
    }
  }
}
