import { hostname } from 'node:os';
import { openPrivateFields, type PrivateDraft, type PrivateRecord } from '@cutover/records';
import { linesOf, parseLine } from './json-lines.ts';
import { shardOf } from './shards.ts';
import type { Snapshots } from './snapshots.ts';

/** Staged rows are spread over this many files by id, so that a merge holds one of them in memory. */
export const bucketCount = 64;
/** Rows that are held before they are written. */
const bufferBytes = 2 << 20;
/** Room for the row that is one too many. */
const lineRoom = 64 << 10;
/** What they take unless a single line needs more. */
const usualBytes = bufferBytes + lineRoom;
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

/** Rows that are written at once. */
export interface StagedBytes {
  /** Lines, sheet by sheet in the order of buckets. */
  readonly bytes: Uint8Array;
  readonly index: PartIndex;
  /** How many of each sheet. */
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Lines of private rows, by the buckets that they are staged in. They are bytes from the beginning: as strings they
 * would live just long enough to be moved about by every collection of garbage.
 */
export class StagedLines {
  #bytes = Buffer.allocUnsafeSlow(usualBytes);
  #used = 0;
  /** By sheet: where its lines are in the bytes, as start, end and bucket. */
  readonly #sheets = new Map<string, number[]>();

  /** Adds a record; `true` asks the caller to take the lines. */
  put({ sheet, fields }: PrivateDraft): boolean {
    const line = `${JSON.stringify(openPrivateFields(fields))}\n`;
    const start = this.#used;
    if (start + line.length * 3 > this.#bytes.length) this.#enlarge(line.length * 3);
    this.#used += this.#bytes.write(line, start);
    let lines = this.#sheets.get(sheet);
    if (lines === undefined) this.#sheets.set(sheet, (lines = []));
    lines.push(start, this.#used, shardOf(fields.id, bucketCount));
    return this.#used > bufferBytes;
  }

  /** All lines, whose memory may be handed over, and begins anew; undefined where there are none. */
  take(): StagedBytes | undefined {
    if (this.#used === 0) return undefined;
    const bytes = Buffer.allocUnsafeSlow(this.#used);
    const sheets: Record<string, number[]> = {};
    const rows: Record<string, number> = {};
    let at = 0;
    for (const [sheet, lines] of this.#sheets) {
      rows[sheet] = lines.length / 3;
      const starts = startsOf(lines, at);
      sheets[sheet] = [...starts];
      for (let i = 0; i < lines.length; i += 3) {
        const [start, end, bucket] = [lines[i]!, lines[i + 1]!, lines[i + 2]!];
        this.#bytes.copy(bytes, starts[bucket], start, end);
        starts[bucket]! += end - start;
      }
      at = starts[bucketCount]!;
    }
    this.#sheets.clear();
    this.#used = 0;
    if (this.#bytes.length > usualBytes) this.#bytes = Buffer.allocUnsafeSlow(usualBytes);
    return { bytes, index: { sheets }, rows };
  }

  #enlarge(more: number): void {
    const larger = Buffer.allocUnsafeSlow(this.#used + more + lineRoom);
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

/** Where the lines of each bucket begin that follow each other from `at` on, and where the last one ends. */
function startsOf(lines: readonly number[], at: number): number[] {
  const starts = new Array<number>(bucketCount + 1).fill(0);
  for (let i = 0; i < lines.length; i += 3) starts[lines[i + 2]! + 1]! += lines[i + 1]! - lines[i]!;
  starts[0] = at;
  for (let bucket = 1; bucket <= bucketCount; bucket++) starts[bucket]! += starts[bucket - 1]!;
  return starts;
}

/** Private rows of an import that is not decided yet. */
export class StagedImport {
  readonly #snapshots: Snapshots;
  readonly #importId: string;
  readonly #lines = new StagedLines();
  readonly #rows: Record<string, number> = {};
  readonly #writing = new Set<Promise<void>>();
  #parts = 0;
  #isDiscarded = false;

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
    return this.#lines.put(draft);
  }

  /** Writes what was put as one part: a file or an object for each bucket would be thousands of them. */
  async flush(): Promise<void> {
    const part = this.#lines.take();
    if (part !== undefined) await this.add(part);
  }

  /** Writes lines that were put together elsewhere, as a part of their own. Throws once they are discarded. */
  async add(part: StagedBytes): Promise<void> {
    if (this.#isDiscarded) throw new Error(`the rows of ${this.#importId} were discarded`);
    const writing = this.#write(part);
    this.#writing.add(writing);
    await writing.finally(() => this.#writing.delete(writing));
  }

  async #write({ bytes, index, rows }: StagedBytes): Promise<void> {
    const key = partKey(this.#importId, ++this.#parts);
    for (const [sheet, count] of Object.entries(rows)) this.#rows[sheet] = (this.#rows[sheet] ?? 0) + count;
    await this.#snapshots.create(`${key}.rows`, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    await this.#snapshots.create(`${key}.index`, Buffer.from(JSON.stringify(index)));
  }

  /** Removes what was staged, once what is being written is written: it would come after. */
  async discard(): Promise<void> {
    this.#isDiscarded = true;
    await Promise.allSettled(this.#writing);
    await removeStaged(this.#snapshots, this.#importId);
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
