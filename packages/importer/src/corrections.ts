import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type Check, concludeCheck, CutoverError, exitCodes, type Finding, messageOf } from '@cutover/core';
import type { DumpEvent } from '@cutover/mysqldump';
import { type Profile, resolveTable, rowName } from '@cutover/records';
import { rowDigest } from './row-digest.ts';
import type { Source } from './source.ts';

type Value = string | Uint8Array | null;

/** A row as somebody mended it. */
interface Correction {
  readonly table: string;
  readonly row: string;
  /** Of the row that was mended; absent where the file does not say it. */
  readonly digest: string | undefined;
  readonly values: ReadonlyMap<string, Value>;
}

/** What another thread needs in order to mend the same rows. */
export interface SharedCorrections {
  readonly path: string;
  readonly sha256: string;
  readonly rows: readonly Correction[];
}

/** Rows of a quarantine file as somebody mended them. Held in memory: a quarantine is looked at row by row. */
export class Corrections {
  /** Of the file as it is on disk: what an import says it was made from. */
  readonly sha256: string;
  readonly #profile: Profile;
  readonly #path: string;
  readonly #tables = new Map<string, Map<string, Correction>>();
  readonly #used = new Set<Correction>();
  readonly #outdated = new Set<Correction>();
  readonly #originals = new WeakMap<readonly Value[], readonly Value[]>();

  constructor({ path, sha256, rows }: SharedCorrections, profile: Profile) {
    this.sha256 = sha256;
    this.#profile = profile;
    this.#path = path;
    for (const correction of rows) {
      const rows = this.#tables.get(correction.table) ?? new Map<string, Correction>();
      this.#tables.set(correction.table, rows);
      if (rows.has(correction.row)) throw invalid(path, `${correction.row} is in it twice`);
      rows.set(correction.row, correction);
    }
  }

  /** How many rows were mended. */
  get count(): number {
    return this.#rows.length;
  }

