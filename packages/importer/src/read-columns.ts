import type { Source } from './source.ts';

/** Text values of some columns of a source, NULLs and empty ones left out. Tables that are not there give none. */
export async function* readColumns(
  source: Source,
  wanted: readonly { readonly table: string; readonly column: string }[],
): AsyncGenerator<string> {
  const names = new Set(wanted.map(({ table }) => table));
  for await (const event of source.read({ tables: (name) => names.has(name) })) {
    if (event.kind !== 'rows' || !names.has(event.table.name)) continue;
    for (const { table, column } of wanted) {
      if (table !== event.table.name) continue;
      const at = event.columns?.indexOf(column) ?? -1;
      if (at === -1) continue;
      for (const values of event.rows) {
        const value = values[at];
        if (typeof value === 'string' && value !== '') yield value;
      }
    }
  }
}
