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
 * before it may look like base64 too.
 */
export function decodeBase64Runs(
  bytes: Uint8Array,
  into: Uint8Array,
  take: (decoded: Uint8Array) => void,
): void {
  eachRun(bytes, base64Values, leastBase64, (from, to) => {
    for (let offset = 0; offset < 4; offset++) {
      let [used, bits, count] = [0, 0, 0];
      for (let i = from + offset; i < to; i++) {
        bits = ((bits << 6) | base64Values[bytes[i]!]!) & 0xffffff;
        count += 6;
        if (count >= 8) into[used++] = (bits >>> (count -= 8)) & 0xff;
      }
      if (mayBeText(into, used)) take(into.subarray(0, used));
    }
  });
}

/** Decodes every run of hex digits from both places at which a byte may begin. */
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

/** Whether there are four printable bytes in a row: less is no text that is searched for. */
function mayBeText(bytes: Uint8Array, length: number): boolean {
  let row = 0;
  for (let i = 0; i < length; i++) {
    row = bytes[i]! >= 0x20 ? row + 1 : 0;
    if (row === 4) return true;
  }
  return false;
}

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
