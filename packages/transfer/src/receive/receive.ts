import { existsSync, statfsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CutoverError, exitCodes } from '@cutover/core';
import { keepsOwners } from '../tree/write.ts';
import { readDescriptor, readFrames, type TakeFrame } from '../wire/frame-reader.ts';
import { parseBegin, parseEnd } from '../wire/file-frames.ts';
import { FrameWriter } from '../wire/frame-writer.ts';
import { frame, linkLost, parseJson, protocolVersion } from '../wire/frames.ts';
import { fromSender, type FromReceiver, type FromSender, parsed } from '../wire/messages.ts';
import { Throttle } from '../wire/throttle.ts';
import { checkPlace } from './check-place.ts';
import { finalize } from './finalize.ts';
import { limitsOf, type ReceiveLimits } from './limits.ts';
import { ReceivePass } from './receive-pass.ts';
import { ReceivedParts } from './received-parts.ts';
import { ReceiveVerify } from './receive-verify.ts';
import { assertRoom, assertWritable, codedOf, otherVersion, outOfTurn } from './refusals.ts';
import { assertSite, Staging } from './staging.ts';
import { takeCensus } from './census.ts';

export interface ReceiveOptions extends ReceiveLimits {
  readonly root: string;
  readonly version: string;
  /** A stream, or the descriptor of a pipe or socket, which is read faster. */
  readonly input: Readable | number;
  readonly output: Writable;
  /** Sites that this key may send; all, where none is named. */
  readonly only?: readonly string[];
  readonly bytesPerSecond?: number;
  readonly postSetup?: string;
  /** Without a word for so long the sender counts as gone. */
  readonly silenceMs?: number;
}

const signOfLifeMs = 5000;

/**
 * The receiving end of a move, on a byte stream that somebody else has authenticated. Ends when the stream does;
 * says what went wrong to the sender, and throws it.
 */
export async function receive(options: ReceiveOptions): Promise<void> {
  const writer = new FrameWriter(options.output);
  const receiver = new Receiver(options, writer);
  const silenceMs = options.silenceMs ?? 120_000;
  const given = new AbortController();
  const silence = setTimeout(() => given.abort(linkLost('silence')), silenceMs);
  let busy = 0;
  const life = setInterval(() => {
    // While something is being done here nothing is read, and what the sender says cannot be heard.
    if (busy > 0) silence.refresh();
    void say(writer, { type: 'pong' }).catch(() => undefined);
  }, signOfLifeMs);
  const throttle = options.bytesPerSecond === undefined ? undefined : new Throttle(options.bytesPerSecond);
  try {
    const take: TakeFrame = (kind, payload) => {
      if (kind === frame.data) return receiver.data(payload);
      silence.refresh();
      const behind = receiver.take(kind, payload);
      if (behind === undefined) return undefined;
      busy++;
      return behind.finally(() => {
        busy--;
        silence.refresh();
      });
    };
    const reading = { throttle, signal: given.signal };
    if (typeof options.input === 'number') await readDescriptor(options.input, take, reading);
    else await readFrames(options.input, take, reading);
  } catch (error) {
    const coded = codedOf(error, options.root);
    await say(writer, { type: 'failed', ...coded.toJSON(), exitCode: coded.exitCode } as FromReceiver).catch(
      () => undefined,
    );
    throw coded;
  } finally {
    clearTimeout(silence);
    clearInterval(life);
    await receiver.close();
  }
}

async function say(writer: FrameWriter, message: FromReceiver): Promise<void> {
  await writer.putJson(frame.message, message);
  await writer.flush();
}

class Receiver {
  readonly #options: ReceiveOptions;
  readonly #writer: FrameWriter;
  #staging: Staging | undefined;
  #pass: ReceivePass | undefined;
  #parts: ReceivedParts | undefined;
  /** The move that somebody only looks at. */
  #looksAt: { site: string; move: string } | undefined;
  #verify: ReceiveVerify | undefined;

  constructor(options: ReceiveOptions, writer: FrameWriter) {
    this.#options = options;
    this.#writer = writer;
  }

  data(payload: Buffer): undefined {
    const into = this.#pass ?? this.#parts;
    if (into === undefined) throw outOfTurn('content');
    into.data(payload);
  }

  /** What can be done at once is: there are two such frames for each file. */
  take(kind: number, payload: Buffer): Promise<void> | undefined {
    if (kind === frame.message) return this.#message(parsed(fromSender, parseJson(payload)));
    if (kind === frame.probe) return undefined;
    if (kind === frame.entries && this.#verify !== undefined) return this.#verify.entries(payload);
    const pass = this.#pass;
    if (pass === undefined) throw outOfTurn(`a frame of kind ${kind}`);
    if (kind === frame.fileBegin) return pass.begin(parseBegin(payload));
    if (kind === frame.entries) return this.#entries(pass, payload);
    if (kind === frame.fileEnd) pass.end(parseEnd(payload));
    else if (kind === frame.hole) pass.hole(payload);
    else throw outOfTurn(`a frame of kind ${kind}`);
    return undefined;
  }

  async #entries(pass: ReceivePass, payload: Buffer): Promise<void> {
    const wants = await pass.entries(payload);
    await this.#writer.putJson(frame.wants, wants);
    await this.#writer.flush();
  }

  async close(): Promise<void> {
    this.#parts?.interrupt();
    this.#verify?.interrupt();
    await this.#pass?.interrupt();
    this.#staging?.close();
  }

