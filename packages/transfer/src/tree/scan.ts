import { type BigIntStats, lstatSync, opendirSync, readdirSync, readlinkSync } from 'node:fs';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { bytesOf, type Entry, shown } from './entry.ts';

export interface ScanOptions {
  /** Names that are left out, with all that is in them. */
  readonly exclude?: readonly string[];
  /** Folders that are taken without what is in them: queues and caches, started clean. */
  readonly empty?: readonly string[];
}

/**
 * Every name below a folder in the order of the walk. A name that goes between two looks is passed over. Memory
 * grows with the names of one folder and with files that have more than one name, not with the tree.
 *
 * @throws CutoverError `special-file` (devices, sockets, pipes), `source-unreadable`
 */
export function* scanTree(root: string, options: ScanOptions = {}): Generator<Entry, void> {
  const rules = {
    root: bytesOf(`${asBytes(root)}/`),
    exclude: new Set((options.exclude ?? []).map(asRule)),
    empty: new Set((options.empty ?? []).map(asRule)),
    firstNames: new Map<string, string>(),
  };
  yield* scanFolder('', rules);
}

interface Rules {
  readonly root: Buffer;
  readonly exclude: ReadonlySet<string>;
  readonly empty: ReadonlySet<string>;
  /** Of files with several names: device and inode to the name that came first. */
  readonly firstNames: Map<string, string>;
}

function* scanFolder(folder: string, rules: Rules): Generator<Entry, void> {
  for (const name of namesOf(folder, rules.root)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (rules.exclude.has(path)) continue;
    const entry = look(path, rules);
    if (entry === undefined) continue;
    yield entry;
    if (entry.type === 'd' && !rules.empty.has(path)) yield* scanFolder(path, rules);
  }
}

function namesOf(folder: string, root: Buffer): string[] {
  try {
    return readdirSync(absolute(root, folder), { encoding: 'latin1' }).sort(byBytes);
  } catch (error) {
    if (folder !== '' && isGone(error)) return [];
    throw unreadable(folder, error);
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a name of the tree is now; undefined where it went. */
function look(path: string, { root, firstNames }: Rules): Entry | undefined {
  try {
    const at = absolute(root, path);
    const stat = lstatSync(at, { bigint: true });
    const type = typeOf(path, stat);
    if (type === 'f' && stat.nlink > 1n) {
      const id = `${stat.dev}:${stat.ino}`;
      const first = firstNames.get(id);
      if (first !== undefined) return entryOf(path, 'h', stat, first);
      firstNames.set(id, path);
    }
    return entryOf(path, type, stat, type === 'l' ? readlinkSync(at, { encoding: 'latin1' }) : '');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error instanceof CutoverError ? error : unreadable(path, error);
  }
}

function typeOf(path: string, stat: BigIntStats): 'd' | 'f' | 'l' {
  if (stat.isFile()) return 'f';
  if (stat.isDirectory()) return 'd';
  if (stat.isSymbolicLink()) return 'l';
  throw new CutoverError('special-file', `${shown(path)} is ${kindOf(stat)} and cannot be moved`, {
    next: `remove it, or leave it out with --exclude ${shown(path)}`,
    data: { path: shown(path) },
    exitCode: exitCodes.preflightFailed,
  });
}

const kindOf = (stat: BigIntStats): string =>
  stat.isSocket() ? 'a socket' : stat.isFIFO() ? 'a named pipe' : 'a device';

function entryOf(path: string, type: Entry['type'], stat: BigIntStats, link: string): Entry {
  const sizeBytes = type === 'f' ? Number(stat.size) : 0;
  return {
    path,
    type,
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtimeNs: String(stat.mtimeNs),
    ctimeNs: String(stat.ctimeNs),
    sizeBytes,
    sparse: type === 'f' && stat.blocks * 512n < stat.size,
    link,
    digest: null,
  };
}

/** A path below a root, as bytes; both ends of every call of the system take it so. */
export function absolute(root: Buffer, path: string): Buffer {
  return path === '' ? root : Buffer.concat([root, bytesOf(path)]);
}

/** A root with its slash, as bytes. */
export const rootOf = (folder: string): Buffer => Buffer.from(`${folder}/`);

const asBytes = (text: string): string => Buffer.from(text).toString('latin1');
const asRule = (text: string): string => asBytes(text.replace(/^\.\//, '').replace(/\/+$/, ''));

export const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

function unreadable(path: string, cause: unknown): CutoverError {
  return new CutoverError(
    'source-unreadable',
    `${shown(path) || 'the folder'} cannot be read: ${messageOf(cause)}`,
    {
      next: 'run the sender as a user who may read all of the folder, or leave the name out with --exclude',
      data: { path: shown(path) },
      exitCode: exitCodes.preflightFailed,
      cause,
    },
  );
}

/** Whether a folder is there and can be listed. Throws CutoverError `source-unreadable`. */
export function assertFolder(folder: string): void {
  try {
    opendirSync(folder).closeSync();
  } catch (cause) {
    throw new CutoverError(
      'source-unreadable',
      `${folder} is no folder that can be read: ${messageOf(cause)}`,
      {
        next: 'name the folder that is to be moved with --from',
        exitCode: exitCodes.preflightFailed,
        cause,
      },
    );
  }
}
