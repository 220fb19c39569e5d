import { createHash, randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { dirname, join, relative } from 'node:path';
import { readChunks, syncDirectory, writeAtomically } from '../json-lines.ts';
import { withLock } from '../lock.ts';
import {
  type Change,
  type Draft,
  draftAgeMs,
  type DraftWriter,
  type Enforcement,
  type Generation,
  type Snapshot,
  type Snapshots,
} from '../snapshots.ts';
import { writer } from '../writer.ts';
import { type Commit, CommitLog } from './commit-log.ts';

interface Layout {
  readonly shards: Readonly<Record<string, number>>;
  readonly lastImport?: string;
}

/**
 * The files as they lie in the folder. What a file is, is found when it is first asked for and then kept, so
 * that a commit can tell whether it was replaced, or edited by hand, since it was read.
 */
class FileSnapshot implements Snapshot {
  readonly generation: number;
  readonly layout: Layout;
  readonly layoutVersion: string | undefined;
  readonly versions = new Map<string, string | undefined>();
  /** Where the files of an earlier generation lie; undefined: in the store itself. */
  readonly places: ReadonlyMap<string, string | undefined> | undefined;
  readonly #dir: string;

  constructor(
    dir: string,
    parts: {
      generation: number;
      layout: Layout;
      layoutVersion?: string | undefined;
      places?: ReadonlyMap<string, string | undefined>;
    },
  ) {
    this.#dir = dir;
    this.generation = parts.generation;
    this.layout = parts.layout;
    this.layoutVersion = parts.layoutVersion;
    this.places = parts.places;
  }

  get shards(): Readonly<Record<string, number>> {
    return this.layout.shards;
  }

  get lastImport(): string | undefined {
    return this.layout.lastImport;
  }

  pathOf(name: string): string | undefined {
    return this.places?.has(name) === true ? this.places.get(name) : join(this.#dir, name);
  }

  async version(name: string): Promise<string | undefined> {
    if (!this.versions.has(name)) {
      const path = this.pathOf(name);
      this.versions.set(name, path === undefined ? undefined : await versionOf(path));
    }
    return this.versions.get(name);
  }
}

/** Changes whenever a file is replaced or written to. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino}-${size}-${mtimeNs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const layoutFile = 'layout.json';

export interface FileSnapshotsOptions {
  readonly keepGenerations: number;
  /** Called between the steps of a commit; tests throw there. */
  readonly onStep?: ((step: string) => void) | undefined;
}

/**
 * A private store in a folder: the files are what they are called, and what they were before lies below
 * `history/`. Commits are compared and made under a lock file; reading takes no lock.
 */
export class FileSnapshots implements Snapshots {
  readonly url: string;
  readonly #dir: string;
  readonly #log: CommitLog;
  #refused = 0;

  constructor(url: string, dir: string, options: FileSnapshotsOptions) {
    this.url = url;
    this.#dir = dir;
    this.#log = new CommitLog(dir, options);
  }

  get refusedWrites(): number {
    return this.#refused;
  }

  async describe(): Promise<Enforcement> {
    return {
      writes: 'files are compared and replaced by rename under a lock file',
      history: 'generations of our own, in the folder history',
    };
  }

  async current(): Promise<FileSnapshot> {
    if (await this.#log.isPending()) await this.#locked(() => this.#log.recover());
    const path = join(this.#dir, layoutFile);
    const layoutVersion = await versionOf(path);
    const layout =
      layoutVersion === undefined ? { shards: {} } : (JSON.parse(await readFile(path, 'utf8')) as Layout);
    return new FileSnapshot(this.#dir, { generation: await this.#log.generation(), layout, layoutVersion });
  }

  async *read(snapshot: Snapshot, name: string): AsyncGenerator<Buffer> {
    const of = snapshot as FileSnapshot;
    // Found before it is opened: a file that is replaced in between is refused at the commit, not overwritten.
    if ((await of.version(name)) !== undefined) yield* readChunks(of.pathOf(name)!);
  }

  draft(name: string): DraftWriter {
    return new FileDraft(join(this.#dir, 'drafts', `${randomUUID()}-${name.replaceAll('/', '-')}`));
  }

  async commit(base: Snapshot, change: Change): Promise<'done' | 'refused'> {
    const on = base as FileSnapshot;
    const done = await this.#locked(async () => {
      await this.#log.recover();
      if (on.layoutVersion !== (await versionOf(join(this.#dir, layoutFile)))) return false;
      for (const name of change.files.keys()) {
        if ((await on.version(name)) !== (await versionOf(join(this.#dir, name)))) return false;
      }
      await this.#log.write(await this.#commitOf(on, change));
      return true;
    });
    if (done) return 'done';
    this.#refused++;
    for (const draft of change.files.values()) {
      if (draft !== undefined) await rm(draft.place, { force: true });
    }
    return 'refused';
  }

  async #commitOf(on: FileSnapshot, change: Change): Promise<Commit> {
    const moves: Commit['moves'][number][] = [];
    for (const [name, draft] of change.files) {
      const existed = (await on.version(name)) !== undefined;
      if (!existed && draft === undefined) continue;
      moves.push({
        name,
        existed,
        ...(draft === undefined ? {} : { draft: relative(this.#dir, draft.place) }),
      });
    }
    const layout: Layout = {
      ...on.layout,
      shards: { ...on.shards, ...change.shards },
      ...(change.lastImport === undefined ? {} : { lastImport: change.lastImport }),
    };
    const changed = JSON.stringify(layout) !== JSON.stringify(on.layout);
    return {
      at: new Date().toISOString(),
      by: writer(),
      why: change.why,
      moves,
      ...(changed ? { layout: JSON.stringify(layout), layoutBefore: JSON.stringify(on.layout) } : {}),
    };
  }

  history(): AsyncIterable<Generation> {
    return this.#log.history();
  }

  async at(generation: number): Promise<Snapshot | undefined> {
    const current = await this.current();
    if (generation === current.generation) return current;
    const found = await this.#log.at(generation);
    if (found === undefined) return undefined;
    return new FileSnapshot(this.#dir, {
      generation,
      places: found.places,
      layout: found.layout === undefined ? current.layout : (JSON.parse(found.layout) as Layout),
    });
  }

  async create(key: string, bytes: Buffer): Promise<boolean> {
    const path = join(this.#dir, key);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomUUID()}.writing`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
      await link(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    } finally {
      await handle.close();
      await rm(draft, { force: true });
    }
  }

  swap(key: string, expected: Buffer, bytes: Buffer): Promise<boolean> {
    return this.#locked(async () => {
      if ((await this.object(key))?.equals(expected) !== true) return false;
      await writeAtomically(join(this.#dir, key), bytes.toString());
      return true;
    });
  }

  async object(key: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#dir, key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async *objects(prefix: string): AsyncGenerator<{ key: string; sizeBytes: number }> {
    const root = join(this.#dir, prefix);
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const keys = entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.writing'))
      .map((entry) => relative(this.#dir, join(entry.parentPath, entry.name)));
    for (const key of keys.sort()) yield { key, sizeBytes: (await stat(join(this.#dir, key))).size };
  }

  async removeObjects(prefix: string): Promise<void> {
    await rm(join(this.#dir, prefix), { recursive: true, force: true });
  }

  async upload(key: string, path: string): Promise<void> {
    const to = join(this.#dir, key);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyFile(path, `${to}.writing`, constants.COPYFILE_FICLONE);
    const handle = await open(`${to}.writing`, 'r+');
    await handle.chmod(0o600);
    await handle.sync();
    await handle.close();
    await rename(`${to}.writing`, to);
    await syncDirectory(dirname(to));
  }

  forgetHistory(): Promise<{ generations: number; left: number }> {
    return this.#locked(async () => {
      await this.#log.recover();
      const generations = await this.#log.forget();
      return { generations, left: await removeOldDrafts(this.#dir, draftAgeMs) };
    });
  }

  async sizeOf(key: string): Promise<number | undefined> {
    return (await stat(join(this.#dir, key)).catch(() => undefined))?.size;
  }

  /** At once: what is read by ranges was mostly just written, and three trips to another thread take longer. */
  async range(key: string, from: number, to: number): Promise<Buffer | undefined> {
    let file: number;
    try {
      file = openSync(join(this.#dir, key), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const bytes = Buffer.allocUnsafeSlow(to + 1 - from);
      let size = 0;
      for (let read = -1; read !== 0 && size < bytes.length; size += read)
        read = readSync(file, bytes, size, bytes.length - size, from + size);
      return bytes.subarray(0, size);
    } finally {
      closeSync(file);
    }
  }

  async stream(key: string, from: number, to: number): Promise<Readable> {
    const handle = await open(join(this.#dir, key), 'r');
    return handle.createReadStream({ start: from, end: to });
  }

  async localPath(key: string): Promise<string> {
    const path = join(this.#dir, key);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return withLock(join(this.#dir, '.lock'), work);
  }
}

class FileDraft implements DraftWriter {
  readonly #path: string;
  readonly #hash = createHash('sha256');
  #handle: Awaited<ReturnType<typeof open>> | undefined;
  #parts: Uint8Array[] = [];
  #buffered = 0;
  #sizeBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async write(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.#parts.push(bytes);
    this.#buffered += bytes.length;
    if (this.#buffered > 1 << 20) await this.#flush();
  }

  async close(): Promise<Draft> {
    await this.#flush();
    await this.#handle!.sync();
    await this.#handle!.close();
    this.#handle = undefined;
    return { place: this.#path, sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex').slice(0, 32) };
  }

  async discard(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    if (this.#handle === undefined) {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      this.#handle = await open(this.#path, 'w', 0o600);
    }
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#buffered = 0;
    this.#sizeBytes += bytes.length;
    this.#hash.update(bytes);
    if (bytes.length > 0) await this.#handle.appendFile(bytes);
  }
}

const dayMs = 24 * 3600_000;

/** Removes drafts that a killed writer left, and gives how many are younger than that. */
export async function removeOldDrafts(dir: string, olderThanMs = dayMs): Promise<number> {
  const drafts = join(dir, 'drafts');
  let left = 0;
  for (const name of await readdir(drafts).catch(() => [])) {
    const path = join(drafts, name);
    const found = await stat(path).catch(() => undefined);
    const old = name.startsWith('forgotten-') || Date.now() - (found?.mtimeMs ?? 0) > olderThanMs;
    if (old) await rm(path, { recursive: true, force: true });
    else left++;
  }
  await removeUnbegun(join(dir, 'staged'), olderThanMs);
  return left;
}

/** Folders of imports that were killed while they noted that they begin: nothing is staged in them, and no listing has them. */
async function removeUnbegun(staged: string, olderThanMs: number): Promise<void> {
  for (const name of await readdir(staged).catch(() => [])) {
    const files = await readdir(join(staged, name)).catch(() => ['began']);
    const { mtimeMs } = await stat(join(staged, name)).catch(() => ({ mtimeMs: Infinity }));
    if (files.every((file) => file.endsWith('.writing')) && Date.now() - mtimeMs > olderThanMs)
      await rm(join(staged, name), { recursive: true, force: true });
  }
}
