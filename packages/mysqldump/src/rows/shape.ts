/** What the rows of one INSERT look like: the names, and for each value how its text becomes a cell. */
import { decoderOf, type Decoder } from '../charset/decode.ts';
import { charsetNamed } from '../charset/names.ts';
import type { ColumnEntry, TableEntry } from '../schema/catalog.ts';
import { columnKinds } from '../schema/column-type.ts';
import type { Session } from '../session.ts';

/** How one value is read; `ready` ones have the fast path. */
export const cellKinds = {
  ...columnKinds,
  /** Text in a charset that is no superset of ASCII (ucs2 under SET NAMES binary). */
  wide: 5,
} as const;

export interface Shape {
  readonly entry: TableEntry;
  /** The INSERT's own list of columns. */
  readonly listed: readonly string[] | undefined;
  /** Names in the order of the values; set when the first row tells which columns are meant. */
  columns: readonly string[] | undefined;
  /** Values in each row; -1 until the first row tells. */
  count: number;
  kinds: Uint8Array;
  /** For strings: in which charset their bytes are read where no introducer tells. */
  decoders: Decoder[];
  entries: (ColumnEntry | undefined)[];
  /** Rows are counted and checked, not decoded. */
  readonly skip: boolean;
}

/** As many columns as no server's table has. */
export const MAX_COLUMNS = 4096;

export function shapeOf(entry: TableEntry, listed: readonly string[] | undefined, skip: boolean): Shape {
  return {
    entry,
    listed,
    columns: undefined,
    count: -1,
    kinds: new Uint8Array(0),
    decoders: [],
    entries: [],
    skip,
  };
}

/**
 * Settles which columns `count` values are: the INSERT's own list; else those a server fills from VALUES (not
 * the generated and invisible ones), or all columns where the count says so, as some dumpers write.
 * False if the count fits none.
 */
export function settle(shape: Shape, count: number, session: Session): boolean {
  const { entry, listed } = shape;
  const all = entry.entries;
  let chosen: (ColumnEntry | undefined)[];
  if (listed !== undefined) {
    if (count !== listed.length) return false;
    const byName = new Map(all?.map((one) => [one.column.name.toLowerCase(), one]));
    chosen = listed.map((name) => byName.get(name.toLowerCase()));
    shape.columns = chosen.map((one, i) => one?.column.name ?? listed[i] ?? '');
  } else if (all !== undefined) {
    const fitting = candidates(all).find((columns) => columns.length === count);
    if (fitting === undefined) return false;
    chosen = fitting;
    shape.columns = fitting.map((one) => one.column.name);
  } else if (count > MAX_COLUMNS) {
    return false;
  } else {
    chosen = Array.from({ length: count }, () => undefined);
  }
  shape.count = count;
  shape.entries = chosen;
  fillKinds(shape, session);
  return true;
}

/** Columns that VALUES without a list may mean, the likeliest first. */
export function candidates(all: readonly ColumnEntry[]): ColumnEntry[][] {
  const stored = all.filter((one) => one.column.generated !== true);
  return [stored.filter((one) => !one.invisible), stored, [...all]];
}

function fillKinds(shape: Shape, session: Session): void {
  shape.kinds = new Uint8Array(shape.entries.length);
  shape.decoders = [];
  shape.entries.forEach((one, i) => {
    const charset = literalCharset(one, session);
    const wide = charset === 'ucs2' || charset.startsWith('utf16') || charset === 'utf32';
    const kind = one?.kind ?? cellKinds.unknown;
    shape.kinds[i] = wide && kind === cellKinds.text ? cellKinds.wide : kind;
    shape.decoders.push(decoderOf(charset));
  });
}

/** Charset of a string literal's bytes: the session's; under SET NAMES binary the column's. */
export function literalCharset(one: ColumnEntry | undefined, session: Session): string {
  return session.charset === 'binary' ? columnCharset(one, session) : session.charset;
}

export function columnCharset(one: ColumnEntry | undefined, session: Session): string {
  const name = one?.column.charset;
  const charset = name === undefined || name === 'binary' ? undefined : charsetNamed(name);
  return charset ?? session.initialCharset;
}

/** Nothing in the file tells the charset of this column's text. */
export function isCharsetAssumed(one: ColumnEntry | undefined, session: Session): boolean {
  return (
    !session.charsetKnown ||
    (session.charset === 'binary' && one?.column.charset === undefined && !session.charsetGiven)
  );
}