  async #message(message: FromSender): Promise<void> {
    switch (message.type) {
      case 'hello':
        return this.#hello(message);
      case 'ping':
        return this.#say({ type: 'pong' });
      case 'measure':
        return this.#say({ type: 'measured' });
      case 'failed':
        return;
      default:
    }
    if (this.#looksAt !== undefined) return this.#look(this.#looksAt, message);
    const staging = this.#staging;
    if (staging === undefined) throw outOfTurn(message.type);
    switch (message.type) {
      case 'reserve': {
        const missing = assertRoom(this.#options.root, message, await staging.held());
        this.#limits().take(message.siteBytes, message.names);
        return this.#say({ type: 'reserved', missing });
      }
      case 'pass':
        this.#pass = this.#beginPass(staging);
        return;
      case 'pass-end': {
        const passed = await this.#pass?.finish();
        if (passed === undefined) throw outOfTurn('the end of a pass');
        this.#pass = undefined;
        return this.#say(passed);
      }
      case 'part': {
        if (this.#pass !== undefined) throw outOfTurn('a stream file');
        this.#parts ??= new ReceivedParts(staging.parts);
        return this.#say({ type: 'part-at', offset: await this.#parts.begin(message) });
      }
      case 'part-end': {
        if (this.#parts === undefined) throw outOfTurn('the end of a stream file');
        return this.#say({ type: 'part-kept', whole: this.#parts.end() });
      }
      case 'pass-of-parts':
        return this.#say(await this.#passOfParts(staging, message.names));
      case 'verify':
        if (staging.state.phase !== 'receiving' || this.#pass !== undefined)
          throw outOfTurn('a verification');
        this.#verify = await ReceiveVerify.begin(staging);
        return;
      case 'verify-end': {
        const verify = this.#verify;
        if (verify === undefined) throw outOfTurn('the end of a verification');
        this.#verify = undefined;
        const verified = await verify.finish();
        staging.save({ verified });
        return this.#say(verified);
      }
      case 'finalize':
        return this.#say(await finalize(staging, { ...message, ...this.#postSetup() }));
      case 'census':
      case 'check-place':
        throw outOfTurn(`a ${message.type} in a move`);
      case 'discard':
        await staging.discard();
        return this.#say({ type: 'discarded' });
    }
  }

  /** Answers what is asked by who changes nothing. */
  async #look(at: { site: string; move: string }, message: FromSender): Promise<void> {
    const root = resolve(this.#options.root);
    if (message.type === 'check-place') return this.#say(await checkPlace(root, this.#options, at, message));
    if (message.type !== 'census') throw outOfTurn(message.type);
    // Of a folder that is not there, or not now, nothing can be told.
    if (!existsSync(root)) assertWritable(root);
    return this.#say(takeCensus(root, at.site, at.move, message.empty));
  }

  #beginPass(staging: Staging): ReceivePass {
    if (staging.state.phase !== 'receiving' || this.#pass !== undefined) throw outOfTurn('a pass');
    this.#verify?.interrupt();
    this.#verify = undefined;
    staging.save({ verified: undefined });
    return new ReceivePass(staging, this.#limits());
  }

  async #passOfParts(staging: Staging, names: readonly string[]): Promise<FromReceiver> {
    const parts = this.#parts ?? new ReceivedParts(staging.parts);
    const pass = this.#beginPass(staging);
    try {
      await parts.read(names, pass);
      return await pass.finish();
    } catch (error) {
      await pass.interrupt();
      throw error;
    }
  }

  #limits() {
    return limitsOf(this.#options.root, this.#options);
  }

  #postSetup(): { postSetup?: string } {
    const { postSetup } = this.#options;
    return postSetup === undefined ? {} : { postSetup };
  }

  async #hello(hello: Extract<FromSender, { type: 'hello' }>): Promise<void> {
    if (this.#staging !== undefined || this.#looksAt !== undefined) throw outOfTurn('a second hello');
    if (hello.protocol !== protocolVersion) throw otherVersion(hello.version, this.#options.version);
    const { only } = this.#options;
    if (only !== undefined && !only.includes(hello.site))
      throw new CutoverError('site-refused', `this key may not send ${hello.site}`, {
        next: 'name the site in the destination’s authorized_keys with --only, or send one that is named there',
        exitCode: exitCodes.authenticationRefused,
      });
    const root = resolve(this.#options.root);
    if (hello.look === true) {
      assertSite(hello.site);
      this.#looksAt = hello;
      return this.#welcome(root, join(root, hello.site));
    }
    assertWritable(root);
    const staging = await Staging.open(root, hello.site, hello.move, hello.replace);
    this.#staging = staging;
    return this.#welcome(root, staging.target, staging);
  }

  async #welcome(root: string, path: string, staging?: Staging): Promise<void> {
    const { freeBytes, freeFiles } = freeAt(root);
    await this.#say({
      type: 'welcome',
      protocol: protocolVersion,
      version: this.#options.version,
      host: hostname(),
      user: userInfo().username,
      path,
      exists: existsSync(path),
      keepsOwners: keepsOwners(),
      freeBytes,
      freeFiles,
      phase: staging?.state.phase ?? 'receiving',
      done: staging?.state.done ?? null,
    });
  }

  #say(message: FromReceiver): Promise<void> {
    return say(this.#writer, message);
  }
}

/** Nothing, where there is no such folder: what only looks is to hear of that, too. */
function freeAt(root: string): { freeBytes: number; freeFiles: number } {
  if (!existsSync(root)) return { freeBytes: 0, freeFiles: 0 };
  const { bavail, bsize, ffree } = statfsSync(root);
  return { freeBytes: bavail * bsize, freeFiles: ffree };
}
