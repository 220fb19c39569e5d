/**
 * The part of the input that is in memory: bytes [0, end) of `bytes`, the first of which is byte `base` of the
 * input. Parsers look at bytes, throw `needMore` where they run out, and are called again from where they
 * stood; each refill at least doubles what they see, so the work stays linear however long a statement is.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import '../buffer.ts';

/** Thrown (not an Error: no stack, no cost) by a parser that ran out of bytes before the end of the input. */
export const needMore = Symbol('needMore');

/** Zero bytes kept behind `end`, so that a look-ahead of a few bytes reads "nothing" instead of old input. */
const SENTINEL = 16;
/** Windows above this are not turned into a string at once: rows in them take the slower path. */
const MAX_TEXT = 1 << 20;

const NEVER = Number.MAX_SAFE_INTEGER;

interface Segment {
  /** Where the file starts in the input as a whole. */
  readonly start: number;
  readonly file: string;
  /** Of the file, in the whole input. */
  readonly index: number;
}

export class Window {
  bytes: Buffer;
  /** The same memory, for `slice` that copies to a plain Uint8Array. */
  plain: Uint8Array;
  end = 0;
  base = 0;
  /** No byte will come behind `end`. */
  eof = false;
  /** The bytes as latin1 characters, index for index; undefined if the window is too large for that. */
  text: string | undefined = '';
  ascii = true;
  validUtf8 = true;

  #capacity: number;
  #twin: Buffer = Buffer.alloc(0);
  #twinIsFresh = false;
  readonly #smallest: number;
  /** The first backslash at or behind `#backslashSince`, which nobody has to look for again. */
  #backslash = -1;
  #backslashSince = 0;
  #zero = -1;
  #zeroSince = 0;
  /** The same memory, four bytes a number; the bytes behind the last multiple of four are left out. */
  #words: Int32Array;
  #nonAscii = -1;
  #nonAsciiSince = 0;
  /** Line number of the byte at `base`; 0 if nobody counted (a range of a file). */
  #line = 1;
  /** Line number of the byte at `#countedTo`. */
  #counted = 1;
  #countedTo = 0;
  #segments: Segment[] = [];
  /** Where each file starts in the input as a whole, by its index; also of those that are left behind. */
  readonly #starts = new Map<number, number>();

