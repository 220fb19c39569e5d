import { createHash, randomBytes } from 'node:crypto';
import type { ClientRequest } from 'node:http';
import { CutoverError } from '@cutover/core';
import { Throttle } from '../wire/throttle.ts';
import { type Need, pack } from './archive.ts';
import { type Block, blockEncoding, encodeBlocks } from './blocks.ts';
import { type Answer, answerTo, beginCall } from './call.ts';
import type { CompressionChoice } from './compression.ts';
import type { DestinationNode } from './destination.ts';
import { pace } from './pace.ts';
import type { Held } from './spool.ts';

export interface UploadOptions {
  readonly folder: string;
  readonly to: DestinationNode;
  readonly id: string;
  readonly need: Need;
  readonly held: Held | null;
  readonly ca: string | undefined;
  readonly bytesPerSecond: number | undefined;
  /** undefined: nothing is ever compressed. */
  readonly choice: CompressionChoice | undefined;
  readonly signal: AbortSignal;
  /** Bytes of the archive that are behind us; a sign of life. */
  readonly onBytes: (bytes: number) => void;
  /** Between the last byte of the archive and its checksum; what it throws ends the upload. */
  readonly beforeChecksum: () => Promise<void>;
}

/** What the destination holds is not the beginning of this archive. */
export const differs = Symbol('differs');

/**
 * One request with the archive, from the byte on that the destination has not. The digest is over all of it: what the
 * destination holds is made again here, and held against it.
 */
export async function upload(options: UploadOptions): Promise<Answer | typeof differs> {
  const { folder, held, signal, onBytes } = options;
  const packing = pack(folder);
  const onAbort = (): void => packing.stop();
  signal.addEventListener('abort', onAbort);
  const hash = createHash('sha256');
  const chunks = packing.output[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    const rest = await skip(chunks, held, hash, onBytes);
    signal.throwIfAborted();
    if (rest === undefined) return differs;
    let at = held?.bytes ?? 0;
    const archive = async function* (): AsyncGenerator<Buffer, void> {
      let next: IteratorResult<Buffer> = { value: rest, done: false };
      for (; next.done !== true; next = await chunks.next()) {
        hash.update(next.value);
        if (next.value.length > 0) yield next.value;
      }
      signal.throwIfAborted();
      await packing.ended;
    };
    return await send(
      options,
      archive(),
      (bytes) => onBytes((at += bytes)),
      () => hash.digest('hex'),
    );
  } finally {
    signal.removeEventListener('abort', onAbort);
    packing.stop();
  }
}

/** Makes again what the destination holds; answers what is behind it, undefined where it holds something else. */
async function skip(
  chunks: AsyncIterator<Buffer>,
  held: Held | null,
  hash: ReturnType<typeof createHash>,
  onBytes: (bytes: number) => void,
): Promise<Buffer | undefined> {
  if (held === null || held.bytes === 0) return Buffer.alloc(0);
  for (let at = 0; ;) {
    const { value, done } = await chunks.next();
    if (done === true) return undefined;
    const chunk = value as Buffer;
    const part = chunk.subarray(0, held.bytes - at);
    hash.update(part);
    at += part.length;
    onBytes(at);
    if (at === held.bytes)
      return hash.copy().digest('hex') === held.sha256 ? chunk.subarray(part.length) : undefined;
  }
}

async function send(
  options: UploadOptions,
  archive: AsyncIterable<Buffer>,
  onSent: (bytes: number) => void,
  digest: () => string,
): Promise<Answer> {
  const { to, id, need, held, ca, signal, choice } = options;
  const boundary = `cutover-${randomBytes(16).toString('hex')}`;
  const call = beginCall({
    method: 'POST',
    url: `${to.url}/api/transfers`,
    headers: {
      ...to.headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...{ 'x-archive-bytes': need.bytes, 'x-tree-bytes': need.treeBytes, 'x-archive-names': need.names },
      'x-archive-offset': held?.bytes ?? 0,
      ...(choice === undefined ? {} : { 'x-archive-encoding': blockEncoding }),
      // Else a destination that answers early closes at once, and its answer is lost.
      connection: 'keep-alive',
    },
    ca,
    signal,
  });
  const answered = new AbortController();
  const answer = answerTo(call).finally(() => answered.abort());
  answer.catch(() => undefined);
  try {
    const part = (name: string, more: string): Buffer =>
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`);
    const head = part('archive', `; filename="${id}.tar"\r\nContent-Type: application/x-tar`);
    await write(call, head, answered.signal);
    await sendArchive(options, call, archive, answered.signal, onSent);
    if (!answered.signal.aborted) {
      await options.beforeChecksum();
      await write(call, Buffer.from('\r\n'), answered.signal);
      await write(call, part('checksum', ''), answered.signal);
      call.end(`${digest()}\r\n--${boundary}--\r\n`);
    }
    return await answer;
  } catch (error) {
    // Why it answers early is worth more than that it stopped reading.
    const said = await Promise.race([
      answer.catch(() => undefined),
      new Promise<undefined>((resolve) => setTimeout(resolve, 500, undefined).unref()),
    ]);
    if (said === undefined || error instanceof CutoverError) throw error;
    return said;
  } finally {
    call.destroy();
  }
}

/** Until its end, or until the destination answers without having read to it. */
async function sendArchive(
  { bytesPerSecond, choice, signal }: UploadOptions,
  call: ClientRequest,
  archive: AsyncIterable<Buffer>,
  answered: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  const throttle = bytesPerSecond === undefined ? undefined : new Throttle(bytesPerSecond);
  let lastMs = performance.now();
  for await (const { wire, plainBytes } of choice === undefined
    ? plainly(archive)
    : encodeBlocks(archive, choice)) {
    const from = performance.now();
    if (throttle !== undefined && bytesPerSecond !== undefined)
      await pace(throttle, bytesPerSecond, wire.length, () => answered.aborted || signal.aborted);
    if (!answered.aborted) await write(call, wire, answered);
    if (answered.aborted) return;
    const now = performance.now();
    choice?.sent(plainBytes, wire.length, now - lastMs, now - from);
    lastMs = now;
    onSent(plainBytes);
  }
}

async function* plainly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Block, void> {
  for await (const wire of chunks) yield { wire, plainBytes: wire.length };
}

/** Waits where the link is behind; an answer, also one that came before, or the end of the link ends the waiting too. */
async function write(call: ClientRequest, bytes: Buffer, answered: AbortSignal): Promise<void> {
  if (call.destroyed) throw call.errored ?? new Error('the connection is closed');
  if (call.write(bytes) || answered.aborted) return;
  const events = ['drain', 'close', 'error'] as const;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of events) call.off(event, done);
      answered.removeEventListener('abort', done);
      resolve();
    };
    for (const event of events) call.on(event, done);
    answered.addEventListener('abort', done);
  });
  if (call.destroyed && !answered.aborted) throw call.errored ?? new Error('the connection is closed');
}
