import type { Window } from './window.ts';

const BEFORE = 80;
const AFTER = 40;
const MAX_SCAN = 1 << 20;

/**
 * A few words around `at`, for messages: `from` is a place before it outside of any string. The contents of
 * strings are left out, and so are long runs of digits: a dump's values are other people's secrets.
 */
export function maskedExcerpt(w: Window, from: number, at: number): string {
  if (at - from > MAX_SCAN) return '';
  const end = Math.min(w.end, at + AFTER);
  const text = w.bytes.latin1Slice(Math.max(0, from), end);
  let out = '';
  let mark = '';
  let keptBefore = 0;
  for (let i = 0; i < text.length; i++) {
    if (i === at - from) keptBefore = out.length;
    const c = text[i] ?? '';
    if (mark === '') {
      out += c;
      if (c === "'" || c === '"') {
        mark = c;
        out += '…';
      }
    } else if (c === '\\') {
      i++;
    } else if (c === mark) {
      out += c;
      mark = '';
    }
  }
  const start = Math.max(0, keptBefore - BEFORE);
  return out
    .slice(start)
    .replace(/[0-9A-Fa-f]{9,}|\d{5,}/g, '#')
    .replace(/[^\x20-\x7e…]+/g, ' ')
    .trim()
    .slice(0, BEFORE + AFTER);
}
