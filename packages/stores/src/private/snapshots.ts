import type { Readable } from 'node:stream';

/**
 * Where a private store keeps its files. A *snapshot* is the set of files at one moment; a *draft* is new
 * content for one file, durable and seen by nobody; a *commit* puts drafts in place of what a snapshot held,
 * all or none, and is refused where somebody else has replaced one of those files since. Each commit makes a
 * *generation*; earlier ones are kept.
 *
 * Beside the generations there are *objects*: written once (staged rows, ledgers, audit lines) or swapped
 * (claims), never part of a restore.
 */
export interface Snapshots {
  readonly url: string;
  /** How often a commit was refused because somebody else was first. */
  readonly refusedWrites: number;
  current(): Promise<Snapshot>;
  /** Content of one file as of a snapshot; nothing where it has no such file. */
  read(snapshot: Snapshot, name: string): AsyncIterable<Buffer>;
  draft(name: string): DraftWriter;
  /** Throws CutoverError `private-commit-unsure` where the server never said whether it took the commit. */
  commit(base: Snapshot, change: Change): Promise<'done' | 'refused'>;
  /** Newest first, the current one included. */
  history(): AsyncIterable<Generation>;
  /** The files as they were; undefined where that generation is not kept any more. */
  at(generation: number): Promise<Snapshot | undefined>;
  /** What the place enforces, for people; asks the server where there is one. */
  describe(): Promise<Enforcement>;

  /** Writes an object that must not be there; false where it is. */
  create(key: string, bytes: Buffer): Promise<boolean>;
  /** Replaces an object that must hold `expected`; false where it holds something else. */
  swap(key: string, expected: Buffer, bytes: Buffer): Promise<boolean>;
  object(key: string): Promise<Buffer | undefined>;
  /** Keys below a prefix (which ends in `/`), sorted, with their sizes in bytes. */
  objects(prefix: string): AsyncIterable<{ readonly key: string; readonly sizeBytes: number }>;
  /** Removes every object below a prefix; no version of them stays. */
  removeObjects(prefix: string): Promise<void>;
  /**
   * Removes for good what the files were before, and what killed writers left; `left` counts the drafts that
   * are so young that a writer may be at work on them.
   */
  forgetHistory(): Promise<{ readonly generations: number; readonly left: number }>;
  /** Copies a local file to an object; of one that was there no version stays. */
  upload(key: string, path: string): Promise<void>;
  /** Size of an object; undefined where there is none. */
  sizeOf(key: string): Promise<number | undefined>;
  /** Bytes of an object from `from` to `to`, both included; undefined where there is none. */
  range(key: string, from: number, to: number): Promise<Buffer | undefined>;
  /** The same, as they come. */
  stream(key: string, from: number, to: number): Promise<Readable>;
  /** A local path for an object, where the store is on this machine. */
  localPath(key: string): Promise<string | undefined>;
}

export interface Snapshot {
  readonly generation: number;
  /** Into how many files a sheet is split; a sheet that is not named is one file. */
  readonly shards: Readonly<Record<string, number>>;
  /** Last import that was activated. */
  readonly lastImport: string | undefined;
  /** What a file is in this snapshot: changes when its content does. Undefined where there is none. */
  version(name: string): Promise<string | undefined>;
}

export interface DraftWriter {
  /** Bytes are taken as they are; nobody else may change them any more. */
  write(content: string | Uint8Array): Promise<void>;
  /** Makes the content durable; nobody sees it before it is committed. */
  close(): Promise<Draft>;
  discard(): Promise<void>;
}

export interface Draft {
  readonly place: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface Change {
  /** File name to its new content; undefined removes the file. */
  readonly files: ReadonlyMap<string, Draft | undefined>;
  /** Why, for the history: `sign-in`, `import <id>`, `restore 12`. No private value. */
  readonly why: string;
  readonly shards?: Readonly<Record<string, number>>;
  readonly lastImport?: string;
}

export interface Generation {
  readonly generation: number;
  readonly at: string;
  readonly by: string;
  readonly why: string;
  readonly changed: readonly string[];
}

/** Drafts older than this belong to nobody any more. */
export const draftAgeMs = 600_000;

/** How writers are kept from overwriting each other, and where earlier versions are. */
export interface Enforcement {
  readonly writes: string;
  readonly history: string;
}
