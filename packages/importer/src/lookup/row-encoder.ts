import type { Cell, SourceKey, SourceTable } from '@cutover/records';
import { EntryMaker } from './entry.ts';
import type { LongValues } from './long-values.ts';
import { hashTexts } from './slots.ts';
import { layoutOf, type SourceLayout } from './source-layout.ts';

/** Rows of one source and scope. */
export interface Group {
  readonly source: string;
  readonly scope: string;
  readonly order: number;
}

/** What entries name by number: groups of rows, and sheets in which they want slugs. */
export class LookupNames {
  readonly groups: Group[] = [];
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #sheets: string[] = [];

  constructor(groups: readonly Group[] = []) {
    for (const { source, scope, order } of groups) this.group(source, scope, order);
  }

  /** Number of a group, which is new where it was not met before. */
  group(source: string, scope: string, order: number): number {
    let scopes = this.#numbers.get(source);
    if (scopes === undefined) this.#numbers.set(source, (scopes = new Map()));
    let group = scopes.get(scope);
    if (group === undefined) {
      group = this.groups.push({ source, scope, order }) - 1;
      scopes.set(scope, group);
    }
    return group;
  }

  /** Number of a group that was met; undefined where it was not. */
  find(source: string, scope: string): number | undefined {
    return this.#numbers.get(source)?.get(scope);
  }

  sheet(sheet: string): number {
    const at = this.#sheets.indexOf(sheet);
    return at === -1 ? this.#sheets.push(sheet) - 1 : at;
  }
}

/** A row as a lookup stores it. */
export interface EncodedRow {
  /** Its entry, from `at` on: group, key parts with their number, the sheet and slug that are wanted, what is stored. */
  readonly bytes: Buffer;
  readonly at: number;
  readonly size: number;
  /** Hash of its group and key. */
  readonly hash: number;
  /** Hashes of its indexed values, one for each index. */
  readonly links: readonly number[];
  /** Number of the sheet in which it wants a slug, and the hash of both; -1 where it wants none. */
  readonly sheet: number;
  readonly claim: number;
}

/** Puts rows together as a lookup stores them. */
export class RowEncoder {
  readonly #names: LookupNames;
  readonly #long: LongValues;
  readonly #maker = new EntryMaker();
  readonly #layouts = new Map<SourceTable, SourceLayout>();
  readonly #row = {
    ...{ bytes: this.#maker.bytes, at: 0, size: 0, hash: 0, links: [] as number[], sheet: -1, claim: 0 },
  };

  constructor(names: LookupNames, long: LongValues) {
    this.#names = names;
    this.#long = long;
  }

  /**
   * The columns that the source keeps of a row, its indexes, and the slug it wants. What this gives is used again by the
   * next call. Throws as `LongValues.append` does where a value is long, and RangeError where a row has too many of them.
   */
  encode(
    source: SourceTable,
    order: number,
    { source: name, scope, key }: SourceKey,
    cells: Readonly<Record<string, Cell>>,
    wanted?: { sheet: string; slug: string },
  ): EncodedRow {
    const layout = this.layoutOf(source);
    const group = this.#names.group(name, scope ?? '', order);
    const made = this.#row;
    made.sheet = wanted === undefined ? -1 : this.#names.sheet(wanted.sheet);
    made.claim = wanted === undefined ? 0 : hashTexts(made.sheet, [wanted.slug]);
    made.hash = hashTexts(group, key);
    const { stored, indexes } = layout;
    made.links.length = indexes.length;
    for (let i = 0; i < indexes.length; i++) {
      const values = indexes[i]!.columns.map((column) => cells[column] ?? '');
      made.links[i] = hashTexts(indexSeed(group, i), values);
    }
    const maker = this.#maker;
    const long = this.#long;
    maker.begin();
    maker.number(group);
    maker.number(key.length);
    for (const part of key) maker.text(part, long);
    maker.number(made.sheet + 1);
    maker.text(wanted?.slug ?? null, long);
    for (const column of stored) maker.text(cells[column] ?? null, long);
    if (maker.size > mostBytes) throw new RangeError(`what is kept of a row of ${name} is over 64 KiB long`);
    made.size = maker.size;
    return made;
  }

  layoutOf(source: SourceTable): SourceLayout {
    let layout = this.#layouts.get(source);
    if (layout === undefined) this.#layouts.set(source, (layout = layoutOf(source)));
    return layout;
  }
}

/** As many as an entry may have, see `EntryStore.append`: over a thousand columns of short values. */
const mostBytes = (1 << 16) - 2;

/** What the hash of indexed values begins with. */
export const indexSeed = (group: number, index: number): number => (group + 1) * 64 + index;
