import { chmodSync, lchownSync, lutimesSync, utimesSync } from 'node:fs';
import type { Entry } from './entry.ts';

/** Only root can give files to others. */
const isRoot = process.getuid?.() === 0;
export const keepsOwners = (): boolean => isRoot;

/**
 * Seconds for the calls that set times. Node passes on microseconds, cut off: half of one more keeps a
 * microsecond what it was.
 */
export function secondsOf(ns: string): number {
  const us = microseconds(ns);
  return Number(us / 1_000_000n) + (Number(us % 1_000_000n) + 0.5) / 1e6;
}

/** Times are kept to the microsecond. */
export function microseconds(ns: string): bigint {
  const value = BigInt(ns);
  const us = value / 1000n;
  return value < 0n && us * 1000n !== value ? us - 1n : us;
}

/** Owner, mode and time of a folder or file that is in place. */
export function applyMetadata(at: Buffer, entry: Entry): void {
  if (keepsOwners()) lchownSync(at, entry.uid, entry.gid);
  if (entry.type !== 'l') chmodSync(at, entry.mode);
  const seconds = secondsOf(entry.mtimeNs);
  if (entry.type === 'l') lutimesSync(at, seconds, seconds);
  else utimesSync(at, seconds, seconds);
}

/** The same for the moved folder itself. */
export function applyRoot(at: Buffer, root: Pick<Entry, 'mode' | 'uid' | 'gid' | 'mtimeNs'>): void {
  applyMetadata(at, {
    ...root,
    type: 'd',
    path: '',
    ctimeNs: '0',
    sizeBytes: 0,
    sparse: false,
    link: '',
    digest: null,
  });
}
