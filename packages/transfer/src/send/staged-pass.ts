import { createReadStream, existsSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { comparePaths, type Entry, entryLine } from '../tree/entry.ts';
import { ManifestCursor, ManifestWriter, readManifest } from '../tree/manifest.ts';
import { absolute, rootOf, scanTree } from '../tree/scan.ts';
import { FrameWriter } from '../wire/frame-writer.ts';
import { frame } from '../wire/frames.ts';
import type { Passed, Wants } from '../wire/messages.ts';
import type { Packing } from '../wire/packing.ts';
import { batchesOf, type Progress, type Source } from './batches.ts';
import { sendFile } from './send-file.ts';
import type { Session } from './session.ts';
import { keepIndex, keptIndex, StreamFiles, type StreamIndex } from './stream-files.ts';

/** Where a staged move keeps its stream files, and what it knows the destination to have. */
export interface Spool {
  readonly dir: string;
  readonly packing: () => Packing | undefined;
}

const attempts = 3;
const pieceBytes = 256 * 1024;

const manifestOf = ({ dir }: Spool): string => join(dir, 'sent');
/** What it will be once the stream of this pass is there. */
const sentBy = (spool: Spool, pass: number): string => join(passDir(spool, pass), 'sent');
const passDir = ({ dir }: Spool, pass: number): string => join(dir, `pass-${pass}`);

/**
 * Writes one pass into stream files: all names, and what is not known to be at the destination. A stream that an
 * earlier process wrote to its end is taken as it is unless `anew`: what changed since is for the next pass.
 *
 * @throws CutoverError `source-unreadable`, `spool-full` (exit 7)
 */
export async function writePass(
  spool: Spool,
  source: Source,
  pass: number,
  anew: boolean,
  progress: Progress,
): Promise<StreamIndex> {
  const dir = passDir(spool, pass);
  // What an earlier process had of another pass is older than this one, or was never begun to be copied.
  for (const name of readdirSync(spool.dir))
    if (name.startsWith('pass-') && join(spool.dir, name) !== dir)
      rmSync(join(spool.dir, name), { recursive: true });
  const kept = anew || !existsSync(sentBy(spool, pass)) ? undefined : keptIndex(dir);
  if (kept !== undefined) return kept;
  const files = new StreamFiles(dir, pass);
  const writer = new FrameWriter(files);
  writer.packing = spool.packing();
  try {
    const moving = await writeNames(spool, source, pass, writer, progress);
    await writer.flush();
    files.end();
    await finished(files);
    const stream = { moving, files: files.files };
    keepIndex(dir, stream);
    return stream;
  } catch (error) {
    files.destroy();
    throw fullOr(error, dir);
  }
}

async function writeNames(
  spool: Spool,
  source: Source,
  pass: number,
  writer: FrameWriter,
  progress: Progress,
): Promise<number> {
  const root = rootOf(source.folder);
  const old = new ManifestCursor(readManifest(manifestOf(spool)));
  const next = new ManifestWriter(sentBy(spool, pass));
  let moving = 0;
  try {
    for (const batch of batchesOf(scanTree(source.folder, source))) {
      const known = new Map<Entry, string>();
      for (const entry of batch) {
        const before = await entryBefore(old, entry);
        if (before !== undefined && before.digest !== null && isSame(entry, before))
          known.set(entry, before.digest);
      }
      const wants: Wants = [];
      for (const [index, entry] of batch.entries())
        if (entry.type === 'f' && !known.has(entry)) wants.push([index]);
      await writer.put(frame.entries, Buffer.from(batch.map(entryLine).join('\n')));
      await writer.putJson(frame.wants, wants);
      for (const entry of batch) {
        if (entry.type !== 'f') continue;
        let digest = known.get(entry) ?? null;
        if (digest === null) {
          const at = absolute(root, entry.path);
          const sent = await sendFile(writer, at, entry, undefined, (bytes) => progress.bytes(bytes));
          if (sent.state === 'whole') digest = sent.digest;
          else moving++;
        }
        next.add({ ...entry, digest });
      }
      progress.entries(batch.length);
    }
  } finally {
    next.close();
    await old.close();
  }
  return moving;
}

async function entryBefore(old: ManifestCursor, { path }: Entry): Promise<Entry | undefined> {
  for (let entry = await old.peek(); entry !== undefined; entry = await old.peek()) {
    const order = comparePaths(entry.path, path);
    if (order > 0) return undefined;
    await old.skip();
    if (order === 0) return entry;
  }
  return undefined;
}

const isSame = (entry: Entry, before: Entry): boolean =>
  entry.type === 'f' &&
  entry.sizeBytes === before.sizeBytes &&
  entry.mtimeNs === before.mtimeNs &&
  entry.ctimeNs === before.ctimeNs;

/** The folder itself, or the one it would be made in. */
const nearest = (dir: string): string => (existsSync(dir) ? dir : nearest(dirname(dir)));

/** Throws CutoverError `spool-full` (exit 3) where there is no room for what the first pass writes. */
export function assertSpoolRoom(spoolDir: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(nearest(spoolDir));
  const free = bavail * bsize;
  if (free >= bytes * 1.05) return;
  throw new CutoverError(
    'spool-full',
    `${spoolDir} has ${free.toLocaleString('en-US')} bytes free, and stream files of ${bytes.toLocaleString('en-US')} are to be written`,
    {
      next: 'make room there, name another folder with --spool, or send without stream files',
      exitCode: exitCodes.preflightFailed,
    },
  );
}

/** Has the other side make a pass of what was written, once it has all of it. Throws CutoverError `content-damaged`. */
export async function copyPass(
  spool: Spool,
  session: Session,
  pass: number,
  { files }: StreamIndex,
  progress: Progress,
): Promise<Passed> {
  for (const file of files) {
    const path = join(passDir(spool, pass), file.name);
    const read = (start: number): AsyncIterable<Buffer> =>
      createReadStream(path, { start, highWaterMark: pieceBytes });
    for (let attempt = 1; !(await session.part(file, read, progress)); attempt++)
      if (attempt === attempts) throw damaged(file.name);
    progress.entries(1);
  }
  const passed = await session
    .passOfParts(
      pass,
      files.map(({ name }) => name),
    )
    .catch((error: unknown) => {
      if ((error as CutoverError).code === 'stream-gap') forget(spool);
      throw error;
    });
  // Which files were damaged only the destination knows: then all are sent again.
  if (passed.corrupt === 0) renameSync(sentBy(spool, pass), manifestOf(spool));
  else forget(spool);
  rmSync(passDir(spool, pass), { recursive: true, force: true });
  return passed;
}

/** Nothing is known of the destination any more: the next pass brings all. */
export const forget = (spool: Spool): void => rmSync(manifestOf(spool), { force: true });

function damaged(name: string): CutoverError {
  return new CutoverError('content-damaged', `the stream file ${name} arrived damaged ${attempts} times`, {
    next: 'look at the memory and disks of both hosts; then start the same command again',
    exitCode: exitCodes.fails,
  });
}

function fullOr(error: unknown, dir: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const { code: of } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  if (![code, of].some((one) => one === 'ENOSPC' || one === 'EDQUOT')) return error;
  return new CutoverError('spool-full', `there is no room for the stream files in ${dir}`, {
    next: 'make room there or name another folder with --spool; then start the same command again',
    exitCode: exitCodes.stoppedByFault,
    cause: error,
  });
}
