import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { ChunkMark } from './agreement.ts';
import type { ServerFacts } from './server.ts';
import type { SnapshotFacts } from './snapshot.ts';

export interface ManifestTable {
  readonly name: string;
  readonly engine: string;
  readonly rows: number;
  /** See `TableDigest`. */
  readonly sum: string;
  readonly columns: readonly string[];
  readonly createSha256: string;
  readonly updatedAt: string | null;
  /** Where the table stands in the file: one gzip member. */
  readonly offset: number;
  readonly bytes: number;
  readonly plainBytes: number;
  readonly sha256: string;
  readonly longestStatement: number;
  /** Of tables whose keys are numbers: other keys may be private. */
  readonly chunks: readonly ChunkMark[];
  readonly rereads: number;
  readonly resumes: number;
  /** Taken over from the archive before, after the server's digest agreed. */
  readonly reused: boolean;
}

/** What stands beside an archive: what it holds, of which server and moment, and how that is known. */
export interface Manifest {
  readonly schemaVersion: 1;
  readonly tool: string;
  readonly database: string;
  readonly source: string;
  readonly server: ServerFacts;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly snapshot: SnapshotFacts;
  /** The account may read every table of the database; otherwise there may be tables that it cannot see. */
  readonly proven: boolean;
  /** Privileges that the account lacks, and what is the case without them. */
  readonly privilegesMissing: Readonly<Record<string, string>>;
  /** Tables without transactions, and why their rows belong to the same moment. */
  readonly withoutTransactions: {
    readonly tables: readonly string[];
    readonly proof: 'none-needed' | 'digests-agree' | 'read-under-lock';
    readonly rounds: number;
  };
  /** Connections lost on the way. Each time what had been read was held against a new snapshot. */
  readonly reconnects: number;
  /** Milliseconds that connections waited because the server had too much else to do. */
  readonly waitedMs: number;
  readonly file: {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly plainBytes: number;
  };
  /** The server that restores it needs a max_allowed_packet larger than this. */
  readonly longestStatement: number;
  readonly tables: readonly ManifestTable[];
  readonly objects: Readonly<Record<string, readonly string[]>>;
  /** What the database has or may have and the archive has not, with the reason. */
  readonly notIncluded: readonly string[];
}

export function manifestPath(archive: string): string {
  return `${archive}.manifest.json`;
}

export async function writeManifest(archive: string, manifest: Manifest): Promise<void> {
  const path = manifestPath(archive);
  await writeFile(`${path}.partial`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.partial`, path);
}

/** Throws CutoverError `manifest-missing` or `manifest-unknown`, exit 3. */
export async function readManifest(archive: string): Promise<Manifest> {
  const path = manifestPath(archive);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CutoverError('manifest-missing', `there is no manifest at ${path}`, {
      next: 'give an archive that `cutover dump` wrote, with its .manifest.json beside it',
      exitCode: exitCodes.preflightFailed,
      cause,
    });
  }
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.schemaVersion === 1 && Array.isArray(manifest.tables)) return manifest;
  } catch {
    // Said below.
  }
  throw new CutoverError('manifest-unknown', `${path} is no manifest that this version can read`, {
    next: 'take a new archive with this version',
    exitCode: exitCodes.preflightFailed,
  });
}

/** Reads the whole archive and compares it with its manifest. Throws CutoverError `archive-damaged`. */
export async function assertArchive(archive: string, manifest: Manifest): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(archive, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  if (bytes === manifest.file.bytes && hash.digest('hex') === manifest.file.sha256) return;
  throw new CutoverError('archive-damaged', `${basename(archive)} is not the file its manifest describes`, {
    next: 'copy it again from where it was written, or take a new one',
    exitCode: exitCodes.preflightFailed,
    data: { bytes, expectedBytes: manifest.file.bytes },
  });
}
