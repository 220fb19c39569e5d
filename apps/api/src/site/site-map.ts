import type { FindingList } from '@cutover/core';
import type { ListForms, RecordIndexes, Route, Sheet, StoredRecord, Target } from '@cutover/records';
import { placeOf } from '../load/load-records.ts';
import { type CompiledRoute, compileRoute, joinKey, keyOf, matchRoute, pathFor } from './paths.ts';
import { type Constraint, SheetLists } from './sheet-lists.ts';

export interface FoundRecord {
  readonly sheet: string;
  readonly record: StoredRecord;
}

/** A record with the path at which it answers. */
export interface PlacedRecord extends FoundRecord {
  readonly path: string;
}

export interface FoundFile extends FoundRecord {
  readonly route: Route;
}

/** Of a list, besides a page and JSON. */
export type ListForm = keyof ListForms;

export interface FoundList {
  readonly route: Route;
  /** Asked for by `?format=` or by an ending of the path; undefined: a page or JSON. */
  readonly form: ListForm | undefined;
  readonly records: readonly StoredRecord[];
}

interface DetailRoute extends CompiledRoute {
  readonly byKey: Map<string, StoredRecord>;
}

/**
 * Which record or list answers at which path. A record answers at one path: that of the first detail
 * route, in the target's order, whose fields it all has. A path that two records would answer is named in
 * `problems`; the first keeps it.
 */
export class SiteMap {
  /** Paths of lists that need no value, for the home page. */
  readonly entrances: readonly string[];
  readonly #details: readonly DetailRoute[];
  readonly #lists: readonly CompiledRoute[];
  readonly #files: readonly CompiledRoute[];
  readonly #sheets = new Map<string, SheetLists>();

  constructor(target: Target, indexes: RecordIndexes, problems: FindingList) {
    const compiled = target.routes.map(compileRoute);
    this.#details = compiled
      .filter(({ route }) => route.kind === 'detail')
      .map((route) => ({ ...route, byKey: new Map<string, StoredRecord>() }));
    this.#lists = compiled.filter(({ route }) => route.kind === 'list').sort(literalsFirst);
    this.#files = compiled.filter(({ route }) => route.kind === 'file');
    this.entrances = this.#lists.filter(({ fields }) => fields.length === 0).map(({ route }) => route.path);
    for (const sheet of target.sheets) {
      for (const record of indexes.list(sheet.name)) this.#place(sheet, record, problems);
      const [records, order] = [[...indexes.list(sheet.name)], this.#orderOf(sheet.name)];
      this.#sheets.set(sheet.name, new SheetLists(records, this.#selectableFields(sheet.name), order));
    }
  }

  /** The record that answers at exactly this path. */
  record(segments: readonly string[]): PlacedRecord | undefined {
    for (const route of this.#details) {
      const values = matchRoute(route, segments);
      const key = values === undefined ? undefined : joinKey(values);
      const record = key === undefined ? undefined : route.byKey.get(key);
      if (record !== undefined) return { sheet: route.route.sheet, record, path: pathFor(route, record) };
    }
    return undefined;
  }

  /** The record whose file is given at this path. */
  file(segments: readonly string[]): FoundFile | undefined {
    for (const compiled of this.#files) {
      if (matchRoute(compiled, segments) === undefined) continue;
      const lastField = compiled.parts.findLastIndex((part) => 'field' in part);
      const found = this.record(segments.slice(0, lastField + 1));
      if (found?.sheet === compiled.route.sheet) return { ...found, route: compiled.route };
    }
    return undefined;
  }

  /** The route that gives files of a sheet's records. */
  fileRoute(sheet: string): Route | undefined {
    return this.#files.find(({ route }) => route.sheet === sheet)?.route;
  }

  /**
   * The list that answers at this path, filtered by the query parameters that its route declares. Below a
   * record that exists a list may be empty; below one that does not there is no list.
   */
  list(segments: readonly string[], query: URLSearchParams): FoundList | undefined {
    const found = this.#list(segments, query, query.get('format')?.toLowerCase());
    if (found !== undefined) return found;
    const [, name, form] = /^(.+)\.([a-z]+)$/.exec(segments.at(-1) ?? '') ?? [];
    if (name === undefined) return undefined;
    const whole = this.#list([...segments.slice(0, -1), name], query, form);
    return whole?.form === undefined ? undefined : whole;
  }

  #list(
    segments: readonly string[],
    query: URLSearchParams,
    asked: string | undefined,
  ): FoundList | undefined {
    for (const compiled of this.#lists) {
      const values = matchRoute(compiled, segments);
      if (values === undefined) continue;
      const sheet = this.#sheets.get(compiled.route.sheet)!;
      const under = compiled.fields.map((field, index) => ({ field, value: values[index]! }));
      if (under.length > 0 && sheet.select(under).length === 0 && !this.#isBelowRecord(compiled, segments)) {
        continue;
      }
      return {
        route: compiled.route,
        form: formOf(compiled.route, asked),
        records: sheet.select([...under, ...filters(compiled.route, query)]),
      };
    }
    return undefined;
  }

