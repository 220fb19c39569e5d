import { literal } from './literal.ts';
import type { DumpFacts, Maker } from './makers/maker.ts';
import type { TableDefinition } from './tables/definition.ts';

/** Values of one row by column; a column that is not named is NULL. */
export type SampleRow = Readonly<Record<string, string | null>>;

export interface SampleTable {
  readonly definition: TableDefinition;
  /** What AUTO_INCREMENT stands at after the rows; undefined where there are none. */
  readonly nextId: number | undefined;
  rows(): Iterable<SampleRow>;
}

/**
 * A dump as the maker's program writes it, in pieces of at most a few rows. The length that a statement may
 * reach is counted as the programs do: rows with their brackets and separators, from a start that includes the
 * INSERT's own words.
 */
export function* dumpChunks(
  tables: readonly SampleTable[],
  maker: Maker,
  facts: DumpFacts,
): Generator<string> {
  yield maker.header(facts);
  for (const table of tables) {
    yield maker.tableStart(table.definition, table.nextId);
    yield* insertChunks(table, maker);
    yield maker.tableEnd(table.definition);
  }
  yield maker.trailer(facts);
}

/** What the programs add to the words of an INSERT when they begin to count. */
const startAllowance = 4;
const rowAllowance = 2;

function* insertChunks({ definition, rows }: SampleTable, maker: Maker): Generator<string> {
  const start = maker.insertStart(definition);
  const startLength = Buffer.byteLength(start) + startAllowance;
  let length = Infinity;
  let open = false;
  for (const row of rows()) {
    const text = `(${definition.columns.map((column) => literal(column, row[column.name] ?? null)).join(',')})`;
    const rowLength = Buffer.byteLength(text) + rowAllowance;
    if (length + rowLength < maker.netBufferLength) {
      length += rowLength;
      yield maker.rowSeparator + text;
    } else {
      yield (open ? ';\n' : '') + start + text;
      open = true;
      length = startLength + rowLength;
    }
  }
  if (open) yield ';\n';
}
