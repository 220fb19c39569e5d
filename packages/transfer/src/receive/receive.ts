import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { keepsOwners } from '../tree/write.ts';
import { readDescriptor, readFrames, type TakeFrame } from '../wire/frame-reader.ts';
import { FrameWriter } from '../wire/frame-writer.ts';
import { frame, linkLost, parseJson, protocolVersion } from '../wire/frames.ts';
import {
  fileBegin,
  fileEnd,
  fromSender,
  type FromReceiver,
  type FromSender,
  parsed,
} from '../wire/messages.ts';
import { Throttle } from '../wire/throttle.ts';
import { finalize } from './finalize.ts';
import { ReceivePass } from './receive-pass.ts';
import { ReceiveVerify } from './receive-verify.ts';
import { Staging } from './staging.ts';

export interface ReceiveOptions {
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
  const life = setInterval(() => void say(writer, { type: 'pong' }).catch(() => undefined), signOfLifeMs);
  const throttle = options.bytesPerSecond === undefined ? undefined : new Throttle(options.bytesPerSecond);
  try {
    const take: TakeFrame = (kind, payload) => {
      if (kind === frame.data) return receiver.data(payload);
      silence.refresh();
      return receiver.take(kind, payload)?.then(() => void silence.refresh());
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
  #verify: ReceiveVerify | undefined;

  constructor(options: ReceiveOptions, writer: FrameWriter) {
    this.#options = options;
    this.#writer = writer;
  }

  data(payload: Buffer): undefined {
    if (this.#pass === undefined) throw outOfTurn('content');
    this.#pass.data(payload);
  }

  /** What can be done at once is: there are two such frames for each file. */
  take(kind: number, payload: Buffer): Promise<void> | undefined {
    if (kind === frame.message) return this.#message(parsed(fromSender, parseJson(payload)));
    if (kind === frame.entries && this.#verify !== undefined) return this.#verify.entries(payload);
    const pass = this.#pass;
    if (pass === undefined) throw outOfTurn(`a frame of kind ${kind}`);
    if (kind === frame.fileBegin) return pass.begin(parsed(fileBegin, parseJson(payload)).offset);
    if (kind === frame.entries) return this.#entries(pass, payload);
    if (kind === frame.fileEnd) pass.end(parsed(fileEnd, parseJson(payload)));
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
    await this.#pass?.interrupt();
    this.#staging?.close();
  }

  async #message(message: FromSender): Promise<void> {
    switch (message.type) {
      case 'hello':
        return this.#hello(message);
      case 'ping':
        return this.#say({ type: 'pong' });
      case 'failed':
        return;
      default:
    }
    const staging = this.#staging;
    if (staging === undefined) throw outOfTurn(message.type);
    switch (message.type) {
      case 'reserve':
        assertRoom(this.#options.root, message);
        return this.#say({ type: 'reserved' });
      case 'pass':
        if (staging.state.phase !== 'receiving' || this.#pass !== undefined) throw outOfTurn('a pass');
        this.#verify = undefined;
        staging.save({ verified: undefined });
        this.#pass = new ReceivePass(staging);
        return;
      case 'pass-end': {
        const passed = await this.#pass?.finish();
        if (passed === undefined) throw outOfTurn('the end of a pass');
        this.#pass = undefined;
        return this.#say(passed);
      }
      case 'verify':
        if (staging.state.phase !== 'receiving' || this.#pass !== undefined)
          throw outOfTurn('a verification');
        this.#verify = await ReceiveVerify.begin(staging);
        return;
      case 'verify-end': {
        const verified = await this.#verify?.finish();
        if (verified === undefined) throw outOfTurn('the end of a verification');
        this.#verify = undefined;
        staging.save({ verified });
        return this.#say(verified);
      }
      case 'finalize':
        return this.#say(await finalize(staging, { ...message, ...this.#postSetup() }));
      case 'discard':
        await staging.discard();
        return this.#say({ type: 'discarded' });
    }
  }

  #postSetup(): { postSetup?: string } {
    const { postSetup } = this.#options;
    return postSetup === undefined ? {} : { postSetup };
  }

  async #hello(hello: Extract<FromSender, { type: 'hello' }>): Promise<void> {
    if (this.#staging !== undefined) throw outOfTurn('a second hello');
    if (hello.protocol !== protocolVersion) throw otherVersion(hello.version, this.#options.version);
    const { only } = this.#options;
    if (only !== undefined && !only.includes(hello.site))
      throw new CutoverError('site-refused', `this key may not send ${hello.site}`, {
        next: 'name the site in the destination’s authorized_keys with --only, or send one that is named there',
        exitCode: exitCodes.authenticationRefused,
      });
    const root = resolve(this.#options.root);
    assertWritable(root);
    const staging = await Staging.open(root, hello.site, hello.move, hello.replace);
    this.#staging = staging;
    const { bavail, bsize, ffree } = statfsSync(root);
    const { files, bytes } = await staging.staged();
    await this.#say({
      type: 'welcome',
      protocol: protocolVersion,
      version: this.#options.version,
      host: hostname(),
      user: userInfo().username,
      path: staging.target,
      exists: existsSync(staging.target),
      keepsOwners: keepsOwners(),
      freeBytes: bavail * bsize,
      freeFiles: ffree,
      stagedBytes: bytes,
      stagedFiles: files,
      phase: staging.state.phase,
      done: staging.state.done ?? null,
    });
  }

  #say(message: FromReceiver): Promise<void> {
    return say(this.#writer, message);
  }
}

function assertWritable(root: string): void {
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new CutoverError(
      'destination-not-writable',
      `${root} cannot be written to by ${userInfo().username}: ${messageOf(cause)}`,
      {
        next: 'make the folder on the destination, or give it to that user',
        exitCode: exitCodes.preflightFailed,
      },
    );
  }
}

/** A twentieth more than was measured: the source goes on growing. */
const reserve = 1.05;

function assertRoom(root: string, { bytes, files }: { bytes: number; files: number }): void {
  const { bavail, bsize, ffree, files: inodes } = statfsSync(root);
  const need = Math.ceil(bytes * reserve);
  const free = bavail * bsize;
  const enoughNames = inodes === 0 || ffree >= files;
  if (free >= need && enoughNames) return;
  throw new CutoverError(
    'no-room',
    free < need
      ? `the destination has ${free.toLocaleString('en-US')} bytes free, and ${need.toLocaleString('en-US')} are needed`
      : `the destination has room for ${ffree.toLocaleString('en-US')} names, and ${files.toLocaleString('en-US')} are needed`,
    {
      next: 'make room on the destination, or send elsewhere',
      data: { free, need, ffree, files },
      exitCode: exitCodes.preflightFailed,
    },
  );
}

/** What went wrong, as the sender is to see it. */
function codedOf(error: unknown, root: string): CutoverError {
  if (error instanceof CutoverError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new CutoverError('disk-full', `the destination's disk is full below ${root}`, {
      next: 'make room there, then start the same command again: what has come stays',
      cause: error,
    });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new CutoverError('destination-not-writable', `the destination cannot write: ${messageOf(error)}`, {
      next: 'give the folder on the destination to the user who receives; then start the same command again',
      cause: error,
    });
  if (code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return linkLost(error);
  return new CutoverError('bug', `the receiving side failed: ${messageOf(error)}`, {
    next: 'this is a fault of ours: please report it with this text',
    exitCode: exitCodes.bug,
    cause: error,
  });
}

function outOfTurn(what: string): CutoverError {
  return new CutoverError('protocol', `the sender says ${what} where it is not expected`, {
    next: 'run the same version of cutover on both hosts',
  });
}

function otherVersion(theirs: string, mine: string): CutoverError {
  return new CutoverError(
    'protocol-version',
    `the sender is cutover ${theirs}, this side ${mine}: they do not understand each other`,
    {
      next: 'install the same version on both hosts',
      exitCode: exitCodes.preflightFailed,
    },
  );
}
