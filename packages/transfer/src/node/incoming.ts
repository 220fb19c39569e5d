import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { CutoverError, messageOf } from '@cutover/core';
import { removeSlowly } from '../tree/remove.ts';
import { scanTree } from '../tree/scan.ts';
import { unpack, type Unpacking } from './archive.ts';
import { Callbacks } from './callbacks.ts';
import type { NodeConfig } from './config.ts';
import { reasonOf } from './outgoing.ts';
import { pathsOf, type ServerRecord, type ServerRecords } from './server-record.ts';

const run = promisify(execFile);

/** A part of the request, as it comes. */
export type Part =
  | { readonly type: 'file'; readonly fieldname: string; readonly file: Readable }
  | { readonly type: 'field'; readonly fieldname: string; readonly value: unknown };

/**
 * The destination's side of one move. Until the archive's digest is that of the source nothing lies under the
 * server's name; what has come is marked unsafe to start, and stays until it is cleaned up.
 */
export class Incoming {
  readonly #id: string;
  readonly #config: NodeConfig;
  readonly #records: ServerRecords;
  readonly #callbacks: Callbacks;
  readonly #announcedBytes: number;
  #stop: ((why: CutoverError) => void) | undefined;
  #stopped: CutoverError | undefined;

  constructor(
    id: string,
    announcedBytes: number,
    config: NodeConfig,
    records: ServerRecords,
    callbacks: Callbacks,
  ) {
    this.#id = id;
    this.#announcedBytes = announcedBytes;
    this.#config = config;
    this.#records = records;
    this.#callbacks = callbacks;
  }

