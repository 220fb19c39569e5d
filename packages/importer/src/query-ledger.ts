import { createGunzip } from 'node:zlib';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { CutoverError, exitCodes } from '@cutover/core';
import { parseRowName } from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';
import { importOfKept, keptName } from './kept-files.ts';
import type { LedgerLine, LedgerRevisionLine, LedgerTableLine } from './ledger.ts';

/** What is asked of a ledger: a source row, or the rows that made a record. */
export type LedgerQuery = { readonly table: string; readonly id: string } | { readonly record: string };

export interface LedgerAnswer {
  readonly importId: string;
  /** Lines of the row itself, or of the rows whose record it is. */
  readonly rows: readonly (LedgerLine | LedgerRevisionLine)[];
  /** The table whose rows are excluded all together, where a row of such a table was asked for. */
  readonly wholeTable?: LedgerTableLine;
  /** Whether the import saw the table that was asked for. */
  readonly tableKnown: boolean;
  /** Lines of rows that became part of them. */
  readonly folded: readonly (LedgerLine | LedgerRevisionLine)[];
  readonly linesRead: number;
}

/** Imports that have a ledger, oldest first. */
export async function listLedgers(store: PrivateStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.keptFiles('ledger')) {
    const importId = importOfKept(name);
    if (importId !== undefined) names.push(importId);
  }
  return names.sort();
}

/**
 * Asks the ledger of an import (by default the last that was activated) where a row went, or which rows made a
 * record. Streams the ledger twice; memory is that of the answer. Throws CutoverError `ledger-missing`.
 */
export async function queryLedger(
  store: PrivateStore,
  query: LedgerQuery,
  importId?: string,
): Promise<LedgerAnswer> {
  const ledgers = await listLedgers(store);
  // Not the newest: that may be the file of an import that was killed before it was one.
  const wanted = importId ?? (await store.lastImport());
  if (wanted === undefined || !ledgers.includes(wanted)) throw ledgerMissing(wanted);
  const bytes = (await store.keptFile('ledger', keptName(wanted)))!;
  const rows: (LedgerLine | LedgerRevisionLine)[] = [];
  let wholeTable: LedgerTableLine | undefined;
  let tableKnown = false;
  let linesRead = 0;
  const ofTable = 'table' in query ? `{"table":${JSON.stringify(query.table)},` : undefined;
  for await (const text of linesOf(bytes)) {
    linesRead++;
    if (ofTable !== undefined && text.startsWith(ofTable)) {
      tableKnown = true;
      if (text.startsWith('"outcome"', ofTable.length)) wholeTable = JSON.parse(text) as LedgerTableLine;
    }
    // Most lines are passed over by their text alone.
    if (
      'record' in query ? !text.includes(JSON.stringify(query.record)) : !text.includes(encodeKey(query.id))
    )
      continue;
    const line = JSON.parse(text) as LedgerLine | LedgerRevisionLine;
    if (matches(line, query)) rows.push(line);
  }
  const names = new Set(rows.flatMap(({ row }) => row ?? []));
  const folded: (LedgerLine | LedgerRevisionLine)[] = [];
  if (names.size > 0) {
    for await (const text of linesOf(bytes)) {
      if (!text.includes('"into"')) continue;
      const line = JSON.parse(text) as LedgerLine | LedgerRevisionLine;
      if (line.into !== undefined && names.has(line.into)) folded.push(line);
    }
  }
  return { importId: wanted, rows, ...(wholeTable && { wholeTable }), tableKnown, folded, linesRead };
}

function linesOf(gzipped: Buffer): AsyncIterable<string> {
  return createInterface({ input: Readable.from([gzipped]).pipe(createGunzip()), crlfDelay: Infinity });
}

const encodeKey = (id: string): string => id.split(',').map(encodeURIComponent).join(',');

function matches(line: LedgerLine | LedgerRevisionLine, query: LedgerQuery): boolean {
  if ('record' in query)
    return (line.row === undefined ? line.paths : line.records)?.includes(query.record) === true;
  const row = parseRowName(line.row ?? line.revision ?? '');
  if (row === undefined || row.key.join(',') !== query.id) return false;
  return line.table === query.table || row.source === query.table;
}

/** Refuses an import that has no ledger; undefined: no import has. */
export function ledgerMissing(importId: string | undefined): CutoverError {
  return new CutoverError(
    'ledger-missing',
    importId === undefined
      ? 'nothing was imported into this private store'
      : `there is no ledger of the import ${importId} in this private store`,
    {
      next: 'import first, or name one of the imports that `cutover ledger --list` shows',
      exitCode: exitCodes.usage,
    },
  );
}
