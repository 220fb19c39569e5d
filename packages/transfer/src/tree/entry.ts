import { CutoverError, exitCodes } from '@cutover/core';
import { z } from 'zod';

/**
 * A name of the tree. `path` is relative, its bytes one per character (latin1), so that names that are no UTF-8
 * stay what they are. Trees are walked in one order at both ends: a folder before what is in it, names by bytes.
 */
export interface Entry {
  readonly path: string;
  /** Folder, file, symbolic link, further name of a file. */
  readonly type: 'd' | 'f' | 'l' | 'h';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly sizeBytes: number;
  /** Takes less room than its size: holes are to be made again. */
  readonly sparse: boolean;
  /** Where a symbolic link leads; for a further name, the first one. */
  readonly link: string;
  /** Of the content: as `Crc` says it in the manifest of a pass, SHA-256 in base64 in a verification; null where it is not known (yet). */
  readonly digest: string | null;
}

const line = z.tuple([
  z.string(),
  z.enum(['d', 'f', 'l', 'h']),
  z.number().int().nonnegative(),
  z.number().int().nonnegative(),
  z.number().int().nonnegative(),
  z.string().regex(/^-?\d{1,20}$/),
  z.string().regex(/^-?\d{1,20}$/),
  z.number().int().nonnegative(),
  z.union([z.literal(0), z.literal(1)]),
  z.string(),
  z.string().nullable(),
]);

/** An entry as a line of a manifest and of the wire, without the line's end. */
export function entryLine(entry: Entry): string {
  return JSON.stringify([
    entry.path,
    entry.type,
    entry.mode,
    entry.uid,
    entry.gid,
    entry.mtimeNs,
    entry.ctimeNs,
    entry.sizeBytes,
    entry.sparse ? 1 : 0,
    entry.link,
    entry.digest,
  ]);
}

/** Throws CutoverError `entry-refused` for anything that is not an entry with a name that stays within the folder. */
export function parseEntry(text: string): Entry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused('', 'it is no entry');
  }
  const result = line.safeParse(value);
  if (!result.success) throw refused('', 'it is no entry of this version');
  const [path, type, mode, uid, gid, mtimeNs, ctimeNs, sizeBytes, sparse, link, digest] = result.data;
  assertInside(path);
  if (mode > 0o7777) throw refused(path, 'its mode is none');
  if (type === 'h') assertInside(link);
  if (type === 'l' && (link === '' || link.includes('\0'))) throw refused(path, 'it leads nowhere');
  return { path, type, mode, uid, gid, mtimeNs, ctimeNs, sizeBytes, sparse: sparse === 1, link, digest };
}

/** Throws CutoverError `entry-refused` for a name that leaves its folder or is none. */
export function assertInside(path: string): void {
  if (path.length > 4096) throw refused(path, 'it is longer than 4,096 bytes');
  // eslint-disable-next-line no-control-regex -- one character stands for one byte
  if (!/^[\x01-\xff]+$/.test(path)) throw refused(path, 'it has characters that names do not have');
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') throw refused(path, 'it leaves the folder');
    if (part.length > 255) throw refused(path, 'a part of it is longer than 255 bytes');
  }
}

/** Order of the walk: as bytes, where `/` comes before everything else. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return left === slash ? -1 : right === slash ? 1 : left - right;
  }
  return a.length - b.length;
}

const slash = 0x2f;

/** The bytes that a name stands for, for calls of the system. */
export const bytesOf = (path: string): Buffer => Buffer.from(path, 'latin1');

/** A name for people: UTF-8 where it is, other bytes escaped. */
export function shown(path: string): string {
  const text = Buffer.from(path, 'latin1').toString('utf8');
  if (!text.includes('\ufffd') && !/\p{Cc}/u.test(text)) return text;
  // One character stands for one byte.
  return path.replace(
    /[\p{Cc}\x80-\xff]/gu,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function refused(path: string, why: string): CutoverError {
  return new CutoverError('entry-refused', `the name ${JSON.stringify(shown(path))} is refused: ${why}`, {
    next: 'rename or remove it at the source; if it is not there, do not trust what is sending',
    data: { path: shown(path) },
    exitCode: exitCodes.preflightFailed,
  });
}
