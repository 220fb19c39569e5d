import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CutoverError, exitCodes, makeFolder } from '@cutover/core';
import type { PrivateRecord, Target } from '@cutover/records';
import { activate, type ActivationResult } from './activate.ts';
import type { MergeThreadsOptions } from './merge-threads.ts';
import { Claims } from './claims.ts';
import { directoryOf } from './directory-of.ts';
import { type Edit, editRecords } from './edit-records.ts';
import { FileSnapshots, removeOldDrafts } from './file/file-snapshots.ts';
import { parseBatches, parseLines, writeAtomically } from './json-lines.ts';
import { leaseHolder, StoreLease } from './lease.ts';
import { restore, type RestoreInput } from './restore.ts';
import type { S3Settings } from './s3/settings.ts';
import { type ImportedPart, partsSinceImport, valuesAtImport } from './since-import.ts';
import { shardAbove, shardFile, shardOf, sheetFiles } from './shards.ts';
import type { Enforcement, Generation, Snapshot, Snapshots } from './snapshots.ts';
import {
  removeStaged,
  StagedImport,
  stagedImports,
  type StagedManifest,
  stagedManifest,
  stagedOwner,
  type StagedOwner,
} from './staged-import.ts';

/** Files of the engine's own beside the records. */
export type KeptKind = 'ledger' | 'quarantine' | 'audit';

