import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError } from '@cutover/core';
import type {
  Change,
  Draft,
  DraftWriter,
  Enforcement,
  Generation,
  Snapshot,
  Snapshots,
} from '../snapshots.ts';
import { Refused, S3Bucket, type Stored } from './bucket.ts';
import { eraseUnder } from './erase.ts';
import { assertEnforces, probe, type Probed, spellEtag } from './probe.ts';
import { currentDocument, type Register, registerFor } from './register.ts';
import { parseS3Url, type S3Settings, settingsFromEnvironment } from './settings.ts';
import { writer } from '../writer.ts';

/** Key, size in bytes and first 32 hex digits of the SHA-256; empty where the object was there before the store. */
type Reference = readonly [key: string, sizeBytes: number, sha256: string];

interface Manifest {
  readonly format: 1;
  readonly generation: number;
  /** Of the commit that made it. */
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly why: string;
  readonly changed: readonly string[];
  readonly shards: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, Reference>>;
  readonly lastImport?: string;
  /** The latest commits, newest first: says whether one whose answer was lost did land. */
  readonly recent: readonly string[];
}

const recentKept = 256;
const dayMs = 24 * 3600_000;

class S3Snapshot implements Snapshot {
  readonly manifest: Manifest;
  readonly stored: Stored | undefined;

  constructor(manifest: Manifest, stored: Stored | undefined) {
    this.manifest = manifest;
    this.stored = stored;
  }

  get generation(): number {
    return this.manifest.generation;
  }

  get shards(): Readonly<Record<string, number>> {
    return this.manifest.shards;
  }

  get lastImport(): string | undefined {
    return this.manifest.lastImport;
  }

  async version(name: string): Promise<string | undefined> {
    return this.manifest.files[name]?.[0];
  }

  /** Of the files that are there. */
  names(): string[] {
    return Object.keys(this.manifest.files);
  }
}

export interface S3SnapshotsOptions {
  readonly s3?: S3Settings;
  /** Generations that are kept; older ones are forgotten as new ones are made. */
  readonly keepGenerations: number;
}

/** A private store in a bucket: immutable objects below `data/`, and the register that names the current ones. */
export class S3Snapshots implements Snapshots {
  readonly url: string;
  readonly #bucket: S3Bucket;
  readonly #keep: number;
  #refused = 0;
  #probed: Promise<Probed> | undefined;

  constructor(url: string, options: S3SnapshotsOptions) {
    this.url = url;
    this.#keep = options.keepGenerations;
    this.#bucket = new S3Bucket(url, parseS3Url(url), settingsFromEnvironment(options.s3));
  }

  get refusedWrites(): number {
    return this.#refused;
  }

  /** Whether anything of a store is there. Throws where the bucket is not. */
  async exists(): Promise<boolean> {
    await this.#bucket.assertThere();
    for await (const { key } of this.#bucket.list('', { limit: 20 })) {
      if (!key.startsWith('.probe/')) return true;
    }
    return false;
  }

