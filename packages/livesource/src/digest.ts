import { hash } from 'node:crypto';
import { CutoverError } from '@cutover/core';
import { type LiveColumn, type LiveTable, quoteName } from './catalog.ts';
import { forceIndex } from './keyset.ts';
import type { RawRow } from './answer.ts';
import type { Session } from './session.ts';

/**
 * Rows and their digest, which does not depend on their order: the sum over all rows of the first 64 bits of
 * SHA-256 over the row. (Not SHA-1: MySQL 9.6 and newer do not have it.) The server computes the same, so that a table can be compared without being sent.
 *
 *     row  = its cells one after another
 *     cell = "N" for NULL; "H" + SHA-256 in hex for long types; else "V" + length in bytes + ":" + bytes
 *
 * Text is digested in UTF-8. It guards against change and loss, not against somebody who wants a collision.
 */
export interface TableDigest {
  readonly rows: number;
  /** Decimal. */
  readonly sum: string;
}

/** Adds up rows as they are read. */
export class RowDigest {
  rows = 0;
  #sum = 0n;
  readonly #long: readonly boolean[];

  constructor(
    table: { readonly columns: readonly Pick<LiveColumn, 'long'>[] },
    from: TableDigest = { rows: 0, sum: '0' },
  ) {
    this.#long = table.columns.map(({ long }) => long);
    this.rows = from.rows;
    this.#sum = BigInt(from.sum);
  }

  /** `long` where the row's columns are not those of the table in their order. */
  add(row: RawRow, long: readonly boolean[] = this.#long): void {
    const parts: Buffer[] = [];
    let head = '';
    for (let i = 0; i < long.length; i++) {
      const cell = row[i];
      if (cell === null || cell === undefined) head += 'N';
      else if (long[i] === true) head += `H${hash('sha256', cell)}`;
      else {
        parts.push(Buffer.from(`${head}V${cell.length}:`, 'latin1'), cell);
        head = '';
      }
    }
    if (head !== '') parts.push(Buffer.from(head, 'latin1'));
    this.#sum += BigInt(`0x${hash('sha256', Buffer.concat(parts)).slice(0, 16)}`);
    this.rows++;
  }

  value(): TableDigest {
    return { rows: this.rows, sum: this.#sum.toString() };
  }
}

export function sameDigest(a: TableDigest, b: TableDigest): boolean {
  return a.rows === b.rows && a.sum === b.sum;
}

/** Rows and digest of a table, or of the rows for which `where` holds, computed by the server. */
export async function serverDigest(session: Session, table: LiveTable, where?: string): Promise<TableDigest> {
  const row = `SHA2(CONCAT(${table.columns.map(cellExpression).join(', ')}), 256)`;
  const sum = `SUM(CAST(CONV(LEFT(${row}, 16), 16, 10) AS UNSIGNED))`;
  const [found] = await session.query(
    `SELECT COUNT(*), ${sum} FROM ${quoteName(table.name)}${where === undefined ? '' : `${forceIndex(table)} WHERE ${where}`}`,
  );
  const rows = Number(found?.[0] ?? 0);
  const total = found?.[1] ?? undefined;
  if (rows > 0 && total === undefined) {
    throw new CutoverError('source-no-digest', 'the server has no SHA2(), so it cannot digest rows', {
      next: 'take a dump with its mysqldump instead, and import that with --dump',
    });
  }
  return { rows, sum: total ?? '0' };
}

function cellExpression(column: LiveColumn): string {
  const name = quoteName(column.name);
  const cell = column.kind === 'text' ? `CONVERT(${name} USING utf8mb4)` : name;
  const bytes = column.dataType === 'bit' ? `CAST(${name} AS BINARY)` : cell;
  const value = column.long
    ? `CONCAT('H', SHA2(${bytes}, 256))`
    : `CONCAT('V', LENGTH(${bytes}), ':', ${bytes})`;
  return `IFNULL(${value}, 'N')`;
}
