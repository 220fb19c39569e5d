import { parse } from 'smol-toml';
import { parseCanonical } from './canonical-toml.ts';

/** What a public record may hold. Private values do not fit. Null and undefined fields are left out of the file. */
export type PublicValue = string | number | boolean | null | undefined | readonly string[];
export type PublicFields = Readonly<Record<string, PublicValue>>;

const bareKey = /^[A-Za-z0-9_-]+$/;

/**
 * Canonical TOML of a flat record: keys sorted by code unit, null absent, one line a field. Text with
 * line breaks is a multi-line basic string, so that git compares and blames it line by line.
 * The same record always gives the same bytes.
 */
export function writeToml(fields: PublicFields): string {
  let text = '';
  for (const { key, start } of keysInOrder(fields)) {
    const value = fields[key];
    if (value === null || value === undefined) continue;
    text += `${start}${writeValue(key, value)}\n`;
  }
  return text;
}

/** Keys of a record, and the same sorted with what a line starts with. */
interface Shape {
  readonly keys: readonly string[];
  readonly sorted: readonly { readonly key: string; readonly start: string }[];
}

/** Shapes of the last records: those of a sheet have one, and are written one after the other. */
const shapes: Shape[] = [];
const shapesAtMost = 16;

function keysInOrder(fields: PublicFields): Shape['sorted'] {
  const keys = Object.keys(fields);
  const known = shapes.find((shape) => isSame(shape.keys, keys));
  if (known !== undefined) return known.sorted;
  const sorted = keys.toSorted().map((key) => ({ key, start: `${bareKey.test(key) ? key : quote(key)} = ` }));
  if (shapes.length === shapesAtMost) shapes.shift();
  shapes.push({ keys, sorted });
  return sorted;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function writeValue(key: string, value: Exclude<PublicValue, null | undefined>): string {
  switch (typeof value) {
    case 'string':
      return value.includes('\n') ? quoteLines(value) : quote(value);
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isSafeInteger(value))
        throw new TypeError(`${key}: only safe integers are written, not ${value}`);
      return String(value);
    default:
      return `[${value.map(quote).join(', ')}]`;
  }
}

// eslint-disable-next-line no-control-regex
const special = /["\\\u0000-\u001f\u007f\ud800-\udfff]/;
// eslint-disable-next-line no-control-regex
const specials = /["\\\u0000-\u001f\u007f]/g;
// eslint-disable-next-line no-control-regex
const specialsInLines = /[\\\u0000-\u0008\u000b-\u001f\u007f]|"(?="")|"$/g;
const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

const escapeOne = (character: string): string =>
  short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`;

function quote(text: string): string {
  return special.test(text) ? `"${assertWellFormed(text).replaceAll(specials, escapeOne)}"` : `"${text}"`;
}

/** A newline right after the opening quotes is not part of the text, so one is always put there. */
function quoteLines(text: string): string {
  return `"""\n${assertWellFormed(text).replaceAll(specialsInLines, escapeOne)}"""`;
}

function assertWellFormed(text: string): string {
  if (/[\ud800-\udfff]/.test(text) && !text.isWellFormed())
    throw new TypeError('text with a lone surrogate cannot be written as UTF-8');
  return text;
}

/**
 * Reads a record's file, or any other TOML. What `writeToml` has written is read directly, all else by the TOML
 * parser. Throws smol-toml's `TomlError` with line and column.
 */
export function parseToml(text: string): Record<string, unknown> {
  return parseCanonical(text) ?? parse(text);
}
