/** Fields of a line that SELECT … INTO OUTFILE wrote: tabs between them, backslashes before what is special, `\N` for NULL. */
import { isUtf8 } from 'node:buffer';
import './buffer.ts';
import { characterLength } from './charset/names.ts';
import { escapedByte } from './lex/strings.ts';

const TAB = 9;
const NEWLINE = 10;
const BACKSLASH = 0x5c;

/** Fields of the line in [from, end), without their escapes. */
export function splitFields(bytes: Buffer, from: number, end: number): (Buffer | null)[] {
  const fields = new Fields(end - from);
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === TAB) fields.end();
    else if (byte === BACKSLASH && at + 1 < end) fields.escape(bytes[++at] as number);
    else fields.add(byte);
  }
  return fields.finish();
}

/**
 * The same where columns are in charsets in which a backslash can be the second byte of a character, which a
 * server does not escape then: gone through by character. `charsetOf` gives such a charset by the field's number.
 * With `ambiguous`, a run of bytes beyond ASCII that is UTF-8 is taken for UTF-8, in whose characters no
 * backslash is. `end` is the newline behind the line, -1 where there is none before `limit`.
 */
export function splitFieldsByCharacter(
  bytes: Buffer,
  from: number,
  limit: number,
  charsetOf: (field: number) => string | undefined,
  ambiguous: boolean,
): { readonly fields: (Buffer | null)[]; readonly end: number } {
  const fields = new Fields(256);
  let charset = charsetOf(0);
  for (let at = from; at < limit;) {
    const byte = bytes[at] as number;
    if (byte === NEWLINE) return { fields: fields.finish(), end: at };
    if (byte === TAB) {
      fields.end();
      charset = charsetOf(fields.count);
      at++;
    } else if (byte === BACKSLASH) {
      fields.escape(bytes[at + 1] as number);
      at += 2;
    } else {
      let to = at + 1;
      if (byte >= 0x80 && charset !== undefined) {
        const run = runEnd(bytes, at, limit);
        to = ambiguous && isUtf8(bytes.subarray(at, run)) ? run : at + characterLength(charset, bytes, at);
      }
      while (at < to) fields.add(bytes[at++] as number);
    }
  }
  return { fields: [], end: -1 };
}

function runEnd(bytes: Buffer, from: number, limit: number): number {
  let at = from;
  while (at < limit && (bytes[at] as number) >= 0x80) at++;
  return at;
}

class Fields {
  readonly #done: (Buffer | null)[] = [];
  #out: Buffer;
  #length = 0;
  #start = 0;
  #isNull = false;

  constructor(size: number) {
    this.#out = Buffer.allocUnsafe(size);
  }

  get count(): number {
    return this.#done.length;
  }

  add(byte: number): void {
    if (this.#length === this.#out.length) this.#grow();
    this.#out[this.#length++] = byte;
  }

  escape(byte: number): void {
    if (byte === 0x4e && this.#length === this.#start) this.#isNull = true;
    else this.add(escapedByte(byte));
  }

  end(): void {
    const isNull = this.#isNull && this.#length === this.#start;
    this.#done.push(isNull ? null : this.#out.subarray(this.#start, this.#length));
    this.#start = this.#length;
    this.#isNull = false;
  }

  finish(): (Buffer | null)[] {
    this.end();
    return this.#done;
  }

  /** Fields that are done keep the memory they are in. */
  #grow(): void {
    const begun = this.#out.subarray(this.#start, this.#length);
    const next = Buffer.allocUnsafe(Math.max(256, begun.length * 2));
    begun.copy(next);
    this.#length = begun.length;
    this.#start = 0;
    this.#out = next;
  }
}
