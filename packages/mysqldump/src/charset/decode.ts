/**
 * Bytes in a MySQL charset to a string, exactly as the server maps them. Node's own decoders are used only
 * where they agree with the server: its `windows-1252` is latin1 without the characters of 0x80 to 0x9F, and
 * its `euc-kr` lacks the 8,822 syllables of the extension.
 */
import '../buffer.ts';
import { isUtf8 } from './names.ts';
import { multiByteOverrides, singleByteTables } from './tables.ts';

/** A decoder gives undefined for bytes that are no text in its charset. */
export type Decoder = (bytes: Buffer, start: number, end: number) => string | undefined;

const cache = new Map<string, Decoder>();

/** The decoder of a charset as `charsetNamed` spells it; `binary` has none and is read as UTF-8. */
export function decoderOf(charset: string): Decoder {
  let decoder = cache.get(charset);
  if (decoder === undefined) {
    decoder = makeDecoder(charset);
    cache.set(charset, decoder);
  }
  return decoder;
}

function makeDecoder(charset: string): Decoder {
  if (isUtf8(charset) || charset === 'binary') return decodeUtf8;
  if (charset === 'latin1') return decodeLatin1;
  if (charset === 'ascii') return decodeAscii;
  const table = singleByteTables[charset];
  if (table !== undefined) return (bytes, start, end) => decodeSingle(table, bytes, start, end);
  switch (charset) {
    case 'ucs2':
    case 'utf16':
      return decodeUtf16be;
    case 'utf16le':
      return (bytes, start, end) => ((end - start) % 2 === 0 ? bytes.ucs2Slice(start, end) : undefined);
    case 'utf32':
      return decodeUtf32;
    case 'gb18030':
      return whatwg('gb18030');
    default:
      return multiByte(charset);
  }
}

/** CESU-8 pairs, which old servers let into utf8 columns, come out as the character they stand for. */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.utf8Slice(start, end);
  if (!text.includes('\ufffd')) return text;
  return strictUtf8(bytes, start, end);
}

function strictUtf8(bytes: Buffer, start: number, end: number): string | undefined {
  let out = '';
  let from = start;
  for (let i = start; i < end;) {
    const size = utf8Length(bytes, i, end);
    if (size > 0) {
      i += size;
      continue;
    }
    const pair = surrogatePair(bytes, i, end);
    if (pair === undefined) return undefined;
    out += bytes.utf8Slice(from, i) + pair;
    i += 6;
    from = i;
  }
  return out + bytes.utf8Slice(from, end);
}

