import { Declassifier, type Profile } from '@cutover/records';
import { ContextMaker } from '../context.ts';
import type { Lookup } from '../lookup/lookup.ts';
import { type MappedTable, RowBuilder } from '../tables.ts';

type Values = readonly (string | Uint8Array | null)[];

/** First rows of a mapped table. */
export interface TableSample {
  readonly table: MappedTable;
  readonly columns: readonly string[] | undefined;
  readonly rows: readonly Values[];
}

/** Rows of a table by which it is judged. */
export const sampleRows = 64;

/** In which order tables, by name, are best mapped. */
export interface LookupOrder {
  /** All of them, those first that others look into. */
  readonly order: readonly string[];
  /** Those that look into tables behind them, as where two look into each other one of them has to. */
  readonly ahead: readonly string[];
  /** The tables that these look into. */
  readonly behind: readonly string[];
}

/**
 * An unfit row that is found before anybody has looked it up needs no further pass. Who looks where is what the mappers
 * do with a few rows of each table; nothing but time hangs on it. Leaves marks of rows looked up.
 */
export function lookupOrder(profile: Profile, lookup: Lookup, samples: readonly TableSample[]): LookupOrder {
  const looksInto = new Map<string, Set<string>>();
  for (const sample of samples) {
    const { source } = sample.table.source;
    const found = looksInto.get(source) ?? new Set();
    looksInto.set(source, found);
    mapSample(profile, lookup, sample, (into) => found.add(into));
  }
  const reach = new Map([...looksInto.keys()].map((source) => [source, reachOf(source, looksInto).size]));
  const sourceOf = ({ table }: TableSample): string => table.source.source;
  // Who looks into another that does not look back reaches all that it reaches, and more.
  const sorted = samples.toSorted(
    (a, b) => reach.get(sourceOf(a))! - reach.get(sourceOf(b))! || a.table.order - b.table.order,
  );
  const [ahead, behind] = [new Set<string>(), new Set<string>()];
  for (const [at, sample] of sorted.entries())
    for (const later of sorted.slice(at + 1)) {
      if (sourceOf(later) === sourceOf(sample) || !looksInto.get(sourceOf(sample))!.has(sourceOf(later)))
        continue;
      ahead.add(sample.table.name);
      behind.add(later.table.name);
    }
  return { order: sorted.map(({ table }) => table.name), ahead: [...ahead], behind: [...behind] };
}

/** What a source looks into, and what these look into, itself included. */
function reachOf(source: string, looksInto: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set([source]);
  for (const from of reached) for (const into of looksInto.get(from) ?? []) reached.add(into);
  return reached;
}

function mapSample(
  profile: Profile,
  lookup: Lookup,
  { table, columns, rows }: TableSample,
  onLookup: (source: string) => void,
): void {
  const moment = new Date(0).toISOString();
  const contexts = new ContextMaker({
    ...{ profile, instance: profile.name, lookup, declassifier: new Declassifier(), moment, onLookup },
  });
  const builder = new RowBuilder(table, columns);
  for (const values of rows) {
    const { key } = builder.key(values);
    try {
      const context = contexts.forRow(table.source.source, table.scope, key);
      const mapped = table.source.map(builder.row(values), context);
      if (mapped.outcome === 'folded') onLookup(mapped.into.source);
    } catch {
      // The pass that maps it says what is wrong, with its row.
    }
  }
}
