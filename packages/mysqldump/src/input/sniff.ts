/** What the first bytes of a file say it is. */
import { DumpError } from '../error.ts';

export type Compression = 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd';

/** By magic number; the name of a file says nothing. */
export function compressionOf(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  // The magic of bzip2 is text; what follows it is that of a block, or of the end of an empty file.
  if (a === 0x42 && b === 0x5a && c === 0x68 && isBzip2Block(head)) return 'bzip2';
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58) return 'xz';
  if (b === 0xb5 && c === 0x2f && d === 0xfd && a === 0x28) return 'zstd';
  // A skippable frame of zstd, which `pzstd` and `zstd --seekable` write first.
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  return 'none';
}

function isBzip2Block(head: Uint8Array): boolean {
  const next = Buffer.from(head.subarray(4, 10)).toString('hex');
  return next === '314159265359' || next === '177245385090';
}

const magics: readonly (readonly [string, string])[] = [
  ['PK\u0003\u0004', 'a zip archive; unpack it first'],
  ['7z\u00bc\u00af', 'a 7z archive; unpack it first'],
  ['Rar!', 'a rar archive; unpack it first'],
  ['PGDMP', "PostgreSQL's custom format"],
  ['SQLite format 3\0', 'a SQLite database'],
  ['XBSTCK0', 'a physical backup (xbstream)'],
  ['\u00febin', 'a binary log'],
];

const foreign: readonly (readonly [RegExp, string])[] = [
  [/^\s*<\?xml|^\s*<mysqldump/, 'XML, as mysqldump --xml writes'],
  [/^\s*<!doctype|^\s*<html/i, 'a web page'],
  [/^\s*[[{]\s*["{}\]]/, 'JSON'],
];

/** Throws `format-unsupported` for what is certainly no dump in SQL. */
export function assertSql(head: Buffer, file: string): void {
  const text = head.latin1Slice(0, Math.min(head.length, 512));
  const byMagic = magics.find(([magic]) => text.startsWith(magic));
  const byText = foreign.find(([pattern]) => pattern.test(text));
  const name = byMagic?.[1] ?? byText?.[1];
  if (name !== undefined) {
    throw new DumpError('format-unsupported', `the file is ${name}`, { file, offset: 0, line: 1 });
  }
  if (head.length > 262 && head.latin1Slice(257, 262) === 'ustar') {
    throw new DumpError('format-unsupported', 'the file is a tar archive; unpack it first', {
      file,
      offset: 0,
      line: 1,
    });
  }
}

export type Encoding = 'bytes' | 'utf8-bom' | 'utf16le' | 'utf16be';

/** Which of the encodings that editors and PowerShell write; without a mark, zero bytes at every other place tell. */
export function encodingOf(head: Uint8Array): Encoding {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf8-bom';
  if (a === 0xff && b === 0xfe) return 'utf16le';
  if (a === 0xfe && b === 0xff) return 'utf16be';
  if (head.length >= 8) {
    const zero = (i: number): boolean => head[i] === 0;
    if (!zero(0) && zero(1) && !zero(2) && zero(3) && !zero(4) && zero(5)) return 'utf16le';
    if (zero(0) && !zero(1) && zero(2) && !zero(3) && zero(4) && !zero(5)) return 'utf16be';
  }
  return 'bytes';
}
