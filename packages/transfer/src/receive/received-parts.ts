import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { readFrames, type TakeFrame } from '../wire/frame-reader.ts';
import { parseBegin, parseEnd } from '../wire/file-frames.ts';
import { frame, parseJson } from '../wire/frames.ts';
import { type FromSender, parsed, wants } from '../wire/messages.ts';
import { blockBytes, hashInto } from '../tree/hash-file.ts';
import { type ReceivePass, unexpected } from './receive-pass.ts';

type Announced = Extract<FromSender, { type: 'part' }>;

/** Stream files of a staged move: collected as far as they come, and read once all of a pass are there. */
export class ReceivedParts {
  readonly #dir: string;
  #part: (Announced & { readonly file: number; readonly hash: Hash; size: number }) | undefined;

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** Answers from which byte on it is to come. What is there of another file is found by the digest in the end. */
  async begin(part: Announced): Promise<number> {
    if (this.#part !== undefined) throw unexpected('a stream file within another');
    // Of a pass that is over nothing is wanted; of this one all, as the answer to it may be lost.
    const ofPass = part.name.slice(0, part.name.lastIndexOf('-') + 1);
    for (const name of readdirSync(this.#dir)) if (!name.startsWith(ofPass)) rmSync(join(this.#dir, name));
    const file = openSync(join(this.#dir, part.name), 'a+', 0o600);
    const hash = createHash('sha256');
    if (fstatSync(file).size > part.sizeBytes) ftruncateSync(file);
    const size = await hashInto(hash, file, part.sizeBytes, Buffer.allocUnsafe(blockBytes));
    this.#part = { ...part, file, hash, size };
    return size;
  }

  data(bytes: Buffer): void {
    const part = this.#part;
    if (part === undefined) throw unexpected('content of no file');
    if (part.size + bytes.length > part.sizeBytes) throw unexpected('more of a stream file than was said');
    for (let done = 0; done < bytes.length;) done += writeSync(part.file, bytes, done);
    part.hash.update(bytes);
    part.size += bytes.length;
  }

  /** Whether it is the one that was announced; removes it where it is not. */
  end(): boolean {
    const part = this.#part;
    if (part === undefined) throw unexpected('the end of no stream file');
    this.interrupt();
    const whole = part.size === part.sizeBytes && part.hash.digest('hex') === part.sha256;
    if (!whole) rmSync(join(this.#dir, part.name));
    return whole;
  }

  interrupt(): void {
    if (this.#part !== undefined) closeSync(this.#part.file);
    this.#part = undefined;
  }

  /** Makes a pass of what lies in these files. */
  async read(names: readonly string[], pass: ReceivePass): Promise<void> {
    let batch: Buffer | undefined;
    const take: TakeFrame = (kind, payload) => {
      if (kind === frame.data) pass.data(payload);
      else if (kind === frame.hole) pass.hole(payload);
      else if (kind === frame.fileEnd) pass.end(parseEnd(payload));
      else if (kind === frame.fileBegin) return pass.begin(parseBegin(payload));
      else if (kind === frame.entries) batch = Buffer.from(payload);
      else if (kind === frame.wants && batch !== undefined) {
        const brought = parsed(wants, parseJson(payload));
        return pass.entries(batch, brought).then(() => undefined);
      } else throw unexpected(`a frame of kind ${kind} in a stream file`);
      return undefined;
    };
    const paths = names.map((name) => join(this.#dir, name));
    await readFrames(Readable.from(bytesOf(paths)), take);
  }
}

async function* bytesOf(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths)
    for await (const chunk of createReadStream(path, { highWaterMark: blockBytes })) yield chunk as Buffer;
}
