import { CutoverError, exitCodes, type Finding, type Listener } from '@cutover/core';
import { type DumpNote, isSeekable, type Table } from '@cutover/mysqldump';
import type { Profile, SourceKey } from '@cutover/records';
import type { Lookup } from './lookup/lookup.ts';
import type { LookupFeed } from './parallel/lookup-feed.ts';
import { type LookupOrder, lookupOrder, sampleRows, type TableSample } from './parallel/lookup-order.ts';
import { inOrder, type Stretch, StretchCutter } from './parallel/stretches.ts';
import { prunedRule } from './pruned.ts';
import { progressOf } from './progress.ts';
import type { Source } from './source.ts';
import { bindTable, type BoundTable, driftError, type RowBuilder, RowBuilders } from './tables.ts';

export interface SourceFacts {
  /** Tables of the source by name, in the order they were met. */
  readonly tables: ReadonlyMap<string, BoundTable>;
  readonly rows: Readonly<Record<string, number>>;
  readonly rowsTotal: number;
  readonly bytes: number;
  /** Sources that the profile knows and the dump does not have. */
  readonly absent: readonly string[];
  readonly notes: readonly DumpNote[];
  /** Tables filled by `INSERT … SELECT`: their rows are not in the dump. */
  readonly rowsUnknown: readonly string[];
  readonly complete: boolean;
  readonly completedAt: string | undefined;
  /**
   * Parts that can be read by themselves, where they were asked for and the source can be sought, those first whose
   * rows others look up.
   */
  readonly stretches: readonly Stretch[] | undefined;
  /** What no order of tables can help; nothing where the source is not cut. */
  readonly lookAhead: Pick<LookupOrder, 'ahead' | 'behind'>;
}

export interface IndexInput {
  readonly profile: Profile;
  readonly source: Source;
  readonly lookup: Lookup;
  /** Lets another thread fill it; not used where `keepHolders` is asked for. */
  readonly feed?: LookupFeed | undefined;
  /** Rows whose records were removed for good: nobody finds them by lookup. */
  readonly isPruned?: ((row: SourceKey) => boolean) | undefined;
  /** Whether it will be asked who has a slug. */
  readonly keepHolders?: boolean;
  /** Bytes between the ends of two stretches, at least; absent: the source is not cut. */
  readonly stretchBytes?: number | undefined;
  readonly onEvent?: Listener | undefined;
}

/**
 * First pass over the source: checks every table and column against the profile, counts, and fills the
 * lookups. Writes nothing but scratch files. Throws CutoverError `schema-drift`, `table-missing`,
 * `several-databases`, and what the reader throws.
 */
export async function indexSource({
  profile,
  source,
  lookup,
  feed: given,
  isPruned,
  keepHolders = false,
  stretchBytes,
  onEvent,
}: IndexInput): Promise<SourceFacts> {
  const tables = new Map<string, BoundTable>();
  const drift: Finding[] = [];
  const rows: Record<string, number> = {};
  const notes: DumpNote[] = [];
  const databases = new Set<string>();
  const rowsUnknown: string[] = [];
  const samples = new Map<string, TableSample>();
  const builders = new RowBuilders();
  const feed = keepHolders ? undefined : given;
  const pruned: SourceKey[] = [];
  let facts = { complete: false, completedAt: undefined as string | undefined, bytes: 0 };
  const meet = (table: Table): void => {
    const { bound, drift: found } = bindTable(profile, table);
    drift.push(...found);
    if (bound === undefined) return;
    if (bound.kind === 'mapped' && table.database !== undefined) databases.add(table.database);
    tables.set(table.name, bound);
    rows[table.name] ??= 0;
  };
  const isCut = stretchBytes !== undefined && source.files !== undefined;
  const cutter =
    isCut && (await isSeekable(source.files.paths)) ? new StretchCutter(stretchBytes) : undefined;
  const options = { ...progressOf('index', onEvent), ...(cutter && { cursors: cutter.option }) };
  for await (const event of source.read(options)) {
    switch (event.kind) {
      case 'table':
        meet(event.table);
        break;
      case 'rows': {
        const bound = tables.get(event.table.name);
        rows[event.table.name] = (rows[event.table.name] ?? 0) + event.rows.length;
        if (bound?.kind === 'mapped' && drift.length === 0) {
          fill(
            { into: feed ?? lookup, isPruned, pruned },
            bound,
            builders.of(bound, event.columns),
            event.rows,
          );
          await feed?.ready();
          if (cutter !== undefined && !samples.has(bound.name))
            samples.set(bound.name, {
              ...{ table: bound, columns: event.columns, rows: event.rows.slice(0, sampleRows) },
            });
        }
        cutter?.add(event.table.name, event.rows.length);
        break;
      }
      case 'note':
        notes.push(event.note);
        break;
      case 'end':
        facts = { complete: event.complete, completedAt: event.completedAt, bytes: event.bytes };
        rowsUnknown.push(...event.tables.filter(({ exact }) => !exact).map(({ table }) => table.name));
    }
  }
  if (databases.size > 1) throw severalDatabases(databases);
  if (drift.length > 0) throw driftError(drift);
  if (feed === undefined) lookup.settle({ keepHolders });
  else lookup.adopt(await feed.settle());
  for (const key of pruned) lookup.quarantine(key, { rule: prunedRule });
  const { order, ...lookAhead } = lookupOrder(profile, lookup, [...samples.values()]);
  const rowsTotal = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return {
    tables,
    rows,
    rowsTotal,
    stretches: cutter && inOrder(cutter.cut(facts.bytes), order),
    lookAhead,
    absent: absentSources(profile, tables),
    notes,
    rowsUnknown,
    ...facts,
  };
}

/** Where rows are entered, and which of them are noted as removed for good. */
interface Filling extends Pick<IndexInput, 'isPruned'> {
  readonly into: Lookup | LookupFeed;
  readonly pruned: SourceKey[];
}

function fill(
  { into, isPruned, pruned }: Filling,
  bound: BoundTable & { kind: 'mapped' },
  builder: RowBuilder,
  rows: readonly (string | Uint8Array | null)[][],
): void {
  const { source, order } = bound;
  if (source.keep === undefined && source.wantsSlug === undefined) return;
  for (const values of rows) {
    const wanted = source.wantsSlug?.(builder.view(values), bound.scope);
    const key = builder.key(values);
    into.add(source, order, key, builder.kept(values), wanted);
    if (isPruned?.(key) === true) pruned.push(key);
  }
}

function absentSources(profile: Profile, tables: ReadonlyMap<string, BoundTable>): string[] {
  const present = new Set(
    [...tables.values()].map((table) => (table.kind === 'mapped' ? table.source : undefined)),
  );
  const absent = profile.sources.filter((source) => !present.has(source));
  const required = absent.filter((source) => source.presence === 'required').map(({ source }) => source);
  if (required.length > 0) {
    throw new CutoverError(
      'table-missing',
      `the dump has no table for ${required.join(', ')}, which the profile ${profile.name} requires`,
      {
        next: 'dump the whole database, or check that this is the dump of the right system',
        exitCode: exitCodes.preflightFailed,
      },
    );
  }
  return absent.map(({ source }) => source);
}

function severalDatabases(databases: ReadonlySet<string>): CutoverError {
  return new CutoverError(
    'several-databases',
    `the dump holds the same kind of tables in several databases: ${[...databases].join(', ')}`,
    {
      next: 'dump one database at a time',
      exitCode: exitCodes.preflightFailed,
    },
  );
}
