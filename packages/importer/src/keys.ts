import { createHash } from 'node:crypto';

const separator = '\u001f';
/** LMDB takes keys of up to 1,978 bytes, and an index key is two of these. */
const longest = 950;

// eslint-disable-next-line no-control-regex
const special = /[\u0000\u001e\u001f]/;
// eslint-disable-next-line no-control-regex
const specials = /[\u0000\u001e\u001f]/g;

/** One text key out of parts that may hold anything: unambiguous, and short enough for the lookup store. */
export function joinKey(parts: readonly string[]): string {
  const key = parts.some((part) => special.test(part))
    ? parts.map((part) => part.replaceAll(specials, escapeOne)).join(separator)
    : parts.join(separator);
  if (key.length < longest / 3 || Buffer.byteLength(key) <= longest) return key;
  return `${key.slice(0, 100)}${separator}#${createHash('sha256').update(key).digest('hex')}`;
}

/** Key of one row in an index: shortened in two parts, so that a range finds the row whatever is shortened. */
export function indexKey(prefix: readonly string[], row: readonly string[]): string {
  return `${joinKey(prefix)}${separator}${joinKey(row)}`;
}

/** The range of every key that begins with `prefix` and a separator: up to the byte after the separator's. */
export function rangeOf(prefix: string): { start: string; end: string } {
  return { start: `${prefix}${separator}`, end: `${prefix} ` };
}

const escapeOne = (character: string): string =>
  `\u001e${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Orders primary keys part by part: whole numbers by value, anything else by code unit. */
export function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareParts(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

const digits = /^(?:0|[1-9]\d*)$/;

function compareParts(a: string, b: string): number {
  if (digits.test(a) && digits.test(b) && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