  constructor(capacity = 1 << 17) {
    this.#smallest = capacity;
    this.#capacity = capacity;
    this.bytes = Buffer.allocUnsafeSlow(capacity + SENTINEL).fill(0);
    this.plain = new Uint8Array(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.#words = wordsOf(this.bytes);
  }

  /** Tells that the next bytes appended begin another file. */
  startFile(file: string, index: number, offset: number, line: number): void {
    if (this.end === 0) {
      this.#line = line;
      this.#counted = line;
    }
    const start = this.base + this.end - offset;
    this.#segments.push({ start, file, index });
    this.#starts.set(index, start);
  }

  /** Forgets the bytes before `from`, and makes room for `extra` more. */
  compact(from: number, extra: number): void {
    const left = this.end - from;
    this.#line = this.#lineAt(from);
    this.#counted = this.#line;
    this.#countedTo = 0;
    const wanted = Math.max(this.#smallest, left + extra);
    const fits =
      wanted <= this.#capacity && (this.#capacity <= this.#smallest * 4 || wanted * 8 > this.#capacity);
    if (fits) {
      this.bytes.copyWithin(0, from, this.end);
    } else {
      const capacity = Math.max(wanted, this.#smallest);
      const next = Buffer.allocUnsafeSlow(capacity + SENTINEL);
      this.bytes.copy(next, 0, from, this.end);
      this.bytes = next;
      this.plain = new Uint8Array(next.buffer, next.byteOffset, next.length);
      this.#words = wordsOf(next);
      this.#capacity = capacity;
    }
    this.base += from;
    this.end = left;
    while (this.#segments.length > 1 && (this.#segments[1]?.start ?? NEVER) <= this.base)
      this.#segments.shift();
  }

  /** A copy of the content to work in: reading a row only ever changes its own part of it. */
  get twin(): Buffer {
    if (!this.#twinIsFresh) {
      if (this.#twin.length < this.end) this.#twin = Buffer.allocUnsafeSlow(this.#capacity);
      this.bytes.copy(this.#twin, 0, 0, this.end);
      this.#twinIsFresh = true;
    }
    return this.#twin;
  }

  get room(): number {
    return this.#capacity - this.end;
  }

  append(chunk: Uint8Array): void {
    this.plain.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** To be called once after `append`s: the views of the content are made anew. */
  refresh(eof: boolean): void {
    this.eof = eof;
    this.bytes.fill(0, this.end, this.end + SENTINEL);
    const content = this.bytes.subarray(0, this.end);
    this.ascii = isAscii(content);
    this.validUtf8 = this.ascii || isUtf8(eof ? content : content.subarray(0, wholeCharacters(content)));
    this.text = this.end <= MAX_TEXT ? content.latin1Slice(0, this.end) : undefined;
    this.#backslash = -1;
    this.#backslashSince = 0;
    this.#zero = -1;
    this.#zeroSince = 0;
    this.#nonAscii = this.ascii ? NEVER : -1;
    this.#nonAsciiSince = 0;
    this.#twinIsFresh = false;
  }

  /** Index of `byte` at or behind `from`, -1 if it is not in the window. */
  indexOf(byte: number, from: number): number {
    const at = this.bytes.indexOf(byte, from);
    return at < this.end ? at : -1;
  }

  /** Index of the next backslash at or behind `from`, or a number larger than any index. */
  backslashFrom(from: number): number {
    if (from < this.#backslashSince || from > this.#backslash) {
      const at = this.text === undefined ? this.bytes.indexOf(0x5c, from) : this.text.indexOf('\\', from);
      this.#backslash = at < 0 || at >= this.end ? NEVER : at;
      this.#backslashSince = from;
    }
    return this.#backslash;
  }

  /** The same for the zero byte. */
  zeroFrom(from: number): number {
    if (from < this.#zeroSince || from > this.#zero) {
      const at = this.bytes.indexOf(0, from);
      this.#zero = at < 0 || at >= this.end ? NEVER : at;
      this.#zeroSince = from;
    }
    return this.#zero;
  }

  /** The same for a byte that is not of ASCII. */
  nonAsciiFrom(from: number): number {
    if (from < this.#nonAsciiSince || from > this.#nonAscii) {
      this.#nonAscii = firstNonAscii(this.bytes, this.#words, from, this.end);
      this.#nonAsciiSince = from;
    }
    return this.#nonAscii;
  }

  /** Asserts that a byte can be read at `at`: false at the end of the input, `needMore` before it. */
  has(at: number): boolean {
    if (at < this.end) return true;
    if (!this.eof) throw needMore;
    return false;
  }

  /** File, offset and line of an index of the window. */
  place(at: number): { file: string; offset: number; line: number } {
    const absolute = this.base + at;
    const segment = this.#segmentAt(absolute);
    return { file: segment?.file ?? '', offset: absolute - (segment?.start ?? 0), line: this.#lineAt(at) };
  }

  /** Byte of the input, over all files, at a place of one; undefined where that file has not begun yet. */
  absolute({ file, offset }: { readonly file: number; readonly offset: number }): number | undefined {
    const start = this.#starts.get(file);
    return start === undefined ? undefined : start + offset;
  }

  /** Index of the file that the byte at `at` belongs to. */
  fileIndexAt(at: number): number {
    return this.#segmentAt(this.base + at)?.index ?? 0;
  }

  #segmentAt(absolute: number): Segment | undefined {
    let segment = this.#segments[0];
    for (const next of this.#segments) if (next.start <= absolute) segment = next;
    return segment;
  }

  /** Lines are asked for from front to back, so that each part of the window is counted once. */
  #lineAt(at: number): number {
    if (this.#line === 0) return 0;
    if (at < this.#countedTo) {
      this.#countedTo = 0;
      this.#counted = this.#line;
    }
    let from = this.#countedTo;
    let line = this.#counted;
    for (const { start } of this.#segments) {
      const index = start - this.base;
      if (index > from && index <= at) {
        from = index;
        line = 1;
      }
    }
    this.#counted = line + countNewlines(this.bytes, from, at);
    this.#countedTo = at;
    return this.#counted;
  }
}

/** Jumps from newline to newline where they are far apart, looks at each byte where they are not. */
function countNewlines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  let at = from;
  while (at < to) {
    const next = bytes.indexOf(10, at);
    if (next < 0 || next >= to) return count;
    count++;
    if (next - at < 8) {
      const stop = Math.min(next + 256, to);
      for (at = next + 1; at < stop; at++) if (bytes[at] === 10) count++;
    } else {
      at = next + 1;
    }
  }
  return count;
}

/** Of a buffer that has its memory for itself. */
const wordsOf = (bytes: Buffer): Int32Array =>
  new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);

/** Index of the first byte in [from, end) that is not of ASCII, NEVER if there is none; sixteen are looked at together. */
function firstNonAscii(bytes: Buffer, words: Int32Array, from: number, end: number): number {
  let at = from;
  while ((at & 3) !== 0 && (bytes[at] as number) < 0x80) at++;
  if ((at & 3) === 0) {
    let word = at >> 2;
    const last = (end >> 2) - 4;
    while (
      word <= last &&
      (((words[word] as number) |
        (words[word + 1] as number) |
        (words[word + 2] as number) |
        (words[word + 3] as number)) &
        0x80808080) ===
        0
    )
      word += 4;
    at = word << 2;
    while (at < end && (bytes[at] as number) < 0x80) at++;
  }
  return at < end ? at : NEVER;
}

/** Length without a character of UTF-8 that is cut at the end. */
function wholeCharacters(bytes: Buffer): number {
  const length = bytes.length;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? length - back : length;
    }
  }
  return length;
}
