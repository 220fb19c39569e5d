/**
 * Functions that dumps really contain, evaluated where the result cannot depend on the server: everything else
 * is reported with its text.
 */
import { createHash } from 'node:crypto';
import { decoderOf } from '../charset/decode.ts';
import { charsetNamed } from '../charset/names.ts';
import type { Lexer } from '../lex/lexer.ts';
import { parseLiteral, type Literal } from './literal.ts';
import { geometryFromText } from './wkt.ts';

const MAX_ARGUMENTS = 64;

/** The lexer stands on the opening parenthesis; past the closing one if there is a result. */
export function callFunction(name: string, lexer: Lexer, depth: number): Literal | undefined {
  lexer.next();
  if (name === 'CONVERT') return convert(lexer, depth);
  if (name === 'CAST') return cast(lexer, depth);
  const values: Literal[] = [];
  while (!lexer.isPunctuation(')')) {
    if (values.length > MAX_ARGUMENTS) return undefined;
    values.push(parseLiteral(lexer, depth + 1));
    if (lexer.isPunctuation(',')) lexer.next();
    else if (!lexer.isPunctuation(')')) return undefined;
  }
  lexer.next();
  return evaluate(name, values, lexer);
}

/** CONVERT('…' USING charset): the string's characters, as long as the charset has them all. */
function convert(lexer: Lexer, depth: number): Literal | undefined {
  const value = tryOne(lexer, depth);
  if (value === undefined || !lexer.isWord('USING')) return undefined;
  lexer.next();
  const charset = charsetNamed(lexer.text);
  lexer.next();
  if (charset === undefined || !lexer.isPunctuation(')')) return undefined;
  lexer.next();
  if (value.kind === 'null') return value;
  const text = textOf(value, lexer);
  if (charset === 'binary')
    return value.kind === 'string' ? { kind: 'bytes', bytes: value.bytes } : undefined;
  if (value.kind === 'bytes') return { kind: 'string', bytes: value.bytes, charset };
  if (text === undefined) return undefined;
  const whole = charset === 'utf8mb4' || (charset === 'utf8' && !/[\u{10000}-\u{10ffff}]/u.test(text));
  return whole || /^[\0-\x7f]*$/.test(text) ? { kind: 'text', text } : undefined;
}

/** CAST('…' AS JSON|BINARY): a server may respell JSON, but the dump holds it as the server spells it. */
function cast(lexer: Lexer, depth: number): Literal | undefined {
  const value = tryOne(lexer, depth);
  if (value === undefined || !lexer.isWord('AS')) return undefined;
  lexer.next();
  const type = lexer.text.toUpperCase();
  lexer.next();
  if (!lexer.isPunctuation(')')) return undefined;
  lexer.next();
  if (value.kind === 'null') return value;
  if (type === 'JSON' && value.kind === 'string') return value;
  if (type === 'BINARY' && value.kind === 'string') return { kind: 'bytes', bytes: value.bytes };
  return type === 'BINARY' && value.kind === 'bytes' ? value : undefined;
}

/** One string or bytes literal that is not followed by a comma or parenthesis. */
function tryOne(lexer: Lexer, depth: number): Literal | undefined {
  if (lexer.kind === 'string') {
    const { bytes, length } = lexer.stringBytes();
    const copy = Buffer.from(bytes.subarray(0, length));
    lexer.next();
    return { kind: 'string', bytes: copy, charset: undefined };
  }
  if (lexer.isWord('NULL')) {
    lexer.next();
    return { kind: 'null' };
  }
  if (lexer.kind === 'hex') {
    const bytes = Buffer.from(lexer.text.length % 2 === 0 ? lexer.text : `0${lexer.text}`, 'hex');
    lexer.next();
    return { kind: 'bytes', bytes };
  }
  if (lexer.kind === 'word' && lexer.text.startsWith('_')) {
    const charset = charsetNamed(lexer.text.slice(1));
    if (charset === undefined || lexer.next() !== 'string') return undefined;
    const inner = tryOne(lexer, depth);
    return inner?.kind === 'string' ? { ...inner, charset } : undefined;
  }
  return undefined;
}