  share(): SharedCorrections {
    return { path: this.#path, sha256: this.sha256, rows: this.#rows };
  }

  /** The event with the rows that were mended. Throws CutoverError `corrections-invalid` where columns differ. */
  correct(event: DumpEvent): DumpEvent {
    if (event.kind !== 'rows' || event.columns === undefined) return event;
    const wanted = this.#tables.get(event.table.name);
    if (wanted === undefined) return event;
    const { columns } = event;
    const rows = event.rows.map((values) => {
      const name = rowNameOf(this.#profile, event.table.name, (column) => values[columns.indexOf(column)]);
      const correction = name === undefined ? undefined : wanted.get(name);
      if (correction === undefined) return values;
      // Somebody changed the row where it came from: what was mended before may be older than that.
      if (correction.digest !== undefined && correction.digest !== rowDigest(columns, values)) {
        this.#outdated.add(correction);
        return values;
      }
      this.#used.add(correction);
      const mended = this.#valuesOf(correction, columns);
      this.#originals.set(mended, values);
      return mended;
    });
    return { ...event, rows };
  }

  /** The row as the source has it: the same where it was not mended. */
  originalOf(values: readonly Value[]): readonly Value[] {
    return this.#originals.get(values) ?? values;
  }

  /** Whether every row of the file stands for a row of the source, as it was when it was mended. */
  check(): Check {
    const all = this.#rows;
    const left = all.filter((correction) => !this.#used.has(correction));
    return concludeCheck({
      id: 'corrections',
      title: 'Every mended row stands for one of the source, as it was when it was mended',
      looked: all.length,
      expected: all.length,
      actual: this.#used.size,
      findings: left.map((correction) =>
        this.#outdated.has(correction) ? outdated(correction, this.#path) : unused(correction, this.#path),
      ),
    });
  }

  get #rows(): Correction[] {
    return [...this.#tables.values()].flatMap((rows) => [...rows.values()]);
  }

  #valuesOf(correction: Correction, columns: readonly string[]): Value[] {
    const surplus = [...correction.values.keys()].find((column) => !columns.includes(column));
    if (surplus !== undefined)
      throw invalid(this.#path, `${correction.row}: ${correction.table} has no column ${surplus}`);
    return columns.map((column) => {
      const value = correction.values.get(column);
      if (value === undefined) throw invalid(this.#path, `${correction.row} has no value for ${column}`);
      return value;
    });
  }
}

const outdated = ({ row }: Correction, path: string): Finding => ({
  code: 'correction-outdated',
  message: `${row} is another in the source than when it was mended: the source’s own was taken`,
  subject: row,
  next: `take its line out of ${path}, mend the row anew where this import has it in quarantine, or, where it is the same spelled otherwise, take the digest out of its line`,
});

const unused = ({ row, table }: Correction, path: string): Finding => ({
  code: 'correction-unused',
  message: `${row} was mended, and the source has no such row in ${table}`,
  subject: row,
  next: `take its line out of ${path}, or import the dump that it came from`,
});

/**
 * Reads a quarantine file, gzipped as an import keeps it or plain: one JSON line a row with `table`, `row` and
 * `values`, and `digest` where it shall be told whether the source has the row as it was. A row is known by its key,
 * which has to be what it was. Throws CutoverError `corrections-invalid`.
 */
export async function readCorrections(path: string, profile: Profile): Promise<Corrections> {
  let bytes: Buffer;
  let text: string;
  try {
    bytes = await readFile(path);
    text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
    // Some editors begin a file with a mark of its encoding.
    if (text.startsWith('\ufeff')) text = text.slice(1);
  } catch (cause) {
    throw invalid(path, `it cannot be read: ${messageOf(cause)}`, cause);
  }
  const rows: Correction[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() !== '') rows.push(parseCorrection(path, i + 1, line, profile));
  }
  // An import of no mended rows takes those of the one before away, which nobody asks for by an empty file.
  if (rows.length === 0)
    throw new CutoverError('corrections-invalid', `${path}: no row is in it`, {
      next: 'give the file with the mended rows, or take the dump’s own: cutover import --without-quarantine',
      exitCode: exitCodes.usage,
    });
  return new Corrections({ path, sha256: hash('sha256', bytes, 'hex'), rows }, profile);
}

/** The source with mended rows in place of its own. A thread that reads its files has to mend them as well. */
export function correctedSource(source: Source, corrections: Corrections): Source {
  return {
    ...(source.files && { files: source.files }),
    fingerprint: () => source.fingerprint(),
    read: async function* (options) {
      for await (const event of source.read(options)) yield corrections.correct(event);
    },
  };
}

/** Errors never repeat what stands in the line: it is private. */
function parseCorrection(path: string, line: number, text: string, profile: Profile): Correction {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid(path, `line ${line} is no JSON`);
  }
  const { table, row, digest, values } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof table !== 'string' || typeof row !== 'string' || typeof values !== 'object' || values === null)
    throw invalid(path, `line ${line} needs table, row and values`);
  if (digest !== undefined && typeof digest !== 'string')
    throw invalid(path, `line ${line}: its digest is no text`);
  const read = new Map<string, Value>();
  for (const [column, value] of Object.entries(values)) read.set(column, valueOf(path, line, column, value));
  const name = rowNameOf(profile, table, (column) => read.get(column));
  if (name === undefined)
    throw invalid(path, `line ${line}: the profile ${profile.name} imports no table ${table}`);
  if (name !== row) throw invalid(path, `line ${line}: its key was changed, it is no longer ${row}`);
  return { table, row, digest, values: read };
}

function valueOf(path: string, line: number, column: string, value: unknown): Value {
  if (value === null || typeof value === 'string') return value;
  const base64 = (value as { base64?: unknown }).base64;
  if (typeof value === 'object' && typeof base64 === 'string') {
    // Buffer.from leaves out what is no base64, silently.
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.toString('base64').replaceAll('=', '') === base64.replaceAll('=', '')) return bytes;
    throw invalid(path, `line ${line}: ${column} is no base64`);
  }
  throw invalid(path, `line ${line}: ${column} is neither text, null nor {"base64": …}`);
}

function rowNameOf(
  profile: Profile,
  table: string,
  cell: (column: string) => Value | undefined,
): string | undefined {
  const resolved = resolveTable(profile, table);
  if (resolved === undefined || 'rule' in resolved) return undefined;
  const { source, scope } = resolved;
  return rowName({ source: source.source, scope, key: source.key.map((name) => String(cell(name) ?? '')) });
}

function invalid(path: string, why: string, cause?: unknown): CutoverError {
  return new CutoverError('corrections-invalid', `${path}: ${why}`, {
    next: 'mend values only, in a copy of a file that an import left under quarantine/ in the private store',
    exitCode: exitCodes.usage,
    ...(cause === undefined ? {} : { cause }),
  });
}
