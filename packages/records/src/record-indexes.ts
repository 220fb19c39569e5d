import { foldHandle } from './slug.ts';
import type { Sheet, StoredRecord } from './target.ts';
import type { RecordFinder } from './urls.ts';

/**
 * Records in memory with the indexes that their sheets declare. In a `folded` index several records
 * may share a key: an exact match is preferred, else the one that was added first wins.
 */
export class RecordIndexes implements RecordFinder {
  readonly #sheets = new Map<string, SheetIndex>();

  constructor(sheets: readonly Sheet[]) {
    for (const sheet of sheets) this.#sheets.set(sheet.name, new SheetIndex(sheet));
  }

  add(sheet: string, record: StoredRecord): void {
    this.#of(sheet).add(record);
  }

  /** Adds a record, or puts it in the place of the one with its id; gives that one. */
  put(sheet: string, record: StoredRecord): StoredRecord | undefined {
    return this.#of(sheet).put(record);
  }

  byId(sheet: string, id: string): StoredRecord | undefined {
    return this.#of(sheet).records.get(id);
  }

  find(sheet: string, index: string, value: string): StoredRecord | undefined {
    return this.#of(sheet).find(index, value);
  }

  list(sheet: string): Iterable<StoredRecord> {
    return this.#of(sheet).records.values();
  }

  count(sheet: string): number {
    return this.#of(sheet).records.size;
  }

  #of(name: string): SheetIndex {
    const sheet = this.#sheets.get(name);
    if (sheet === undefined) throw new TypeError(`no sheet ${name}`);
    return sheet;
  }
}

class SheetIndex {
  readonly records = new Map<string, StoredRecord>();
  readonly #sheet: Sheet;
  readonly #exact = new Map<string, Map<Key, StoredRecord>>();
  readonly #folded = new Map<string, Map<string, StoredRecord>>();

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
    for (const [field, kind] of Object.entries(sheet.indexes)) {
      this.#exact.set(field, new Map());
      if (kind === 'folded') this.#folded.set(field, new Map());
    }
  }

  add(record: StoredRecord): void {
    this.records.set(record.id, record);
    for (const [field, exact] of this.#exact) {
      const value = record[field];
      if (value === undefined || value === null) continue;
      const key = String(value);
      if (!exact.has(keyOf(value))) exact.set(keyOf(value), record);
      const folded = this.#folded.get(field);
      if (folded !== undefined && !folded.has(foldHandle(key))) folded.set(foldHandle(key), record);
    }
  }

  put(record: StoredRecord): StoredRecord | undefined {
    const old = this.records.get(record.id);
    if (old !== undefined) {
      for (const [field, exact] of this.#exact) {
        const key: string = String(old[field] ?? '');
        if (exact.get(keyOf(old[field])) === old) exact.delete(keyOf(old[field]));
        const folded = this.#folded.get(field);
        if (folded?.get(foldHandle(key)) === old) folded.delete(foldHandle(key));
      }
    }
    this.add(record);
    return old;
  }

  find(field: string, value: string): StoredRecord | undefined {
    const exact = this.#exact.get(field);
    if (exact === undefined) throw new TypeError(`sheet ${this.#sheet.name} has no index ${field}`);
    const number = numberOf(value);
    return (
      exact.get(value) ??
      (number === value ? undefined : exact.get(number)) ??
      this.#folded.get(field)?.get(foldHandle(value))
    );
  }
}

/** Numbers are keys as they are: as texts each would be a string of its own in memory. */
type Key = string | number;

function keyOf(value: unknown): Key {
  return typeof value === 'number' ? value : String(value ?? '');
}

/** The number that is written like this; a text that no number is written like is no key of a number. */
function numberOf(text: string): Key {
  if (!/^-?\d/.test(text)) return text;
  const number = Number(text);
  return String(number) === text ? number : text;
}
