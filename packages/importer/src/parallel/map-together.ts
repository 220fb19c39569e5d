import { type MapInput, type MapResult, mapShare, MapState, type Trial } from '../map-pass.ts';
import { PathBytes } from '@cutover/stores';
import type { SharedCorrections } from '../corrections.ts';
import type { BoundTable } from '../tables.ts';
import type { LookupOrder } from './lookup-order.ts';
import type { MapThreads } from './map-threads.ts';
import { piecesLeft, tellProgress } from './pieces.ts';
import type { PartPaths, ThreadBatch, ThreadInput, ToldTable } from './messages.ts';
import { SharedPass } from './shared-pass.ts';
import { type Stretch, wellCut } from './stretches.ts';

/** What threads are told once, besides what all that map are told. */
export interface ToldThreads {
  readonly threads: MapThreads;
  /** URL of the module that exports the profile. */
  readonly profileModule: string;
  /** Ids of records that were removed for good. */
  readonly pruned: ReadonlySet<string>;
  readonly corrections: SharedCorrections | undefined;
}

export interface Together extends ToldThreads {
  readonly writes: boolean;
  /** Parts of the source, where it can be read in parts. */
  readonly stretches: readonly Stretch[] | undefined;
  /** Files of the thread of a number. */
  partPaths(thread: number): PartPaths;
  /** Takes what a thread has made; it is acknowledged once the promise is kept. */
  take(batch: ThreadBatch, paths: readonly string[]): Promise<void>;
  /** Counts rows that were set aside. */
  quarantined(rule: string, rows: number): void;
}

/**
 * Maps a source with several threads, this one included. Rows are looked up in shared memory, in which a row that does
 * not fit is taken out in one step with the question who looked at it: a pass that need not be made again gives what
 * one thread alone gives, whoever was faster. Throws what a thread has thrown; the threads are stopped then.
 */
export async function mapTogether(input: MapInput, together: Together): Promise<MapResult> {
  const { threads } = together;
  const stretches = wellCut(together.stretches, threads.count + 1);
  const pass = SharedPass.create(input.facts.rowsTotal, stretches);
  const own: MapInput = { ...input, pass, stretches };
  const state = new MapState(own);
  const take = async (batch: ThreadBatch): Promise<void> => {
    const paths = PathBytes.paths(batch.paths);
    state.takePaths(paths);
    await together.take(batch, paths);
  };
  const others = Promise.all(
    Array.from({ length: threads.count }, (_, number) =>
      threads.map(number, inputOf(own, pass, together, together.partPaths(number)), take),
    ),
  );
  // Who waits for it below throws it; until then a failure only makes this thread hurry.
  others.catch(() => pass.tellLate());
  try {
    await mapShare(own, state);
    for (const { result, quarantined } of await others) {
      state.add(result);
      for (const [rule, rows] of quarantined) together.quarantined(rule, rows);
    }
    // What is left of a pass that has to be made again is looked through in order, so that one more is enough.
    if (pass.isLate) await mapShare(own, state, piecesLeft(own, pass));
    else if (stretches !== undefined) tellProgress({ input: own, pass, stretches });
    return state.result();
  } catch (error) {
    await threads.stop();
    throw error;
  }
}

/**
 * Takes unfit rows out of the lookups before anything is written, where the source is cut well: of tables that look
 * into each other none can be mapped first. All rows are looked at that look into a table behind theirs, then those
 * that were looked up by them. What is found late all the same is found by the pass. Throws as `mapTogether` does.
 */
export async function lookAhead(
  input: Omit<MapInput, 'sink'>,
  together: ToldThreads & Pick<Together, 'stretches'>,
  { ahead, behind }: Pick<LookupOrder, 'ahead' | 'behind'>,
): Promise<void> {
  if (ahead.length === 0) return;
  await mapTrial(input, together, { tables: new Set(ahead), rows: 'all' });
  await mapTrial(input, together, { tables: new Set(behind), rows: 'looked-up' });
}

async function mapTrial(
  input: Omit<MapInput, 'sink'>,
  together: ToldThreads & Pick<Together, 'stretches'>,
  trial: Trial,
): Promise<void> {
  const { threads, stretches } = together;
  const theirs = wellCut(stretches, threads.count + 1)?.filter((stretch) =>
    stretch.tables.some((table) => trial.tables.has(table)),
  );
  if (theirs === undefined) return;
  const pass = SharedPass.create(input.facts.rowsTotal, theirs);
  const own: MapInput = { ...input, sink: () => undefined, pass, stretches: theirs, trial };
  const state = new MapState(own);
  const others = Promise.all(
    Array.from({ length: threads.count }, (_, number) =>
      threads.map(number, inputOf(own, pass, { ...together, writes: false }), async () => undefined),
    ),
  );
  others.catch(() => pass.tellLate());
  try {
    await mapShare(own, state);
    for (const { result } of await others) input.lookup.addWithheld(result.withheld);
  } catch (error) {
    await threads.stop();
    throw error;
  }
}

function inputOf(
  { profile, instance, source, facts, lookup, moment, uploads, stretches, trial }: MapInput,
  pass: SharedPass,
  { profileModule, pruned, corrections, writes }: ToldThreads & Pick<Together, 'writes'>,
  paths?: PartPaths,
): ThreadInput {
  return {
    kind: 'pass',
    profileModule,
    profileName: profile.name,
    instance,
    files: source.files!,
    tables: [...facts.tables.values()].map(told),
    rowsTotal: facts.rowsTotal,
    stretches,
    lookup: lookup.share(),
    pass: pass.shared,
    moment,
    pruned,
    corrections,
    uploads: uploads?.shared,
    writes,
    paths,
    trial,
  };
}

function told(table: BoundTable): ToldTable {
  return table.kind === 'excluded' ? table : { ...table, source: table.source.source };
}
