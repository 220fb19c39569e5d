import type { S3Bucket, Stored } from './bucket.ts';
import { type Probed, spellEtag } from './probe.ts';

/**
 * The one small document of a store that says which objects are current. It is only ever moved from what it
 * was to the next, and what it was before can be read back.
 */
export interface Register {
  /** How it is kept, for people. */
  readonly history: string;
  read(): Promise<Stored | undefined>;
  /** Puts `next` in the place of what was read; `undefined` was read: there is none. Throws Refused. */
  move(from: Stored | undefined, next: Buffer, generation: number): Promise<void>;
  /** Earlier documents, newest first, the current one not among them. */
  earlier(): AsyncIterable<Buffer>;
  earlierAt(generation: number): Promise<Buffer | undefined>;
  /** Forgets what was current at a generation, where that is this register's to do. */
  forget(generation: number): Promise<void>;
}

export function registerFor(bucket: S3Bucket, probed: Probed): Register {
  if (probed.ifMatch === undefined) return new Chain(bucket);
  return probed.versioned
    ? new VersionedPointer(bucket, probed.ifMatch)
    : new Pointer(bucket, probed.ifMatch);
}

/** What is current, without asking what the server enforces: reading needs no permission to write. */
export async function currentDocument(bucket: S3Bucket): Promise<Stored | undefined> {
  return (await bucket.get(pointerKey)) ?? (await new Chain(bucket).read());
}

const pointerKey = 'current.json';
const width = 12;
const archiveKey = (generation: number) => `generations/${String(generation).padStart(width, '0')}.json`;

const generationOf = (document: Buffer): number =>
  (JSON.parse(document.toString()) as { generation: number }).generation;

/** A pointer moved by If-Match; whoever moves it puts what it was aside first, so that only what was current is kept. */
class Pointer implements Register {
  readonly history: string = 'generations of our own, behind a pointer that is moved by If-Match';
  protected readonly bucket: S3Bucket;
  readonly #spelling: 'quoted' | 'unquoted';

  constructor(bucket: S3Bucket, spelling: 'quoted' | 'unquoted') {
    this.bucket = bucket;
    this.#spelling = spelling;
  }

  read(): Promise<Stored | undefined> {
    return this.bucket.get(pointerKey);
  }

  async move(from: Stored | undefined, next: Buffer): Promise<void> {
    if (from === undefined) {
      await this.bucket.put(pointerKey, next, { ifNoneMatch: '*' });
      return;
    }
    await this.keep(from);
    await this.bucket.put(pointerKey, next, { ifMatch: spellEtag(from.etag, this.#spelling) });
  }

  protected async keep(from: Stored): Promise<void> {
    await this.bucket.put(archiveKey(generationOf(from.bytes)), from.bytes);
  }

  async *earlier(): AsyncGenerator<Buffer> {
    const current = await this.read();
    if (current === undefined) return;
    const keys: string[] = [];
    for await (const { key } of this.bucket.list('generations/')) keys.push(key);
    const now = archiveKey(generationOf(current.bytes));
    for (const key of keys.reverse()) {
      // What a mover put aside before it was refused is current still.
      if (key >= now) continue;
      const stored = await this.bucket.get(key);
      if (stored !== undefined) yield stored.bytes;
    }
  }

  async earlierAt(generation: number): Promise<Buffer | undefined> {
    return (await this.bucket.get(archiveKey(generation)))?.bytes;
  }

  async forget(generation: number): Promise<void> {
    await this.bucket.remove(archiveKey(generation));
  }
}

/** The same pointer where the bucket keeps the versions of it. */
class VersionedPointer extends Pointer {
  override readonly history = "the bucket's own versions of a pointer that is moved by If-Match";

  protected override async keep(): Promise<void> {
    // The bucket does.
  }

  override async *earlier(): AsyncGenerator<Buffer> {
    let first = true;
    for await (const version of this.bucket.versions(pointerKey)) {
      const stored = first ? undefined : await this.bucket.get(pointerKey, version);
      first = false;
      if (stored !== undefined) yield stored.bytes;
    }
  }

  override async earlierAt(generation: number): Promise<Buffer | undefined> {
    for await (const bytes of this.earlier()) {
      if (generationOf(bytes) === generation) return bytes;
    }
    return undefined;
  }

  override async forget(): Promise<void> {
    // A lifecycle rule of the bucket does, where there is one.
  }
}

/** Where a server enforces If-None-Match alone: every generation is created once; the first key is the newest. */
class Chain implements Register {
  readonly history = 'generations of our own, each created by If-None-Match';
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  async read(): Promise<Stored | undefined> {
    for await (const { key } of this.#bucket.list('chain/', { limit: 1 })) return this.#bucket.get(key);
    return undefined;
  }

  async move(_from: Stored | undefined, next: Buffer, generation: number): Promise<void> {
    await this.#bucket.put(this.#key(generation), next, { ifNoneMatch: '*' });
  }

  async *earlier(): AsyncGenerator<Buffer> {
    let first = true;
    for await (const { key } of this.#bucket.list('chain/')) {
      const stored = first ? undefined : await this.#bucket.get(key);
      first = false;
      if (stored !== undefined) yield stored.bytes;
    }
  }

  async earlierAt(generation: number): Promise<Buffer | undefined> {
    return (await this.#bucket.get(this.#key(generation)))?.bytes;
  }

  async forget(generation: number): Promise<void> {
    await this.#bucket.remove(this.#key(generation));
  }

  /** Counts down, so that a listing gives the newest first. */
  #key(generation: number): string {
    return `chain/${String(10 ** width - 1 - generation).padStart(width, '0')}.json`;
  }
}
