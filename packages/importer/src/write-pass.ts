import type { Check } from '@cutover/core';
import { parseRowName, type SourceKey } from '@cutover/records';
import type { CrowdedDirectory } from '@cutover/stores';
import { auditLedger, concludeLedger } from './audit.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { Uploads } from './files/uploads.ts';
import { type Past, PastImport } from './history/past.ts';
import type { ImportOptions } from './import.ts';
import type { SourceFacts } from './index-pass.ts';
import type { Lookup } from './lookup/lookup.ts';
import { type MapInput, mapSource, type MapResult } from './map-pass.ts';
import { LedgerSummer } from './parallel/ledger-summer.ts';
import { lookAhead, mapTogether, type ToldThreads } from './parallel/map-together.ts';
import type { MapThreads } from './parallel/map-threads.ts';
import { Sinks } from './sinks.ts';
import { assertRowsAsIndexed } from './source-changed.ts';

/** Name of the source instance that ids are hashed from. */
export const instanceOf = ({ instance, profile }: ImportOptions): string => instance ?? profile.name;

/** What every pass of an import works with. */
export interface Writing {
  readonly options: ImportOptions;
  readonly importId: string;
  readonly writes: boolean;
  readonly lookup: Lookup;
  readonly facts: SourceFacts;
  /** Ids of records that were removed for good. */
  readonly pruned: ReadonlySet<string>;
  readonly isPruned: ((row: SourceKey) => boolean) | undefined;
  readonly moment: string | undefined;
  readonly work: string;
  readonly uploads: Uploads | undefined;
  /** Threads that may map besides this one. */
  readonly threads: MapThreads | undefined;
}

/** What the pass made that was not made again. */
export interface Written {
  readonly mapped: MapResult;
  readonly tree: string | undefined;
  readonly crowded: readonly CrowdedDirectory[];
  readonly quarantined: ReadonlyMap<string, number>;
  readonly ledger: Check;
  readonly history: Past | undefined;
}

/**
 * Maps until no further row is found unfit: usually once, once more where others refer to an unfit row. Then, where rows
 * made one path, by one thread in the order of the dump, which sets aside all but the first.
 */
export async function writeUntilSettled(writing: Writing): Promise<Written> {
  const { facts } = writing;
  const told = toldThreads(writing);
  if (told !== undefined)
    await lookAhead(mapInputOf(writing), { ...told, stretches: facts.stretches }, facts.lookAhead);
  for (let alone = false; ;) {
    const attempt = await writeOnce(writing, alone);
    if (typeof attempt === 'object') return attempt;
    alone ||= attempt === 'again-alone';
  }
}

/** One pass, by one thread that sets aside rows of a taken path where `alone`; how to make it again where need be. */
async function writeOnce(writing: Writing, alone: boolean): Promise<Written | 'again' | 'again-alone'> {
  const { options, importId, writes, lookup, facts, moment, work, uploads, threads } = writing;
  const sinks = await Sinks.open(options, importId, writes, work);
  let summer: LedgerSummer | undefined;
  try {
    const past =
      options.history === undefined
        ? undefined
        : await PastImport.open({
            ...{ lookup, moment, uploads, work, branch: options.history, instance: instanceOf(options) },
            ...{ profile: options.profile, source: options.source, onEvent: options.onEvent },
            tables: facts.tables.keys(),
            publicStore: options.publicStore,
          });
    const sink = past?.tee(sinks.sink) ?? sinks.sink;
    const mapInput: MapInput = { ...mapInputOf(writing), sink, setsAsideTaken: alone };
    const told = alone ? undefined : toldThreads(writing);
    const mapped =
      told === undefined
        ? await mapSource(mapInput)
        : await mapTogether(mapInput, {
            ...told,
            writes,
            stretches: facts.stretches,
            partPaths: (thread) => sinks.partPaths(thread),
            take: (batch, paths) => sinks.take(batch, paths),
            quarantined: (rule, rows) => sinks.countQuarantined(rule, rows),
          });
    const settled = mapped.newlyWithheld === 0 && !mapped.hasConflict;
    if (settled && options.limit === undefined) assertRowsAsIndexed(facts.rows, mapped.tables);
    // What they hold is given back before finishing takes as much.
    if (settled) await threads?.stop();
    const excluded =
      settled && past !== undefined
        ? await past.account(mapped.excludedTables, (line) => sinks.table(line))
        : mapped.excludedTables;
    for (const line of excluded) await sinks.table(line);
    await sinks.endLines();
    if (!settled) {
      await sinks.undo();
      return mapped.newlyWithheld === 0 ? 'again-alone' : 'again';
    }
    const isOut = (into: string): boolean => isExcluded(lookup, into);
    let early: Check | undefined;
    if (past === undefined) {
      if (threads !== undefined && !lookup.mayFoldIntoExcluded) summer = new LedgerSummer(sinks.ledgerPath);
      else early = await auditLedger(sinks.ledgerPath, mapped.tables, isOut);
      // Nothing is looked up any more: its memory is given back before the pack's index takes as much.
      await lookup.close();
      collectGarbage();
    }
    const tree = await sinks.finish(options.branch);
    const history = await past?.finish(tree);
    const tables = { ...mapped.tables, ...history?.tables };
    const ledger =
      early ??
      (summer === undefined
        ? await auditLedger(sinks.ledgerPath, tables, isOut)
        : concludeLedger(await summer.sum, tables));
    const { crowded, quarantined } = sinks;
    for (const { dir, entries } of crowded) {
      const message = `${dir}/ holds ${entries} entries: each commit that changes one of them writes them all; let the profile shard the path`;
      await options.onEvent?.({ type: 'note', code: 'directory-crowded', message });
    }
    return { mapped: { ...mapped, tables }, tree, crowded, quarantined, ledger, history };
  } catch (error) {
    await summer?.stop();
    await sinks.abort();
    throw error;
  }
}

function toldThreads({ options, threads, pruned }: Writing): ToldThreads | undefined {
  if (threads === undefined) return undefined;
  const { profileModule } = options.threads!;
  return { threads, profileModule, pruned, corrections: options.corrections?.share() };
}

function mapInputOf(writing: Writing): Omit<MapInput, 'sink'> {
  const { options, facts, lookup, isPruned, moment, uploads } = writing;
  const { profile, source, onEvent, limit, corrections } = options;
  return {
    ...{ profile, source, onEvent, limit, facts, lookup, isPruned, moment, uploads },
    instance: instanceOf(options),
    wantUrls: options.expectations !== undefined,
    originalOf: corrections && ((values) => corrections.originalOf(values)),
  };
}

function isExcluded(lookup: Lookup, into: string): boolean {
  const row = parseRowName(into);
  return row !== undefined && lookup.isExcluded(row);
}