/** Records that must never reach git: `<sheet>.jsonl`, one line a record, sorted by id; a large sheet is split. */
export interface PrivateStore {
  readonly url: string;
  /** How often a write of this process was refused because somebody else was first, and was made again. */
  readonly refusedWrites: number;
  /** All records of a sheet, sorted by id within each of its files. */
  read(sheet: string): AsyncIterable<PrivateRecord>;
  /**
   * A sheet in pieces that can be read one after the other, each with the records whose ids hash alike (see
   * `shardOf`); a sheet that is one file is one piece.
   */
  readParts(sheet: string): Promise<readonly SheetPart[]>;
  /**
   * Changes one record: `change` gets the record as it stands and gives what it shall be, or undefined to
   * remove it. It is called again where somebody else was first. Throws CutoverError `private-store-contended`
   * or `private-store-locked`.
   */
  update(
    sheet: string,
    id: string,
    change: (current: PrivateRecord | undefined) => PrivateRecord | undefined,
  ): Promise<void>;
  /** Changes several records, of several sheets, all or none, as one generation with a reason. */
  edit(edits: readonly Edit[], why: string): Promise<void>;
  /** Begins to stage an import's rows; nothing is visible before `activate`. */
  stage(importId: string): Promise<StagedImport>;
  /** Merges a sealed import into the store, all sheets or none, also after a crash half-way. */
  activate(importId: string, target: Target, threads?: MergeThreadsOptions): Promise<ActivationResult>;
  /** Imports that were staged and neither activated nor discarded. */
  listStaged(): Promise<StagedListing[]>;
  discard(importId: string): Promise<void>;
  /** The import that was activated last. */
  lastImport(): Promise<string | undefined>;
  /** The number of the generation that the store is at; a file that is edited by hand makes none. */
  generation(): Promise<number>;
  /** Where to look for what the new side has written since the last import; cheap until it is read. */
  partsSinceImport(target: Target): Promise<readonly ImportedPart[]>;
  /** What the last import left in records of a sheet, by id and field, as far as that version is still kept. */
  valuesAtImport(
    sheet: string,
    ids: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string | number | boolean | null>>>>;
  /** Unique values: addresses, GitHub ids, NameIDs. */
  readonly claims: Claims;
  /** The right to act on this store's site; a holder that is silent for so long loses it. */
  lease(ttlMs: number): StoreLease;
  /** Who acts on this store's site, for people. */
  leaseHolder(): Promise<string | undefined>;
  /** Earlier versions, newest first, the current one included. */
  history(): AsyncIterable<Generation>;
  /** What one record was at earlier versions, newest first, each that differs from the one after it. */
  earlier(sheet: string, id: string): AsyncIterable<PrivateRecord | undefined>;
  /** Makes the records what they were at a generation, as a new one. See `restore`. */
  restore(input: RestoreInput): Promise<{ readonly restored: number; readonly leftOut: number }>;
  /**
   * Removes earlier versions of everything for good; what is now stays, and there is no going back to before.
   * `left` counts drafts of the last minutes that a writer may be at work on: where it is not 0, run it again later.
   */
  forgetHistory(): Promise<{ readonly generations: number; readonly left: number }>;
  /** What keeps writers from overwriting each other here. Throws CutoverError `private-store-unconditional` where nothing does. */
  describe(): Promise<Enforcement>;
  /** Takes a finished local file into the store; of one that had the name no version stays. */
  keepFile(kind: KeptKind, name: string, path: string): Promise<void>;
  /** Removes a kept file, where there is one. */
  removeFile(kind: KeptKind, name: string): Promise<void>;
  /** Writes a small file under a name that must not be taken; false where it is. */
  keepText(kind: KeptKind, name: string, text: string): Promise<boolean>;
  keptFiles(kind: KeptKind): AsyncIterable<{ readonly name: string; readonly sizeBytes: number }>;
  keptFile(kind: KeptKind, name: string): Promise<Buffer | undefined>;
  /**
   * Takes a local file into the public bucket: what anybody may see and is too large for git. It is never replaced;
   * false where it is there. Its name is `<record id>/<SHA-256>` and an extension.
   */
  keepPublic(name: string, path: string): Promise<boolean>;
  /** An object of the public bucket, a part of it at a time; undefined where there is none. */
  publicObject(name: string): Promise<PublicObject | undefined>;
  /** Removes all objects of the public bucket that belong to a record. */
  removePublic(recordId: string): Promise<void>;
  /** Where a file of the store lies on this machine. Throws CutoverError `private-store-remote` where it is elsewhere. */
  pathFor(kind: KeptKind, name: string): Promise<string>;
}

export interface PublicObject {
  readonly sizeBytes: number;
  /** Bytes from `from` to `to`, both included. */
  stream(from: number, to: number): Promise<Readable>;
}

export interface StagedListing {
  readonly importId: string;
  readonly manifest: StagedManifest | undefined;
  readonly owner: StagedOwner | undefined;
}

export interface SheetPart {
  readonly shard: number;
  readonly shards: number;
  read(): AsyncIterable<PrivateRecord>;
  /** The same, many at a time. */
  batches(): AsyncIterable<readonly PrivateRecord[]>;
  /** The lines as they are, for those who parse themselves. */
  chunks(): AsyncIterable<Buffer>;
}

export interface OpenPrivateStoreOptions {
  /** Makes the folder, or begins a store below the prefix, where there is none. */
  readonly create?: boolean;
  /** Settings of the bucket that the environment does not say. */
  readonly s3?: S3Settings;
  /** Records above which a sheet is split at its next import. */
  readonly shardAbove?: number;
  /** Earlier versions that are kept. */
  readonly keepGenerations?: number;
  /** For tests: called between the steps of a commit on disk. */
  readonly onStep?: (step: string) => void;
}

const keepGenerations = 1000;

/**
 * Opens a private store by URL: `file:///dir`, a path, or `s3://bucket/prefix` with endpoint, region and
 * credentials from the environment. With `create` it is made where there is none; a folder is readable by its
 * owner alone. Throws CutoverError `private-store-scheme`, `private-store-url`, `private-store-missing`,
 * `private-store-unwritable`, `private-store-denied`, `private-store-unreachable` or `private-store-unconditional`.
 */
export async function openPrivateStore(
  url: string,
  options: OpenPrivateStoreOptions = {},
): Promise<PrivateStore> {
  const keep = { keepGenerations: options.keepGenerations ?? keepGenerations };
  if (/^s3:/i.test(url)) {
    // Loading the client takes as long as the rest of a small command: who has no bucket does without.
    const { S3Snapshots } = await import('./s3/s3-snapshots.ts');
    const snapshots = new S3Snapshots(url, {
      ...keep,
      ...(options.s3 === undefined ? {} : { s3: options.s3 }),
    });
    const there = await snapshots.exists();
    if (options.create !== true && !there) throw missing(url);
    const store = new SnapshotPrivateStore(snapshots, options);
    if (options.create === true) {
      await store.begin();
      await snapshots.removeOldDrafts();
    }
    return store;
  }
  const dir = directoryOf(url);
  if ((await stat(dir).catch(() => undefined))?.isDirectory() === false) throw noFolder(url);
  if (options.create === true)
    await makeFolder(dir, { mode: 0o700 }).catch((error: unknown) => {
      throw unwritable(url, error);
    });
  try {
    await readdir(dir);
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EACCES' ? denied(url, cause) : missing(url, cause);
  }
  if (options.create === true) {
    await assertWritable(dir, url);
    await removeOldDrafts(dir);
  }
  return new SnapshotPrivateStore(new FileSnapshots(url, dir, { ...keep, onStep: options.onStep }), options);
}

function missing(url: string, cause?: unknown): CutoverError {
  return new CutoverError('private-store-missing', `there is no private store at ${url}`, {
    next: 'give the right --private URL, or import first',
    ...(cause === undefined ? {} : { cause }),
  });
}

function noFolder(url: string): CutoverError {
  return new CutoverError(
    'private-store-url',
    `${url} is a file, and a private store is a folder or a bucket`,
    {
      next: 'give the folder with --private, or one that is not there yet to import into',
      exitCode: exitCodes.usage,
    },
  );
}

function denied(url: string, cause: unknown): CutoverError {
  return new CutoverError('private-store-denied', `the private store at ${url} may not be read`, {
    next: 'run cutover as the user that owns the folder, or give this one permission on it',
    cause,
  });
}

async function assertWritable(dir: string, url: string): Promise<void> {
  const probe = join(dir, `.probe-${randomUUID()}`);
  try {
    await writeAtomically(probe, '');
    await rm(probe);
  } catch (cause) {
    throw unwritable(url, cause);
  }
}

function unwritable(url: string, cause: unknown): CutoverError {
  return new CutoverError('private-store-unwritable', `the private store at ${url} cannot be written`, {
    next: 'give the user that runs cutover write permission on the folder, and free space on its disk',
    cause,
  });
}

class SnapshotPrivateStore implements PrivateStore {
  readonly url: string;
  readonly claims: Claims;
  readonly #snapshots: Snapshots;
  readonly #shardAbove: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(snapshots: Snapshots, options: OpenPrivateStoreOptions) {
    this.url = snapshots.url;
    this.#snapshots = snapshots;
    this.#shardAbove = options.shardAbove ?? shardAbove;
    this.claims = new Claims(snapshots, () => this.#key());
  }

