import { type BigIntStats, closeSync, fstatSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { type Entry, shown } from '../tree/entry.ts';
import { blockBytes, Crc, hashInto, openToRead } from '../tree/hash-file.ts';
import { isGone } from '../tree/scan.ts';
import { beginPayload, endPayload, type FileEnd } from '../wire/file-frames.ts';
import type { FrameWriter } from '../wire/frame-writer.ts';
import { frame } from '../wire/frames.ts';

/** Within one tick of the kernel's clock two changes of a file carry the same time. */
const tickMs = 20;
const zeroBytes = 64 * 1024;
const zeros = Buffer.alloc(zeroBytes);
const buffer = Buffer.allocUnsafeSlow(blockBytes);

export interface Wanted {
  readonly offset: number;
  /** Of the bytes before the offset, as the receiver has them. */
  readonly digest: string;
}

/**
 * Sends the content of a file, from where the receiver's copy agrees with it. A file that changes or goes while it
 * is read is said to be so; it is the receiver that asks again.
 *
 * @throws CutoverError `source-unreadable`, `link-lost`
 */
export async function sendFile(
  writer: FrameWriter,
  at: Buffer,
  entry: Entry,
  wanted: Wanted | undefined,
  onBytes: (bytes: number) => void,
): Promise<FileEnd> {
  const age = Date.now() - Number(BigInt(entry.ctimeNs) / 1_000_000n);
  if (age >= 0 && age < tickMs) await sleep(tickMs);
  let file: number;
  try {
    file = openToRead(at);
  } catch (error) {
    if (!isGone(error) && (error as NodeJS.ErrnoException).code !== 'ELOOP') throw unreadable(entry, error);
    await writer.put(frame.fileBegin, beginPayload(0));
    const end: FileEnd = { digest: null, state: 'gone' };
    await writer.put(frame.fileEnd, endPayload(end));
    return end;
  }
  try {
    const { crc, offset } = await begin(file, wanted);
    await writer.put(frame.fileBegin, beginPayload(offset));
    const send = entry.sparse ? sendSparse : sendBytes;
    await send(writer, file, entry, offset, (bytes) => crc.update(bytes), onBytes);
    // A change sets ctime to its own time, which nobody can set back: one look at the end sees it.
    const state = isAsListed(fstatSync(file, { bigint: true }), entry) ? 'whole' : 'changed';
    const end: FileEnd = { digest: crc.digest(), state };
    await writer.put(frame.fileEnd, endPayload(end));
    return end;
  } finally {
    closeSync(file);
  }
}

async function begin(file: number, wanted: Wanted | undefined) {
  if (wanted !== undefined) {
    const crc = new Crc();
    const had = await hashInto(crc, file, wanted.offset, buffer);
    if (had === wanted.offset && crc.digest() === wanted.digest) return { crc, offset: had };
  }
  return { crc: new Crc(), offset: 0 };
}

type SendContent = (
  writer: FrameWriter,
  file: number,
  entry: Entry,
  offset: number,
  onRead: (bytes: Uint8Array) => void,
  onBytes: (bytes: number) => void,
) => Promise<void>;

/** Never past the size that was announced: what has grown since is for the next pass. */
const sendBytes: SendContent = async (writer, file, { sizeBytes }, offset, onRead, onBytes) => {
  for (let at = offset; at < sizeBytes;) {
    const behind = writer.ready();
    if (behind !== undefined) await behind;
    const read = writer.fill(Math.min(blockBytes, sizeBytes - at), (into) => {
      const count = readSync(file, into, 0, into.length, at);
      onRead(into.subarray(0, count));
      return count;
    });
    if (read === 0) break;
    at += read;
    onBytes(read);
  }
};

const sendSparse: SendContent = async (writer, file, { sizeBytes }, offset, onRead, onBytes) => {
  let hole = 0;
  const endHole = async (): Promise<void> => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(hole));
    hole = 0;
    await writer.put(frame.hole, length);
  };
  for (let at = offset; at < sizeBytes;) {
    const read = readSync(file, buffer, 0, Math.min(zeroBytes, sizeBytes - at), at);
    if (read === 0) break;
    const bytes = buffer.subarray(0, read);
    onRead(bytes);
    at += read;
    onBytes(read);
    if (bytes.equals(read === zeroBytes ? zeros : zeros.subarray(0, read))) {
      hole += read;
      continue;
    }
    if (hole > 0) await endHole();
    const behind = writer.put(frame.data, bytes);
    if (behind !== undefined) await behind;
  }
  if (hole > 0) await endHole();
};

function isAsListed(stat: BigIntStats, entry: Entry): boolean {
  return (
    stat.isFile() &&
    Number(stat.size) === entry.sizeBytes &&
    String(stat.mtimeNs) === entry.mtimeNs &&
    String(stat.ctimeNs) === entry.ctimeNs
  );
}

export function unreadable(entry: Entry, cause: unknown): CutoverError {
  return new CutoverError('source-unreadable', `${shown(entry.path)} cannot be read: ${messageOf(cause)}`, {
    next: 'run the sender as a user who may read all of the folder, or leave the name out with --exclude',
    data: { path: shown(entry.path) },
    exitCode: exitCodes.preflightFailed,
    cause,
  });
}
