import { hash } from 'node:crypto';
import type { Digests } from './merge-imported.ts';

/** What the last import left in one record. */
export interface DigestLine {
  readonly id: string;
  /** Of the whole row as legacy had it: where it is the same, no field has to be looked at. Absent in older stores. */
  readonly row?: string;
  readonly digests: Digests;
}

/** Digests of what the last import left, beside the records. */
export const importedName = (sheet: string): string => `imported/${sheet}`;

/** Keyed digest of one value of one field's record: tells whether it is the same, and nothing else. */
export function fieldDigest(
  key: Buffer,
  sheet: string,
  id: string,
  value: string | number | boolean | null,
): string {
  return hmacSha256(key, JSON.stringify([sheet, id, value])).slice(0, 22);
}

/** Keyed digest of a whole row, of which `text` is the JSON. */
export function rowDigest(key: Buffer, sheet: string, id: string, text: string): string {
  return fieldDigest(key, sheet, id, text);
}

const rowSecond = /^\{"id":"[^"\\]*","row":"([^"\\]*)",.*\}\}$/;

/** The row's digest in a whole line that has it where an import writes it, without parsing the line. */
export function rowOfDigestLine(text: string): string | undefined {
  return rowSecond.exec(text)?.[1];
}

/** Block of SHA-256 in bytes. */
const blockBytes = 64;
const digestBytes = 32;

/**
 * HMAC-SHA-256 (RFC 2104) as base64url. It is made for every value of every row, and `createHmac` takes several
 * times as long as the two digests that it consists of.
 */
export function hmacSha256(key: Buffer, text: string): string {
  if (lastPads?.key !== key) lastPads = padsOf(key);
  const { inner, outer } = lastPads;
  const room = blockBytes + text.length * 3;
  if (inner.length < room) {
    lastPads.inner = Buffer.concat([inner.subarray(0, blockBytes)], room * 2);
  }
  const size = lastPads.inner.write(text, blockBytes, 'utf8');
  outer.write(hash('sha256', lastPads.inner.subarray(0, blockBytes + size), 'binary'), blockBytes, 'latin1');
  return hash('sha256', outer, 'base64url');
}

interface Pads {
  readonly key: Buffer;
  /** The key's inner pad, and room for a text. */
  inner: Buffer;
  /** The key's outer pad, and the inner digest. */
  readonly outer: Buffer;
}

/** Those of the key that was used last. */
let lastPads: Pads | undefined;

function padsOf(key: Buffer): Pads {
  const block = Buffer.alloc(blockBytes);
  (key.length > blockBytes ? Buffer.from(hash('sha256', key, 'binary'), 'latin1') : key).copy(block);
  return {
    key,
    inner: Buffer.concat([block.map((byte) => byte ^ 0x36)], 4096),
    outer: Buffer.concat([block.map((byte) => byte ^ 0x5c)], blockBytes + digestBytes),
  };
}
