import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const readBytes = 1024 * 1024;

/** What is there of an archive. */
export interface Held {
  readonly bytes: number;
  /** Of these bytes. */
  readonly sha256: string;
}

/**
 * An archive as far as it has come, in a file, with the digest of all that is in it: a cut link, or the end of this
 * process, loses nothing of it. What the file holds after a crash is read again, never believed.
 */
export class Spool {
  readonly #file: FileHandle;
  #hash: Hash;
  #bytes: number;

  private constructor(file: FileHandle, hash: Hash, bytes: number) {
    this.#file = file;
    this.#hash = hash;
    this.#bytes = bytes;
  }

  /** Opens what is there, or begins. `onBytes` is told how far it was read. */
  static async open(path: string, onBytes: (bytes: number) => void): Promise<Spool> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(path, flags, 0o600);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of chunksOf(file)) {
        hash.update(chunk);
        onBytes((bytes += chunk.length));
      }
      return new Spool(file, hash, bytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Of one that is whole, which is read and not written. */
  static async openToRead(path: string): Promise<Spool> {
    return new Spool(await open(path, constants.O_RDONLY | constants.O_NOFOLLOW), createHash('sha256'), 0);
  }

  get bytes(): number {
    return this.#bytes;
  }

  held(): Held {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
  }

  async append(chunk: Buffer): Promise<void> {
    for (let done = 0; done < chunk.length;) {
      const { bytesWritten } = await this.#file.write(chunk, done, chunk.length - done, this.#bytes + done);
      done += bytesWritten;
    }
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** From its first byte on. */
  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = createHash('sha256');
    this.#bytes = 0;
  }

  /** Its content, once it is on the disk, in pieces that may be used until the next is asked for. */
  async *read(): AsyncGenerator<Buffer, void> {
    yield* chunksOf(this.#file);
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer, void> {
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
