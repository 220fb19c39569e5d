/** Letters that have no decomposition, as slugs write them; and the sigma that Greek writes at the end of a word. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ς: 'σ',
};

const blank = 0x20;
/** Bytes that one byte may become: U+FDFA, three bytes, is eighteen letters of two and blanks between. */
export const foldGrowth = 13;

/** What each byte of ASCII is searched as: letters without case, digits, and a blank for everything else. */
const asciiTable = (() => {
  const table = new Uint8Array(128).fill(blank);
  for (let c = 0x30; c <= 0x39; c++) table[c] = c;
  for (let c = 0x61; c <= 0x7a; c++) table[c] = table[c - 32] = c;
  return table;
})();

/**
 * What a character beyond ASCII is searched as, as UTF-8: without case and accents; a blank where it is no letter or
 * digit, nothing where it is an accent alone. Compatible forms (NFKD) are one.
 */
function foldCharacter(codePoint: number): Uint8Array {
  const text = String.fromCodePoint(codePoint)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[ßæœøłđðþς]/g, (letter) => plain[letter]!)
    .replaceAll(/[^\p{L}\p{N}]/gu, ' ');
  return Buffer.from(text);
}

/** Characters that were met, by 256. */
const pages: (Uint8Array[] | undefined)[] = Array.from({ length: 0x1100 }, () => undefined);

function foldedCharacter(codePoint: number): Uint8Array {
  const page = (pages[codePoint >>> 8] ??= Array.from<Uint8Array>({ length: 256 }));
  return (page[codePoint & 0xff] ??= foldCharacter(codePoint));
}

/**
 * The bytes that are searched: words without case and accents with single blanks between, a blank before and
 * after. Backslash escapes of line ends are blanks too, as is what is no UTF-8. Gives how many bytes of `into` are
 * used; `into` must have `roomFor` them.
 */
export function foldBytes(from: Uint8Array, into: Uint8Array): number {
  into[0] = blank;
  let used = 1;
  const end = from.length;
  for (let i = 0; i < end; i++) {
    const byte = from[i]!;
    if (byte < 0x80) {
      const c = asciiTable[byte]!;
      if (c !== blank) into[used++] = c;
      else {
        if (into[used - 1] !== blank) into[used++] = blank;
        if (byte === 0x5c) {
          const next = from[i + 1];
          if (next === 0x6e || next === 0x72 || next === 0x74) i++;
        }
      }
      continue;
    }
    const codePoint = codePointAt(from, i, byte);
    if (codePoint < 0) {
      if (into[used - 1] !== blank) into[used++] = blank;
      continue;
    }
    i += codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
    for (const c of foldedCharacter(codePoint)) {
      if (c !== blank || into[used - 1] !== blank) into[used++] = c;
    }
  }
  if (into[used - 1] !== blank) into[used++] = blank;
  return used;
}

/** Bytes that a buffer must have for these to be folded into it. */
export function roomFor(from: Uint8Array): number {
  let room = from.length + 2;
  for (let i = 0; i < from.length; i++) if (from[i]! >= 0x80) room += foldGrowth - 1;
  return room;
}

/** The character of UTF-8 (RFC 3629) that begins with a byte beyond ASCII; -1 where none does. */
function codePointAt(from: Uint8Array, at: number, lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const second = from[at + 1] ?? 0;
  if ((second & 0xc0) !== 0x80) return -1;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | (second & 0x3f);
  const third = from[at + 2] ?? 0;
  if ((third & 0xc0) !== 0x80) return -1;
  if (lead < 0xf0) {
    const found = ((lead & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
    return found < 0x800 || (found >= 0xd800 && found < 0xe000) ? -1 : found;
  }
  const fourth = from[at + 3] ?? 0;
  if ((fourth & 0xc0) !== 0x80) return -1;
  const found = ((lead & 7) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f);
  return found < 0x10000 || found > 0x10ffff ? -1 : found;
}

/** The words of a text as they are searched. */
export function foldedWords(text: string): string[] {
  const bytes = Buffer.from(text);
  const into = Buffer.allocUnsafe(roomFor(bytes));
  const used = foldBytes(bytes, into);
  return used < 3 ? [] : into.toString('utf8', 1, used - 1).split(' ');
}
