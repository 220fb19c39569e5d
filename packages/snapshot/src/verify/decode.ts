/** Characters of base64 that a run must have to be decoded: eight hold six bytes. */
const leastBase64 = 8;
/** The same for hex: fourteen digits hold seven bytes. */
const leastHex = 14;

const base64Values = (() => {
  const table = new Int8Array(256).fill(-1);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < 64; i++) table[letters.charCodeAt(i)] = i;
  // The alphabet for addresses (RFC 4648 §5) is read as well.
  table[0x2d] = 62;
  table[0x5f] = 63;
  return table;
})();

const hexValues = (() => {
  const table = new Int8Array(256).fill(-1);
  for (const [i, digit] of [...'0123456789abcdef'].entries()) {
    table[digit.charCodeAt(0)] = table[digit.toUpperCase().charCodeAt(0)] = i;
  }
  return table;
})();

/**
 * Decodes every run of base64 characters from each of the four places at which a group may begin, as what stands
 * before it may look like base64 too. Only what may be text is given on.
 */
export function decodeBase64Runs(
  bytes: Uint8Array,
  into: Uint8Array,
  take: (decoded: Uint8Array) => void,
): void {
  eachRun(bytes, base64Values, leastBase64, (from, to) => {
    for (let offset = 0; offset < 4; offset++) {
      let [used, i] = [0, from + offset];
      for (; i + 3 < to; i += 4) {
        const group =
          (base64Values[bytes[i]!]! << 18) |
          (base64Values[bytes[i + 1]!]! << 12) |
          (base64Values[bytes[i + 2]!]! << 6) |
          base64Values[bytes[i + 3]!]!;
        into[used++] = group >>> 16;
        into[used++] = group >>> 8;
        into[used++] = group;
      }
      // Two characters that are left hold one byte, three two.
      if (i + 1 < to) into[used++] = (base64Values[bytes[i]!]! << 2) | (base64Values[bytes[i + 1]!]! >>> 4);
      if (i + 2 < to)
        into[used++] = (base64Values[bytes[i + 1]!]! << 4) | (base64Values[bytes[i + 2]!]! >>> 2);
      if (mayBeText(into, used)) take(into.subarray(0, used));
    }
  });
}

/** Decodes every run of hex digits from both places at which a byte may begin. Only what may be text is given on. */
export function decodeHexRuns(
  bytes: Uint8Array,
  into: Uint8Array,
  take: (decoded: Uint8Array) => void,
): void {
  eachRun(bytes, hexValues, leastHex, (from, to) => {
    for (let offset = 0; offset < 2; offset++) {
      let used = 0;
      for (let i = from + offset; i + 1 < to; i += 2) {
        into[used++] = (hexValues[bytes[i]!]! << 4) | hexValues[bytes[i + 1]!]!;
      }
      if (mayBeText(into, used)) take(into.subarray(0, used));
    }
  });
}

/** Bytes of text in a row that are looked for in what may have been anything; of what is text all over, fewer do. */
const leastRow = 7;
const leastWhole = 4;

/**
 * Whether there is a row of printable ASCII and characters of UTF-8 that is long enough to be searched. Of random
 * bytes one row in some hundreds is: without this most of the time went into texts that are none.
 */
function mayBeText(bytes: Uint8Array, length: number): boolean {
  if (length < leastWhole) return false;
  let [row, longest, owed] = [0, 0, false];
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    const kind = byteKinds[byte]!;
    if (kind === ascii) {
      // A character that was begun and does not go on is none.
      row = owed ? 1 : row + 1;
      owed = false;
    } else if (kind === lead) {
      row = owed ? 1 : row + 1;
      owed = true;
    } else if (kind === continuation && (owed || (i > 0 && bytes[i - 1]! >= 0x80))) {
      row++;
      owed = false;
    } else {
      row = 0;
      owed = false;
    }
    if (row === leastRow) return true;
    if (row > longest) longest = row;
  }
  return longest === length;
}

const [other, ascii, lead, continuation] = [0, 1, 2, 3] as const;
const byteKinds = (() => {
  const kinds = new Uint8Array(256).fill(other);
  kinds.fill(ascii, 0x20, 0x7f);
  kinds[0x09] = kinds[0x0a] = kinds[0x0d] = ascii;
  kinds.fill(continuation, 0x80, 0xc0);
  kinds.fill(lead, 0xc2, 0xf5);
  return kinds;
})();

function eachRun(
  bytes: Uint8Array,
  values: Int8Array,
  least: number,
  run: (from: number, to: number) => void,
): void {
  let from = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && values[bytes[i]!]! >= 0) continue;
    if (i - from >= least) run(from, i);
    from = i + 1;
  }
}
