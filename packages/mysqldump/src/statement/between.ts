/** What may stand between statements: blanks, comments, messages of the client that was redirected into the file. */
import { isDashes, lineEnd } from '../lex/blank.ts';
import type { ClosingLine } from './closing-line.ts';
import type { Context } from './context.ts';

const message =
  /^(?:\S*(?:mysqldump|mysqlpump|mariadb-dump|mysql|mariadb|mydumper)(?:\.exe)?: |\[?Warning\]?:? |Enter password: ?|ERROR \d+ \()/i;

/**
 * Index of the next statement, or the end of the input. `reached` is told each place from which reading can go
 * on, so that a long run of comments is not read twice.
 */
export function skipToStatement(
  context: Context,
  closing: ClosingLine,
  from: number,
  reached: (at: number) => void,
): number {
  const { window: w, lexer } = context;
  let at = from;
  for (;;) {
    reached(at);
    if (!w.has(at)) return at;
    const byte = w.bytes[at] ?? 0;
    if (byte === 0x20 || (byte >= 9 && byte <= 13)) {
      at++;
    } else if (byte === 0x23 || (byte === 0x2d && isDashes(w, at))) {
      const end = lineEnd(w, at);
      closing.comment(context, w.bytes.utf8Slice(at, Math.min(end, at + 200)), at);
      at = end;
    } else if (byte === 0x2f || byte === 0x2a) {
      const next = lexer.blanks.skip(w, at);
      if (next === at) return at;
      at = next;
    } else if (byte === 0) {
      context.failOrNote('null-byte', 'a zero byte stands between statements', { at });
      while (w.has(at) && w.bytes[at] === 0) at++;
    } else {
      const length = clientMessage(context, at);
      if (length === 0) return at;
      at += length;
    }
  }
}

/** Bytes of a message of mysqldump or its kin that stands here, 0 if none does; strict reading stops at it. */
export function clientMessage(context: Context, at: number): number {
  const { window: w } = context;
  for (let i = 0; i < 64; i++) if (!w.has(at + i)) break;
  const match = message.exec(w.bytes.latin1Slice(at, Math.min(w.end, at + 64)));
  if (match === null) return 0;
  const end = match[0].startsWith('Enter') ? at + match[0].length : lineEnd(w, at);
  const line = w.bytes.utf8Slice(at, Math.min(end, at + 200)).trim();
  context.failOrNote('client-message', `a message of the dump program stands in the dump: "${line}"`, { at });
  return end - at;
}
