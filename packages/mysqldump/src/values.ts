/** Typed views of cells. Each throws a RangeError rather than lose a digit, and passes NULL on. */
import { decoderOf } from './charset/decode.ts';
import { charsetNamed } from './charset/names.ts';
import type { Value } from './types.ts';

/**
 * An integer column, or a BIT (its bytes, big-endian), as bigint.
 * @throws RangeError for what is no integer
 */
export function toBigInt(value: Value): bigint | null {
  if (value === null) return null;
  if (typeof value !== 'string')
    return value.length === 0 ? 0n : BigInt(`0x${Buffer.from(value).toString('hex')}`);
  if (!/^[-+]?\d+$/.test(value)) throw new RangeError(`"${value}" is no integer`);
  return BigInt(value.replace('+', ''));
}

/**
 * A number column as number, if that says the same as the dump: 0.1 and 1e300 do, 9007199254740993 does not.
 * @throws RangeError for what is no number, or a decimal or integer that a number cannot hold
 */
export function toNumber(value: Value): number | null {
  if (value === null) return null;
  const text = typeof value === 'string' ? value : (toBigInt(value) ?? 0n).toString();
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new RangeError(`"${text}" is no number`);
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
  if (digits.length > 17) throw new RangeError(`"${text}" has more digits than a number holds`);
  if (/^[-+]?\d+$/.test(text) && !Number.isSafeInteger(number))
    throw new RangeError(`"${text}" is beyond 2^53`);
  return number;
}

/**
 * DATE, DATETIME or TIMESTAMP as a Date, read as UTC (dumps write TIMESTAMPs so); null for NULL and zero dates.
 * @throws RangeError for what is no date
 */
export function toDate(value: Value): Date | null {
  if (value === null) return null;
  const match =
    typeof value === 'string'
      ? /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/.exec(value)
      : null;
  if (match === null) throw new RangeError('the value is no date');
  const [year, month, day, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (year === 0 || month === 0 || day === 0) return null;
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day);
  date.setUTCHours(hour, minute, second, Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)));
  return date;
}

/**
 * Bytes as text in one of MySQL's charsets, for columns that hold text in a BLOB.
 * @throws RangeError for an unknown charset, or bytes that are no text in it
 */
export function toText(value: Value, charset = 'utf8mb4'): string | null {
  if (value === null || typeof value === 'string') return value;
  const name = charsetNamed(charset);
  if (name === undefined) throw new RangeError(`unknown character set ${charset}`);
  const text = decoderOf(name)(
    Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    0,
    value.byteLength,
  );
  if (text === undefined) throw new RangeError(`the bytes are no ${charset}`);
  return text;
}
