import { CutoverError, exitCodes } from '@cutover/core';

/** The source was not the same in two passes. `what`: how that showed. */
export function sourceChanged(what: string, cause?: unknown): CutoverError {
  return new CutoverError('source-changed', `the source changed while it was imported: ${what}`, {
    next: 'import again once nothing writes to the dump; no branch was moved',
    exitCode: exitCodes.preflightFailed,
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Holds the rows of each table that were mapped against those that were indexed: a row that was left out or came twice
 * would be in no account. Throws CutoverError `source-changed`.
 */
export function assertRowsAsIndexed(
  indexed: Readonly<Record<string, number>>,
  mapped: Readonly<Record<string, { readonly rows: number }>>,
): void {
  for (const [table, rows] of Object.entries(indexed)) {
    const now = mapped[table]?.rows ?? 0;
    if (now !== rows) throw sourceChanged(`${table} had ${rows} rows when it was indexed, then ${now}`);
  }
}
