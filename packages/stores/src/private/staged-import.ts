import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPrivateFields, type PrivateDraft } from '@cutover/records';
import { syncDirectory, writeAtomically } from './json-lines.ts';

/** Staged rows are spread over this many files by id, so that a merge holds one of them in memory. */
export const bucketCount = 64;

export interface StagedManifest {
  /** The public tree that belongs to these rows: where the branch is at it, the import completes. */
  readonly tree: string;
  readonly branch: string;
  readonly rows: Readonly<Record<string, number>>;
}

/** Which bucket a record's id falls into; buckets in order hold ids in order. */
export function bucketOf(id: string): number {
  return Number.parseInt(id.slice(0, 2), 16) >> 2;
}

export function bucketFile(dir: string, sheet: string, bucket: number): string {
  return join(dir, `${sheet}.${String(bucket).padStart(2, '0')}.rows`);
}

/** The manifest of a sealed import; undefined where staging never ended. */
export async function stagedManifest(dir: string): Promise<StagedManifest | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as StagedManifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Private rows of an import that is not decided yet. */
export class StagedImport {
  readonly #dir: string;
  readonly #buffers = new Map<string, string[]>();
  readonly #rows: Record<string, number> = {};
  #buffered = 0;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async create(dir: string): Promise<StagedImport> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new StagedImport(dir);
  }

  /** Adds a record; `true` asks the caller to await `flush()` before going on. */
  put(draft: PrivateDraft): boolean {
    const line = `${JSON.stringify(openPrivateFields(draft.fields))}\n`;
    const file = bucketFile(this.#dir, draft.sheet, bucketOf(draft.fields.id));
    const lines = this.#buffers.get(file);
    if (lines === undefined) this.#buffers.set(file, [line]);
    else lines.push(line);
    this.#rows[draft.sheet] = (this.#rows[draft.sheet] ?? 0) + 1;
    this.#buffered += line.length;
    return this.#buffered > 8 << 20;
  }

  async flush(): Promise<void> {
    for (const [file, lines] of this.#buffers) {
      const handle = await open(file, 'a', 0o600);
      try {
        await handle.appendFile(lines.join(''));
      } finally {
        await handle.close();
      }
    }
    this.#buffers.clear();
    this.#buffered = 0;
  }

  /** Makes the rows durable and names the tree they belong to. From here on a restart can complete them. */
  async seal(manifest: Omit<StagedManifest, 'rows'>): Promise<void> {
    const files = new Set(this.#buffers.keys());
    await this.flush();
    for (const file of files) {
      const handle = await open(file, 'r+');
      await handle.sync();
      await handle.close();
    }
    await writeAtomically(
      join(this.#dir, 'manifest.json'),
      JSON.stringify({ ...manifest, rows: this.#rows }),
    );
    await syncDirectory(this.#dir);
  }
}
