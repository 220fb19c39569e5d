import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { slugify, type Cell, type KeptRow, type SourceKey, type SourceTable } from '@cutover/records';
import { type Database, open, type RootDatabase } from 'lmdb';
import { Fingerprints } from './fingerprints.ts';
import { compareKeys, indexKey, joinKey, rangeOf } from './keys.ts';

const recentEntries = 8192;
/** Room for the largest file: address space only. A map that has to grow is mapped a second time beside the first. */
const mapBytes = 2 ** 36;
/** Looks at the disk before the map is given back, and the size of the file from which on that is done. */
const restAfter = { looks: 2500, bytes: 192 << 20 };

/** What is remembered of one source row: kept columns, and whether it was quarantined. */
interface Entry {
  readonly kept: readonly Cell[];
  readonly slug?: string;
  readonly quarantined?: Withheld;
  readonly excluded?: boolean;
}

/** Why a row is not to be looked up. */
export interface Withheld {
  readonly rule: string;
  readonly message?: string;
}

interface Claim {
  readonly order: number;
  readonly scope: string;
  readonly key: readonly string[];
  readonly source: string;
}

/** The scratch store's tables, while it is open. */
interface Tables {
  readonly env: RootDatabase;
  readonly rows: Database<Entry, string>;
  readonly indexes: Database<readonly string[], string>;
  readonly claims: Database<Claim, string>;
  readonly slugs: Database<string, string>;
}

/** A crash throws the store away, so that nothing has to be flushed. */
function openTables(dir: string): Tables {
  const env = open({
    path: dir,
    noSync: true,
    compression: false,
    maxDbs: 8,
    pageSize: 8192,
    mapSize: mapBytes,
  });
  return {
    env,
    rows: env.openDB({ name: 'rows' }),
    indexes: env.openDB({ name: 'indexes' }),
    claims: env.openDB({ name: 'claims' }),
    slugs: env.openDB({ name: 'slugs', encoding: 'string' }),
  };
}

/**
 * Joins between source tables, on disk (LMDB), so that memory does not grow with the tables that are
 * joined. Filled in one pass over the source, settled once, then read by mappers. Every page of the file that
 * was looked at stays resident while the file is mapped, so `rest` gives the map back from time to time.
 */
export class Lookup {
  readonly #dir: string;
  readonly #restAfter: typeof restAfter;
  #tables: Tables;
  #looks = 0;
  /** Entries that were read last: rows that belong together stand near each other in a dump. */
  readonly #recent = new Map<string, Entry>();
  /** Rows that were taken out: nearly no row is, and to know that takes no look at the disk. */
  readonly #withheld = new Fingerprints();
  #settled = 0;
  readonly #displaced: { readonly sheet: string; readonly slug: string; readonly claim: Claim }[] = [];

  private constructor(dir: string, rest: typeof restAfter) {
    this.#dir = dir;
    this.#restAfter = rest;
    this.#tables = openTables(dir);
  }

  /** Makes an empty lookup in a folder of its own. `rest`: after so many looks at a file of so many bytes it rests. */
  static async create(dir: string, rest = restAfter): Promise<Lookup> {
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new Lookup(dir, rest);
  }

  /** Runs `work` as one transaction: a batch of rows at a time is what makes filling fast. */
  batch(work: () => void): void {
    this.#tables.env.transactionSync(work);
  }

