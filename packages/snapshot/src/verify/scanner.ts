import { decodeBase64Runs, decodeHexRuns } from './decode.ts';
import { foldBytes, foldedWords } from './fold.ts';
import { HashTable } from './hash-table.ts';

/** Words that a phrase is known by; a longer one is known by its first. */
const maxWords = 8;
/** Consecutive words of a text that are enough to know it by. */
const fragmentWords = 5;
/** Characters from which a word is found inside of words too; of several words the first must have four. */
const insideLength = 8;
/** Letters below which nothing is searched for: such words turn up by chance. */
const leastLetters = 3;
/** The same for what was decoded from base64 or hex, which may have been no text at all. */
const leastDecoded = { plain: 7, printable: 4 } as const;

const wordBase = 0x01000193;
const otherBase = 0x5bd1e995;
const phraseBase = 0x9e3779b1 | 0;
const otherPhraseBase = 0x85ebca77 | 0;

export interface Hit {
  readonly kind: string;
  /** What had to be undone to find it. */
  readonly form: 'plain' | 'url-encoded' | 'base64' | 'hex';
}

/**
 * Finds any of many phrases in one pass over folded text. Phrases are hashed word by word, so that each word costs
 * a few lookups however many patterns there are; long ones are found inside of words too, by a rolling hash of
 * their first eight characters. A phrase is known by 64 bits of hash.
 */
export class Scanner {
  readonly #kinds: string[] = [''];
  readonly #phrases = new HashTable();
  readonly #fragments = new HashTable();
  readonly #lengths = new Set<number>();
  readonly #inside = new Map<string, { readonly rest: string; readonly kind: number }[]>();
  #filter = new Uint32Array(1 << 12);
  #filterMask = (1 << 17) - 1;
  readonly #insideHashes: number[] = [];
  #folded = new Uint8Array(1 << 16);
  #decoded = new Uint8Array(1 << 16);
  readonly #words = { high: [0], low: [0], start: [0] };
  /** Patterns that are too short to be told from chance. */
  tooShort = 0;
  patterns = 0;

  /** A name, handle, address: found with any punctuation between its words. */
  addPhrase(kind: string, text: string): void {
    const words = foldedWords(text);
    const letters = words.reduce((sum, word) => sum + word.length, 0);
    if (words.length === 0) return;
    if (letters < leastLetters || /^\d+$/.test(words.join(''))) {
      this.tooShort++;
      return;
    }
    this.patterns++;
    const known = words.slice(0, maxWords);
    const number = this.#kindOf(kind);
    const { high, low } = hashPhrase(known);
    this.#lengths.add(known.length);
    this.#phrases.add(high, low, number);
    // What begins with a short word would be found in the end of others.
    const joined = words.join(' ');
    const least = words.length === 1 ? insideLength : insideLength + 2;
    if (joined.length >= least && words[0]!.length >= 4) this.#addInside(joined, number);
  }

  /** A longer text: any five words in a row of it are found; all of it where it has fewer. */
  addText(kind: string, text: string): void {
    const words = foldedWords(text);
    if (words.length < fragmentWords) {
      this.addPhrase(kind, text);
      return;
    }
    this.patterns++;
    const number = this.#kindOf(kind);
    for (let i = 0; i + fragmentWords <= words.length; i++) {
      const { high, low } = hashPhrase(words.slice(i, i + fragmentWords));
      this.#fragments.add(high, low, number);
    }
  }

