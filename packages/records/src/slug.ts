/** Bytes of a slug at most; a file name holds 255 bytes and slugs are joined and suffixed. */
const maxSlugBytes = 80;

/** Names that Windows cannot check out as a file, whatever the ending. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

const isAscii = /^[\0-\x7f]*$/;

/**
 * A readable, file-name-safe and URL-safe form of a legacy handle: lower case, Latin letters without
 * accents, other scripts as they are (NFC), everything else a hyphen. Empty where nothing is left,
 * or where the name is one that Windows reserves.
 */
export function slugify(text: string): string {
  // Most handles are plain, and the long way takes twice as long.
  const hyphenated = isAscii.test(text) ? text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') : hyphenate(text);
  const plain = hyphenated.replaceAll(/^-+|-+$/g, '');
  const slug = cutToBytes(plain, maxSlugBytes).replace(/-+$/, '');
  return reserved.test(slug) ? '' : slug;
}

/** The rule for texts of any script. */
export function hyphenate(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('đ', 'd')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-');
}

function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let cut = '';
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    cut += character;
  }
  return cut;
}

/**
 * A handle as the legacy database compared it: MySQL's `utf8_general_ci` treats upper and lower case,
 * and a letter with and without its accent, as one.
 */
export function foldHandle(handle: string): string {
  if (isAscii.test(handle)) return handle.toLowerCase();
  return handle
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFC');
}