  /** Remembers a row: the columns that its source keeps, its indexes, and the slug it wants. */
  add(
    source: SourceTable,
    order: number,
    row: SourceKey,
    cells: Readonly<Record<string, Cell>>,
    wanted?: { sheet: string; slug: string },
  ): void {
    const rowKey = keyOf(row);
    this.#looks++;
    const kept = (source.keep ?? []).map((column) => cells[column] ?? null);
    this.#tables.rows.putSync(rowKey, wanted === undefined ? { kept } : { kept, slug: wanted.slug });
    for (const [index, columns] of Object.entries(source.indexes ?? {})) {
      const values = columns.map((column) => cells[column] ?? '');
      this.#tables.indexes.putSync(
        indexKey([row.source, row.scope ?? '', index, ...values], row.key),
        row.key,
      );
    }
    if (wanted !== undefined)
      this.#claim(wanted, { order, source: row.source, scope: row.scope ?? '', key: row.key });
  }

  /** Gives every slug that several rows want to the lowest key; the others append theirs. */
  settle(): void {
    this.#displaced.sort((a, b) => compareClaims(a.claim, b.claim));
    this.#tables.env.transactionSync(() => {
      for (const { sheet, slug, claim } of this.#displaced) {
        const suffix = slugify(claim.key.join('-')) || 'x';
        let free = `${slug}-${suffix}`;
        while (this.#tables.claims.doesExist(joinKey([sheet, free]))) free += `-${suffix}`;
        this.#tables.claims.putSync(joinKey([sheet, free]), claim);
        this.#tables.slugs.putSync(keyOf(claim), free);
      }
    });
    this.#settled = this.#displaced.length;
    this.#displaced.length = 0;
  }

  slug(row: SourceKey): string | undefined {
    const key = keyOf(row);
    return (this.#settled === 0 ? undefined : this.#tables.slugs.get(key)) ?? this.#entry(key)?.slug;
  }

  /** The row that has a slug of a sheet, once slugs are settled. */
  holder(sheet: string, slug: string): SourceKey | undefined {
    return this.#tables.claims.get(joinKey([sheet, slug]));
  }

  /** Kept columns of a row; undefined where there is none or it was quarantined. */
  row(source: SourceTable, row: SourceKey): KeptRow | undefined {
    const entry = this.#entry(keyOf(row));
    return entry === undefined || entry.quarantined !== undefined
      ? undefined
      : keptRow(source, row.key, entry);
  }

  /** Kept columns of the rows whose indexed columns have these values, in primary-key order. */
  rows(source: SourceTable, index: string, values: readonly string[], scope: string): KeptRow[] {
    const keys: (readonly string[])[] = [];
    this.#looks++;
    for (const { value } of this.#tables.indexes.getRange(
      rangeOf(joinKey([source.source, scope, index, ...values])),
    )) {
      keys.push(value);
    }
    return keys
      .sort(compareKeys)
      .map((key) => this.row(source, { source: source.source, scope, key }))
      .filter((row) => row !== undefined);
  }

  /** Takes a row out of all lookups, because it does not fit. False where it is not looked up by anybody. */
  quarantine(row: SourceKey, why: Withheld): boolean {
    const key = keyOf(row);
    const entry = this.#entry(key);
    if (entry === undefined || entry.quarantined !== undefined) return false;
    this.#put(key, { ...entry, quarantined: why });
    this.#withheld.add(key);
    return true;
  }

  /** Remembers that a row was excluded, so that nothing may be folded into it. */
  exclude(row: SourceKey): void {
    const key = keyOf(row);
    const entry = this.#entry(key);
    if (entry !== undefined && entry.excluded !== true) this.#put(key, { ...entry, excluded: true });
  }

  isExcluded(row: SourceKey): boolean {
    return this.#entry(keyOf(row))?.excluded === true;
  }

  /** Why a row was taken out before; undefined where it was not. */
  withheldBy(row: SourceKey): Withheld | undefined {
    if (this.#withheld.size === 0) return undefined;
    const key = keyOf(row);
    return this.#withheld.has(key) ? this.#entry(key)?.quarantined : undefined;
  }

  /** Gives memory back where much was looked at; to be awaited between rows, while nothing is being looked up. */
  async rest(): Promise<void> {
    if (this.#looks < this.#restAfter.looks) return;
    this.#looks = 0;
    if ((await stat(join(this.#dir, 'data.mdb'))).size < this.#restAfter.bytes) return;
    await this.#tables.env.close();
    this.#tables = openTables(this.#dir);
  }

  async close(): Promise<void> {
    await this.#tables.env.close();
    await rm(this.#dir, { recursive: true, force: true });
  }

  #entry(key: string): Entry | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    this.#looks++;
    const entry = this.#tables.rows.get(key);
    if (this.#recent.size >= recentEntries) this.#recent.clear();
    if (entry !== undefined) this.#recent.set(key, entry);
    return entry;
  }

  #put(key: string, entry: Entry): void {
    this.#recent.delete(key);
    this.#tables.rows.putSync(key, entry);
  }

  #claim({ sheet, slug }: { sheet: string; slug: string }, claim: Claim): void {
    const key = joinKey([sheet, slug]);
    const holder = this.#tables.claims.get(key);
    if (holder !== undefined && compareClaims(holder, claim) <= 0) {
      this.#displaced.push({ sheet, slug, claim });
      return;
    }
    if (holder !== undefined) this.#displaced.push({ sheet, slug, claim: holder });
    this.#tables.claims.putSync(key, claim);
  }
}

function keyOf(row: SourceKey): string {
  return joinKey([row.source, row.scope ?? '', ...row.key]);
}

function keptRow(source: SourceTable, key: readonly string[], entry: Entry): KeptRow {
  const row: Record<string, Cell | readonly string[]> = { $key: key };
  (source.keep ?? []).forEach((column, i) => (row[column] = entry.kept[i] ?? null));
  return row as KeptRow;
}

function compareClaims(a: Claim, b: Claim): number {
  if (a.order !== b.order) return a.order - b.order;
  if (a.scope !== b.scope) return compareKeys([a.scope], [b.scope]);
  return compareKeys(a.key, b.key);
}
