import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CutoverError } from '@cutover/core';
import type { PrivateRecord, Target } from '@cutover/records';
import { AtomicFile, readLines, writeAtomically } from './json-lines.ts';
import { withLock } from './lock.ts';
import { activate, type ActivationResult } from './activate.ts';
import { StagedImport, type StagedManifest, stagedManifest } from './staged-import.ts';

/** Records that must never reach git: `<sheet>.jsonl`, one line a record, sorted by id. */
export interface PrivateStore {
  readonly url: string;
  read(sheet: string): AsyncIterable<PrivateRecord>;
  /**
   * Changes one record under the store's lock: `change` gets the record as it stands and gives what it
   * shall be, or undefined to remove it. Throws CutoverError `private-store-locked`.
   */
  update(
    sheet: string,
    id: string,
    change: (current: PrivateRecord | undefined) => PrivateRecord | undefined,
  ): Promise<void>;
  /** Begins to stage an import's rows; nothing is visible before `activate`. */
  stage(importId: string): Promise<StagedImport>;
  /** Merges a sealed import into the store, all sheets or none, also after a crash half-way. */
  activate(importId: string, target: Target): Promise<ActivationResult>;
  /** Imports that were staged and neither activated nor discarded. */
  listStaged(): Promise<{ importId: string; manifest: StagedManifest | undefined }[]>;
  discard(importId: string): Promise<void>;
  /** A file of the importer's own beside the records, e.g. a ledger; made atomically by its writer. */
  pathFor(kind: 'ledger' | 'quarantine', name: string): Promise<string>;
}

/**
 * Opens a private store by URL. Supported: `file:///dir`. With `create` the folder is made, readable by
 * its owner alone. Throws CutoverError `private-store-scheme`, `private-store-missing` or
 * `private-store-unwritable`.
 */
export async function openPrivateStore(
  url: string,
  options: { create?: boolean } = {},
): Promise<PrivateStore> {
  const dir = directoryOf(url);
  if (options.create === true) await mkdir(dir, { recursive: true, mode: 0o700 });
  try {
    await readdir(dir);
  } catch (cause) {
    throw new CutoverError('private-store-missing', `there is no private store at ${url}`, {
      next: 'give the right --private URL, or import first',
      cause,
    });
  }
  if (options.create === true) await assertWritable(dir, url);
  return new FilePrivateStore(url, dir);
}

function directoryOf(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return resolve(url);
  throw new CutoverError(
    'private-store-scheme',
    `private stores of this kind are not supported: ${url.split('://', 1)[0]}://`,
    {
      next: 'use a file:///directory URL',
      exitCode: 64,
    },
  );
}

async function assertWritable(dir: string, url: string): Promise<void> {
  const probe = join(dir, `.probe-${process.pid}`);
  try {
    await writeAtomically(probe, '');
    await rm(probe);
  } catch (cause) {
    throw new CutoverError('private-store-unwritable', `the private store at ${url} cannot be written`, {
      next: 'give the user that runs cutover write permission on the folder, and free space on its disk',
      cause,
    });
  }
}

class FilePrivateStore implements PrivateStore {
  readonly url: string;
  readonly #dir: string;

  constructor(url: string, dir: string) {
    this.url = url;
    this.#dir = dir;
  }

  read(sheet: string): AsyncIterable<PrivateRecord> {
    return readLines<PrivateRecord>(this.#file(sheet));
  }

  update(
    sheet: string,
    id: string,
    change: (current: PrivateRecord | undefined) => PrivateRecord | undefined,
  ): Promise<void> {
    return this.#locked(async () => {
      const file = new AtomicFile(this.#file(sheet));
      const put = async (record: PrivateRecord | undefined) => {
        if (record !== undefined) await file.write(`${JSON.stringify(record)}\n`);
      };
      try {
        let done = false;
        for await (const record of this.read(sheet)) {
          if (!done && record.id >= id) {
            await put(change(record.id === id ? record : undefined));
            done = true;
            if (record.id === id) continue;
          }
          await put(record);
        }
        if (!done) await put(change(undefined));
        await file.close();
      } catch (error) {
        await file.discard();
        throw error;
      }
      await file.replace();
    });
  }

  async stage(importId: string): Promise<StagedImport> {
    return StagedImport.create(this.#stagedDir(importId));
  }

  activate(importId: string, target: Target): Promise<ActivationResult> {
    return this.#locked(async () =>
      activate({ dir: this.#dir, staged: this.#stagedDir(importId), target, key: await this.#key() }),
    );
  }

  async listStaged(): Promise<{ importId: string; manifest: StagedManifest | undefined }[]> {
    const names = await readdir(join(this.#dir, 'staged')).catch(() => []);
    return Promise.all(
      names
        .sort()
        .map(async (importId) => ({ importId, manifest: await stagedManifest(this.#stagedDir(importId)) })),
    );
  }

  async discard(importId: string): Promise<void> {
    await rm(this.#stagedDir(importId), { recursive: true, force: true });
  }

  async pathFor(kind: 'ledger' | 'quarantine', name: string): Promise<string> {
    await mkdir(join(this.#dir, kind), { recursive: true, mode: 0o700 });
    return join(this.#dir, kind, name);
  }

  #file(sheet: string): string {
    return join(this.#dir, `${sheet}.jsonl`);
  }

  #stagedDir(importId: string): string {
    return join(this.#dir, 'staged', importId);
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return withLock(join(this.#dir, '.lock'), work);
  }

  /** The key of this store's digests: made once, private like everything here. */
  async #key(): Promise<Buffer> {
    const path = join(this.#dir, 'digest-key');
    try {
      return Buffer.from((await readFile(path, 'utf8')).trim(), 'hex');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const key = randomBytes(32);
    await writeAtomically(path, `${key.toString('hex')}\n`);
    return key;
  }
}
