import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CutoverError } from '@cutover/core';
import { type PrivateStore, splitLines } from '@cutover/stores';

/** A line of a ledger as it stands in the file: of one row, or of all rows of a table that is excluded as a whole. */
export interface EnteredLine {
  readonly table: string;
  readonly row?: string;
  readonly rows?: number;
  readonly digest?: string;
  readonly outcome: string;
  readonly rule?: string;
  readonly records?: readonly string[];
  readonly contents?: readonly string[];
  readonly privates?: readonly string[];
  readonly into?: string;
}

/** The ledger of one import, read as often as it is asked for. */
export interface Ledger {
  readonly importId: string;
  lines(): AsyncIterable<EnteredLine>;
}

/**
 * The ledger of an import (by default the last) in a private store; undefined where there is none. Streamed from a
 * folder; of a bucket the compressed file is held in memory.
 */
export async function openLedger(store: PrivateStore, importId?: string): Promise<Ledger | undefined> {
  const wanted = importId ?? (await store.lastImport());
  if (wanted === undefined) return undefined;
  const name = `${wanted}.ndjson.gz`;
  if (!(await has(store, name))) return undefined;
  return { importId: wanted, lines: () => readLines(store, name) };
}

async function has(store: PrivateStore, name: string): Promise<boolean> {
  for await (const kept of store.keptFiles('ledger')) if (kept.name === name) return true;
  return false;
}

async function* readLines(store: PrivateStore, name: string): AsyncGenerator<EnteredLine> {
  const bytes = await open(store, name);
  const gunzip = createGunzip();
  bytes.once('error', (error) => gunzip.destroy(error));
  let number = 0;
  try {
    for await (const line of splitLines(bytes.pipe(gunzip) as AsyncIterable<Buffer>)) {
      number++;
      const parsed = JSON.parse(line) as EnteredLine;
      if (typeof parsed.table !== 'string' || typeof parsed.outcome !== 'string')
        throw new SyntaxError('no entry');
      yield parsed;
    }
  } catch (cause) {
    if (cause instanceof CutoverError) throw cause;
    throw new CutoverError('ledger-damaged', `the ledger ${name} cannot be read after line ${number}`, {
      next: 'import again, and look for who changed the private store',
      data: { name, line: number },
      cause,
    });
  }
}

async function open(store: PrivateStore, name: string): Promise<Readable> {
  const path = await store.pathFor('ledger', name).catch(() => undefined);
  if (path !== undefined) return createReadStream(path);
  return Readable.from([(await store.keptFile('ledger', name)) ?? Buffer.alloc(0)]);
}
