/** MySQL's names of charsets and collations, and what the lexer must know of each charset. */
import { singleByteTables } from './tables.ts';

/** Charsets in which a byte of ASCII can be the second half of a character, a backslash among them. */
const asciiTrailing = new Set(['gbk', 'gb18030', 'big5', 'sjis', 'cp932']);
const wide = new Set(['ucs2', 'utf16', 'utf16le', 'utf32']);
const eucLike = new Set(['gb2312', 'euckr', 'ujis', 'eucjpms']);

const aliases: Readonly<Record<string, string>> = {
  utf8mb3: 'utf8',
  'utf-8': 'utf8',
  utf_8: 'utf8',
  cp1252: 'latin1',
  'windows-1252': 'latin1',
  'iso-8859-1': 'latin1',
  'iso-8859-2': 'latin2',
  'windows-1250': 'cp1250',
  'windows-1251': 'cp1251',
  shift_jis: 'sjis',
  'shift-jis': 'sjis',
  'euc-jp': 'ujis',
  'euc-kr': 'euckr',
  'koi8-r': 'koi8r',
  'koi8-u': 'koi8u',
  // MySQL 3.23 and 4.0 had these names.
  win1251: 'cp1251',
  koi8_ru: 'koi8r',
  koi8_ukr: 'koi8u',
  latin1_de: 'latin1',
  danish: 'latin1',
  german1: 'latin1',
  usa7: 'ascii',
  czech: 'latin2',
  hungarian: 'latin2',
  croat: 'latin2',
};

/** The charset's name as this package uses it, or undefined for a name no server knows. */
export function charsetNamed(name: string): string | undefined {
  const lower = name.toLowerCase();
  const charset = aliases[lower] ?? lower;
  return isKnown(charset) ? charset : undefined;
}

/** The charset a collation belongs to; undefined for MariaDB's `uca1400_…`, which leave the charset as it is. */
export function charsetOfCollation(collation: string): string | undefined {
  const lower = collation.toLowerCase();
  return charsetNamed(lower.includes('_') ? lower.slice(0, lower.indexOf('_')) : lower);
}

function isKnown(charset: string): boolean {
  return (
    charset === 'utf8' ||
    charset === 'utf8mb4' ||
    charset === 'binary' ||
    charset === 'ascii' ||
    Object.hasOwn(singleByteTables, charset) ||
    asciiTrailing.has(charset) ||
    eucLike.has(charset) ||
    wide.has(charset)
  );
}

export function isUtf8(charset: string): boolean {
  return charset === 'utf8' || charset === 'utf8mb4';
}

/** True where a scanner that looks at bytes alone may take half a character for a backslash or backtick. */
export function hasAsciiTrailBytes(charset: string): boolean {
  return asciiTrailing.has(charset);
}

/**
 * Bytes of the character that starts at `at`, for charsets in which a byte of ASCII can be a second byte. Like a
 * server, it takes a lead byte without a fitting second one for a character of its own.
 */
export function characterLength(charset: string, bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x81 || lead === 0xff) return 1;
  const next = bytes[at + 1] ?? 0;
  const low = next >= 0x40 && next <= 0x7e;
  switch (charset) {
    case 'sjis':
    case 'cp932':
      return (lead < 0xa0 || (lead >= 0xe0 && lead <= 0xfc)) && (low || (next >= 0x80 && next <= 0xfc))
        ? 2
        : 1;
    case 'big5':
      return lead >= 0xa1 && lead <= 0xf9 && (low || (next >= 0xa1 && next <= 0xfe)) ? 2 : 1;
    case 'gb18030':
      if (next >= 0x30 && next <= 0x39) return isFourBytes(bytes, at) ? 4 : 1;
      return low || (next >= 0x80 && next <= 0xfe) ? 2 : 1;
    default:
      return low || (next >= 0x80 && next <= 0xfe) ? 2 : 1;
  }
}

function isFourBytes(bytes: Uint8Array, at: number): boolean {
  const third = bytes[at + 2] ?? 0;
  const fourth = bytes[at + 3] ?? 0;
  return third >= 0x81 && third <= 0xfe && fourth >= 0x30 && fourth <= 0x39;
}
