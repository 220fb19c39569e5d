/**
 * UTF-8 stored twice: an application wrote UTF-8 over a connection that called it latin1, so that each byte
 * became a character of cp1252 (`Ã©` for `é`). Undoing it is exact: every character must be one of cp1252 and
 * the bytes must be UTF-8.
 */
import { singleByteTables } from '../charset/tables.ts';

const byteOf = new Map<number, number>();
[...(singleByteTables['latin1'] ?? '')].forEach((character, i) =>
  byteOf.set(character.charCodeAt(0), 128 + i),
);

/** The text as it was meant, or undefined if it is no UTF-8 stored twice. */
export function undoDoubleUtf8(text: string): string | undefined {
  const bytes = Buffer.allocUnsafe(text.length);
  let high = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 128) {
      bytes[i] = unit;
      continue;
    }
    const byte = byteOf.get(unit);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
    high = true;
  }
  if (!high) return undefined;
  const meant = bytes.utf8Slice(0, bytes.length);
  return meant.includes('\ufffd') ? undefined : meant;
}

/** Cheap test before the exact one: the first character beyond ASCII is a lead byte's, U+00C2 to U+00F4. */
export function maybeDoubleUtf8(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 128)
      return unit >= 0xc2 && unit <= 0xf4 && i + 1 < text.length && text.charCodeAt(i + 1) >= 128;
  }
  return false;
}
