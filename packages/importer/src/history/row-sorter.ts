import { hash } from 'node:crypto';
import {
  type HistoryPart,
  openPrivateFields,
  rowName,
  type SourceKey,
  type StoredRecord,
} from '@cutover/records';
import { Fingerprints } from '../fingerprints.ts';
import { readFound } from '../files/found.ts';
import type { RecordFile } from '../files/uploads.ts';
import type { Fate } from '../map-pass.ts';
import { rowDigest } from '../row-digest.ts';
import { RowBuilder } from '../tables.ts';
import { PrivateTexts } from './contacts.ts';
import type { BoundRevisions, KnownTables } from './known-tables.ts';
import {
  type ChangeLine,
  commitKey,
  type CurrentLine,
  type CurrentRecord,
  groupKey,
  type PlacedFile,
  type RevisionLine,
  stampOf,
  textsOf,
  type Values,
} from './lines.ts';
import type { Sorter } from './sorter.ts';

/** Takes rows as they are and as they were, in any order, and sorts them: by row where there is a past, else by time. */
export class RowSorter {
  readonly privateTexts = new PrivateTexts();
  /** People of whom nobody is told what they did. */
  readonly hidden = new Fingerprints();
  /** Records of rows without any date; they have no commit of their own. */
  undated = 0;
  /** Uploads beside such records. */
  undatedFiles = 0;
  readonly #part: HistoryPart;
  readonly #tables: KnownTables;
  readonly #byRow: Sorter;
  readonly #byTime: Sorter;

  constructor(part: HistoryPart, tables: KnownTables, byRow: Sorter, byTime: Sorter) {
    this.#part = part;
    this.#tables = tables;
    this.#byRow = byRow;
    this.#byTime = byTime;
  }

  /** A row as the import mapped it. */
  takeCurrent(fate: Fate): void {
    const { row, verbatim } = fate;
    for (const draft of fate.privates ?? [])
      for (const value of Object.values(openPrivateFields(draft.fields))) this.privateTexts.add(value);
    const record = fate.records?.[0]?.fields as StoredRecord | undefined;
    if (row.source === this.#part.people && record !== undefined && this.#part.hidden?.(record) === true)
      this.hidden.add(rowName(row));
    if (!this.#tables.hasPast(row.source)) return this.#byTimeAlone(fate);
    const parent = this.#parentOf(row, verbatim.columns, verbatim.values);
    const line: CurrentLine = {
      kind: parent === undefined ? 'row' : 'part',
      row,
      table: fate.table,
      columns: verbatim.columns,
      values: textsOf(verbatim.values),
      outcome: fate.outcome,
      records: (fate.records ?? []).map(({ id, path, content, file }) => ({
        ...{ id, path, content, oid: blobName(Buffer.from(content)) },
        ...placed(file),
      })),
      ...stampOf(this.#part, verbatim.columns, verbatim.values),
      ...(record !== undefined && this.#tables.revisionsOf(row.source)?.withheld?.(record) === true
        ? { withheld: true }
        : {}),
    };
    this.#byRow.add(groupKey(rowName(parent ?? row), line.kind, rowName(row)), line);
  }

  /** A row of a table of earlier states. */
  takeRevision(table: BoundRevisions, columns: readonly string[], values: Values): void {
    const { source, scope, of, name } = table;
    const bound = this.#tables.boundTo(source, name, scope);
    const builder = new RowBuilder(bound, columns);
    const row = builder.key(values);
    for (const [column, { class: kind }] of Object.entries(source.columns))
      if (kind === 'private') this.privateTexts.add(values[columns.indexOf(column)]);
    const parent = this.#parentOf(row, columns, values);
    const number = String(values[columns.indexOf(of.revision)] ?? '');
    const line: RevisionLine = {
      kind: parent === undefined ? 'revision' : 'part-revision',
      row,
      table: name,
      number,
      digest: rowDigest(columns, values),
      columns,
      values: textsOf(values),
      ...stampOf(this.#part, columns, values),
    };
    this.#byRow.add(groupKey(rowName(parent ?? row), line.kind, number), line);
  }

  /** Counts records that come with the last commit. */
  addUndated(records: readonly { readonly file?: PlacedFile | undefined }[]): void {
    this.undated += records.length;
    this.undatedFiles += records.filter(({ file }) => file !== undefined).length;
  }

  /** Rows whose past is not known are there from their date on, as they are. */
  #byTimeAlone(fate: Fate): void {
    if (fate.outcome !== 'imported') return;
    const { columns, values } = fate.verbatim;
    const { at, by = '' } = stampOf(this.#part, columns, values);
    for (const [i, { path, content, file: upload }] of (fate.records ?? []).entries()) {
      const { file } = placed(upload);
      if (at === undefined) this.addUndated([{ file }]);
      else {
        const change: ChangeLine = {
          ...{ path, oid: blobName(Buffer.from(content)), is: 'created' },
          ...(file === undefined ? {} : { file: { written: file } }),
        };
        this.#byTime.add(`${commitKey(at, 0, by)}\u0001${rowName(fate.row)}\u0001${i}`, change);
      }
    }
  }

  #parentOf(row: SourceKey, columns: readonly string[], values: Values): SourceKey | undefined {
    const partOf = this.#tables.partOf(row.source);
    if (partOf === undefined) return undefined;
    const key = [String(values[columns.indexOf(partOf.column)] ?? '')];
    return { source: partOf.source, scope: row.scope ?? '', key };
  }
}

/** Where an upload is in git. Throws CutoverError `file-changed`. */
function placed(file: RecordFile | undefined): { readonly file?: PlacedFile } {
  if (file?.where !== 'repository') return {};
  return { file: { path: file.at, oid: blobName(readFound(file)) } };
}

/** Git's name of a blob. */
function blobName(bytes: Buffer): CurrentRecord['oid'] {
  return hash('sha1', Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]));
}
