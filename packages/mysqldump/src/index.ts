/** Reads every row of a MySQL or MariaDB dump, byte-exact, in constant memory. Start at `readDump`. */
export { readDump, type DumpReader } from './read.ts';
export { cutDump, rangesAgree, type DumpRange } from './ranges.ts';
export { rowsAsNdjson } from './ndjson.ts';
export { toBigInt, toDate, toNumber, toText } from './values.ts';
export { DumpError, type DumpCode, type DumpNote, type DumpPlace } from './error.ts';
export type { Cursor, Place } from './cursor.ts';
export { isDumperFolder } from './input/directory.ts';
export { type DumpSource, filesOf, isSeekable, plainBytes } from './input/source.ts';
export type {
  Column,
  ColumnDefault,
  CursorsOption,
  DumpEvent,
  EndEvent,
  Position,
  Progress,
  ReadOptions,
  RowsEvent,
  Table,
  TableSummary,
  UniqueKey,
  Value,
} from './types.ts';
