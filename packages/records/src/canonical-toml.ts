// eslint-disable-next-line no-control-regex
const unusual = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const bareKey = /^[A-Za-z0-9_-]+$/;
const wholeNumber = /^(?:0|-?[1-9]\d{0,14})$/;

type Value = string | number | boolean | string[];

/** A value and where the text goes on behind it. */
interface Read<T> {
  readonly value: T;
  readonly end: number;
}

/**
 * Fields of a text in the form that `writeToml` gives it: `key = value` lines in ascending order of keys. This is
 * several times as fast as reading TOML in general. Undefined where anything is otherwise: that is for the TOML
 * parser to decide, and whatever is accepted here it reads alike.
 */
export function parseCanonical(text: string): Record<string, unknown> | undefined {
  if (unusual.test(text)) return undefined;
  const fields: Record<string, unknown> = {};
  let before = '';
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf(' = ', at);
    if (equals === -1) return undefined;
    const key = text.slice(at, equals);
    if (key <= before || !isBareKey(key)) return undefined;
    const read = readValue(text, equals + 3);
    if (read === undefined) return undefined;
    if (read.end < text.length && text.charCodeAt(read.end) !== 10) return undefined;
    fields[key] = read.value;
    before = key;
    at = read.end + 1;
  }
  return fields;
}

/** Whether it is one, and sets no prototype. */
function isBareKey(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i) | 32;
    if (code < 97 || code > 122) return bareKey.test(key) && key !== '__proto__';
  }
  return key !== '';
}

function readValue(text: string, from: number): Read<Value> | undefined {
  const first = text.charCodeAt(from);
  if (first === 34) return text.startsWith('"""', from) ? readLines(text, from) : readText(text, from);
  if (first === 91) return readTexts(text, from);
  let end = text.indexOf('\n', from);
  if (end === -1) end = text.length;
  const word = text.slice(from, end);
  if (wholeNumber.test(word)) return { value: Number(word), end };
  if (word === 'true' || word === 'false') return { value: word === 'true', end };
  return undefined;
}

function readText(text: string, from: number): Read<string> | undefined {
  const close = unescaped(text, '"', from + 1);
  if (close === -1) return undefined;
  const raw = text.slice(from + 1, close);
  if (raw.includes('\n')) return undefined;
  const value = unescape(raw);
  return value === undefined ? undefined : { value, end: close + 1 };
}

/** Text of several lines. More than three quotes at its end are for the TOML parser. */
function readLines(text: string, from: number): Read<string> | undefined {
  if (text.charCodeAt(from + 3) !== 10) return undefined;
  const close = unescaped(text, '"""', from + 4);
  if (close === -1) return undefined;
  const value = unescape(text.slice(from + 4, close));
  return value === undefined ? undefined : { value, end: close + 3 };
}

function readTexts(text: string, from: number): Read<string[]> | undefined {
  const value: string[] = [];
  let at = from + 1;
  while (text.charCodeAt(at) !== 93) {
    if (value.length > 0) {
      if (!text.startsWith(', ', at)) return undefined;
      at += 2;
    }
    if (text.charCodeAt(at) !== 34 || text.startsWith('"""', at)) return undefined;
    const read = readText(text, at);
    if (read === undefined) return undefined;
    value.push(read.value);
    at = read.end;
  }
  return { value, end: at + 1 };
}

/** Where `quotes` stand next that no backslash takes the meaning from; -1 where nowhere. */
function unescaped(text: string, quotes: string, from: number): number {
  let at = text.indexOf(quotes, from);
  while (at > from) {
    let backslashes = 0;
    while (at - backslashes > from && text.charCodeAt(at - backslashes - 1) === 92) backslashes++;
    if (backslashes % 2 === 0) return at;
    at = text.indexOf(quotes, at + 1);
  }
  return at;
}

const escapes = /\\(u[0-9A-Fa-f]{4}|[^])/g;
const short: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
};

/** Undefined where an escape is none of those that `writeToml` makes. */
function unescape(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw;
  let known = true;
  const text = raw.replaceAll(escapes, (_whole, escape: string) => {
    const plain =
      escape.length === 5 && !/^ud[89a-f]/i.test(escape)
        ? String.fromCharCode(Number.parseInt(escape.slice(1), 16))
        : short[escape];
    if (plain === undefined) known = false;
    return plain ?? '';
  });
  return known ? text : undefined;
}
