/** Events as lines of JSON: what `cutover rows` prints. */
import type { Column, DumpEvent, RowsEvent, Table, Value } from './types.ts';

/**
 * For each table one line `{"database"?, "table", "columns": [{name, type, encoding}]}`, then a line for each
 * row, `{"database"?, "table", "row": {column: value}}`. Bytes are base64; `row` is an array where the dump
 * tells no column names, and bytes in such a row are `{"base64": "…"}`. `database` is there wherever the dump
 * names databases. Each chunk holds whole lines. Notes are left to the caller (see `onNote`).
 */
export async function* rowsAsNdjson(
  events: AsyncIterable<DumpEvent>,
  onOther: (event: DumpEvent) => void = () => undefined,
): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.kind === 'table') yield tableLine(event.table);
    else if (event.kind === 'rows') yield rowLines(event);
    else onOther(event);
  }
}

function tableLine(table: Table): string {
  const columns = (table.columns ?? []).map(({ name, type, encoding }: Column) => ({ name, type, encoding }));
  return `${JSON.stringify({ ...named(table), ...(table.columns === undefined ? {} : { columns }) })}\n`;
}

function named(table: Table): { database?: string; table: string } {
  return { ...(table.database === undefined ? {} : { database: table.database }), table: table.name };
}

function rowLines({ table, columns, rows }: RowsEvent): string {
  const head = JSON.stringify(named(table)).slice(0, -1);
  const names = columns?.map((name) => `${JSON.stringify(name)}:`);
  let out = '';
  for (const row of rows) {
    out += `${head},"row":`;
    if (names === undefined) {
      out += `[${row.map(loose).join(',')}]`;
    } else {
      out += '{';
      for (let i = 0; i < row.length; i++)
        out += (i === 0 ? '' : ',') + (names[i] ?? '') + cell(row[i] ?? null);
      out += '}';
    }
    out += '}\n';
  }
  return out;
}

function cell(value: Value): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? JSON.stringify(value) : `"${base64(value)}"`;
}

function loose(value: Value): string {
  return value instanceof Uint8Array ? `{"base64":"${base64(value)}"}` : cell(value);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).base64Slice(0, bytes.byteLength);
}
