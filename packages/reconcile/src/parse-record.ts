import { parseToml } from '@cutover/records';

// eslint-disable-next-line no-control-regex
const unusual = /[\u0000-\u0008\u000b-\u001f\u007f\ufffd]/;

/**
 * Fields of a record's file. The form that `writeToml` gives is read directly, several times as fast as
 * TOML in general; anything else goes to the TOML parser, which decides. Throws what `parseToml` throws.
 */
export function parseRecord(bytes: Buffer): Record<string, unknown> {
  const text = bytes.toString();
  return (unusual.test(text) ? undefined : parseCanonical(text)) ?? parseToml(text);
}

/** Undefined where a line is not `key = value` as `writeToml` writes it, in ascending order of keys. */
function parseCanonical(text: string): Record<string, unknown> | undefined {
  const fields: Record<string, unknown> = {};
  let before = '';
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    const equals = text.indexOf(' = ', at);
    if (equals === -1 || equals >= end) return undefined;
    const key = text.slice(at, equals);
    if (key <= before || !isBareKey(key)) return undefined;
    let value: string | number | boolean | undefined;
    if (text.startsWith('"""\n', equals + 3)) {
      const close = text.indexOf('"""', equals + 7);
      if (close === -1) return undefined;
      end = close + 3;
      value = text.slice(equals + 7, close);
      // More than three quotes, or something behind them, is for the TOML parser.
      if (value.includes('\\') || (end < text.length && text.charCodeAt(end) !== 10)) return undefined;
    } else value = parseValue(text, equals + 3, end);
    if (value === undefined) return undefined;
    fields[key] = value;
    before = key;
    at = end + 1;
  }
  return fields;
}

function isBareKey(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i) | 32;
    if (code < 97 || code > 122) return /^[A-Za-z0-9_-]+$/.test(key) && key !== '__proto__';
  }
  return key !== '';
}

function parseValue(text: string, from: number, end: number): string | number | boolean | undefined {
  const first = text.charCodeAt(from);
  if (first === 34) return parseText(text, from, end);
  if (first >= 48 && first <= 57) {
    const digits = text.slice(from, end);
    return /^(?:0|[1-9]\d{0,14})$/.test(digits) ? Number(digits) : undefined;
  }
  const word = text.slice(from, end);
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function parseText(text: string, from: number, end: number): string | undefined {
  const close = text.indexOf('"', from + 1);
  // The first quote that follows ends the text, and nothing comes after it: no escapes, no second text.
  if (close !== end - 1) return undefined;
  const plain = text.slice(from + 1, close);
  return plain.includes('\\') ? undefined : plain;
}
