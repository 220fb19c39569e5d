import { hostname } from 'node:os';
import { openPrivateFields, type PrivateDraft, type PrivateRecord } from '@cutover/records';
import { linesOf, parseLine } from './json-lines.ts';
import { shardOf } from './shards.ts';
import type { Snapshots } from './snapshots.ts';

/** Staged rows are spread over this many files by id, so that a merge holds one of them in memory. */
export const bucketCount = 64;
/** Rows that are held before they are written. */
const bufferBytes = 2 << 20;
/** Parts that are read at a time: a server answers many as fast as one. */
const readAtOnce = 16;

export interface StagedManifest {
  /** The public tree that belongs to these rows: where the branch is at it, the import completes. */
  readonly tree: string;
  readonly branch: string;
  readonly rows: Readonly<Record<string, number>>;
}

/** Who stages an import, so that others can tell whether it is still under way. */
export interface StagedOwner {
  readonly at: string;
  readonly host: string;
  readonly pid: number;
}

/** Keys of a staged import: `staged/<importId>/…`. */
const stagedPrefix = (importId: string): string => `staged/${importId}/`;

const manifestKey = (importId: string) => `${stagedPrefix(importId)}manifest.json`;
const beganKey = (importId: string) => `${stagedPrefix(importId)}began`;

/** Where the lines of each bucket of a part begin, by sheet; one more for the end of the last. */
interface PartIndex {
  readonly sheets: Readonly<Record<string, readonly number[]>>;
}

/** Rows that were written at once. */
interface StagedPart {
  readonly key: string;
  readonly sheets: ReadonlyMap<string, Float64Array>;
}

const partKey = (importId: string, part: number): string =>
  `${stagedPrefix(importId)}${String(part).padStart(6, '0')}`;

/** The manifest of a sealed import; undefined where staging never ended. */
export async function stagedManifest(
  snapshots: Snapshots,
  importId: string,
): Promise<StagedManifest | undefined> {
  const bytes = await snapshots.object(manifestKey(importId));
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as StagedManifest);
}

/** Who began it; undefined where it was staged before owners were noted, or is being removed. */
export async function stagedOwner(snapshots: Snapshots, importId: string): Promise<StagedOwner | undefined> {
  const text = (await snapshots.object(beganKey(importId)))?.toString() ?? '';
  return text.startsWith('{') ? (JSON.parse(text) as StagedOwner) : undefined;
}

/** Ids of the imports that have anything staged. */
export async function stagedImports(snapshots: Snapshots): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { key } of snapshots.objects('staged/')) ids.add(key.split('/')[1]!);
  return [...ids].sort();
}

/** Removes all that is staged, what makes it completable first. */
export async function removeStaged(snapshots: Snapshots, importId: string): Promise<void> {
  await snapshots.removeObjects(manifestKey(importId));
  await snapshots.removeObjects(stagedPrefix(importId));
}

/** The rows of a staged import, by bucket. */
export class StagedRows {
  readonly #snapshots: Snapshots;
  readonly #parts: readonly StagedPart[];

  private constructor(snapshots: Snapshots, parts: readonly StagedPart[]) {
    this.#snapshots = snapshots;
    this.#parts = parts;
  }

  static async open(snapshots: Snapshots, importId: string): Promise<StagedRows> {
    const parts: StagedPart[] = [];
    for await (const { key } of snapshots.objects(stagedPrefix(importId))) {
      if (!key.endsWith('.index')) continue;
      const bytes = await snapshots.object(key);
      if (bytes === undefined) continue;
      const { sheets } = JSON.parse(bytes.toString()) as PartIndex;
      parts.push({
        key: key.replace(/index$/, 'rows'),
        sheets: new Map(Object.entries(sheets).map(([sheet, starts]) => [sheet, Float64Array.from(starts)])),
      });
    }
    return new StagedRows(snapshots, parts);
  }

  /** Lines of one bucket as they lie. */
  async bytes(sheet: string, bucket: number): Promise<{ name: string; bytes: Uint8Array }[]> {
    const found: { name: string; bytes: Uint8Array }[] = [];
    for (let at = 0; at < this.#parts.length; at += readAtOnce) {
      const parts = this.#parts.slice(at, at + readAtOnce);
      const read = await Promise.all(parts.map((part) => this.#read(part, sheet, bucket)));
      for (const lines of read) if (lines !== undefined) found.push(lines);
    }
    return found;
  }

  async #read(
    { key, sheets }: StagedPart,
    sheet: string,
    bucket: number,
  ): Promise<{ name: string; bytes: Uint8Array } | undefined> {
    const starts = sheets.get(sheet);
    const [from, to] = [starts?.[bucket] ?? 0, starts?.[bucket + 1] ?? 0];
    if (from === to) return undefined;
    const bytes = await this.#snapshots.range(key, from, to - 1);
    return bytes && { name: key, bytes };
  }

  async records(sheet: string, bucket: number): Promise<PrivateRecord[]> {
    const rows: PrivateRecord[] = [];
    for (const { name, bytes } of await this.bytes(sheet, bucket))
      for (const [at, line] of linesOf(bytes).entries())
        rows.push(parseLine<PrivateRecord>(name, line, at + 1));
    return rows;
  }
}

/** Lines of one bucket of a sheet. */
export interface StagedText {
  readonly sheet: string;
  readonly bucket: number;
  readonly text: string;
  readonly rows: number;
}

/** Lines of private rows, by the buckets that they are staged in. */
export class StagedLines {
  readonly #sheets = new Map<string, string[][]>();
  #size = 0;

