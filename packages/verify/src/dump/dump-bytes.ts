import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';

/** Files that are read over one connection, so to speak. */
export interface DumpPart {
  readonly paths: readonly string[];
  /** The database that it has in use at the beginning. */
  readonly database?: string;
}

/**
 * The parts of a dump: its files, one after another, or each file of a folder by itself, as mydumper and dumpling write
 * them (`database-schema-create.sql`, `database.table-schema.sql`, `database.table.00001.sql`), tables before rows. Of a
 * folder with texts (`mysqldump --tab`): undefined.
 */
export async function partsOf(paths: readonly string[]): Promise<DumpPart[] | undefined> {
  const [folder, ...more] = paths;
  const info = folder === undefined ? undefined : await stat(folder).catch(() => undefined);
  if (info?.isDirectory() !== true || more.length > 0) return [{ paths }];
  const names = (await readdir(folder!)).sort();
  if (names.some((name) => /\.(txt|dat|csv)(\.gz)?$/.test(name))) return undefined;
  const sql = names.filter((name) => /\.sql(\.\w+)?$/.test(name));
  const stems = new Set(sql.map(stemOf));
  return (['database', 'table', 'rows'] as const)
    .flatMap((kind) => sql.filter((name) => kindOf(name, stems) === kind).map((name) => ({ name, kind })))
    .map(({ name, kind }) => {
      const [database, ...rest] = name.split('.');
      const isNamed = kind !== 'database' && rest.length > 1;
      return { paths: [join(folder!, name)], ...(isNamed ? { database: decoded(database!) } : {}) };
    });
}

const stemOf = (name: string): string => name.replace(/\.sql(\.\w+)?$/, '');

/** What a file defines or holds; undefined where it is neither table nor rows. */
function kindOf(name: string, stems: ReadonlySet<string>): 'database' | 'table' | 'rows' | undefined {
  const stem = stemOf(name);
  // Tables may have names that end as those of other files do: beside their rows there is a definition.
  if (stems.has(`${stem}-schema`)) return 'rows';
  if (stem.endsWith('-schema-create')) return 'database';
  if (stem.endsWith('-schema')) return 'table';
  return /-(schema-\w+|trigger|post|checksum)$/.test(stem) ? undefined : 'rows';
}

/** Dumpling percent-encodes what a file's name cannot hold. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

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
