import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { CutoverError } from '@cutover/core';
import type { CompressionChoice } from './compression.ts';

/** The archive as blocks: a byte kind, four bytes length of what follows, four bytes length of what it stands for. */
export const blockEncoding = 'cutover-blocks';

const kinds = { plain: 0, deflated: 1 } as const;
const headerBytes = 9;
export const blockBytes = 512 * 1024;

const deflate = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

export interface Block {
  readonly wire: Buffer;
  readonly plainBytes: number;
}

/** Chunks of any size as blocks; the next is made while one is sent. */
export async function* encodeBlocks(
  chunks: AsyncIterable<Buffer>,
  choice: CompressionChoice,
): AsyncGenerator<Block, void> {
  let ahead: Promise<Block> | undefined;
  for await (const plain of gathered(chunks)) {
    const next = encode(plain, choice);
    // Its fault is told when it is waited for.
    next.catch(() => undefined);
    if (ahead !== undefined) yield await ahead;
    ahead = next;
  }
  if (ahead !== undefined) yield await ahead;
}

/** Room for the header, and behind it up to a block of bytes: a plain block goes out without being copied again. */
type Gathered = Buffer;

async function* gathered(chunks: AsyncIterable<Buffer>): AsyncGenerator<Gathered, void> {
  let room: Buffer | undefined;
  let end = headerBytes;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      room ??= Buffer.allocUnsafeSlow(headerBytes + blockBytes);
      const copied = chunk.copy(room, end, at);
      [at, end] = [at + copied, end + copied];
      if (end < room.length) continue;
      yield room;
      [room, end] = [undefined, headerBytes];
    }
  }
  if (room !== undefined) yield room.subarray(0, end);
}

async function encode(whole: Gathered, choice: CompressionChoice): Promise<Block> {
  const { wantsSample, isOn, level } = choice;
  const plain = whole.subarray(headerBytes);
  if (!wantsSample && !isOn) return plainBlock(whole);
  const from = performance.now();
  const small = await deflate(plain, { level });
  if (wantsSample) choice.sampled(plain.length, small.length, performance.now() - from);
  if (!isOn || small.length >= plain.length) return plainBlock(whole);
  const wire = Buffer.concat([Buffer.allocUnsafe(headerBytes), small]);
  return writeHeader(wire, kinds.deflated, plain.length);
}

const plainBlock = (whole: Gathered): Block => writeHeader(whole, kinds.plain, whole.length - headerBytes);

function writeHeader(wire: Buffer, kind: number, plainBytes: number): Block {
  wire[0] = kind;
  wire.writeUInt32BE(wire.length - headerBytes, 1);
  wire.writeUInt32BE(plainBytes, 5);
  return { wire, plainBytes };
}

/**
 * What the blocks stand for. None may stand for more than half a mebibyte, however little it is on the way.
 *
 * @throws CutoverError `archive-damaged`
 */
export async function* decodeBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let needed = headerBytes;
  for await (const chunk of chunks) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes < needed) continue;
    let rest = parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes);
    for (;;) {
      needed = rest.length < headerBytes ? headerBytes : headerBytes + lengthOf(rest);
      if (rest.length < needed) break;
      yield await decode(rest, needed);
      rest = rest.subarray(needed);
    }
    parts = rest.length === 0 ? [] : [rest];
    bytes = rest.length;
  }
  if (bytes > 0) throw damaged('it ends within a block');
}

function lengthOf(header: Buffer): number {
  const length = header.readUInt32BE(1);
  if (length > blockBytes || header.readUInt32BE(5) > blockBytes) throw damaged('a block is too long');
  return length;
}

async function decode(from: Buffer, end: number): Promise<Buffer> {
  const [payload, plainBytes] = [from.subarray(headerBytes, end), from.readUInt32BE(5)];
  const plain = from[0] === kinds.plain ? payload : await inflated(from[0], payload, plainBytes);
  if (plain.length !== plainBytes) throw damaged('a block is not as long as it says');
  return plain;
}

async function inflated(kind: number | undefined, payload: Buffer, plainBytes: number): Promise<Buffer> {
  if (kind !== kinds.deflated) throw damaged('a block of a kind that is not known');
  try {
    return await inflate(payload, { maxOutputLength: Math.max(1, plainBytes) });
  } catch (cause) {
    throw damaged('a block cannot be read, or is longer than it says', cause);
  }
}

const damaged = (what: string, cause?: unknown): CutoverError =>
  new CutoverError('archive-damaged', `the archive is damaged on its way: ${what}`, {
    next: 'look at the link and at the sender; clean up what has come, and start it again',
    ...(cause === undefined ? {} : { cause }),
  });
