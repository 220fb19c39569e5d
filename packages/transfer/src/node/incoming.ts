import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { CutoverError, messageOf } from '@cutover/core';
import { Throttle } from '../wire/throttle.ts';
import type { Need } from './archive.ts';
import { blockEncoding, decodeBlocks } from './blocks.ts';
import { pace } from './pace.ts';
import { type Place, putInPlace } from './place.ts';
import { pathsOf, reasonOf, type ServerRecord } from './server-record.ts';
import { type Held, Spool } from './spool.ts';

/** A part of the request, as it comes. */
export type Part =
  | { readonly type: 'file'; readonly fieldname: string; readonly file: Readable }
  | { readonly type: 'field'; readonly fieldname: string; readonly value: unknown };

/** One request that brings the archive, or the rest of it. */
export interface Delivery {
  /** From which byte of the archive on. */
  readonly offset: number;
  readonly encoding: string | undefined;
  readonly parts: AsyncIterable<Part>;
  /** The link was lost before the request had ended. */
  readonly gone: AbortSignal;
}

/** After these the retry goes on with what has come; after any other it must be cleaned up first. */
const resumableCodes = [
  'link-lost',
  'timed-out',
  'interrupted',
  'disk-full',
  'given-up',
  'post-setup-failed',
];

/**
 * The destination's side of one move, over as many requests as the link needs. What comes is collected as an archive
 * file; until its digest is that of the source nothing is unpacked, and nothing lies under the server's name. A link
 * that is cut is waited for; after `silenceSeconds` without a byte or a question the move has timed out.
 */
export class Incoming {
  readonly #place: Place;
  readonly #need: Need;
  readonly #throttle: Throttle | undefined;
  readonly #watchdog: NodeJS.Timeout;
  readonly #onEnd: () => void;
  #spool: Promise<Spool> | undefined;
  /** The request that is being read. */
  #delivery: { readonly stop: (why: CutoverError) => void; readonly ended: Promise<unknown> } | undefined;
  #stopped: CutoverError | undefined;
  #released = false;
  #finalizing: Promise<unknown> | undefined;

  /** `spool`: what an earlier move left, where it was read already. */
  constructor(place: Place, need: Need, spool: Promise<Spool> | undefined, onEnd: () => void) {
    this.#place = place;
    this.#spool = spool;
    this.#need = need;
    this.#onEnd = onEnd;
    const { bytesPerSecondIn, silenceSeconds } = place.config;
    this.#throttle = bytesPerSecondIn === undefined ? undefined : new Throttle(bytesPerSecondIn);
    const silenceMs = silenceSeconds * 1000;
    this.#watchdog = setTimeout(() => void this.stop(silence(silenceMs)), silenceMs);
  }

  /** Somebody who has the token asks: the source is there. */
  stir(): void {
    this.#watchdog.refresh();
  }

  /** A request is being read, or what it brought is put in place. */
  get isBusy(): boolean {
    return this.#delivery !== undefined || this.#place.records.get(this.#place.id).verified !== undefined;
  }

