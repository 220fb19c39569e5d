import { hash } from 'node:crypto';
import { decodeText } from './decode.ts';
import type { Scanner } from './scanner.ts';
import { charsetNamed, type DumpColumn } from './table-shape.ts';

/** A cell as a dump says it; undefined where it is an expression, or text in a charset that is not known here. */
export type DumpCell = string | Buffer | null | undefined;

type Literal =
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'string'; readonly bytes: Buffer; readonly charset: string | undefined }
  | { readonly kind: 'hex'; readonly bytes: Buffer };

/** Reads the value that begins here, up to the comma or bracket behind it. */
export function readCell(scanner: Scanner, column: DumpColumn | undefined, sessionCharset: string): DumpCell {
  const literal = readLiteral(scanner);
  scanner.skipBlank();
  const behind = scanner.peek();
  if (literal !== undefined && (behind === 0x2c || behind === 0x29))
    return cellOf(literal, column, sessionCharset);
  skipExpression(scanner);
  return undefined;
}

function readLiteral(scanner: Scanner): Literal | undefined {
  scanner.skipBlank();
  const byte = scanner.peek();
  if (scanner.isStringQuote(byte)) return { kind: 'string', bytes: strings(scanner), charset: undefined };
  if (byte === 0x2d || byte === 0x2b || byte === 0x2e || (byte >= 48 && byte <= 57)) return numberAt(scanner);
  const word = scanner.word();
  const upper = word.toUpperCase();
  if (upper === 'NULL') return { kind: 'null' };
  if (upper === 'TRUE' || upper === 'FALSE') return { kind: 'text', text: upper === 'TRUE' ? '1' : '0' };
  if (scanner.peek() === 0x27 && /^[XB]$/.test(upper)) {
    const digits = scanner.quoted().toString('latin1');
    return { kind: 'hex', bytes: upper === 'X' ? hexBytes(digits) : bitBytes(digits) };
  }
  if (upper === 'N' && scanner.peek() === 0x27)
    return { kind: 'string', bytes: strings(scanner), charset: 'utf8mb4' };
  if (upper.startsWith('_')) return introduced(scanner, charsetNamed(word.slice(1)));
  return upper === '' ? undefined : call(scanner, upper);
}

function introduced(scanner: Scanner, charset: string): Literal | undefined {
  const inner = readLiteral(scanner);
  if (inner?.kind === 'string') return { ...inner, charset };
  if (inner?.kind !== 'hex') return undefined;
  return charset === 'binary' ? inner : { kind: 'string', bytes: inner.bytes, charset };
}

/** The two functions that dumps have around plain text, and the one that stands in fixtures. */
function call(scanner: Scanner, name: string): Literal | undefined {
  scanner.skipBlank();
  if (!/^(CONVERT|CAST|SHA1)$/.test(name) || scanner.peek() !== 0x28) return undefined;
  scanner.at++;
  const inner = readLiteral(scanner);
  scanner.skipBlank();
  const how = [scanner.word(), (scanner.skipBlank(), scanner.word())].join(' ').trim().toUpperCase();
  scanner.skipBlank();
  if (inner === undefined || scanner.peek() !== 0x29) return undefined;
  scanner.at++;
  if (name === 'SHA1' && how === '' && inner.kind === 'string')
    return { kind: 'text', text: hash('sha1', inner.bytes) };
  return /^(USING UTF8MB4|AS JSON)$/.test(how) && inner.kind !== 'hex' ? inner : undefined;
}

/** Strings that stand next to each other are one. */
function strings(scanner: Scanner): Buffer {
  const parts = [Buffer.from(scanner.quoted())];
  for (scanner.skipBlank(); scanner.isStringQuote(scanner.peek()); scanner.skipBlank())
    parts.push(Buffer.from(scanner.quoted()));
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

function numberAt(scanner: Scanner): Literal | undefined {
  let sign = '';
  const first = scanner.peek();
  if (first === 0x2d || first === 0x2b) {
    sign = String.fromCharCode(first);
    scanner.at++;
    scanner.skipBlank();
  }
  if (scanner.peek() === 0x30 && sign === '' && /[xb]/.test(String.fromCharCode(scanner.peek(1)))) {
    const isHex = scanner.peek(1) === 0x78;
    scanner.at += 2;
    const digits = scanner.word();
    return { kind: 'hex', bytes: isHex ? hexBytes(digits) : bitBytes(digits) };
  }
  let text = sign;
  for (let byte = scanner.peek(); isNumberByte(byte, text); byte = scanner.peek()) {
    text += String.fromCharCode(byte);
    scanner.at++;
  }
  return text === sign ? undefined : { kind: 'text', text };
}

function isNumberByte(byte: number, before: string): boolean {
  if ((byte >= 48 && byte <= 57) || byte === 0x2e || byte === 0x65 || byte === 0x45) return true;
  return (byte === 0x2d || byte === 0x2b) && /e$/i.test(before);
}

const hexBytes = (digits: string): Buffer =>
  Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');

function bitBytes(digits: string): Buffer {
  return digits === '' ? Buffer.alloc(0) : bytesOf(BigInt(`0b${digits}`), Math.ceil(digits.length / 8));
}

const bytesOf = (value: bigint, size: number): Buffer => hexBytes(value.toString(16).padStart(size * 2, '0'));

function cellOf(literal: Literal, column: DumpColumn | undefined, session: string): DumpCell {
  if (literal.kind === 'null') return null;
  const kind = column?.kind ?? 'unknown';
  if (kind === 'bits') return bitsOf(literal, column!.bits);
  if (literal.kind === 'text') return kind === 'bytes' ? Buffer.from(literal.text) : literal.text;
  if (kind === 'bytes') return literal.bytes;
  if (literal.kind === 'string') {
    if (literal.charset === 'binary' && kind === 'unknown') return literal.bytes;
    const own = column?.charset === 'binary' ? undefined : column?.charset;
    const charset =
      literal.charset === 'binary' || (literal.charset === undefined && session === 'binary')
        ? own
        : (literal.charset ?? session);
    return (
      decodeText(literal.bytes, charset ?? 'utf8mb4') ?? (kind === 'unknown' ? literal.bytes : undefined)
    );
  }
  if (kind === 'number')
    return literal.bytes.length === 0 ? '0' : BigInt(`0x${literal.bytes.toString('hex')}`).toString();
  if (kind === 'moment') return literal.bytes.toString('latin1');
  return kind === 'unknown' ? literal.bytes : decodeText(literal.bytes, column?.charset ?? 'utf8mb4');
}

/** The bytes of a BIT(n), as many as it has. */
function bitsOf(literal: Exclude<Literal, { kind: 'null' }>, bits: number): DumpCell {
  const size = Math.ceil(bits / 8);
  if (literal.kind === 'text')
    return /^\d+$/.test(literal.text) ? bytesOf(BigInt(literal.text), size) : undefined;
  return bytesOf(literal.bytes.length === 0 ? 0n : BigInt(`0x${literal.bytes.toString('hex')}`), size);
}

/** To the comma or bracket behind an expression. */
function skipExpression(scanner: Scanner): void {
  for (let depth = 0; ;) {
    scanner.skipBlank();
    const byte = scanner.peek();
    if (byte === -1) throw new RangeError('the dump ends inside a row');
    if (scanner.isStringQuote(byte) || scanner.isNameQuote(byte)) scanner.quoted();
    else if (depth === 0 && (byte === 0x2c || byte === 0x29)) return;
    else {
      if (byte === 0x28) depth++;
      if (byte === 0x29) depth--;
      scanner.at++;
    }
  }
}