  /** The path at which a record answers; undefined where no route shows it. */
  pathOf(sheet: string, record: StoredRecord): string | undefined {
    const route = this.#details.find(
      (route) => route.route.sheet === sheet && route.byKey.get(keyOf(route, record) ?? '') === record,
    );
    return route === undefined ? undefined : pathFor(route, record);
  }

  /** Shows a record that was written, in the place of `old` where there is one. */
  put(sheet: string, record: StoredRecord, old: StoredRecord | undefined): void {
    for (const route of this.#details) {
      if (old === undefined || route.route.sheet !== sheet) continue;
      const key = keyOf(route, old);
      if (key !== undefined && route.byKey.get(key) === old) route.byKey.delete(key);
    }
    const route = this.#details.find((one) => one.route.sheet === sheet && keyOf(one, record) !== undefined);
    const key = route === undefined ? undefined : keyOf(route, record);
    if (route !== undefined && key !== undefined && !route.byKey.has(key)) route.byKey.set(key, record);
    this.#sheets.get(sheet)?.put(record, old);
  }

  #place(sheet: Sheet, record: StoredRecord, problems: FindingList): void {
    for (const route of this.#details) {
      const key = route.route.sheet === sheet.name ? keyOf(route, record) : undefined;
      if (key === undefined) continue;
      const first = route.byKey.get(key);
      if (first === undefined) route.byKey.set(key, record);
      else {
        problems.add({
          code: 'path-claimed-twice',
          message: `${placeOf(sheet, record)} and ${placeOf(sheet, first)} would both answer at ${pathFor(route, record)}`,
          subject: pathFor(route, record),
          next: `give one of them another ${route.fields.join(' and ')}`,
        });
      }
      return;
    }
  }

  #isBelowRecord(compiled: CompiledRoute, segments: readonly string[]): boolean {
    const lastField = compiled.parts.findLastIndex((part) => 'field' in part);
    return this.record(segments.slice(0, lastField + 1)) !== undefined;
  }

  #selectableFields(sheet: string): Set<string> {
    const routes = this.#lists.filter(({ route }) => route.sheet === sheet);
    return new Set(routes.flatMap(({ route, fields }) => [...fields, ...Object.values(route.filters ?? {})]));
  }

  /** By the fields of the sheet's own path, numbers as numbers; records without a path by id. */
  #orderOf(sheet: string): (a: StoredRecord, b: StoredRecord) => number {
    const fields = [...(this.#details.find(({ route }) => route.sheet === sheet)?.fields ?? []), 'id'];
    return (a, b) => {
      for (const field of fields) {
        const order = compare(a[field], b[field]);
        if (order !== 0) return order;
      }
      return 0;
    };
  }
}

function compare(a: unknown, b: unknown): number {
  const [left, right] = [String(a ?? ''), String(b ?? '')];
  if (left === right) return 0;
  if (left.length !== right.length && isNumber(left) && isNumber(right)) return left.length - right.length;
  return left < right ? -1 : 1;
}

/** Without leading zeros, so that the longer one is the greater one. */
function isNumber(text: string): boolean {
  return /^[1-9]\d*$/.test(text);
}

function formOf({ forms = {} }: Route, asked: string | undefined): ListForm | undefined {
  return asked !== undefined && Object.hasOwn(forms, asked) ? (asked as ListForm) : undefined;
}

function filters(route: Route, query: URLSearchParams): Constraint[] {
  return Object.entries(route.filters ?? {}).flatMap(([parameter, field]) =>
    query.getAll(parameter).map((value) => ({ field, value })),
  );
}

/** `/blog/drafts` is tried before `/blog/:topic`. */
function literalsFirst(a: CompiledRoute, b: CompiledRoute): number {
  for (const [index, part] of a.parts.entries()) {
    const other = b.parts[index];
    if (other === undefined) break;
    const difference = Number('field' in part) - Number('field' in other);
    if (difference !== 0) return difference;
  }
  return 0;
}
