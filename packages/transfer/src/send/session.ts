import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { CutoverError, type ExitCode } from '@cutover/core';
import { type Entry, entryLine } from '../tree/entry.ts';
import { blockBytes, hashFile } from '../tree/hash-file.ts';
import { absolute, isGone, rootOf, scanTree } from '../tree/scan.ts';
import { readFrames } from '../wire/frame-reader.ts';
import { FrameWriter } from '../wire/frame-writer.ts';
import { frame, linkLost, parseJson, protocolVersion } from '../wire/frames.ts';
import {
  type Census,
  type Done,
  fromReceiver,
  type FromReceiver,
  type FromSender,
  parsed,
  type Passed,
  type PlaceChecked,
  type RootFacts,
  type SiteSize,
  type Verified,
  type Wants,
  wants,
  type Welcome,
} from '../wire/messages.ts';
import type { Packing } from '../wire/packing.ts';
import type { Throttle } from '../wire/throttle.ts';
import type { Wire } from '../wire/wire.ts';
import { comparable } from '../tree/comparable.ts';
import { batchesOf, type Progress, type Source } from './batches.ts';
import { measureLink } from './measure-link.ts';
import type { MeasuredSource } from './measure-source.ts';
import { sendFile, unreadable } from './send-file.ts';
import type { StreamFile } from './stream-files.ts';

/** Batches that may be unanswered: the receiver is never without work, and memory is flat. */
const window = 8;
const signOfLifeMs = 5000;
const silenceMs = 60_000;

export interface SentPass extends Passed {
  /** What the sender saw change or go while it read. */
  readonly moving: number;
}

/** The sending end of one connection. Every method throws `link-lost` where it ends, and what the receiver says. */
export class Session {
  readonly #wire: Wire;
  readonly #writer: FrameWriter;
  readonly #life: NodeJS.Timeout;
  readonly #silence: NodeJS.Timeout;
  readonly #answers: (FromReceiver | Wants)[] = [];
  readonly #reading: Promise<void>;
  #wake: (() => void) | undefined;
  #ended: CutoverError | undefined;

  private constructor(wire: Wire, throttle: Throttle | undefined) {
    this.#wire = wire;
    this.#writer = new FrameWriter(wire.output, throttle);
    this.#silence = setTimeout(() => wire.close(), silenceMs);
    this.#life = setInterval(() => void this.#say({ type: 'ping' }).catch(() => undefined), signOfLifeMs);
    this.#reading = this.#read();
  }

