import type { StoredRecord } from '@cutover/records';

/** A field and the value that it must have, or hold where it is a list. */
export interface Constraint {
  readonly field: string;
  readonly value: string;
}

/** A sheet's records in order, with an inverted index of every field that routes select by. */
export class SheetLists {
  readonly #all: StoredRecord[];
  readonly #order: Order;
  readonly #byField = new Map<string, Map<string, StoredRecord[]>>();

  constructor(records: readonly StoredRecord[], fields: Iterable<string>, order: Order) {
    this.#all = [...records].sort(order);
    this.#order = order;
    for (const field of fields) this.#byField.set(field, invert(this.#all, field));
  }

  /** Adds a record, in the place of `old` where there is one. */
  put(record: StoredRecord, old: StoredRecord | undefined): void {
    if (old !== undefined) remove(this.#all, old);
    insert(this.#all, record, this.#order);
    for (const [field, index] of this.#byField) {
      for (const value of new Set(old === undefined ? [] : valuesOf(old, field)))
        remove(index.get(value) ?? [], old!);
      for (const value of new Set(valuesOf(record, field))) {
        const list = index.get(value);
        if (list === undefined) index.set(value, [record]);
        else insert(list, record, this.#order);
      }
    }
  }

  /** Records that meet every constraint, in order. Looks at no more than the rarest value's records. */
  select(constraints: readonly Constraint[]): readonly StoredRecord[] {
    if (constraints.length === 0) return this.#all;
    const lists = constraints.map(({ field, value }) => this.#byField.get(field)?.get(value) ?? []);
    const rarest = lists.reduce((a, b) => (b.length < a.length ? b : a));
    if (constraints.length === 1) return rarest;
    return rarest.filter((record) =>
      constraints.every(({ field, value }) => valuesOf(record, field).includes(value)),
    );
  }
}

type Order = (a: StoredRecord, b: StoredRecord) => number;

function remove(list: StoredRecord[], record: StoredRecord): void {
  const at = list.indexOf(record);
  if (at !== -1) list.splice(at, 1);
}

function insert(list: StoredRecord[], record: StoredRecord, order: Order): void {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(list[middle]!, record) <= 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, record);
}

function invert(records: readonly StoredRecord[], field: string): Map<string, StoredRecord[]> {
  const index = new Map<string, StoredRecord[]>();
  for (const record of records) {
    for (const value of new Set(valuesOf(record, field))) {
      const list = index.get(value);
      if (list === undefined) index.set(value, [record]);
      else list.push(record);
    }
  }
  return index;
}

function valuesOf(record: StoredRecord, field: string): readonly string[] {
  const value = record[field];
  if (value === null || value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}