/** Length of the well-formed UTF-8 character at `at`, 0 if there is none. */
function utf8Length(bytes: Buffer, at: number, end: number): number {
  const a = bytes[at] ?? 0;
  if (a < 0x80) return 1;
  const tail = (i: number, low = 0x80, high = 0xbf): boolean => {
    const b = at + i < end ? (bytes[at + i] ?? 0) : 0;
    return b >= low && b <= high;
  };
  if (a >= 0xc2 && a < 0xe0) return tail(1) ? 2 : 0;
  if (a >= 0xe0 && a < 0xf0) {
    return tail(1, a === 0xe0 ? 0xa0 : 0x80, a === 0xed ? 0x9f : 0xbf) && tail(2) ? 3 : 0;
  }
  if (a >= 0xf0 && a < 0xf5) {
    return tail(1, a === 0xf0 ? 0x90 : 0x80, a === 0xf4 ? 0x8f : 0xbf) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

function surrogatePair(bytes: Buffer, at: number, end: number): string | undefined {
  if (at + 6 > end) return undefined;
  const unit = (i: number): number =>
    bytes[i] === 0xed ? 0xd000 | (((bytes[i + 1] ?? 0) & 0x3f) << 6) | ((bytes[i + 2] ?? 0) & 0x3f) : 0;
  const high = unit(at);
  const low = unit(at + 3);
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000
    ? String.fromCharCode(high, low)
    : undefined;
}

/** Every byte kept: what is no UTF-8 becomes U+DC80 to U+DCFF, as Python's surrogateescape has it. */
export function decodeKeepingBytes(bytes: Buffer, start: number, end: number): string {
  let out = '';
  let from = start;
  for (let i = start; i < end;) {
    const size = utf8Length(bytes, i, end);
    if (size > 0) {
      i += size;
      continue;
    }
    out += bytes.utf8Slice(from, i) + String.fromCharCode(0xdc00 | (bytes[i] ?? 0));
    i++;
    from = i;
  }
  return out + bytes.utf8Slice(from, end);
}

const cp1252High = /[\x80-\x9f]/;
const cp1252HighAll = /[\x80-\x9f]/g;

function decodeLatin1(bytes: Buffer, start: number, end: number): string {
  const text = bytes.latin1Slice(start, end);
  if (!cp1252High.test(text)) return text;
  const table = singleByteTables['latin1'] ?? '';
  return text.replace(cp1252HighAll, (c) => table[c.charCodeAt(0) - 128] ?? c);
}

function decodeAscii(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.latin1Slice(start, end);
  return /[^\0-\x7f]/.test(text) ? undefined : text;
}

function decodeSingle(table: string, bytes: Buffer, start: number, end: number): string | undefined {
  const units = Buffer.allocUnsafe((end - start) * 2);
  for (let i = start, o = 0; i < end; i++, o += 2) {
    const byte = bytes[i] ?? 0;
    const unit = byte < 128 ? byte : table.charCodeAt(byte - 128);
    if (unit === 0xfffd) return undefined;
    units[o] = unit & 0xff;
    units[o + 1] = unit >> 8;
  }
  return units.ucs2Slice(0, units.length);
}

function decodeUtf16be(bytes: Buffer, start: number, end: number): string | undefined {
  if ((end - start) % 2 !== 0) return undefined;
  return Buffer.from(bytes.subarray(start, end))
    .swap16()
    .ucs2Slice(0, end - start);
}

function decodeUtf32(bytes: Buffer, start: number, end: number): string | undefined {
  if ((end - start) % 4 !== 0) return undefined;
  let out = '';
  for (let i = start; i < end; i += 4) {
    const point = bytes.readUInt32BE(i);
    if (point > 0x10ffff) return undefined;
    out += String.fromCodePoint(point);
  }
  return out;
}

function whatwg(label: string): Decoder {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  return (bytes, start, end) => {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  };
}

const labels: Readonly<Record<string, string>> = {
  gbk: 'gbk',
  gb2312: 'gbk',
  big5: 'big5',
  euckr: 'euc-kr',
  ujis: 'euc-jp',
  eucjpms: 'euc-jp',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
};

interface MultiByteTable {
  /** By lead byte * 256 + second byte; 0 where there is no character. */
  readonly two: Uint16Array;
  /** The same behind a lead of 0x8F (EUC-JP's third set). */
  readonly three: Uint16Array | undefined;
  readonly one: Uint16Array;
}

function multiByte(charset: string): Decoder {
  const { one, two, three } = multiByteTable(charset);
  return (bytes, start, end) => {
    const units = new Uint16Array(end - start);
    let count = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      let unit = byte < 128 ? byte : (one[byte] ?? 0);
      if (byte >= 128 && unit === 0) {
        if (byte === 0x8f && three !== undefined) {
          unit = i + 2 < end ? (three[((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)] ?? 0) : 0;
          i += 2;
        } else {
          unit = i + 1 < end ? (two[(byte << 8) | (bytes[i + 1] ?? 0)] ?? 0) : 0;
          i += 1;
        }
        if (unit === 0) return undefined;
      }
      units[count++] = unit;
    }
    return Buffer.from(units.buffer, 0, count * 2).ucs2Slice(0, count * 2);
  };
}

function multiByteTable(charset: string): MultiByteTable {
  const decoder = new TextDecoder(labels[charset]);
  const ask = (...codes: number[]): number => {
    const text = decoder.decode(Uint8Array.from(codes));
    return text.length === 1 && text !== '\ufffd' ? text.charCodeAt(0) : 0;
  };
  const euc = charset === 'ujis' || charset === 'eucjpms';
  const one = new Uint16Array(256);
  const two = new Uint16Array(65536);
  const three = euc ? new Uint16Array(65536) : undefined;
  for (let a = 0x80; a < 256; a++) {
    one[a] = charset === 'sjis' || charset === 'cp932' ? ask(a) : 0;
    if (one[a] !== 0) continue;
    for (let b = 0x40; b < 256; b++) {
      two[(a << 8) | b] = ask(a, b);
      if (three !== undefined && a >= 0xa1 && b >= 0xa1) three[(a << 8) | b] = ask(0x8f, a, b);
    }
  }
  if (charset === 'euckr') fillHangulExtension(two);
  if (euc && three !== undefined) fillUserDefined(two, three);
  for (const entry of (multiByteOverrides[charset] ?? '').split(' ')) {
    const code = Number.parseInt(entry.slice(0, -4), 16);
    const unit = Number.parseInt(entry.slice(-4), 16);
    if (entry.length === 8) two[code] = unit;
    else if (entry.length === 10 && three !== undefined) three[code & 0xffff] = unit;
  }
  return { one, two, three };
}

/** The syllables KS X 1001 lacks stand in the order of Unicode, over the trail bytes 41-5A, 61-7A, 81-FE. */
function fillHangulExtension(two: Uint16Array): void {
  const taken = new Set(two);
  let unit = 0xac00;
  for (let a = 0x81; a <= 0xc6; a++) {
    for (let b = 0x41; b <= 0xfe; b++) {
      if ((b > 0x5a && b < 0x61) || (b > 0x7a && b < 0x81)) continue;
      if (a >= 0xa1 && b >= 0xa1) continue;
      while (unit <= 0xd7a3 && taken.has(unit)) unit++;
      if (unit > 0xd7a3) return;
      two[(a << 8) | b] = unit++;
    }
  }
}

/** Rows 85 to 94 of both sets are the user's own: U+E000 on, then U+E3AC on. */
function fillUserDefined(two: Uint16Array, three: Uint16Array): void {
  for (let i = 0; i < 940; i++) {
    const code = ((0xf5 + Math.floor(i / 94)) << 8) | (0xa1 + (i % 94));
    two[code] = 0xe000 + i;
    three[code] = 0xe3ac + i;
  }
}
