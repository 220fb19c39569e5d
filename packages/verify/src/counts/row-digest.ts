import { hash } from 'node:crypto';
import type { DumpRow } from '../dump/read-rows.ts';

/**
 * The digest that a ledger keeps of each row, from what this package's own reader read: SHA-256, cut to 24 hex digits,
 * over the JSON text of `[[column, …], [value, …]]`; bytes are `["<base64>"]`. Undefined where a cell was not
 * understood.
 */
export function digestOf({ columns, cells }: DumpRow): string | undefined {
  const values: unknown[] = [];
  for (const cell of cells) {
    if (cell === undefined) return undefined;
    values.push(cell === null || typeof cell === 'string' ? cell : [cell.toString('base64')]);
  }
  return hash('sha256', JSON.stringify([columns ?? [], values])).slice(0, 24);
}

/** Rows, and the sum of the first 64 bits of their digests modulo 2^64: it does not depend on their order. */
export class TableSum {
  rows = 0;
  #sum = 0n;

  add(digest: string): void {
    this.rows++;
    this.#sum = BigInt.asUintN(64, this.#sum + BigInt(`0x${digest.slice(0, 16)}`));
  }

  /** Rows that were added up elsewhere. */
  addAll(rows: number, digest: string): void {
    this.rows += rows;
    this.#sum = BigInt.asUintN(64, this.#sum + BigInt(`0x${digest}`));
  }

  get digest(): string {
    return this.#sum.toString(16).padStart(16, '0');
  }
}
