/** Bytes of a string to its cell, by the kind and charset of the column, with the cheapest call that is exact. */
import { decodeUtf8 } from '../charset/decode.ts';
import type { Window } from '../lex/window.ts';
import type { Session } from '../session.ts';
import type { Value } from '../types.ts';
import { cellOf } from './cell.ts';
import { maybeDoubleUtf8 } from './double-utf8.ts';
import type { RowHost } from './row-host.ts';
import { cellKinds, isCharsetAssumed, type Shape } from './shape.ts';

export class TextCells {
  readonly #session: Session;
  readonly #host: RowHost;

  constructor(session: Session, host: RowHost) {
    this.#session = session;
    this.#host = host;
  }

  /** The cell of the bytes [s, e), without escapes, of what stood in the window from `at` to `end`. */
  content(
    w: Window,
    shape: Shape,
    i: number,
    bytes: Buffer,
    s: number,
    e: number,
    at: number,
    end: number,
  ): Value {
    const kind = shape.kinds[i] as number;
    if (kind === cellKinds.binary) return new Uint8Array(bytes.subarray(s, e));
    if (kind === cellKinds.bit) return this.bits(shape, i, bytes, s, e);
    if (kind !== cellKinds.wide && w.nonAsciiFrom(at) >= end) return bytes.latin1Slice(s, e);
    if (w.validUtf8 && shape.decoders[i] === decodeUtf8) {
      const value = bytes.utf8Slice(s, e);
      return value.length === e - s ? value : this.beyondAscii(value, shape, i, at);
    }
    return this.decode(bytes, s, e, shape, i, at);
  }

  bits(shape: Shape, i: number, bytes: Buffer, s: number, e: number): Value {
    const literal = { kind: 'string', bytes: bytes.subarray(s, e), charset: undefined } as const;
    return cellOf(literal, shape.entries[i], this.#session) as Value;
  }

  text(w: Window, shape: Shape, i: number, s: number, e: number): Value {
    const { bytes } = w;
    if (shape.kinds[i] !== cellKinds.wide && w.nonAsciiFrom(s) >= e) return bytes.latin1Slice(s, e);
    if (w.validUtf8 && shape.decoders[i] === decodeUtf8) {
      const value = bytes.utf8Slice(s, e);
      return value.length === e - s ? value : this.beyondAscii(value, shape, i, s);
    }
    return this.decode(bytes, s, e, shape, i, s);
  }

  decode(bytes: Buffer, s: number, e: number, shape: Shape, i: number, at: number): Value {
    const decoder = shape.decoders[i] ?? decodeUtf8;
    const value = decoder(bytes, s, e);
    if (value !== undefined) return this.beyondAscii(value, shape, i, at);
    if (shape.kinds[i] === cellKinds.unknown) return new Uint8Array(bytes.subarray(s, e));
    return this.#host.invalidText(bytes, s, e, at, shape, i);
  }

  beyondAscii(value: string, shape: Shape, i: number, at: number): string {
    if (isCharsetAssumed(shape.entries[i], this.#session)) this.#host.assumed(shape, i, at);
    if (!maybeDoubleUtf8(value)) return value;
    return this.#host.doubleUtf8(value, shape, i, at);
  }
}
