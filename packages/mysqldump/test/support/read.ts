import {
  readDump,
  type DumpEvent,
  type DumpNote,
  type EndEvent,
  type ReadOptions,
  type Table,
  type Value,
} from '../../src/index.ts';

export interface Read {
  /** By table (with its database where there is one): rows in order. */
  readonly rows: Record<string, Value[][]>;
  readonly columns: Record<string, readonly string[] | undefined>;
  readonly tables: Table[];
  readonly notes: DumpNote[];
  readonly codes: string[];
  readonly end: EndEvent;
}

/** Reads a dump given as text (UTF-8) or bytes, in chunks of one size. */
export function read(dump: string | Buffer, options: ReadOptions = {}, chunk = 1 << 16): Promise<Read> {
  return collect(readDump(inChunks(Buffer.from(dump as string), chunk), options));
}

export async function collect(events: AsyncIterable<DumpEvent>): Promise<Read> {
  const result = { rows: {}, columns: {}, tables: [], notes: [], codes: [] } as unknown as Read & {
    end?: EndEvent;
  };
  for await (const event of events) {
    if (event.kind === 'table') result.tables.push(event.table);
    else if (event.kind === 'note') {
      result.notes.push(event.note);
      result.codes.push(event.note.code);
    } else if (event.kind === 'end') Object.assign(result, { end: event });
    else {
      const { database, name } = event.table;
      const key = database === undefined ? name : `${database}.${name}`;
      (result.rows[key] ??= []).push(...event.rows);
      result.columns[key] = event.columns;
    }
  }
  return result;
}

export async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}