  /** Lets go of it without a word: another takes over, or the next process. */
  async release(): Promise<void> {
    clearTimeout(this.#watchdog);
    this.#released = true;
    await this.#endDelivery(linkLost('this node is told to stop, or the move comes another way'));
    await this.#finalizing;
    await this.#closeSpool();
    this.#onEnd();
  }

  /** What has come, once nothing more comes of a request before; reading it again after a restart may take a while. */
  async held(): Promise<Held> {
    await this.#endDelivery(linkLost('the source comes again'));
    if (this.#stopped !== undefined) throw this.#stopped;
    return (await this.#opened()).held();
  }

  /** Ends the move here, with what is said. */
  async stop(why: CutoverError): Promise<void> {
    if (this.#stopped !== undefined || this.#place.records.get(this.#place.id).verified !== undefined) return;
    this.#stopped = why;
    await this.#endDelivery(why);
    await this.#failed(why);
  }

  /** Takes in what one request brings, and puts the server in place where that was the last. */
  async receive(delivery: Delivery): Promise<ServerRecord> {
    // Not waited for where there is none: of two requests at once only one is read at a time.
    if (this.#delivery !== undefined) await this.#endDelivery(linkLost('the source comes again'));
    if (this.#stopped !== undefined) throw this.#stopped;
    const stop = new AbortController();
    const reading = this.#read(delivery, AbortSignal.any([stop.signal, delivery.gone]));
    const ended = reading.catch(() => undefined);
    this.#delivery = { stop: (why) => stop.abort(why), ended };
    try {
      await reading;
    } catch (thrown) {
      const error = this.#stopped ?? codedOf(thrown);
      const waits = error.code === 'link-lost' || error.code === 'offset-mismatch';
      // Whoever stopped it says so in the record.
      if (this.#stopped === undefined && !waits) await this.#failed(error);
      else if (waits && !this.#released)
        this.#place.records.save(this.#place.id, { doing: 'waiting for the source to come again' });
      throw error;
    } finally {
      if (this.#delivery?.ended === ended) this.#delivery = undefined;
      this.#watchdog.refresh();
      if (this.#isOver()) clearTimeout(this.#watchdog);
    }
    const finalizing = this.#finalize();
    this.#finalizing = finalizing.catch(() => undefined);
    return finalizing;
  }

  async #read({ parts, offset, encoding }: Delivery, stop: AbortSignal): Promise<void> {
    const { id, records } = this.#place;
    // What is not gone on with need not be read.
    if (offset === 0 && this.#spool === undefined)
      rmSync(pathsOf(this.#place.config.root, id).archive, { force: true });
    const spool = await this.#opened();
    if (offset === 0 && spool.bytes > 0) await spool.restart();
    if (offset !== spool.bytes) throw otherOffset(spool.bytes);
    const { connections = 0 } = records.get(id);
    records.save(id, {
      ...{ state: 'transfer_in_progress', phase: 'sending', unsafe: true, resumable: true },
      ...{ bytesDone: spool.bytes, bytesTotal: this.#need.bytes, connections: connections + 1 },
      ...{ resumedFrom: offset, doing: 'receiving', reason: undefined },
    });
    let got = false;
    let checksum: string | undefined;
    for await (const part of parts) {
      if (part.type === 'file' && part.fieldname === 'archive' && !got) {
        await this.#collect(spool, part.file, encoding, stop);
        got = true;
      } else if (part.type === 'field' && part.fieldname === 'checksum') checksum = String(part.value).trim();
      else throw incomplete(`a part ${part.fieldname} that is not expected`);
    }
    stop.throwIfAborted();
    if (!got || checksum === undefined) throw incomplete('no archive, or no checksum');
    const { bytes, sha256 } = spool.held();
    if (sha256 !== checksum.toLowerCase()) throw mismatch(sha256, checksum);
    await spool.sync();
    stop.throwIfAborted();
    records.save(id, { verified: { sha256, bytes }, unpacked: undefined, phase: 'finalizing' });
  }

  async #collect(
    spool: Spool,
    file: Readable,
    encoding: string | undefined,
    stop: AbortSignal,
  ): Promise<void> {
    const { id, records } = this.#place;
    const onStop = (): void => void file.destroy(stop.reason as Error);
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
    try {
      const wire = this.#watched(file, stop);
      for await (const chunk of encoding === blockEncoding ? decodeBlocks(wire) : wire) {
        stop.throwIfAborted();
        if (spool.bytes + chunk.length > this.#need.bytes) throw tooMuch(this.#need.bytes);
        await spool.append(chunk);
        records.progress(id, spool.bytes);
      }
      stop.throwIfAborted();
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  }

  async *#watched(file: Readable, stop: AbortSignal): AsyncGenerator<Buffer, void> {
    const { bytesPerSecondIn } = this.#place.config;
    for await (const chunk of file as AsyncIterable<Buffer>) {
      this.#watchdog.refresh();
      if (this.#throttle !== undefined && bytesPerSecondIn !== undefined)
        await pace(this.#throttle, bytesPerSecondIn, chunk.length, () => stop.aborted);
      yield chunk;
    }
  }

  async #finalize(): Promise<ServerRecord> {
    try {
      await this.#closeSpool();
      return await putInPlace(this.#place);
    } catch (thrown) {
      const error = codedOf(thrown);
      await this.#failed(error);
      throw error;
    } finally {
      clearTimeout(this.#watchdog);
      this.#onEnd();
    }
  }

  #isOver(): boolean {
    return this.#stopped !== undefined || this.#place.records.get(this.#place.id).verified !== undefined;
  }

  #opened(): Promise<Spool> {
    const { incoming, marker, archive } = pathsOf(this.#place.config.root, this.#place.id);
    prepareFolder(incoming, marker);
    return (this.#spool ??= Spool.open(archive, () => this.#watchdog.refresh()));
  }

  async #closeSpool(): Promise<void> {
    const spool = this.#spool;
    this.#spool = undefined;
    await (await spool?.catch(() => undefined))?.close();
  }

  async #endDelivery(why: CutoverError): Promise<void> {
    while (this.#delivery !== undefined) {
      this.#delivery.stop(why);
      await this.#delivery.ended;
    }
  }

  async #failed(error: CutoverError): Promise<void> {
    clearTimeout(this.#watchdog);
    this.#stopped ??= error;
    await this.#closeSpool();
    saveFailed(this.#place, error);
    this.#onEnd();
  }
}

/** What lies in it must not be started: said by a file to whoever comes by. */
function prepareFolder(incoming: string, marker: string): void {
  mkdirSync(incoming, { recursive: true, mode: 0o700 });
  writeFileSync(marker, 'What lies beside this file is not whole. Do not start it.\n');
}

/** Remembers that a move has failed here, and whether the next one may go on with what has come. */
export function saveFailed({ id, config, records }: Place, error: CutoverError): void {
  const unsafe = existsSync(pathsOf(config.root, id).incoming);
  records.save(id, {
    state: error.code === 'timed-out' ? 'timed_out' : 'transfer_failed',
    ...{ phase: 'failing', verified: undefined, unpacked: undefined, doing: undefined },
    ...{ unsafe, resumable: unsafe && resumableCodes.includes(error.code), reason: reasonOf(error) },
  });
}

/** What a destination that was killed after it had verified does with a move when it comes up again. */
export async function putInPlaceAgain(place: Place): Promise<void> {
  try {
    await putInPlace(place);
  } catch (thrown) {
    saveFailed(place, codedOf(thrown));
  }
}

const otherOffset = (bytes: number): CutoverError =>
  new CutoverError('offset-mismatch', `${bytes} bytes are there: it goes on from that one`, {
    next: 'ask how many there are, and send from there on',
    data: { bytes },
  });

const incomplete = (what: string): CutoverError =>
  new CutoverError('archive-incomplete', `the request holds ${what}`, {
    next: 'send one multipart request with the parts archive and checksum',
  });

const mismatch = (sha256: string, checksum: string): CutoverError =>
  new CutoverError(
    'checksum-mismatch',
    `the archive's SHA-256 is ${sha256}, and the source says ${checksum.slice(0, 64)}`,
    { next: 'clean up what has come, look at the link and the memory of both hosts, and start it again' },
  );

const tooMuch = (announced: number): CutoverError =>
  new CutoverError('archive-too-large', `more than the ${announced} bytes come that were announced`, {
    next: 'look at the sender: an archive does not grow past what was measured',
  });

const silence = (ms: number): CutoverError =>
  new CutoverError('timed-out', `nothing came for ${ms / 1000} s`, {
    next: 'look at the source, at its log and at the link, then start the move again: it goes on where it stopped',
  });

const linkLost = (why: string): CutoverError =>
  new CutoverError('link-lost', `the archive did not come to its end: ${why}`, {
    next: 'look at the source and the link, then start the move again: it goes on where it stopped',
  });

function codedOf(thrown: unknown): CutoverError {
  if (thrown instanceof CutoverError) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new CutoverError('disk-full', 'the disk of the destination is full', {
      next: 'make room there, and start the move again: it goes on where it stopped',
      cause: thrown,
    });
  return linkLost(messageOf(thrown));
}