  cancel(): void {
    this.#end(
      new CutoverError('cancelled', 'the move was cancelled at the destination', {
        next: 'clean up what has come, and start it again',
      }),
    );
  }

  /** Takes the archive in, and puts it in place. Throws what went wrong, once the record tells it. */
  async receive(parts: AsyncIterable<Part>): Promise<ServerRecord> {
    const { incoming, tree, marker } = pathsOf(this.#config.root, this.#id);
    try {
      mkdirSync(incoming, { recursive: true, mode: 0o700 });
      writeFileSync(marker, 'What lies beside this file is not whole. Do not start it.\n');
      mkdirSync(tree, { mode: 0o700 });
      this.#records.save(this.#id, {
        state: 'transfer_in_progress',
        phase: 'sending',
        unsafe: true,
        bytesTotal: this.#announcedBytes,
      });
      const verified = await this.#takeIn(parts, tree);
      for (const entry of scanTree(tree)) void entry; // Refuses devices, sockets and pipes.
      await run('sync', ['-f', tree]);
      if (this.#stopped !== undefined) throw this.#stopped;
      this.#records.save(this.#id, { verified, phase: 'finalizing' });
      return await putInPlace(this.#id, this.#config.root, this.#records, this.#callbacks);
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  async #takeIn(parts: AsyncIterable<Part>, tree: string): Promise<{ sha256: string; bytes: number }> {
    let got: { sha256: string; bytes: number } | undefined;
    let checksum: string | undefined;
    for await (const part of parts) {
      if (part.type === 'file' && part.fieldname === 'archive' && got === undefined)
        got = await this.#unpack(part.file, tree);
      else if (part.type === 'field' && part.fieldname === 'checksum') checksum = String(part.value).trim();
      else throw incomplete(`a part ${part.fieldname} that is not expected`);
    }
    if (this.#stopped !== undefined) throw this.#stopped;
    if (got === undefined || checksum === undefined) throw incomplete('no archive, or no checksum');
    if (got.sha256 !== checksum.toLowerCase())
      throw new CutoverError(
        'checksum-mismatch',
        `the archive's SHA-256 is ${got.sha256}, and the source says ${checksum.slice(0, 64)}`,
        { next: 'clean up what has come, look at the link and the memory of both hosts, and start it again' },
      );
    return got;
  }

  async #unpack(file: Readable, tree: string): Promise<{ sha256: string; bytes: number }> {
    const hash = createHash('sha256');
    const unpacking = unpack(tree);
    const silenceMs = this.#config.silenceSeconds * 1000;
    const watchdog = setTimeout(() => this.#end(silence(silenceMs)), silenceMs);
    this.#stop = (why) => {
      unpacking.stop();
      file.destroy(why);
    };
    if (this.#stopped !== undefined) this.#stop(this.#stopped);
    let bytes = 0;
    try {
      for await (const chunk of file as AsyncIterable<Buffer>) {
        watchdog.refresh();
        hash.update(chunk);
        bytes += chunk.length;
        if (bytes > this.#announcedBytes) throw tooMuch(this.#announcedBytes);
        this.#records.progress(this.#id, bytes);
        await writeTo(unpacking, chunk);
      }
      watchdog.refresh();
      unpacking.input.end();
      await unpacking.ended;
    } catch (error) {
      unpacking.stop();
      throw this.#stopped ?? error;
    } finally {
      clearTimeout(watchdog);
      this.#stop = undefined;
    }
    return { sha256: hash.digest('hex'), bytes };
  }

  #end(why: CutoverError): void {
    this.#stopped ??= why;
    this.#stop?.(why);
  }

  #failed(thrown: unknown): CutoverError {
    const error = codedOf(this.#stopped ?? thrown);
    this.#records.save(this.#id, {
      state: error.code === 'timed-out' ? 'timed_out' : 'transfer_failed',
      phase: 'failing',
      unsafe: existsSync(pathsOf(this.#config.root, this.#id).incoming),
      reason: reasonOf(error),
    });
    return error;
  }
}

/** Where tar has ended there is nothing to wait for: why is told by its end. */
async function writeTo({ input, ended }: Unpacking, chunk: Buffer): Promise<void> {
  if (input.destroyed) return ended;
  if (!input.write(chunk)) await Promise.race([once(input, 'drain'), ended]);
}

/**
 * Puts what was verified under the server's name, and tells the hub. Repeated after a crash at any line it ends the
 * same.
 */
export async function putInPlace(
  id: string,
  root: string,
  records: ServerRecords,
  callbacks: Callbacks,
): Promise<ServerRecord> {
  const { live, tree, incoming } = pathsOf(root, id);
  if (existsSync(tree)) {
    if (existsSync(live)) throw inTheWay(live);
    renameSync(tree, live);
    await run('sync', ['-f', root]);
  }
  rmSync(incoming, { recursive: true, force: true });
  const record = records.save(id, {
    state: 'ready',
    phase: 'done',
    unsafe: false,
    reason: undefined,
    callback: Callbacks.owed('success'),
  });
  callbacks.send(id);
  return record;
}

/** What a destination that was killed does with a move when it comes up again. */
export async function goOnAfterRestart(
  id: string,
  root: string,
  records: ServerRecords,
  callbacks: Callbacks,
): Promise<void> {
  if (records.get(id).verified !== undefined) {
    try {
      await putInPlace(id, root, records, callbacks);
      return;
    } catch (error) {
      records.save(id, {
        state: 'transfer_failed',
        phase: 'failing',
        unsafe: true,
        reason: reasonOf(codedOf(error)),
      });
      return;
    }
  }
  const error = new CutoverError('interrupted', 'this node ended while it received the archive', {
    next: 'clean up what has come, and start the move again',
  });
  records.save(id, {
    state: 'transfer_failed',
    phase: 'failing',
    unsafe: existsSync(pathsOf(root, id).incoming),
    reason: reasonOf(error),
  });
}

/** Removes what has come of a move that failed. */
export async function cleanUp(id: string, root: string, records: ServerRecords): Promise<ServerRecord> {
  await removeSlowly(pathsOf(root, id).incoming);
  return records.save(id, { state: 'idle', phase: null, role: null, unsafe: false, reason: undefined });
}

/** Throws CutoverError `no-room`. */
export function assertRoom(root: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize >= bytes) return;
  throw new CutoverError('no-room', `${bavail * bsize} bytes are free, and ${bytes} are needed`, {
    next: 'make room on the destination, or send elsewhere',
  });
}

export const inTheWay = (live: string): CutoverError =>
  new CutoverError('target-exists', `${live} is there already`, {
    next: 'move it away if it is not needed any more; a node replaces nothing',
  });

const incomplete = (what: string): CutoverError =>
  new CutoverError('archive-incomplete', `the request holds ${what}`, {
    next: 'send one multipart request with the parts archive and checksum, in this order',
  });

const tooMuch = (announced: number): CutoverError =>
  new CutoverError('archive-too-large', `more than the ${announced} bytes come that were announced`, {
    next: 'look at the sender: an archive does not grow past what was measured',
  });

const silence = (ms: number): CutoverError =>
  new CutoverError('timed-out', `nothing came for ${ms / 1000} s`, {
    next: 'look at the source, at its log and at the link; clean up what has come, and start the move again',
  });

function codedOf(thrown: unknown): CutoverError {
  if (thrown instanceof CutoverError) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new CutoverError('disk-full', 'the disk of the destination is full', {
      next: 'make room, clean up what has come, and start the move again',
      cause: thrown,
    });
  return new CutoverError('link-lost', `the archive did not come to its end: ${messageOf(thrown)}`, {
    next: 'look at the source and the link; clean up what has come, and start the move again',
    cause: thrown,
  });
}