  /** All hits in some bytes, and in what they hold percent-encoded, in base64 and in hex; each kind and form once. */
  scan(bytes: Uint8Array): Hit[] {
    const hits = new Map<string, Hit>();
    const take = (form: Hit['form']) => (kind: number) => {
      const hit = { kind: this.#kinds[kind]!, form };
      hits.set(`${hit.kind} ${form}`, hit);
    };
    this.#scanOne(bytes, leastLetters, take('plain'));
    const percent = percentDecoded(bytes);
    if (percent !== undefined) this.#scanOne(percent, leastLetters, take('url-encoded'));
    if (this.#decoded.length < bytes.length + 64) this.#decoded = new Uint8Array(bytes.length * 2);
    const base64 = take('base64');
    decodeBase64Runs(bytes, this.#decoded, (decoded) => this.#scanDecoded(decoded, base64));
    const hex = take('hex');
    decodeHexRuns(bytes, this.#decoded, (decoded) => this.#scanDecoded(decoded, hex));
    return [...hits.values()];
  }

  #scanDecoded(decoded: Uint8Array, take: (kind: number) => void): void {
    this.#scanOne(decoded, isPrintable(decoded) ? leastDecoded.printable : leastDecoded.plain, take);
  }

  #scanOne(bytes: Uint8Array, least: number, take: (kind: number) => void): void {
    if (this.#folded.length < bytes.length * 3 + 2) this.#folded = new Uint8Array(bytes.length * 6 + 2);
    const folded = this.#folded;
    const used = foldBytes(bytes, folded);
    this.#scanInside(folded, used, take);
    const { high, low, start } = this.#words;
    let [h, l, words, begin] = [0, 0, 0, 1];
    for (let i = 1; i < used; i++) {
      const c = folded[i]!;
      if (c !== 0x20) {
        h = Math.imul(h ^ c, wordBase);
        l = (Math.imul(l, otherBase) + c) | 0;
        continue;
      }
      words++;
      high[words] = (Math.imul(high[words - 1]!, phraseBase) + h) | 0;
      low[words] = (Math.imul(low[words - 1]!, otherPhraseBase) + l) | 0;
      start[words] = begin;
      [h, l, begin] = [0, 0, i + 1];
      this.#lookUp(words, i, least, take);
    }
  }

  /** Looks at the phrases that end with the word that was read last. */
  #lookUp(words: number, end: number, least: number, take: (kind: number) => void): void {
    const { high, low, start } = this.#words;
    for (const length of this.#lengths) {
      if (length > words) continue;
      const from = words - length;
      if (end - start[from + 1]! < least) continue;
      const [h, l] = [
        (high[words]! - Math.imul(high[from]!, powers.high[length]!)) | 0,
        (low[words]! - Math.imul(low[from]!, powers.low[length]!)) | 0,
      ];
      const kind = this.#phrases.get(h, l);
      if (kind !== 0) take(kind);
    }
    if (words < fragmentWords || this.#fragments.size === 0) return;
    const from = words - fragmentWords;
    const kind = this.#fragments.get(
      (high[words]! - Math.imul(high[from]!, powers.high[fragmentWords]!)) | 0,
      (low[words]! - Math.imul(low[from]!, powers.low[fragmentWords]!)) | 0,
    );
    if (kind !== 0) take(kind);
  }

  /** A rolling hash of eight bytes; what passes the filter is looked up and compared. */
  #scanInside(folded: Uint8Array, used: number, take: (kind: number) => void): void {
    if (this.#inside.size === 0) return;
    const [filter, mask] = [this.#filter, this.#filterMask];
    let rolling = 0;
    for (let i = 0; i < used; i++) {
      rolling = (Math.imul(rolling, rollingBase) + folded[i]!) | 0;
      if (i >= insideLength) rolling = (rolling - Math.imul(folded[i - insideLength]!, rollingOut)) | 0;
      const bit = mix(rolling) & mask;
      if (i < insideLength - 1 || (filter[bit >>> 5]! & (1 << (bit & 31))) === 0) continue;
      const first = i - insideLength + 1;
      const patterns = this.#inside.get(textOf(folded, first, i + 1));
      for (const { rest, kind } of patterns ?? []) {
        if (rest === '' || textOf(folded, i + 1, Math.min(i + 1 + rest.length, used)) === rest) take(kind);
      }
    }
  }

  #addInside(joined: string, kind: number): void {
    // Compared byte by byte, as latin1 text.
    const bytes = Buffer.from(joined).toString('latin1');
    const head = bytes.slice(0, insideLength);
    const rest = bytes.slice(insideLength);
    const patterns = this.#inside.get(head);
    if (patterns === undefined) this.#inside.set(head, [{ rest, kind }]);
    else {
      if (!patterns.some((other) => other.rest === rest)) patterns.push({ rest, kind });
      return;
    }
    let rolling = 0;
    for (let i = 0; i < insideLength; i++)
      rolling = (Math.imul(rolling, rollingBase) + head.charCodeAt(i)) | 0;
    this.#insideHashes.push(mix(rolling));
    if (this.#insideHashes.length * 32 > this.#filterMask && this.#filterMask < (1 << 26) - 1) {
      this.#filterMask = this.#filterMask * 4 + 3;
      this.#filter = new Uint32Array((this.#filterMask + 1) >>> 5);
      for (const hash of this.#insideHashes) this.#setBit(hash);
    } else this.#setBit(mix(rolling));
  }

  #setBit(hash: number): void {
    const bit = hash & this.#filterMask;
    this.#filter[bit >>> 5]! |= 1 << (bit & 31);
  }

  #kindOf(kind: string): number {
    const at = this.#kinds.indexOf(kind);
    return at > 0 ? at : this.#kinds.push(kind) - 1;
  }
}

const rollingBase = 0x01000193;
const rollingOut = (() => {
  let power = 1;
  for (let i = 0; i < insideLength; i++) power = Math.imul(power, rollingBase);
  return power;
})();

const mix = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 4;

const powers = (() => {
  const [high, low] = [[1], [1]];
  for (let i = 1; i <= maxWords; i++) {
    high.push(Math.imul(high[i - 1]!, phraseBase));
    low.push(Math.imul(low[i - 1]!, otherPhraseBase));
  }
  return { high, low };
})();

function hashPhrase(words: readonly string[]): { high: number; low: number } {
  let [high, low] = [0, 0];
  for (const word of words) {
    let [h, l] = [0, 0];
    for (const c of Buffer.from(word)) {
      h = Math.imul(h ^ c, wordBase);
      l = (Math.imul(l, otherBase) + c) | 0;
    }
    high = (Math.imul(high, phraseBase) + h) | 0;
    low = (Math.imul(low, otherPhraseBase) + l) | 0;
  }
  return { high, low };
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

function isPrintable(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 && byte !== 10 && byte !== 13 && byte !== 9) return false;
  return true;
}

/** The bytes with percent-encoding undone; undefined where there is none. */
function percentDecoded(bytes: Uint8Array): Buffer | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!buffer.includes(0x25)) return undefined;
  const text = buffer.toString('latin1');
  const decoded = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decoded === text ? undefined : Buffer.from(decoded, 'latin1');
}