  static async open(
    wire: Wire,
    hello: Omit<Extract<FromSender, { type: 'hello' }>, 'type' | 'protocol'>,
    throttle?: Throttle,
  ): Promise<{ session: Session; welcome: Welcome }> {
    const session = new Session(wire, throttle);
    try {
      const welcome = await session.#ask({ type: 'hello', protocol: protocolVersion, ...hello }, 'welcome');
      return { session, welcome };
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Has the other side look whether there is room; answers how many bytes it lacks. */
  async reserve(measured: MeasuredSource, staged: boolean): Promise<number> {
    return (await this.#ask({ type: 'reserve', ...sizeOf(measured, staged) }, 'reserved')).missing;
  }

  /** What speaks against sending it there. */
  async checkPlace(
    measured: MeasuredSource,
    staged: boolean,
    replace: boolean,
  ): Promise<PlaceChecked['refusals']> {
    const asked = { type: 'check-place' as const, ...sizeOf(measured, staged), replace };
    return (await this.#ask(asked, 'place-checked')).refusals;
  }

  /** One pass over the source. */
  async pass(source: Source, pass: number, progress: Progress): Promise<SentPass> {
    return this.#attempt(async () => {
      await this.#say({ type: 'pass', pass });
      const root = rootOf(source.folder);
      const unanswered: Entry[][] = [];
      const batches = batchesOf(scanTree(source.folder, source));
      let [moving, ended] = [0, false];
      while (!ended || unanswered.length > 0) {
        while (!ended && unanswered.length < window) {
          const { value: batch, done } = batches.next();
          if (done === true) ended = true;
          else {
            await this.#writer.put(frame.entries, Buffer.from(batch.map(entryLine).join('\n')));
            unanswered.push(batch);
          }
        }
        await this.#writer.flush();
        const batch = unanswered.shift();
        if (batch === undefined) break;
        const wanted = parsed(wants, await this.#answer((answer) => Array.isArray(answer)));
        progress.wanted(wanted.reduce((sum, [index]) => sum + (batch[index]?.sizeBytes ?? 0), 0));
        for (const [index, offset, digest] of wanted) {
          const entry = batch[index];
          if (entry === undefined) throw linkLost('a file was asked for that was not offered');
          const from = offset === undefined || digest === undefined ? undefined : { offset, digest };
          const at = absolute(root, entry.path);
          const { state } = await sendFile(this.#writer, at, entry, from, (bytes) => progress.bytes(bytes));
          if (state !== 'whole') moving++;
        }
        progress.entries(batch.length);
      }
      return { ...(await this.#ask({ type: 'pass-end' }, 'passed')), moving };
    });
  }

  /** Bytes a second that get through. */
  measure(): Promise<number> {
    return measureLink({
      send: async (bytes) => this.#writer.put(frame.probe, bytes),
      settle: () => this.#ask({ type: 'measure' }, 'measured').then(() => undefined),
    });
  }

  pack(packing: Packing | undefined): void {
    this.#writer.packing = packing;
  }

  get wireBytes(): number {
    return this.#writer.bytes;
  }

  /** Brings a stream file over, from where the other side has it; false where it did not arrive as it is here. */
  async part(
    { name, sizeBytes, sha256 }: StreamFile,
    read: (from: number) => AsyncIterable<Buffer>,
    progress: Progress,
  ): Promise<boolean> {
    return this.#attempt(async () => {
      const { offset } = await this.#ask({ type: 'part', name, sizeBytes, sha256 }, 'part-at');
      progress.bytes(offset);
      if (offset < sizeBytes)
        for await (const chunk of read(offset)) {
          await this.#writer.put(frame.data, chunk);
          progress.bytes(chunk.length);
        }
      return (await this.#ask({ type: 'part-end' }, 'part-kept')).whole;
    });
  }

  /** Has the other side make a pass of stream files that it has. */
  passOfParts(pass: number, names: string[]): Promise<Passed> {
    return this.#ask({ type: 'pass-of-parts', pass, names }, 'passed');
  }

  /** Reads the whole source again and has it held against the destination's disk. */
  async verify(source: Source, progress: Progress): Promise<Verified & { ownDigest: string }> {
    return this.#attempt(async () => {
      await this.#say({ type: 'verify' });
      const root = rootOf(source.folder);
      const buffer = Buffer.allocUnsafeSlow(blockBytes);
      const tree = createHash('sha256');
      for (const batch of batchesOf(scanTree(source.folder, source), 32)) {
        const lines: string[] = [];
        for (const entry of batch) {
          const sha256 =
            entry.type === 'f' ? await digestOf(absolute(root, entry.path), entry, buffer) : null;
          lines.push(entryLine({ ...entry, digest: sha256 }));
          tree.update(entryLine(comparable({ ...entry, digest: sha256 })));
          progress.bytes(entry.sizeBytes);
        }
        await this.#writer.put(frame.entries, Buffer.from(lines.join('\n')));
        progress.entries(batch.length);
      }
      const verified = await this.#ask({ type: 'verify-end' }, 'verified');
      return { ...verified, ownDigest: tree.digest('hex') };
    });
  }

  finalize(generations: number, root: RootFacts): Promise<Done> {
    return this.#ask({ type: 'finalize', generations, root }, 'done');
  }

  census(empty: string[]): Promise<Census> {
    return this.#ask({ type: 'census', empty }, 'census');
  }

  async discard(): Promise<void> {
    await this.#ask({ type: 'discard' }, 'discarded');
  }

  close(): void {
    clearInterval(this.#life);
    clearTimeout(this.#silence);
    this.#wire.output.end();
    // A receiver that has nothing more to do goes by itself.
    const timer = setTimeout(() => this.#wire.close(), 2000);
    void this.#wire.ended.then(() => clearTimeout(timer));
  }

  async #say(message: FromSender): Promise<void> {
    await this.#writer.putJson(frame.message, message);
    await this.#writer.flush();
  }

  #ask<T extends FromReceiver['type']>(
    message: FromSender,
    type: T,
  ): Promise<Extract<FromReceiver, { type: T }>> {
    return this.#attempt(async () => {
      await this.#say(message);
      return this.#answer((answer) => !Array.isArray(answer) && answer.type === type) as Promise<
        Extract<FromReceiver, { type: T }>
      >;
    });
  }

  async #answer(isIt: (answer: FromReceiver | Wants) => boolean): Promise<FromReceiver | Wants> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer !== undefined) {
        if (isIt(answer)) return answer;
        throw linkLost('an answer to another question');
      }
      if (this.#ended !== undefined) throw this.#ended;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Where writing fails the other side may have said why before it went. */
  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== 'link-lost') throw error;
      await Promise.race([this.#reading, sleep(3000, undefined, { ref: false })]);
      throw this.#ended ?? error;
    }
  }

  #take(kind: number, payload: Buffer): undefined {
    this.#silence.refresh();
    if (kind === frame.wants) this.#answers.push(parsed(wants, parseJson(payload)));
    else if (kind === frame.message) {
      const message = parsed(fromReceiver, parseJson(payload));
      if (message.type === 'failed') this.#ended = failureOf(message);
      else if (message.type !== 'pong') this.#answers.push(message);
    }
    this.#wake?.();
  }

  async #read(): Promise<void> {
    try {
      await readFrames(this.#wire.input, (kind, payload) => this.#take(kind, payload));
    } catch (error) {
      this.#ended ??= error instanceof CutoverError ? error : linkLost(error);
    }
    const reason = await Promise.race([this.#wire.ended, sleep(2000, undefined, { ref: false })]);
    this.#ended =
      this.#ended === undefined || this.#ended.data['damaged'] === true
        ? (reason ?? this.#ended ?? linkLost())
        : this.#ended;
    this.#wake?.();
    this.#wire.close();
  }
}

function sizeOf({ bytes, names, apparent }: MeasuredSource, staged: boolean): SiteSize {
  return { bytes, names, siteBytes: apparent, staged };
}

function failureOf(message: Extract<FromReceiver, { type: 'failed' }>): CutoverError {
  return new CutoverError(message.code, message.message, {
    next: message.next,
    exitCode: message.exitCode as ExitCode,
    data: { saidBy: 'destination' },
  });
}

async function digestOf(at: Buffer, entry: Entry, buffer: Buffer): Promise<string | null> {
  try {
    return await hashFile(at, buffer);
  } catch (error) {
    // It went: the other side has it, which is a difference.
    if (isGone(error)) return null;
    throw unreadable(entry, error);
  }
}
