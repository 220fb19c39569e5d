/** Thrown where the bytes at hand end: the caller reads more and begins again at its mark. */
export const needMore = Symbol('more bytes are needed');

export type Token =
  | { readonly kind: 'word' | 'name' | 'mark'; readonly text: string }
  | { readonly kind: 'string'; readonly bytes: Buffer };

const quote = 0x27;
const doubleQuote = 0x22;
const backtick = 0x60;
const backslash = 0x5c;
const escaped: Readonly<Record<number, number>> = { 0x30: 0, 0x6e: 10, 0x72: 13, 0x74: 9, 0x62: 8, 0x5a: 26 };

/** Walks over the bytes of a dump: blanks and comments, words, names and quoted strings. */
export class Scanner {
  at = 0;
  /** No bytes come after those at hand. */
  ended = false;
  /** Backslashes escape. */
  escapes = true;
  /** Double quotes are around names. */
  ansiQuotes = false;
  /** Whether a byte begins a character of two bytes, whose second may look like a backslash. */
  isLead: ((byte: number) => boolean) | undefined;
  #bytes: Buffer = Buffer.alloc(0);

  /** Adds bytes and forgets those before `mark`; gives where the mark is now. */
  feed(chunk: Buffer, mark: number): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(mark), chunk]);
    this.at -= mark;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** The byte `ahead` of here; -1 behind the end of the dump. */
  peek(ahead = 0): number {
    const byte = this.#bytes[this.at + ahead];
    if (byte !== undefined) return byte;
    if (this.ended) return -1;
    throw needMore;
  }

  startsWith(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.peek(i) !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Past blanks and comments. What stands in a conditional comment counts, unless it is for no server at all. */
  skipBlank(): void {
    for (;;) {
      const byte = this.peek();
      if (byte === 32 || (byte >= 9 && byte <= 13)) this.at++;
      else if (byte === 0x23) this.skipLine();
      else if (byte === 0x2d && this.peek(1) === 0x2d && this.#blankAhead(2)) this.skipLine();
      else if (byte === 0x2a && this.peek(1) === 0x2f) this.at += 2;
      else if (byte === 0x2f && this.peek(1) === 0x2a) this.#comment();
      else return;
    }
  }

  skipLine(): void {
    while (this.peek() !== -1 && this.peek() !== 10) this.at++;
  }

  /** A word of letters, digits, `_`, `$` and `@`; empty where there is none. */
  word(): string {
    let length = 0;
    while (isWordByte(this.peek(length))) length++;
    const text = this.#bytes.toString('latin1', this.at, this.at + length);
    this.at += length;
    return text;
  }

  isNameQuote(byte: number): boolean {
    return byte === backtick || (byte === doubleQuote && this.ansiQuotes);
  }

  isStringQuote(byte: number): boolean {
    return byte === quote || (byte === doubleQuote && !this.ansiQuotes);
  }

  /** The content of a quoted string or name that begins here. Throws RangeError where the dump ends in it. */
  quoted(): Buffer {
    const close = this.peek();
    const escapes = this.escapes && !this.isNameQuote(close);
    const parts: Buffer[] = [];
    let from = ++this.at;
    for (;;) {
      this.#pastPlain(close);
      const byte = this.peek();
      if (byte === -1) throw new RangeError('the dump ends inside a quoted text');
      if (byte >= 0x80 && this.isLead?.(byte) === true) this.at += 2;
      else if (byte === backslash && escapes) {
        parts.push(this.#bytes.subarray(from, this.at), this.#escape());
        from = this.at;
      } else if (byte !== close) this.at++;
      else {
        if (this.peek(1) !== close) break;
        parts.push(this.#bytes.subarray(from, ++this.at));
        from = ++this.at;
      }
    }
    parts.push(this.#bytes.subarray(from, this.at++));
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** Past the bytes of a text at hand that mean nothing but themselves: most of a dump. */
  #pastPlain(close: number): void {
    const bytes = this.#bytes;
    const limit = this.isLead === undefined ? 256 : 0x80;
    let at = this.at;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === close || byte === backslash || byte >= limit) break;
    }
    this.at = at;
  }

  /** The next token of a statement's head; undefined at `stop` or at the end. */
  token(stop: string): Token | undefined {
    this.skipBlank();
    const byte = this.peek();
    if (byte === -1 || this.startsWith(stop)) return undefined;
    if (this.isNameQuote(byte)) return { kind: 'name', text: this.quoted().toString('utf8') };
    if (this.isStringQuote(byte)) return { kind: 'string', bytes: Buffer.from(this.quoted()) };
    const word = this.word();
    if (word !== '') return { kind: 'word', text: Buffer.from(word, 'latin1').toString('utf8') };
    this.at++;
    return { kind: 'mark', text: String.fromCharCode(byte) };
  }

  #escape(): Buffer {
    const byte = this.peek(1);
    if (byte === -1) throw new RangeError('the dump ends inside a quoted text');
    this.at += 2;
    // Of \% and \_ the backslash stays: they are for LIKE.
    if (byte === 0x25 || byte === 0x5f) return Buffer.from([backslash, byte]);
    return Buffer.from([escaped[byte] ?? byte]);
  }

  #blankAhead(ahead: number): boolean {
    const byte = this.peek(ahead);
    return byte === -1 || byte <= 32;
  }

  #comment(): void {
    let length = 2;
    if (this.peek(length) === 0x4d && this.peek(length + 1) === 0x21) length++;
    if (this.peek(length) === 0x21) {
      let digits = '';
      while (this.peek(length + 1) >= 48 && this.peek(length + 1) <= 57)
        digits += String.fromCharCode(this.peek(++length));
      if (!/^9{5,6}$/.test(digits)) {
        this.at += length + 1;
        return;
      }
    }
    while (this.peek(length) !== -1 && !(this.peek(length) === 0x2a && this.peek(length + 1) === 0x2f))
      length++;
    this.at += Math.min(length + 2, this.left);
  }
}

function isWordByte(byte: number): boolean {
  return (
    (byte >= 97 && byte <= 122) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 48 && byte <= 57) ||
    byte === 95 ||
    byte === 36 ||
    byte === 64 ||
    byte >= 128
  );
}
