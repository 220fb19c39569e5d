import type { ScrubKey } from '../key.ts';

const rounds = 4;
const half = (1n << 61n) - 1n;

/**
 * The id that a record gets in the snapshot: a keyed permutation (Feistel network, HMAC-SHA-256 in each of its
 * rounds) of the 122 bits of a UUID that are not version or variant. No two ids become one, and who has not
 * the key cannot go back. All come out as UUIDv8, so that an id no longer tells on which side it was made.
 */
export function newId(key: ScrubKey, id: string): string {
  const hex = id.replaceAll('-', '');
  const bits = BigInt(
    `0b${[...hex].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')}`,
  );
  const low62 = bits & ((1n << 62n) - 1n);
  const middle12 = (bits >> 64n) & 0xfffn;
  const high48 = bits >> 80n;
  const payload = (high48 << 74n) | (middle12 << 62n) | low62;
  let left = payload >> 61n;
  let right = payload & half;
  for (let round = 0; round < rounds; round++) {
    const digest = key.digest('id', round, right.toString(36));
    [left, right] = [right, left ^ (digest.readBigUInt64LE(0) & half)];
  }
  const mixed = (left << 61n) | right;
  const text =
    (mixed >> 74n).toString(16).padStart(12, '0') +
    `8${((mixed >> 62n) & 0xfffn).toString(16).padStart(3, '0')}` +
    ((mixed & ((1n << 62n) - 1n)) | (2n << 62n)).toString(16).padStart(16, '0');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}