  async describe(): Promise<Enforcement> {
    const probed = await this.#probe();
    const writes = [
      'If-None-Match',
      ...(probed.ifMatch === undefined ? [] : [`If-Match with ${probed.ifMatch} ETags`]),
    ];
    return {
      writes: `the server enforces ${writes.join(' and ')}`,
      history: registerFor(this.#bucket, probed).history,
    };
  }

  async current(): Promise<S3Snapshot> {
    const stored = await currentDocument(this.#bucket);
    if (stored === undefined) return new S3Snapshot(await this.#found(), undefined);
    return new S3Snapshot(this.#parse(stored.bytes), stored);
  }

  async *read(snapshot: Snapshot, name: string): AsyncGenerator<Buffer> {
    const reference = (snapshot as S3Snapshot).manifest.files[name];
    if (reference === undefined) return;
    yield await this.#readVerified(name, reference);
  }

  draft(name: string): DraftWriter {
    const parts: Uint8Array[] = [];
    return {
      write: async (content) => {
        parts.push(typeof content === 'string' ? Buffer.from(content) : content);
      },
      close: async () => {
        const bytes = Buffer.concat(parts);
        parts.length = 0;
        const sha256 = sha256Of(bytes);
        // A name of its own, so that writing it twice or half does no harm.
        const place = `data/${name.replace(/\.jsonl$/, '')}.${randomUUID()}.jsonl`;
        await this.#register();
        await this.#bucket.put(place, bytes);
        return { place, sizeBytes: bytes.length, sha256 };
      },
      discard: async () => {
        parts.length = 0;
      },
    };
  }

  async commit(base: Snapshot, change: Change): Promise<'done' | 'refused'> {
    const register = await this.#register();
    const began = base as S3Snapshot;
    const id = randomBytes(9).toString('base64url');
    let on = began;
    for (let attempt = 1; ; attempt++) {
      const next = nextManifest(on.manifest, change, id);
      const moved = await this.#move(register, on.stored, next);
      if (moved) {
        await this.#expire(register, next.generation).catch(() => undefined);
        return 'done';
      }
      this.#refused++;
      const now = await this.current();
      if (now.manifest.recent.includes(id)) return 'done';
      if (now.generation - began.generation >= recentKept) throw unsure(this.url);
      // Others changed other files: the same drafts go on top of theirs.
      if (!sameFiles(began, now, change)) {
        await this.#removeDrafts(change);
        return 'refused';
      }
      on = now;
      await sleep(Math.random() * Math.min(2 ** attempt, 100));
    }
  }

  /** False where somebody else was first, or where it cannot be told from that. */
  async #move(register: Register, from: Stored | undefined, next: Manifest): Promise<boolean> {
    try {
      await register.move(from, Buffer.from(JSON.stringify(next)), next.generation);
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      // The answer is lost for good. If it landed it says so now; if it is still under way it may land later.
      const now = await this.current().catch(() => undefined);
      if (now?.manifest.recent.includes(next.id) === true) return true;
      throw error;
    }
  }

  async *history(): AsyncGenerator<Generation> {
    const current = await this.current();
    if (current.stored === undefined) return;
    yield current.manifest;
    for await (const bytes of (await this.#register()).earlier()) yield this.#parse(bytes);
  }

  async at(generation: number): Promise<Snapshot | undefined> {
    const current = await this.current();
    if (current.generation === generation) return current;
    if (generation > current.generation) return undefined;
    const bytes = await (await this.#register()).earlierAt(generation);
    return bytes === undefined ? undefined : new S3Snapshot(this.#parse(bytes), undefined);
  }

  async create(key: string, bytes: Buffer): Promise<boolean> {
    await this.#register();
    try {
      await this.#bucket.put(key, bytes, { ifNoneMatch: '*' });
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Ours, where an earlier attempt landed and its answer was lost.
      return (await this.#bucket.get(key))?.bytes.equals(bytes) === true;
    }
  }

  async swap(key: string, expected: Buffer, bytes: Buffer): Promise<boolean> {
    const probed = await this.#probe();
    const stored = await this.#bucket.get(key);
    if (stored?.bytes.equals(expected) !== true) return false;
    if (probed.ifMatch === undefined) {
      throw new CutoverError('private-store-no-if-match', 'this server cannot change a claim that is there', {
        next: 'take a server that enforces If-Match, or a file:///directory',
      });
    }
    try {
      await this.#bucket.put(key, bytes, { ifMatch: spellEtag(stored.etag, probed.ifMatch) });
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return (await this.#bucket.get(key))?.bytes.equals(bytes) === true;
    }
  }

  async object(key: string): Promise<Buffer | undefined> {
    return (await this.#bucket.get(key))?.bytes;
  }

  async *objects(prefix: string): AsyncGenerator<{ key: string; sizeBytes: number }> {
    yield* this.#bucket.list(prefix);
  }

  async removeObjects(prefix: string): Promise<void> {
    await eraseUnder(this.#bucket, prefix, (await this.#probe()).versioned, () => false);
  }

  async forgetHistory(): Promise<{ generations: number; left: number }> {
    const versioned = await this.#bucket.hasVersions();
    const register = await this.#register();
    const current = await this.current();
    const now = keysOf(current.manifest);
    const before = new Set<string>();
    const generations: number[] = [];
    for await (const bytes of register.earlier()) {
      const manifest = this.#parse(bytes);
      generations.push(manifest.generation);
      for (const key of keysOf(manifest)) before.add(key);
    }
    // Objects go first: a crash leaves generations that cannot be read, and running it again finishes.
    const { left } = await eraseUnder(this.#bucket, '', versioned, (key) => {
      if (now.has(key)) return true;
      if (before.has(key) || isPlainSheet(key)) return false;
      return key.startsWith('data/') ? 'young' : true;
    });
    for (const generation of generations) await register.forget(generation);
    return { generations: generations.length, left };
  }

  /** Removes drafts that a killed writer left more than a day ago: objects that no generation that is kept names. */
  async removeOldDrafts(): Promise<void> {
    const { versioned } = await this.#probe();
    const old: string[] = [];
    const now = keysOf((await this.current()).manifest);
    for await (const { key, modifiedAt } of this.#bucket.list('data/'))
      if (!now.has(key) && Date.now() - (modifiedAt?.getTime() ?? Date.now()) > dayMs) old.push(key);
    if (old.length === 0) return;
    const named = new Set(now);
    for await (const bytes of (await this.#register()).earlier())
      for (const key of keysOf(this.#parse(bytes))) named.add(key);
    // Looked at again: what was a draft a moment ago may be current.
    for (const key of keysOf((await this.current()).manifest)) named.add(key);
    for (const key of old) {
      if (named.has(key)) continue;
      if (versioned) await this.#bucket.erase(key);
      else await this.#bucket.remove(key);
    }
  }

  async upload(key: string, path: string): Promise<void> {
    await this.#register();
    await this.#bucket.putFile(key, path);
    if ((await this.#probe()).versioned) await eraseUnder(this.#bucket, key, true, () => true);
  }

  sizeOf(key: string): Promise<number | undefined> {
    return this.#bucket.sizeOf(key);
  }

  async range(key: string, from: number, to: number): Promise<Buffer | undefined> {
    return (await this.#bucket.get(key, undefined, { from, to }))?.bytes;
  }

  stream(key: string, from: number, to: number): Promise<Readable> {
    return this.#bucket.stream(key, from, to);
  }

  async localPath(): Promise<undefined> {
    return undefined;
  }

  async #readVerified(name: string, [key, sizeBytes, sha256]: Reference): Promise<Buffer> {
    for (let attempt = 1; ; attempt++) {
      const stored = await this.#bucket.get(key);
      if (stored === undefined) {
        throw new CutoverError(
          'private-object-missing',
          `${name}: its object ${key} is gone from ${this.url}`,
          {
            next: 'restore an earlier generation: cutover private history, then cutover private restore <generation>',
            data: { key },
          },
        );
      }
      const whole = sha256 === '' || (stored.bytes.length === sizeBytes && sha256Of(stored.bytes) === sha256);
      if (whole) return stored.bytes;
      if (attempt === 5) {
        throw new CutoverError(
          'private-object-damaged',
          `${name}: its object ${key} is not what was written`,
          {
            next: 'restore an earlier generation: cutover private history, then cutover private restore <generation>',
            data: { key, sizeBytes: stored.bytes.length, expected: sizeBytes },
          },
        );
      }
    }
  }

  /** Plain `<sheet>.jsonl` objects that were there before the store are taken over as they are. */
  async #found(): Promise<Manifest> {
    const files: Record<string, Reference> = {};
    for await (const { key, sizeBytes } of this.#bucket.list('', { delimiter: '/' })) {
      if (key.endsWith('.jsonl')) files[key] = [key, sizeBytes, ''];
    }
    return {
      format: 1,
      generation: 0,
      id: '',
      at: '',
      by: '',
      why: 'found',
      changed: [],
      shards: {},
      files,
      recent: [],
    };
  }

  #parse(bytes: Buffer): Manifest {
    let parsed: Partial<Manifest> | undefined;
    try {
      parsed = JSON.parse(bytes.toString()) as Partial<Manifest>;
    } catch {
      parsed = undefined;
    }
    if (parsed?.format === 1) return parsed as Manifest;
    throw new CutoverError('private-store-format', `${this.url} is not in a form that this version reads`, {
      next: 'use the version of cutover that wrote it, or restore the object current.json',
    });
  }

  #probe(): Promise<Probed> {
    this.#probed ??= (async () => {
      const probed = await probe(this.#bucket);
      assertEnforces(this.url, probed);
      return probed;
    })();
    this.#probed.catch(() => (this.#probed = undefined));
    return this.#probed;
  }

  async #register(): Promise<Register> {
    return registerFor(this.#bucket, await this.#probe());
  }

  /** Drops the generation that is one too many, with the objects that only it held. A restore copies, so none comes back. */
  async #expire(register: Register, generation: number): Promise<void> {
    const old = generation - this.#keep;
    if (old < 1) return;
    const [bytes, after] = [await register.earlierAt(old), await register.earlierAt(old + 1)];
    if (bytes === undefined || after === undefined) return;
    const still = new Set(Object.values(this.#parse(after).files).map(([key]) => key));
    for (const [key] of Object.values(this.#parse(bytes).files)) {
      if (!still.has(key)) await this.#bucket.remove(key);
    }
    await register.forget(old);
  }

  async #removeDrafts({ files }: Change): Promise<void> {
    for (const draft of files.values()) {
      if (draft !== undefined) await this.#bucket.remove(draft.place).catch(() => undefined);
    }
  }
}

function nextManifest(from: Manifest, change: Change, id: string): Manifest {
  const files = new Map(Object.entries(from.files));
  for (const [name, draft] of change.files) {
    if (draft === undefined) files.delete(name);
    else files.set(name, reference(draft));
  }
  const lastImport = change.lastImport ?? from.lastImport;
  return {
    format: 1,
    generation: from.generation + 1,
    id,
    at: new Date().toISOString(),
    by: writer(),
    why: change.why,
    changed: [...change.files.keys()],
    shards: { ...from.shards, ...change.shards },
    files: Object.fromEntries(files),
    recent: [id, ...from.recent].slice(0, recentKept),
    ...(lastImport === undefined ? {} : { lastImport }),
  };
}

const keysOf = ({ files }: Manifest): Set<string> => new Set(Object.values(files).map(([key]) => key));

/** As it lay in the bucket before there was a store. */
const isPlainSheet = (key: string): boolean => /^[^/]+\.jsonl$/.test(key);

const reference = ({ place, sizeBytes, sha256 }: Draft): Reference => [place, sizeBytes, sha256];

function sameFiles(a: S3Snapshot, b: S3Snapshot, change: Change): boolean {
  if (JSON.stringify(a.shards) !== JSON.stringify(b.shards)) return false;
  for (const name of change.files.keys()) {
    if (a.manifest.files[name]?.[0] !== b.manifest.files[name]?.[0]) return false;
  }
  return true;
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function unsure(url: string): CutoverError {
  return new CutoverError(
    'private-commit-unsure',
    `${url} was changed so often meanwhile that it cannot be told whether this change was taken`,
    { next: 'run cutover reconcile, then repeat the change where it is not there' },
  );
}
