/** Where a quoted string ends, and what stands in it. */
import { characterLength } from '../charset/names.ts';
import type { Session } from '../session.ts';
import { needMore, type Window } from './window.ts';

const BACKSLASH = 0x5c;

/**
 * Index of the closing quote of a string whose content starts at `from`; -1 if the input ends inside it.
 * A quote at the very end of the window is only trusted at the end of the input: its double may follow.
 */
export function stringEnd(w: Window, session: Session, from: number, quote: number): number {
  if (session.trailBytes) return stringEndByCharacter(w, session.charset, session.escapes, from, quote);
  let close = w.indexOf(quote, from);
  let escape = session.escapes ? w.backslashFrom(from) : Number.MAX_SAFE_INTEGER;
  for (;;) {
    if (escape < (close < 0 ? w.end : close)) {
      if (close === escape + 1) close = w.indexOf(quote, escape + 2);
      escape = w.backslashFrom(escape + 2);
      continue;
    }
    if (close < 0) {
      w.has(w.end);
      return -1;
    }
    if (!w.has(close + 1) || w.bytes[close + 1] !== quote) return close;
    if (escape < close + 2) escape = w.backslashFrom(close + 2);
    close = w.indexOf(quote, close + 2);
  }
}

function stringEndByCharacter(
  w: Window,
  charset: string,
  escapes: boolean,
  from: number,
  quote: number,
): number {
  const { bytes, end } = w;
  for (let at = from; at < end;) {
    const byte = bytes[at];
    if (byte === quote) {
      if (!w.has(at + 1) || bytes[at + 1] !== quote) return at;
      at += 2;
    } else if (byte === BACKSLASH && escapes) {
      // One byte, not one character: clients escape a lead byte that starts no character.
      at += 2;
    } else {
      at += characterLength(charset, bytes, at);
    }
  }
  if (!w.eof) throw needMore;
  return -1;
}

/** Index behind the closing backtick (or double quote) of a name, -1 if the input ends inside it. */
export function nameEnd(w: Window, session: Session, from: number, quote: number): number {
  if (session.trailBytes) {
    const close = stringEndByCharacter(w, session.charset, false, from, quote);
    return close < 0 ? -1 : close + 1;
  }
  let close = w.indexOf(quote, from);
  for (;;) {
    if (close < 0) {
      w.has(w.end);
      return -1;
    }
    if (!w.has(close + 1) || w.bytes[close + 1] !== quote) return close + 1;
    close = w.indexOf(quote, close + 2);
  }
}

/** What a backslash and this byte stand for; `\%` and `\_` keep their backslash, as servers do. */
const escaped = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) escaped[byte] = byte;
for (const [letter, byte] of Object.entries({ '0': 0, b: 8, n: 10, r: 13, t: 9, Z: 26 })) {
  escaped[letter.charCodeAt(0)] = byte;
}

let scratch = Buffer.allocUnsafeSlow(1 << 16);
const LARGE_SCRATCH = 1 << 22;

/** Bytes of a string in a buffer that the next call may overwrite. */
export interface Unescaped {
  bytes: Buffer;
  length: number;
}

const result: Unescaped = { bytes: scratch, length: 0 };

/**
 * The bytes of the string content [start, end) without escapes and doubled quotes. The result is shared: use
 * it, or copy it, before the next call.
 */
export function unescape(
  bytes: Buffer,
  start: number,
  end: number,
  quote: number,
  session: Session,
): Unescaped {
  reserve(end - start);
  result.bytes = scratch;
  result.length = session.trailBytes
    ? unescapeByCharacter(bytes, start, end, quote, session)
    : unescapeBytes(bytes, start, end, quote, session.escapes);
  return result;
}

/** Pieces shorter than this are copied byte by byte, which is then faster than a call. */
const SHORT_PIECE = 24;

/**
 * Takes the escapes out of a string's content [start, end) in place, where it has backslashes and no doubled
 * quotes: the length that is left. `twin` is a copy of the window, `text` its characters, in which the
 * backslashes are found.
 */
export function closeUp(text: string, twin: Buffer, start: number, end: number): number {
  let at = text.indexOf('\\', start);
  let to = at;
  while (at < end) {
    const next = twin[at + 1] as number;
    if (next === 0x25 || next === 0x5f) twin[to++] = BACKSLASH;
    twin[to++] = escaped[next] as number;
    at += 2;
    let stop = text.indexOf('\\', at);
    if (stop < 0 || stop > end) stop = end;
    if (stop - at < SHORT_PIECE) {
      while (at < stop) twin[to++] = twin[at++] as number;
    } else {
      twin.copyWithin(to, at, stop);
      to += stop - at;
      at = stop;
    }
  }
  return to - start;
}

function reserve(size: number): void {
  if (scratch.length < size || (scratch.length > LARGE_SCRATCH && size < LARGE_SCRATCH / 64)) {
    scratch = Buffer.allocUnsafeSlow(Math.max(1 << 16, size));
  }
}

function unescapeBytes(bytes: Buffer, start: number, end: number, quote: number, escapes: boolean): number {
  const out = scratch;
  let length = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at++] as number;
    if (byte === BACKSLASH && escapes && at < end) {
      const next = bytes[at++] as number;
      if (next === 0x25 || next === 0x5f) out[length++] = BACKSLASH;
      out[length++] = escaped[next] as number;
    } else {
      out[length++] = byte;
      if (byte === quote) at++;
    }
  }
  return length;
}

function unescapeByCharacter(
  bytes: Buffer,
  start: number,
  end: number,
  quote: number,
  session: Session,
): number {
  const out = scratch;
  let length = 0;
  for (let at = start; at < end;) {
    const byte = bytes[at] ?? 0;
    if (byte === BACKSLASH && session.escapes && at + 1 < end) {
      const next = bytes[at + 1] ?? 0;
      if (next === 0x25 || next === 0x5f) out[length++] = BACKSLASH;
      out[length++] = escaped[next] ?? next;
      at += 2;
    } else {
      const size = characterLength(session.charset, bytes, at);
      for (let i = 0; i < size && at + i < end; i++) out[length++] = bytes[at + i] ?? 0;
      at += byte === quote ? 2 : size;
    }
  }
  return length;
}

/** What a backslash and this byte stand for in the text of a table (where `\%` is nothing special). */
export function escapedByte(byte: number): number {
  return escaped[byte] ?? byte;
}
