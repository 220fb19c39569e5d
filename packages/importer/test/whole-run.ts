import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Listener } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { git, type KeptKind, openPrivateStore, openPublicStore } from '@cutover/stores';
import {
  type Corrections,
  importDump,
  type ImportResult,
  readExpectations,
  type Source,
  type UploadOptions,
} from '../src/index.ts';
import { tiny } from './tiny.ts';

/** All that an import leaves, in an order that does not depend on who was faster. */
export interface Run {
  readonly result: ImportResult;
  readonly tree: string;
  /** Keys of the public bucket. */
  readonly bucket: readonly string[];
  readonly ledger: readonly string[];
  readonly quarantine: readonly string[];
  readonly privates: readonly string[];
  readonly expectations: readonly string[];
}

export interface RunOptions {
  /** Absent: one thread maps, and reads the source in one go. */
  readonly jobs?: number | undefined;
  /** Absent: `tiny`. */
  readonly profile?: Profile;
  readonly profileExport?: string;
  readonly stretchBytes?: number;
  readonly onEvent?: Listener;
  /** Ids of records that were removed for good before. */
  readonly pruned?: readonly string[];
  readonly uploads?: UploadOptions;
  readonly corrections?: Corrections;
}

let runs = 0;

/** Imports a source of the tiny system into new stores below a folder. */
export async function runImport(scratch: string, source: Source, options: RunOptions = {}): Promise<Run> {
  const {
    jobs,
    profile = tiny,
    profileExport = `./${profile.name}.ts`,
    stretchBytes,
    onEvent,
    ...given
  } = options;
  const dir = join(scratch, `run-${++runs}`);
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const privateStore = await openPrivateStore(`file://${dir}/private`, { create: true });
  for (const id of given.pruned ?? [])
    await privateStore.update('pruned', id, () => ({ id, sheet: 'members' }));
  const expectations = join(scratch, `expectations-${runs}`);
  const profileModule = new URL(profileExport, import.meta.url).href;
  const threads = { profileModule, aboveBytes: 0, ...(stretchBytes !== undefined && { stretchBytes }) };
  const result = await importDump({
    profile,
    source,
    publicStore,
    privateStore,
    branch: 'legacy-import',
    workDir: join(dir, 'work'),
    toolVersion: '0',
    expectations,
    ...(jobs !== undefined && { jobs, threads }),
    ...(onEvent && { onEvent }),
    ...(given.uploads && { uploads: given.uploads }),
    ...(given.corrections && { corrections: given.corrections }),
  });
  const kept = async (kind: KeptKind): Promise<string[]> => {
    const bytes = await privateStore.keptFile(kind, `${result.importId}.ndjson.gz`);
    return bytes === undefined ? [] : gunzipSync(bytes).toString().trim().split('\n').sort();
  };
  const privates: string[] = [];
  for await (const record of privateStore.read('profiles')) privates.push(JSON.stringify(record));
  const bucket = join(dir, 'private', 'public');
  const owed: string[] = [];
  for await (const line of readExpectations(expectations)) owed.push(JSON.stringify(line));
  return {
    result,
    tree: (await git(publicStore.dir, ['rev-parse', 'legacy-import^{tree}'])).trim(),
    bucket: existsSync(bucket) ? readdirSync(bucket, { recursive: true }).map(String).sort() : [],
    ledger: await kept('ledger'),
    quarantine: await kept('quarantine'),
    privates,
    expectations: owed.sort(),
  };
}

/** The parts of a run that are the same for the same source, whoever maps it. */
export function outputOf({ result, ...rest }: Run) {
  const { tables, checks, records, declassified, notes } = result;
  return { ...rest, tables, checks, records, declassified, notes };
}
