import { hash } from 'node:crypto';
import type { PrivateRecord } from '@cutover/records';
import type { Digests } from './merge-imported.ts';

/** What the last import left in one record. */
export interface DigestLine {
  readonly id: string;
  /** Of the whole row as legacy had it: where it is the same, no field has to be looked at. Absent in older stores. */
  readonly row?: string;
  readonly digests: Digests;
}

const quoted = new Map<string, string>();

/** The line that says what an import leaves in a record, as `JSON.stringify` has it: digests need no escapes. */
export function digestLineOf(record: PrivateRecord, row: string, digest: (value: Value) => string): string {
  let digests = '';
  for (const field in record) {
    if (field === 'id') continue;
    let name = quoted.get(field);
    if (name === undefined) quoted.set(field, (name = JSON.stringify(field)));
    digests += `${digests === '' ? '' : ','}${name}:"${digest(record[field]!)}"`;
  }
  return `{"id":${JSON.stringify(record.id)},"row":"${row}","digests":{${digests}}}`;
}

/** Digests of what the last import left, beside the records. */
export const importedName = (sheet: string): string => `imported/${sheet}`;

type Value = string | number | boolean | null;

/** Keyed digest of one value of one field's record: tells whether it is the same, and nothing else. */
export function fieldDigest(key: Buffer, sheet: string, id: string, value: Value): string {
  return hmacSha256(key, JSON.stringify([sheet, id, value])).slice(0, 22);
}

/**
 * Keyed digests of the values of one record after the other. They are made for every value of every row: what all
 * values of a record begin with is written once.
 */
export class RecordDigests {
  readonly #hmac: HmacSha256;
  readonly #sheet: string;
  #none: string | undefined;

  constructor(key: Buffer, sheet: string) {
    this.#hmac = new HmacSha256(key);
    this.#sheet = sheet;
  }

  /** From here on digests are of this record. */
  begin(id: string): this {
    this.#hmac.begin(`${JSON.stringify([this.#sheet, id]).slice(0, -1)},`);
    this.#none = undefined;
    return this;
  }

  /** See `fieldDigest`. That of a whole row is the one of its JSON. */
  readonly of = (value: Value): string => {
    // Of most records several fields have the same value: none.
    if (value === null) return (this.#none ??= this.#make(value));
    return this.#make(value);
  };

  #make(value: Value): string {
    return this.#hmac.end(`${JSON.stringify(value)}]`).slice(0, 22);
  }
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
 * HMAC-SHA-256 (RFC 2104) as base64url, of texts that begin alike. `createHmac` takes several times as long as the two
 * digests that it consists of, and views of bytes take as long as one of them.
 */
class HmacSha256 {
  /** The key's inner pad, the beginning, and room for the end. */
  #inner: Buffer;
  #begun = blockBytes;
  /** The first bytes of `#inner`, by their number. */
  #views: Uint8Array[] = [];
  /** The key's outer pad, and the inner digest. */
  readonly #outer: Buffer;

  constructor(key: Buffer) {
    const block = Buffer.alloc(blockBytes);
    (key.length > blockBytes ? Buffer.from(hash('sha256', key, 'binary'), 'latin1') : key).copy(block);
    this.#inner = Buffer.concat([block.map((byte) => byte ^ 0x36)], 4096);
    this.#outer = Buffer.concat([block.map((byte) => byte ^ 0x5c)], blockBytes + digestBytes);
  }

  begin(text: string): void {
    this.#begun = blockBytes;
    this.#begun = this.#write(text);
  }

  /** Of the beginning and this. */
  end(text: string): string {
    const size = this.#write(text);
    const view = (this.#views[size] ??= this.#inner.subarray(0, size));
    this.#outer.write(hash('sha256', view, 'binary'), blockBytes, 'latin1');
    return hash('sha256', this.#outer, 'base64url');
  }

  /** Where it ends. */
  #write(text: string): number {
    const room = this.#begun + text.length * 3;
    if (this.#inner.length < room) {
      this.#inner = Buffer.concat([this.#inner.subarray(0, this.#begun)], room * 2);
      this.#views = [];
    }
    return this.#begun + this.#inner.write(text, this.#begun, 'utf8');
  }
}

/** That of the key that was used last. */
let last: { readonly key: Buffer; readonly hmac: HmacSha256 } | undefined;

/** HMAC-SHA-256 (RFC 2104) of a text as base64url. */
export function hmacSha256(key: Buffer, text: string): string {
  if (last?.key !== key) last = { key, hmac: new HmacSha256(key) };
  last.hmac.begin('');
  return last.hmac.end(text);
}
