import { CutoverError, exitCodes } from '@cutover/core';
import type { Source } from '@cutover/importer';
import type { CarryContext } from '@cutover/records';

/** A legacy column, as far as a value has to fit into it. */
export interface LegacyColumnFacts {
  readonly type: string;
  readonly nullable: boolean;
  readonly charset: string | undefined;
  readonly generated: boolean;
}

export interface LegacyTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, LegacyColumnFacts>>;
  /** Columns of each unique key, the primary key among them. */
  readonly uniqueKeys: readonly (readonly string[])[];
}

/** Tables of the legacy database by name. */
export type LegacySchema = ReadonlyMap<string, LegacyTable>;

/**
 * Tables and columns as a dump's CREATE TABLEs say; one without rows (`--no-data`) does. Throws CutoverError
 * `dump-without-tables`.
 */
export async function readLegacySchema(source: Source): Promise<LegacySchema> {
  const schema = new Map<string, LegacyTable>();
  for await (const event of source.read({ tables: () => false })) {
    // Keys that an ALTER TABLE adds later are in the table by the end.
    if (event.kind !== 'end') continue;
    for (const { table } of event.tables) {
      if (table.columns === undefined) continue;
      const columns = table.columns.map(({ name, type, nullable, charset, generated }) => [
        name,
        { type, nullable, charset: charset ?? table.charset, generated: generated === true },
      ]);
      schema.set(table.name, {
        name: table.name,
        columns: Object.fromEntries(columns) as Record<string, LegacyColumnFacts>,
        uniqueKeys: [table.primaryKey, ...table.uniqueKeys.map((key) => key.columns)].filter(
          (key) => key.length > 0,
        ),
      });
    }
  }
  if (schema.size > 0) return schema;
  throw new CutoverError('dump-without-tables', 'the dump has no CREATE TABLE', {
    next: 'give a dump of the legacy database with --dump; one without rows (mysqldump --no-data) is enough',
    exitCode: exitCodes.preflightFailed,
  });
}

/** The schema as a profile asks for it. */
export function carryContextOf(schema: LegacySchema): Required<CarryContext> {
  return { columns: (table) => schema.get(table)?.columns };
}

const threeByteCharsets = new Set(['utf8', 'utf8mb3', 'ucs2']);
const lastCharacter: Readonly<Record<string, number>> = { latin1: 0xff, ascii: 0x7f };
/** Bytes that the text types hold at most. */
const textBytes: Readonly<Record<string, number>> = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
};
/** The last moment of a TIMESTAMP. */
const lastTimestamp = '2038-01-19 03:14:07';

/** Why a column does not take a value as it is; undefined where it does. A server that is not strict would cut it. */
export function misfit(
  { type, charset, nullable }: LegacyColumnFacts,
  value: string | null,
): string | undefined {
  if (value === null) return nullable ? undefined : 'the column is never NULL';
  const [, name = '', size] = /^(\w+)(?:\((\d+)\))?/.exec(type.toLowerCase()) ?? [];
  if (charset !== undefined && threeByteCharsets.has(charset) && /[\u{10000}-\u{10ffff}]/u.test(value))
    return `the column’s charset ${charset} has no such characters as emoji`;
  const last = lastCharacter[charset ?? ''];
  if (last !== undefined && [...value].some((character) => character.codePointAt(0)! > last))
    return `the column’s charset ${charset} has not all of its characters`;
  if ((name === 'varchar' || name === 'char') && [...value].length > Number(size))
    return `the column holds ${size} characters, and it has ${[...value].length}`;
  const bytes = textBytes[name];
  if (bytes !== undefined && Buffer.byteLength(value) > bytes)
    return `the column holds ${bytes} bytes, and it has ${Buffer.byteLength(value)}`;
  if (name === 'enum' && !membersOf(type).includes(value)) return 'the column’s list does not have it';
  if (name === 'timestamp' && value > lastTimestamp) return 'the column ends in 2038';
  if (/int$/.test(name) && !/^-?\d+$/.test(value)) return 'the column holds whole numbers alone';
  if (name === 'decimal' && !/^-?\d+(?:\.\d+)?$/.test(value)) return 'the column holds numbers alone';
  return undefined;
}

const membersOf = (type: string): string[] =>
  [...type.matchAll(/'((?:[^'\\]|''|\\.)*)'/g)].map(([, text]) =>
    text!.replaceAll("''", "'").replaceAll(/\\(.)/g, '$1'),
  );
