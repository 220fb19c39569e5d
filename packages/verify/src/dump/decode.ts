/** cp1252 from 0x80 to 0x9F, with the five holes as the code points of their bytes: what MySQL calls latin1. */
const cp1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** Charsets in which this process decodes as a server does. */
const labels: Readonly<Record<string, string>> = {
  latin2: 'iso-8859-2',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
};

const ascii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 128);

/**
 * Text of a dump in a charset of MySQL. Undefined where it is no text in that charset, or in one that is not known
 * here to the last character: such a row cannot be compared.
 */
export function decodeText(bytes: Buffer, charset: string): string | undefined {
  if (/^utf8/.test(charset) || charset === 'binary') return decodeUtf8(bytes);
  if (charset === 'latin1')
    return bytes.toString('latin1').replaceAll(/[\x80-\x9f]/g, (one) => cp1252[one.charCodeAt(0) - 128]!);
  if (charset === 'ucs2' || charset === 'utf16')
    return bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : undefined;
  if (ascii(bytes)) return bytes.toString('latin1');
  const label = labels[charset];
  return label === undefined ? undefined : decodeWith(label, bytes);
}

function decodeUtf8(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? decodeWith('utf-8', bytes) : text;
}

function decodeWith(label: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Which bytes begin a character whose second byte may be a backslash or a quote; undefined: none. */
export function leadsOf(charset: string): ((byte: number) => boolean) | undefined {
  if (/^(gbk|gb18030|big5)$/.test(charset)) return (byte) => byte >= 0x81 && byte <= 0xfe;
  if (/^(sjis|cp932)$/.test(charset))
    return (byte) => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
  return undefined;
}
