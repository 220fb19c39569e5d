import { type Check, concludeCheck, type FindingsSeen, LowestFindings } from '@cutover/core';
import { type KeptRow, Private, revealPrivate, type Row, rowName, type SourceKey } from '@cutover/records';
import type { FittedRecord } from './check-draft.ts';

/** Shorter texts stand in other texts by chance: a gender, a year. */
const shortest = 6;

/** What a mapper did besides reading its row. */
interface MapperTrace {
  readonly declassifiedNow: ReadonlySet<unknown>;
  readonly lookedUpNow: readonly KeptRow[];
}

export interface ProvenanceSeen {
  readonly findings: FindingsSeen;
  readonly compared: number;
  readonly written: number;
}

/**
 * Watches that no private value of a row is in a record made from it, unless the row, or one that its mapper
 * looked up, says the same in a public column too (what somebody wrote in a public text may stay, and is
 * counted), or the profile declassified it.
 */
export class Provenance {
  readonly #findings = new LowestFindings();
  #compared = 0;
  #written = 0;

  /** `columns`: those of the row that may be private, where that is known. */
  see(
    key: SourceKey,
    row: Row,
    records: readonly FittedRecord[],
    trace: MapperTrace,
    columns: readonly string[] = Object.keys(row),
  ): void {
    for (const column of columns) {
      const cell = row[column];
      if (!(cell instanceof Private)) continue;
      const value = revealPrivate(cell);
      if (value === null || value.length < shortest || trace.declassifiedNow.has(value)) continue;
      this.#compared++;
      if (!records.some((record) => hasFieldWith(record, value))) continue;
      const found = records.flatMap((record) =>
        fieldsWith(record, value).map((field) => ({ record, field })),
      );
      if ([row, ...trace.lookedUpNow].some((said) => saysIn(said, value))) {
        this.#written++;
        continue;
      }
      for (const { record, field } of found) {
        this.#findings.add({
          code: 'private-value-in-public',
          message: `${record.path}: ${field} contains the private column ${column} of ${rowName(key)}`,
          subject: record.path,
          next: 'keep it private in the profile, or declassify it with a reason',
        });
      }
    }
  }

  /** What was seen so far, for another thread to add to its own. */
  get seen(): ProvenanceSeen {
    return { findings: this.#findings.seen, compared: this.#compared, written: this.#written };
  }

  addSeen({ findings, compared, written }: ProvenanceSeen): void {
    this.#findings.addSeen(findings);
    this.#compared += compared;
    this.#written += written;
  }

  /** Undefined where the profile has no private columns. */
  conclude(hasPrivateColumns: boolean): Check | undefined {
    if (!hasPrivateColumns) return undefined;
    return concludeCheck({
      id: 'private-provenance',
      title: 'No record contains a private value of the row it was made from',
      looked: this.#compared,
      expected: 0,
      actual: this.#findings.total,
      findings: this.#findings,
      evidence: { 'written-in-public-text': this.#written },
    });
  }
}

function saysIn(row: Row | KeptRow, value: string): boolean {
  return Object.values(row).some((cell) => typeof cell === 'string' && cell.includes(value));
}

function hasFieldWith({ fields }: FittedRecord, value: string): boolean {
  for (const name in fields) {
    const field = fields[name];
    if (typeof field === 'string' && field.length >= value.length && field.includes(value)) return true;
  }
  return false;
}

function fieldsWith(record: FittedRecord, value: string): string[] {
  return Object.entries(record.fields)
    .filter(([, field]) => typeof field === 'string' && field.includes(value))
    .map(([name]) => name);
}
