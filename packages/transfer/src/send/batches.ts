import type { Entry } from '../tree/entry.ts';
import type { ScanOptions } from '../tree/scan.ts';

const batchEntries = 256;
const batchBytes = 128 * 1024;

export interface Source extends ScanOptions {
  readonly folder: string;
}

/** Tells what moves: bytes of files as they are read, and names that were looked at. */
export interface Progress {
  bytes(count: number): void;
  wanted(bytes: number): void;
  entries(count: number): void;
}

/** Entries in as many as go into one frame. */
export function* batchesOf(entries: Iterable<Entry>, size = batchEntries): Generator<Entry[], void> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    batch.push(entry);
    bytes += 2 * (entry.path.length + entry.link.length) + 200;
    if (batch.length < size && bytes < batchBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
