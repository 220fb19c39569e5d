import type { Catalog } from '../schema/catalog.ts';
import type { TableSummary } from '../types.ts';

/** What was read of each table, in the order in which the dump names them. */
export function summaries(catalog: Catalog): TableSummary[] {
  return [...catalog.all()].map((entry) => ({
    table: entry.table,
    rows: entry.rows,
    exact: entry.table.rowsUnknown === undefined,
    unevaluated: entry.unevaluated,
    doubleUtf8: { ...entry.doubleUtf8 },
  }));
}
