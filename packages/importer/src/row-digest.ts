import { hash } from 'node:crypto';

type Value = string | Uint8Array | null;

/** Hex digits kept of a digest: 96 bits, so that a ledger stays small. It guards against loss, not against forgery. */
const digits = 24;

/**
 * Digest of one source row as it was read: SHA-256, cut to 24 hex digits, over the JSON text of
 * `[[column, …], [value, …]]` in the order of the INSERT; bytes are `["<base64>"]`, NULL is null. Whoever reads the
 * dump by other code can make the same and compare.
 */
export function rowDigest(columns: readonly string[], values: readonly Value[]): string {
  if (columns !== lastColumns) {
    lastColumns = columns;
    lastColumnsJson = JSON.stringify(columns);
  }
  const cells = values.some(isBytes) ? values.map(jsonOf) : values;
  return hash('sha256', `[${lastColumnsJson},${JSON.stringify(cells)}]`).slice(0, digits);
}

/** Rows come by the thousand with the same list of columns. */
let lastColumns: readonly string[] | undefined;
let lastColumnsJson = '';

/** Digest of what a record is made of, in the same length. */
export function contentDigest(content: string): string {
  return hash('sha256', content).slice(0, digits);
}

/** Adds up the rows of a table whose rows have no line of their own: the sum of the first 64 bits, modulo 2^64. */
export class TableSum {
  rows = 0;
  #sum = 0n;

  add(digest: string): void {
    this.rows++;
    this.#sum = BigInt.asUintN(64, this.#sum + BigInt(`0x${digest.slice(0, 16)}`));
  }

  /** Adds what another thread has added up. */
  addSum(rows: number, digest: string): void {
    this.rows += rows;
    this.#sum = BigInt.asUintN(64, this.#sum + BigInt(`0x${digest}`));
  }

  get digest(): string {
    return this.#sum.toString(16).padStart(16, '0');
  }
}

const isBytes = (value: Value): value is Uint8Array => value !== null && typeof value !== 'string';

function jsonOf(value: Value): unknown {
  return isBytes(value)
    ? [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')]
    : value;
}
