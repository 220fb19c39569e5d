/** Letters that have no decomposition, as slugs write them. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
};

const blank = 0x20;

/** What each byte of ASCII is searched as: letters without case, digits, and a blank for everything else. */
const asciiTable = (() => {
  const table = new Uint8Array(256).fill(blank);
  for (let c = 0x30; c <= 0x39; c++) table[c] = c;
  for (let c = 0x61; c <= 0x7a; c++) table[c] = table[c - 32] = c;
  // Bytes above ASCII are letters by then: `foldText` has made blanks of the rest.
  for (let c = 0x80; c < 0x100; c++) table[c] = c;
  return table;
})();

/** A text without case and accents; whatever is no letter or digit beyond ASCII is a blank. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[ßæœøłđðþ]/g, (letter) => plain[letter]!)
    .replaceAll(/[^\p{ASCII}\p{L}\p{N}]+/gu, ' ');
}

/**
 * The bytes that are searched: words without case and accents with single blanks between, a blank before and
 * after. Backslash escapes of line ends are blanks too. Gives how many bytes of `into` are used; `into` must have
 * room for three bytes for each of `from` and two more.
 */
export function foldBytes(from: Uint8Array, into: Uint8Array): number {
  for (let i = 0; i < from.length; i++) {
    if (from[i]! >= 0x80)
      return foldAscii(
        Buffer.from(foldText(Buffer.from(from.buffer, from.byteOffset, from.length).toString())),
        into,
      );
  }
  return foldAscii(from, into);
}

function foldAscii(from: Uint8Array, into: Uint8Array): number {
  into[0] = blank;
  let used = 1;
  let wasBlank = true;
  for (let i = 0; i < from.length; i++) {
    const byte = from[i]!;
    const c = asciiTable[byte]!;
    if (c === blank) {
      if (!wasBlank) into[used++] = blank;
      wasBlank = true;
      if (byte === 0x5c) {
        const next = from[i + 1];
        if (next === 0x6e || next === 0x72 || next === 0x74) i++;
      }
    } else {
      into[used++] = c;
      wasBlank = false;
    }
  }
  if (!wasBlank) into[used++] = blank;
  return used;
}

/** The words of a text as they are searched. */
export function foldedWords(text: string): string[] {
  const bytes = Buffer.from(foldText(text));
  const into = new Uint8Array(bytes.length + 2);
  const used = foldAscii(bytes, into);
  return Buffer.from(into.subarray(0, used))
    .toString()
    .split(' ')
    .filter((word) => word !== '');
}
