import { type RecordIndexes, type Route, type StoredRecord, slugify, type Target } from '@cutover/records';

/** The new site's pages, made from the target's routes and the stored records: which path shows which record. */
export class Pages {
  readonly #byPath = new Map<string, string>();
  /** What the last part of a page's path comes to as a slug: the one page, or null where several do. */
  readonly #byName = new Map<string, string | null>();
  readonly #lists: readonly string[];
  readonly #listsBelow: readonly RegExp[];

  constructor(target: Target, records: RecordIndexes) {
    const details = target.routes.filter(({ kind }) => kind === 'detail');
    const lists = target.routes.filter(({ kind }) => kind === 'list').map(({ path }) => path);
    this.#lists = lists.filter((path) => !path.includes(':'));
    this.#listsBelow = lists.filter((path) => path.includes(':')).map(belowRecord);
    for (const sheet of target.sheets) {
      const routes = details.filter((route) => route.sheet === sheet.name);
      for (const record of records.list(sheet.name)) this.#place(routes, record);
    }
  }

  /** The id of the record shown at this path. */
  recordAt(path: string): string | undefined {
    return this.#byPath.get(path);
  }

  /** Whether the new site has a list there, or its entrance. */
  isList(path: string): boolean {
    if (path === '/' || this.#lists.includes(path)) return true;
    return this.#listsBelow.some((pattern) => {
      const below = pattern.exec(path)?.[1];
      return below !== undefined && this.#byPath.has(below);
    });
  }

  /** The only page whose last part is this name, however it is written. */
  named(name: string): string | undefined {
    return this.#byName.get(slugify(name)) ?? undefined;
  }

  #place(routes: readonly Route[], record: StoredRecord): void {
    for (const { path } of routes) {
      const parts = path
        .split('/')
        .map((part) => (part.startsWith(':') ? textOf(record[part.slice(1)]) : part));
      if (parts.includes(undefined)) continue;
      const at = parts.map((part) => encodeURIComponent(part!)).join('/');
      if (!this.#byPath.has(at)) this.#byPath.set(at, record.id);
      const name = slugify(parts.at(-1)!);
      this.#byName.set(name, this.#byName.has(name) && this.#byName.get(name) !== at ? null : at);
      return;
    }
  }
}

/** `/things/:slug/parts`: a list where `/things/<slug>` is a page. */
function belowRecord(path: string): RegExp {
  const parts = path.split('/').slice(1);
  const last = parts.findLastIndex((part) => part.startsWith(':'));
  const source = (some: readonly string[]): string =>
    some.map((part) => `/${part.startsWith(':') ? '[^/]+' : part}`).join('');
  return new RegExp(`^(${source(parts.slice(0, last + 1))})${source(parts.slice(last + 1))}$`);
}

function textOf(value: unknown): string | undefined {
  return value === null || value === undefined || value === '' || typeof value === 'object'
    ? undefined
    : String(value as string | number | boolean);
}
