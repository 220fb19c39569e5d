/**
 * Blanks and comments. MySQL has three kinds of comment, and conditional ones (slash, star, `!40101` or `M!`)
 * whose content counts; the newest server reads them all, so that here their opening and closing marks are
 * blanks. `open` counts those that are open.
 */
import type { Window } from './window.ts';

export class Blanks {
  /** Conditional comments that are open. */
  open = 0;
  /** Set when the input ended inside a comment. */
  unterminated = false;

  /** Index of the first byte at or behind `at` that is neither blank nor comment (maybe the end of input). */
  skip(w: Window, at: number): number {
    const { bytes } = w;
    for (;;) {
      if (!w.has(at)) return at;
      const byte = bytes[at] ?? 0;
      if (byte === 0x20 || (byte >= 9 && byte <= 13)) {
        at++;
      } else if (byte === 0x2f) {
        if (!w.has(at + 1) || bytes[at + 1] !== 0x2a) return at;
        at = this.#block(w, at);
      } else if (byte === 0x2a && this.open > 0) {
        if (!w.has(at + 1) || bytes[at + 1] !== 0x2f) return at;
        this.open--;
        at += 2;
      } else if (byte === 0x23 || (byte === 0x2d && isDashes(w, at))) {
        at = lineEnd(w, at);
      } else {
        return at;
      }
    }
  }

  #block(w: Window, at: number): number {
    const inside = conditionalStart(w, at);
    if (inside >= 0) {
      this.open++;
      return inside;
    }
    return this.skipBlock(w, at);
  }

  /** Behind the end of the comment that starts at `at` with a slash and a star. */
  skipBlock(w: Window, at: number): number {
    let star = w.indexOf(0x2a, at + 2);
    while (star >= 0) {
      if (!w.has(star + 1)) break;
      if (w.bytes[star + 1] === 0x2f) return star + 2;
      star = w.indexOf(0x2a, star + 1);
    }
    w.has(w.end);
    this.unterminated = true;
    return w.end;
  }
}

/** `--` is a comment only before a blank or control character, as `5--3` is arithmetic. */
export function isDashes(w: Window, at: number): boolean {
  if (!w.has(at + 1) || w.bytes[at + 1] !== 0x2d) return false;
  return !w.has(at + 2) || (w.bytes[at + 2] ?? 0) <= 0x20;
}

/** Index of the newline that ends the line of `at`, or the end of the input. */
export function lineEnd(w: Window, at: number): number {
  const newline = w.indexOf(10, at);
  if (newline >= 0) return newline;
  w.has(w.end);
  return w.end;
}

/**
 * Index of the content if a conditional comment starts at `at`, -1 if a plain one does. Versions of 99999 and
 * 999999 are what people write to have no server execute it; `\-` inside is the client's sandbox command.
 */
export function conditionalStart(w: Window, at: number): number {
  const { bytes } = w;
  w.has(at + 4);
  let p = at + 2;
  if (bytes[p] === 0x4d && bytes[p + 1] === 0x21) p += 2;
  else if (bytes[p] === 0x21) p += 1;
  else return -1;
  w.has(p + 8);
  const digits = p;
  while (p < digits + 6 && isDigit(bytes[p])) p++;
  const count = p - digits;
  if (count < 5) return digits;
  const version = bytes.latin1Slice(digits, p);
  if (version === '999999' && bytes[p] === 0x5c && bytes[p + 1] === 0x2d) return -1;
  if (version === '99999' || version === '999999') return -1;
  return p;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