  /** Adds a record; `true` asks the caller to take the lines. */
  put({ sheet, fields }: PrivateDraft): boolean {
    const line = `${JSON.stringify(openPrivateFields(fields))}\n`;
    return this.#add(sheet, shardOf(fields.id, bucketCount), line);
  }

  /** Adds lines that were taken elsewhere; `true` as of `put`. */
  putTexts(texts: readonly StagedText[]): boolean {
    for (const { sheet, bucket, text } of texts) this.#add(sheet, bucket, text);
    return this.#size > bufferBytes;
  }

  #add(sheet: string, bucket: number, text: string): boolean {
    let buckets = this.#sheets.get(sheet);
    if (buckets === undefined) this.#sheets.set(sheet, (buckets = []));
    (buckets[bucket] ??= []).push(text);
    this.#size += text.length;
    return this.#size > bufferBytes;
  }

  /** All lines, sheet by sheet in the order of buckets, and begins anew. */
  take(): StagedText[] {
    const texts: StagedText[] = [];
    for (const [sheet, buckets] of this.#sheets) {
      for (const [bucket, lines] of buckets.entries())
        if (lines !== undefined) texts.push({ sheet, bucket, text: lines.join(''), rows: lines.length });
    }
    this.#sheets.clear();
    this.#size = 0;
    return texts;
  }
}

/** Private rows of an import that is not decided yet. */
export class StagedImport {
  readonly #snapshots: Snapshots;
  readonly #importId: string;
  readonly #lines = new StagedLines();
  readonly #rows: Record<string, number> = {};
  #parts = 0;

  private constructor(snapshots: Snapshots, importId: string) {
    this.#snapshots = snapshots;
    this.#importId = importId;
  }

  static async create(snapshots: Snapshots, importId: string): Promise<StagedImport> {
    const owner: StagedOwner = { at: new Date().toISOString(), host: hostname(), pid: process.pid };
    await snapshots.create(beganKey(importId), Buffer.from(JSON.stringify(owner)));
    return new StagedImport(snapshots, importId);
  }

  /** Adds a record; `true` asks the caller to await `flush()` before going on. */
  put(draft: PrivateDraft): boolean {
    this.#count(draft.sheet, 1);
    return this.#lines.put(draft);
  }

  /** Adds what another thread has collected; `true` as of `put`. */
  putTexts(texts: readonly StagedText[]): boolean {
    for (const { sheet, rows } of texts) this.#count(sheet, rows);
    return this.#lines.putTexts(texts);
  }

  /** Writes what was put as one part: a file or an object for each bucket would be thousands of them. */
  async flush(): Promise<void> {
    const texts = this.#lines.take();
    if (texts.length === 0) return;
    const key = partKey(this.#importId, ++this.#parts);
    const sheets: Record<string, number[]> = {};
    const bytes = Buffer.allocUnsafeSlow(texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
    let at = 0;
    for (const { sheet, bucket, text } of texts) {
      const starts = (sheets[sheet] ??= []);
      while (starts.length <= bucket) starts.push(at);
      at += bytes.write(text, at);
      starts.push(at);
    }
    for (const starts of Object.values(sheets))
      while (starts.length <= bucketCount) starts.push(starts.at(-1)!);
    await this.#snapshots.create(`${key}.rows`, bytes);
    const index: PartIndex = { sheets };
    await this.#snapshots.create(`${key}.index`, Buffer.from(JSON.stringify(index)));
  }

  #count(sheet: string, rows: number): void {
    this.#rows[sheet] = (this.#rows[sheet] ?? 0) + rows;
  }

  /** Makes the rows durable and names the tree they belong to. From here on a restart can complete them. */
  async seal(manifest: Omit<StagedManifest, 'rows'>): Promise<void> {
    await this.flush();
    await this.#snapshots.create(
      manifestKey(this.#importId),
      Buffer.from(JSON.stringify({ ...manifest, rows: this.#rows })),
    );
  }
}
