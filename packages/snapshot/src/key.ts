import { createHmac, randomBytes } from 'node:crypto';
import { CutoverError, exitCodes } from '@cutover/core';

/** Bytes of secret that a key must have at least. */
const minBytes = 32;

/**
 * The one secret of a snapshot. Everything made up is a keyed digest of it, so that who has the snapshot but
 * not the key can repeat nothing. The secret cannot be printed or serialised.
 */
export class ScrubKey {
  readonly #secret: Buffer;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  /** HMAC-SHA-256 over the parts, each length-prefixed so that no two lists of parts are alike. */
  digest(use: string, ...parts: readonly (string | number)[]): Buffer {
    const mac = createHmac('sha256', this.#secret);
    let text = `${use.length}:${use}`;
    for (const part of parts) text += `${String(part).length}:${part}`;
    return mac.update(text).digest();
  }

  /** A stream of numbers for one use. */
  draws(use: string, ...parts: readonly (string | number)[]): Draws {
    return new Draws(this.digest(use, ...parts));
  }

  toJSON(): string {
    return '[secret]';
  }
}

/** Numbers from a seed of 128 bits (sfc32): what is drawn tells of no other stream, as each has its own seed. */
export class Draws {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: Buffer) {
    this.#a = seed.readInt32LE(0);
    this.#b = seed.readInt32LE(4);
    this.#c = seed.readInt32LE(8);
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor((this.#next() / 0x1_0000_0000) * end);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}

/**
 * The key from 64 or more hex digits, or from base64 of 32 bytes or more. Throws CutoverError
 * `snapshot-key-missing` or `snapshot-key-weak`; never says what was given.
 */
export function parseScrubKey(text: string | undefined): ScrubKey {
  if (text === undefined || text.trim() === '') {
    throw new CutoverError('snapshot-key-missing', 'there is no key to scrub with', {
      next: 'put one into CUTOVER_SNAPSHOT_KEY, and keep it: make it with `openssl rand -hex 32`',
      exitCode: exitCodes.usage,
    });
  }
  const trimmed = text.trim();
  const secret = /^(?:[0-9a-f]{2})+$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.test(trimmed) ? trimmed : '', 'base64');
  if (secret.length < minBytes || new Set(secret).size < 16) {
    throw new CutoverError('snapshot-key-weak', 'the key is no 32 random bytes in hex or base64', {
      next: 'make one with `openssl rand -hex 32`; a date, a name or a hash of something public can be guessed',
      exitCode: exitCodes.usage,
    });
  }
  return new ScrubKey(secret);
}

/** A key for one use, forgotten afterwards. */
export const temporaryKey = (): ScrubKey => new ScrubKey(randomBytes(minBytes));
