import type { DumpEvent } from '@cutover/mysqldump';
import type { SecretColumn } from '@cutover/records';
import type { Source } from './source.ts';

/** Text values of some columns of a source, NULLs and empty ones left out. Tables that are not there give none. */
export async function* readColumns(source: Source, wanted: readonly SecretColumn[]): AsyncGenerator<string> {
  const isWanted = (name: string): boolean => wanted.some(({ table }) => matches(table, name));
  for await (const event of source.read({ tables: isWanted })) {
    if (event.kind !== 'rows') continue;
    for (const column of wanted) {
      if (matches(column.table, event.table.name)) yield* textsOf(event, column);
    }
  }
}

function* textsOf(event: DumpEvent & { kind: 'rows' }, { column, where }: SecretColumn): Generator<string> {
  const at = event.columns?.indexOf(column) ?? -1;
  const by = where === undefined ? -1 : (event.columns?.indexOf(where.column) ?? -1);
  for (const values of event.rows) {
    const value = values[at];
    if (typeof value !== 'string' || value === '') continue;
    if (where !== undefined && !where.matches.test(String(values[by] ?? ''))) continue;
    yield value;
  }
}

/** Whether a name is what a pattern says, in which `*` stands for any characters. */
function matches(pattern: string, table: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === table;
  const end = rest.pop()!;
  if (!table.startsWith(start) || !table.endsWith(end)) return false;
  let at = start.length;
  for (const part of rest) {
    const found = table.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at + end.length <= table.length;
}
