/** A literal to the cell of its column. */
import { decoderOf } from '../charset/decode.ts';
import type { ColumnEntry } from '../schema/catalog.ts';
import { columnKinds, type ColumnKind } from '../schema/column-type.ts';
import type { Session } from '../session.ts';
import type { Value } from '../types.ts';
import type { Literal } from './literal.ts';
import { columnCharset, literalCharset } from './shape.ts';

/** Why a literal has no exact cell. */
export type CellTrouble =
  | { readonly trouble: 'text-invalid'; readonly bytes: Buffer }
  | { readonly trouble: 'expression'; readonly sql: string };

export function isTrouble(cell: Value | CellTrouble): cell is CellTrouble {
  return cell !== null && typeof cell === 'object' && 'trouble' in cell;
}

export function cellOf(
  literal: Literal,
  column: ColumnEntry | undefined,
  session: Session,
): Value | CellTrouble {
  switch (literal.kind) {
    case 'null':
      return null;
    case 'raw':
      return { trouble: 'expression', sql: literal.sql };
    case 'default': {
      const value = column?.column.default;
      if (value?.kind === 'value' && column?.column.generated !== true) return fromText(value.value, column);
      if (value === undefined && column?.column.nullable === true && column.column.generated !== true)
        return null;
      return { trouble: 'expression', sql: 'DEFAULT' };
    }
    case 'number':
    case 'text':
      return fromText(literal.text, column);
    case 'bytes':
      return fromBytes(literal.bytes, column, session);
    case 'string':
      return fromString(literal.bytes, literal.charset, column, session);
  }
}

function fromText(text: Value, column: ColumnEntry | undefined): Value {
  if (text === null || typeof text !== 'string') return text;
  if (column?.kind === columnKinds.binary) return new Uint8Array(Buffer.from(text));
  if (column?.kind === columnKinds.bit)
    return /^\d+$/.test(text) ? bitsOfNumber(BigInt(text), column.bits) : text;
  return text;
}

/** A hexadecimal or bit literal: a number in a numeric column, else bytes in the column's charset. */
function fromBytes(bytes: Buffer, column: ColumnEntry | undefined, session: Session): Value | CellTrouble {
  const kind: ColumnKind = column?.kind ?? columnKinds.unknown;
  switch (kind) {
    case columnKinds.bit:
      return widen(bytes, column?.bits ?? 1);
    case columnKinds.plain:
      if (/^(date|time|datetime|timestamp)$/.test(column?.base ?? '')) return bytes.toString('latin1');
      return bytes.length === 0 ? '0' : BigInt(`0x${bytes.toString('hex')}`).toString();
    case columnKinds.text:
      return decodeOr(bytes, columnCharset(column, session));
    default:
      return Uint8Array.from(bytes);
  }
}

function fromString(
  bytes: Buffer,
  introducer: string | undefined,
  column: ColumnEntry | undefined,
  session: Session,
): Value | CellTrouble {
  const kind: ColumnKind = column?.kind ?? columnKinds.unknown;
  if (kind === columnKinds.binary) return Uint8Array.from(bytes);
  if (kind === columnKinds.bit) return widen(bytes, column?.bits ?? 1);
  if (introducer === 'binary' && kind === columnKinds.unknown) return Uint8Array.from(bytes);
  const charset =
    introducer === 'binary'
      ? columnCharset(column, session)
      : (introducer ?? literalCharset(column, session));
  const cell = decodeOr(bytes, charset);
  return kind === columnKinds.unknown && isTrouble(cell) ? Uint8Array.from(bytes) : cell;
}

function decodeOr(bytes: Buffer, charset: string): string | CellTrouble {
  return decoderOf(charset)(bytes, 0, bytes.length) ?? { trouble: 'text-invalid', bytes };
}

/** Big-endian, in as many bytes as the column has. */
export function widen(bytes: Uint8Array, bits: number): Uint8Array {
  const size = Math.max(1, Math.ceil(bits / 8));
  if (bytes.length === size) return Uint8Array.from(bytes);
  const wide = new Uint8Array(Math.max(size, bytes.length));
  wide.set(bytes, wide.length - bytes.length);
  let from = 0;
  while (wide.length - from > size && wide[from] === 0) from++;
  return from === 0 ? wide : wide.slice(from);
}

function bitsOfNumber(number: bigint, bits: number): Uint8Array {
  const hex = number.toString(16);
  return widen(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'), bits);
}
