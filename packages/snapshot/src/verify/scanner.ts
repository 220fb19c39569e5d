import { decodeBase64Runs, decodeHexRuns } from './decode.ts';
import { foldBytes, foldedWords, foldGrowth, roomFor } from './fold.ts';
import { HashTable } from './hash-table.ts';
import { headLength, InsideTable } from './inside.ts';

/** Words that a phrase is known by; a longer one is known by its first. */
const maxWords = 8;
/** More words than that are not looked at together; a power of two, less one. */
const ring = 15;
/** Consecutive words of a text that are enough to know it by. */
const fragmentWords = 5;
/** Letters that the first word must have of what is found inside of words too. */
const leastFirst = 4;
/** Letters below which nothing is searched for: such words turn up by chance. */
const leastLetters = 3;
/** The same for what was decoded from base64 or hex, which may have been no text at all. */
const leastDecoded = { plain: 7, printable: 4 } as const;

const blank = 0x20;
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
 * a few lookups however many patterns there are; long ones are found inside of words too, by their first eight
 * bytes. A phrase of whole words is known by 64 bits of hash.
 */
export class Scanner {
  readonly #kinds: string[] = [''];
  readonly #phrases = new HashTable();
  readonly #fragments = new HashTable();
  readonly #inside = new InsideTable();
  /** Numbers of words that phrases have. */
  readonly #lengths: number[] = [];
  #folded = new Uint8Array(1 << 16);
  #decoded = new Uint8Array(1 << 16);
  /** Of the last words of a text: two hashes of all up to it, and where it starts. */
  readonly #high = new Int32Array(ring + 1);
  readonly #low = new Int32Array(ring + 1);
  readonly #start = new Int32Array(ring + 1);
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
    if (!this.#lengths.includes(known.length)) this.#lengths.push(known.length);
    this.#phrases.add(high, low, number);
    // What begins with a short word would be found in the end of others.
    const joined = words.join(' ');
    const least = words.length === 1 ? headLength : headLength + 2;
    if (joined.length >= least && words[0]!.length >= leastFirst) this.#inside.add(joined, number);
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
    this.#makeRoom(bytes);
    const folded = this.#folded;
    const length = foldBytes(bytes, folded);
    if (length < least + 2) return;
    const [highs, lows, starts, inside] = [this.#high, this.#low, this.#start, this.#inside];
    const anyInside = inside.size > 0;
    // The last eight bytes; hashes of the word so far; how many words there were, and where this one starts.
    let [high, low, h, l, words, start] = [0, blank, 0, 0, 0, 1];
    highs[0] = lows[0] = 0;
    for (let i = 1; i < length; i++) {
      const c = folded[i]!;
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | c;
      // No blank among the first four, as they are of one word.
      const other = high ^ 0x20202020;
      if (anyInside && ((other - 0x01010101) & ~other & 0x80808080) === 0)
        inside.find(high, low, folded, i + 1, length, take);
      if (c !== blank) {
        h = Math.imul(h ^ c, wordBase);
        l = (Math.imul(l, otherBase) + c) | 0;
        continue;
      }
      words++;
      highs[words & ring] = Math.imul(highs[(words - 1) & ring]!, phraseBase) + h;
      lows[words & ring] = Math.imul(lows[(words - 1) & ring]!, otherPhraseBase) + l;
      starts[words & ring] = start;
      [h, l, start] = [0, 0, i + 1];
      this.#lookUp(words, i, least, take);
    }
  }

  /** Looks at the phrases that end with the word that was read last. */
  #lookUp(words: number, end: number, least: number, take: (kind: number) => void): void {
    for (const length of this.#lengths) {
      if (length > words || end - this.#start[(words - length + 1) & ring]! < least) continue;
      const kind = this.#lastWords(this.#phrases, words, length);
      if (kind !== 0) take(kind);
    }
    if (words < fragmentWords || this.#fragments.size === 0) return;
    const kind = this.#lastWords(this.#fragments, words, fragmentWords);
    if (kind !== 0) take(kind);
  }

  #lastWords(table: HashTable, words: number, length: number): number {
    const [last, before] = [words & ring, (words - length) & ring];
    return table.get(
      (this.#high[last]! - Math.imul(this.#high[before]!, powers.high[length]!)) | 0,
      (this.#low[last]! - Math.imul(this.#low[before]!, powers.low[length]!)) | 0,
    );
  }

  #makeRoom(bytes: Uint8Array): void {
    if (this.#folded.length >= bytes.length * foldGrowth + 2) return;
    const room = roomFor(bytes);
    if (this.#folded.length < room) this.#folded = new Uint8Array(room * 2);
  }

  #kindOf(kind: string): number {
    const at = this.#kinds.indexOf(kind);
    return at > 0 ? at : this.#kinds.push(kind) - 1;
  }
}

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
