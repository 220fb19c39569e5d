import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApi } from '@cutover/api';
import type { CutoverEvent, Report } from '@cutover/core';
import { dumpSource, readWaivers } from '@cutover/importer';
import { laddr, smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { type BootTarget, type Rehearsal, type RehearsalOptions, rehearse } from '../src/index.ts';

/** What a planted fault gets to work on: the rehearsal's own stores, between two steps. */
export interface Planting {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branch: string;
}

export interface Planted {
  /** Changes the dump's text before the rehearsal. */
  readonly dump?: (sql: string) => string;
  /** Runs after this step has ended. */
  readonly after?: { readonly step: string; readonly plant: (planting: Planting) => Promise<void> };
  /** Replaces options. */
  readonly options?: Partial<RehearsalOptions>;
  /** The step to stop after. */
  readonly until?: string;
  readonly dumpPath?: string;
}

/** Boots the API in this process, with the profile given. */
export function bootInProcess(profile: RehearsalOptions['profile']): BootTarget {
  return async ({ publicDir, privateUrl, branch }) => {
    const api = await startApi({
      profile,
      publicStore: await openPublicStore(publicDir),
      privateStore: await openPrivateStore(privateUrl),
      branch,
      host: '127.0.0.1',
      port: 0,
      version: 'test',
    });
    return { url: api.url, stop: () => api.close() };
  };
}

/** Rehearses on the small sample with a fault planted in it. */
export async function rehearseWith(planted: Planted = {}): Promise<Rehearsal> {
  const scratch = await scratchDir('cutover-rehearsal-');
  const branch = 'legacy-import';
  let path = planted.dumpPath ?? fileURLToPath(smallSampleDump);
  if (planted.dump !== undefined) {
    const sql = readFileSync(path, 'latin1');
    const changed = planted.dump(sql);
    if (changed === sql) throw new Error('the fault was not planted: the dump is as it was');
    path = join(scratch.dir, 'planted.sql');
    writeFileSync(path, changed, 'latin1');
  }
  let runDir = '';
  const onEvent = async (event: CutoverEvent) => {
    if (event.type !== 'step-ended' || event.step !== planted.after?.step) return;
    const { readdirSync } = await import('node:fs');
    runDir = join(scratch.dir, 'runs', readdirSync(join(scratch.dir, 'runs'))[0]!);
    await planted.after.plant({
      publicStore: await openPublicStore(join(runDir, 'stores', 'public.git')),
      privateStore: await openPrivateStore(join(runDir, 'stores', 'private')),
      branch,
    });
  };
  try {
    const profile = planted.options?.profile ?? laddr;
    return await rehearse(
      {
        profile,
        source: dumpSource([path]),
        dump: [path],
        lenient: false,
        branch,
        into: 'main',
        waivers: planted.dumpPath === undefined ? await readWaivers(fileURLToPath(sampleWaivers)) : [],
        toolVersion: 'test',
        boot: bootInProcess(profile),
        ...planted.options,
      },
      { stateDir: scratch.dir, onEvent, ...(planted.until === undefined ? {} : { until: planted.until }) },
    );
  } finally {
    await scratch.remove();
  }
}

/** Ids of the checks that do not hold, with their outcome. */
export function notHolding(report: Report): Record<string, string> {
  return Object.fromEntries(
    report.checks.filter(({ outcome }) => outcome !== 'holds').map(({ id, outcome }) => [id, outcome]),
  );
}

/** Commits a changed tree: `change` gets path and text of every record and gives the new ones, or undefined to leave it out. */
export async function rewriteTree(
  { publicStore, branch }: Planting,
  change: (path: string, text: string) => { path: string; text: string } | undefined,
): Promise<void> {
  const head = (await publicStore.head(branch))!;
  const writer = await publicStore.writeTree();
  let changed = 0;
  for await (const { path, bytes } of publicStore.readRecords(branch)) {
    const text = bytes.toString();
    const now = change(path, text);
    if (now?.path !== path || now.text !== text) changed++;
    if (now !== undefined && writer.put(now.path, now.text)) await writer.drained();
  }
  if (changed === 0) throw new Error('the fault was not planted: the tree is as it was');
  const tree = await writer.finish();
  await publicStore.commit(branch, { tree, message: 'planted', expected: head });
}