  get refusedWrites(): number {
    return this.#snapshots.refusedWrites;
  }

  /** Asks what the place enforces, and leaves there what says that a store was begun. */
  async begin(): Promise<void> {
    await this.#snapshots.describe();
    await this.#key();
  }

  async *read(sheet: string): AsyncGenerator<PrivateRecord> {
    for (const part of await this.readParts(sheet)) yield* part.read();
  }

  async readParts(sheet: string): Promise<readonly SheetPart[]> {
    const snapshot = await this.#snapshots.current();
    const files = sheetFiles(sheet, snapshot.shards);
    return files.map((name, shard) => partOf(this.#snapshots, snapshot, name, shard, files.length));
  }

  update(
    sheet: string,
    id: string,
    change: (current: PrivateRecord | undefined) => PrivateRecord | undefined,
  ): Promise<void> {
    return this.edit([{ sheet, id, change }], `change ${sheet}`);
  }

  /** Changes of one process follow each other, so that only other processes can be in the way. */
  edit(edits: readonly Edit[], why: string): Promise<void> {
    const turn = this.#last.then(() => editRecords(this.#snapshots, edits, why));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  stage(importId: string): Promise<StagedImport> {
    return StagedImport.create(this.#snapshots, importId);
  }

  async activate(importId: string, target: Target, threads?: MergeThreadsOptions): Promise<ActivationResult> {
    return activate({
      snapshots: this.#snapshots,
      importId,
      target,
      key: await this.#key(),
      shardAbove: this.#shardAbove,
      threads,
    });
  }

  async listStaged(): Promise<StagedListing[]> {
    const ids = await stagedImports(this.#snapshots);
    return Promise.all(
      ids.map(async (importId) => ({
        importId,
        // The owner first: a manifest that comes in between is one of an owner that was seen.
        owner: await stagedOwner(this.#snapshots, importId),
        manifest: await stagedManifest(this.#snapshots, importId),
      })),
    );
  }

  discard(importId: string): Promise<void> {
    return removeStaged(this.#snapshots, importId);
  }

  async lastImport(): Promise<string | undefined> {
    return (await this.#snapshots.current()).lastImport;
  }

  lease(ttlMs: number): StoreLease {
    return new StoreLease(this.#snapshots, ttlMs);
  }

  leaseHolder(): Promise<string | undefined> {
    return leaseHolder(this.#snapshots);
  }

  async generation(): Promise<number> {
    return (await this.#snapshots.current()).generation;
  }

  async partsSinceImport(target: Target): Promise<readonly ImportedPart[]> {
    return partsSinceImport(this.#snapshots, target, await this.#key());
  }

  async valuesAtImport(
    sheet: string,
    ids: ReadonlySet<string>,
  ): Promise<Map<string, Readonly<Record<string, string | number | boolean | null>>>> {
    return valuesAtImport(this.#snapshots, sheet, ids, await this.#key());
  }

  history(): AsyncIterable<Generation> {
    return this.#snapshots.history();
  }

  async *earlier(sheet: string, id: string): AsyncGenerator<PrivateRecord | undefined> {
    let last: string | undefined;
    let mayDiffer = true;
    for await (const { generation, changed } of this.#snapshots.history()) {
      const snapshot = mayDiffer ? await this.#snapshots.at(generation) : undefined;
      mayDiffer = changed.some((name) => name === `${sheet}.jsonl` || name.startsWith(`${sheet}/`));
      if (snapshot === undefined) continue;
      const shards = snapshot.shards[sheet] ?? 1;
      const name = shardFile(sheet, shardOf(id, shards), shards);
      let found: PrivateRecord | undefined;
      for await (const record of parseLines<PrivateRecord>(name, this.#snapshots.read(snapshot, name)))
        if (record.id === id) found = record;
      const text = JSON.stringify(found);
      if (last !== undefined && last !== (text ?? '')) yield found;
      last = text ?? '';
    }
  }

  restore(input: RestoreInput): Promise<{ restored: number; leftOut: number }> {
    return restore(this.#snapshots, input);
  }

  forgetHistory(): Promise<{ generations: number; left: number }> {
    return this.#snapshots.forgetHistory();
  }

  describe(): Promise<Enforcement> {
    return this.#snapshots.describe();
  }

  keepFile(kind: KeptKind, name: string, path: string): Promise<void> {
    return this.#snapshots.upload(`${kind}/${name}`, path);
  }

  removeFile(kind: KeptKind, name: string): Promise<void> {
    return this.#snapshots.removeObjects(`${kind}/${name}`);
  }

  keepText(kind: KeptKind, name: string, text: string): Promise<boolean> {
    return this.#snapshots.create(`${kind}/${name}`, Buffer.from(text));
  }

  async *keptFiles(kind: KeptKind): AsyncGenerator<{ name: string; sizeBytes: number }> {
    for await (const { key, sizeBytes } of this.#snapshots.objects(`${kind}/`)) {
      yield { name: key.slice(kind.length + 1), sizeBytes };
    }
  }

  keptFile(kind: KeptKind, name: string): Promise<Buffer | undefined> {
    return this.#snapshots.object(`${kind}/${name}`);
  }

  async keepPublic(name: string, path: string): Promise<boolean> {
    const key = publicKey(name);
    if ((await this.#snapshots.sizeOf(key)) === (await stat(path)).size) return false;
    await this.#snapshots.upload(key, path);
    return true;
  }

  async publicObject(name: string): Promise<PublicObject | undefined> {
    const key = publicKey(name);
    const sizeBytes = await this.#snapshots.sizeOf(key);
    if (sizeBytes === undefined) return undefined;
    return { sizeBytes, stream: (from, to) => this.#snapshots.stream(key, from, to) };
  }

  async removePublic(recordId: string): Promise<void> {
    await this.#snapshots.removeObjects(`public/${recordId}/`);
  }

  async pathFor(kind: KeptKind, name: string): Promise<string> {
    const path = await this.#snapshots.localPath(`${kind}/${name}`);
    if (path !== undefined) return path;
    throw new CutoverError('private-store-remote', `${kind}/${name} of ${this.url} is not on this machine`, {
      next: 'read it with keptFile',
    });
  }

  /** The key of this store's digests: made once, private like everything here. */
  async #key(): Promise<Buffer> {
    for (;;) {
      const there = await this.#snapshots.object('digest-key');
      if (there !== undefined) return Buffer.from(there.toString().trim(), 'hex');
      await this.#snapshots.create('digest-key', Buffer.from(`${randomBytes(32).toString('hex')}\n`));
    }
  }
}

/** Names come out of git, where anybody may have written one that leads to what is private. */
function publicKey(name: string): string {
  if (/^[0-9a-f-]{36}\/[0-9a-f]{64}(?:\.[a-z0-9]{1,8})?$/.test(name)) return `public/${name}`;
  throw new CutoverError('public-name-invalid', `${name} is no name of the public bucket`, {
    next: 'mend the field `file` of the record that names it',
    data: { name },
  });
}

function partOf(
  snapshots: Snapshots,
  snapshot: Snapshot,
  name: string,
  shard: number,
  shards: number,
): SheetPart {
  const chunks = () => snapshots.read(snapshot, name);
  return {
    shard,
    shards,
    chunks,
    read: () => parseLines<PrivateRecord>(name, chunks()),
    batches: () => parseBatches<PrivateRecord>(name, chunks()),
  };
}
