import { mkdir, rm } from 'node:fs/promises';
import type { Listener } from '@cutover/core';
import type { Catalog } from './catalog.ts';
import { asCutoverError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import { reuseEarlier } from './reuse.ts';
import type { SessionOptions } from './session.ts';
import { Settling } from './settling.ts';
import { takeInventory } from './survey.ts';
import { TableWork } from './table-work.ts';
import { Throttle, type ThrottleOptions } from './throttle.ts';
import type { ServerAddress } from './url.ts';
import { type Reading, writeArchive } from './write-archive.ts';

export interface TakeOptions extends SessionOptions, ThrottleOptions {
  readonly address: ServerAddress;
  /** Where the archive is to be; its manifest goes beside it. */
  readonly out: string;
  readonly toolVersion: string;
  /** Tables read at once. */
  readonly jobs?: number;
  /** False: never lock, not even for a moment. */
  readonly lock?: boolean;
  /** An archive that was taken before: what the server still has as it is there is copied from it. */
  readonly since?: string;
  /** Names of tables to leave out; what is left out is in the manifest. */
  readonly without?: readonly string[];
  /** gzip level, 1 to 9. */
  readonly level?: number;
  readonly pageRows?: number;
  /** How long a lost connection is tried again while nothing is read, in milliseconds. */
  readonly reconnectForMs?: number;
  /** Go on although SELECT on the whole database is not proven. */
  readonly acceptUnproven?: boolean;
  /** Done once, when the server has let us in and before anything is read; what it throws ends it. */
  readonly onSignedIn?: () => Promise<unknown>;
  readonly onEvent?: Listener;
}

/**
 * Reads a database into one compressed dump with a manifest beside it: every row of one moment, or an error.
 * Nothing is written to the server. Throws CutoverError: `source-refused` (exit 2), `source-privilege`,
 * `source-unreachable` (exit 3), `source-lost`, `source-altered`, `source-keeps-changing` … (exit 7); then
 * neither file is there.
 */
export async function takeArchive(options: TakeOptions): Promise<Manifest> {
  const scratch = `${options.out}.parts`;
  const partial = `${options.out}.partial`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    const reading = await read(options, scratch);
    return await writeArchive({ out: options.out, partial, scratch }, reading);
  } catch (error) {
    await rm(partial, { force: true });
    throw asCutoverError(error, 'reading the source');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function read(options: TakeOptions, scratch: string): Promise<Reading> {
  const { address, toolVersion, since, without = [] } = options;
  const startedAt = new Date().toISOString();
  const inventory = await takeInventory(options);
  const { surveyed } = inventory;
  const works = worksOf(surveyed.catalog, options, scratch);
  const throttle = new Throttle(options);
  const unchangedAt = await reuseEarlier(since, surveyed.server, address.database, works);
  const settled = await new Settling(works, surveyed, { ...options, throttle, unchangedAt }).run();
  const reconnects = inventory.reconnects + settled.reconnects;
  const { waitedMs } = throttle;
  return {
    address,
    toolVersion,
    startedAt,
    inventory,
    without,
    works,
    settled: { ...settled, reconnects, waitedMs },
  };
}

function worksOf({ tables }: Catalog, options: TakeOptions, dir: string): TableWork[] {
  const { without = [], level = 6, pageRows, onEvent } = options;
  let rowsDone = 0;
  const onRows = (rows: number): void => {
    rowsDone += rows;
    void onEvent?.({ type: 'progress', phase: 'read', rowsDone });
  };
  return tables
    .filter(({ name }) => !without.includes(name))
    .map((table, i) => new TableWork(table, i, { dir, level, pageRows, onRows }));
}