function evaluate(name: string, values: readonly Literal[], lexer: Lexer): Literal | undefined {
  const [first, second] = values;
  if (values.some((value) => value.kind === 'raw' || value.kind === 'default')) return undefined;
  if (first === undefined) return undefined;
  if (values.some((value) => value.kind === 'null')) {
    return nullSafe.has(name) ? { kind: 'null' } : undefined;
  }
  const bytes = values.length === 1 ? bytesOf(first, lexer) : undefined;
  switch (name) {
    case 'SHA1':
    case 'SHA':
      return bytes && { kind: 'text', text: createHash('sha1').update(bytes).digest('hex') };
    case 'MD5':
      return bytes && { kind: 'text', text: createHash('md5').update(bytes).digest('hex') };
    case 'SHA2':
      return sha2(bytesOf(first, lexer), second);
    case 'PASSWORD': {
      const once = bytes && createHash('sha1').update(bytes).digest();
      const twice = once && createHash('sha1').update(once).digest('hex').toUpperCase();
      return twice === undefined ? undefined : { kind: 'text', text: bytes?.length === 0 ? '' : `*${twice}` };
    }
    case 'UNHEX':
      return unhex(first, lexer);
    case 'HEX':
      return bytes && first.kind !== 'number'
        ? { kind: 'text', text: bytes.toString('hex').toUpperCase() }
        : undefined;
    case 'FROM_BASE64': {
      const text = textOf(first, lexer);
      return text === undefined || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)
        ? undefined
        : { kind: 'bytes', bytes: Buffer.from(text, 'base64') };
    }
    case 'CONCAT': {
      const texts = values.map((value) => (value.kind === 'bytes' ? undefined : textOf(value, lexer)));
      return texts.includes(undefined) ? undefined : { kind: 'text', text: texts.join('') };
    }
    case 'UUID_TO_BIN':
      return uuidToBin(values, lexer);
    default:
      return geometryFunction(name, first, second, values.length, lexer);
  }
}

/** Functions of which a NULL argument makes NULL. */
const nullSafe = new Set([
  'SHA1',
  'SHA',
  'MD5',
  'SHA2',
  'UNHEX',
  'HEX',
  'FROM_BASE64',
  'CONCAT',
  'UUID_TO_BIN',
  'ST_GEOMFROMTEXT',
  'GEOMFROMTEXT',
]);

function sha2(bytes: Buffer | undefined, size: Literal | undefined): Literal | undefined {
  if (bytes === undefined || size?.kind !== 'number') return undefined;
  const bits = size.text === '0' ? '256' : size.text;
  if (!['224', '256', '384', '512'].includes(bits)) return undefined;
  return { kind: 'text', text: createHash(`sha${bits}`).update(bytes).digest('hex') };
}

function unhex(value: Literal, lexer: Lexer): Literal | undefined {
  const text = textOf(value, lexer);
  if (text === undefined || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return { kind: 'bytes', bytes: Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex') };
}

function uuidToBin(values: readonly Literal[], lexer: Lexer): Literal | undefined {
  const [value, swap] = values;
  const digits = value === undefined ? undefined : textOf(value, lexer)?.replace(/[-{}]/g, '');
  if (digits === undefined || !/^[0-9a-fA-F]{32}$/.test(digits)) return undefined;
  if (swap !== undefined && swap.kind !== 'number') return undefined;
  const swapped = swap !== undefined && swap.text !== '0';
  const hex = swapped
    ? digits.slice(12, 16) + digits.slice(8, 12) + digits.slice(0, 8) + digits.slice(16)
    : digits;
  return { kind: 'bytes', bytes: Buffer.from(hex, 'hex') };
}

/**
 * Geometry as servers store it: SRID (little-endian), then WKB. With an SRID that is not 0, MySQL 8 and MariaDB
 * differ in which coordinate comes first, so that only the text can be told.
 */
function geometryFunction(
  name: string,
  first: Literal,
  second: Literal | undefined,
  count: number,
  lexer: Lexer,
): Literal | undefined {
  const match = /^(?:ST_)?([A-Z]+)FROM(TEXT|WKB)$/.exec(name);
  if (match === null || count > 2) return undefined;
  if (second !== undefined && (second.kind !== 'number' || Number(second.text) !== 0)) return undefined;
  if (match[2] === 'TEXT') {
    const text = textOf(first, lexer);
    const wkb = text === undefined ? undefined : geometryFromText(text);
    return wkb === undefined ? undefined : { kind: 'bytes', bytes: Buffer.concat([Buffer.alloc(4), wkb]) };
  }
  if (first.kind !== 'bytes' || first.bytes[0] !== 1) return undefined;
  return { kind: 'bytes', bytes: Buffer.concat([Buffer.alloc(4), first.bytes]) };
}

/** Bytes as the server would hash them: the literal's own, in the connection's charset. */
function bytesOf(value: Literal, lexer: Lexer): Buffer | undefined {
  switch (value.kind) {
    case 'string':
    case 'bytes':
      return value.bytes;
    case 'number':
      return Buffer.from(value.text, 'latin1');
    case 'text':
      return lexer.session.charset.startsWith('utf8') || /^[\0-\x7f]*$/.test(value.text)
        ? Buffer.from(value.text)
        : undefined;
    default:
      return undefined;
  }
}

function textOf(value: Literal, lexer: Lexer): string | undefined {
  switch (value.kind) {
    case 'text':
    case 'number':
      return value.text;
    case 'string':
      return decoderOf(value.charset ?? lexer.session.charset)(value.bytes, 0, value.bytes.length);
    default:
      return undefined;
  }
}
