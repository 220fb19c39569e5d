import { foldHandle, type ScrubRules, type StoredRecord, type Target } from '@cutover/records';

/** A record by where it is. */
export interface Place {
  readonly sheet: string;
  readonly id: string;
}

/**
 * What the original calls its records: handles, slugs and ids, and the folders that paths lead to. Texts mention
 * records by these.
 */
export class Names {
  readonly #byHandle = new Map<string, Map<string, string>>();
  readonly #folders = new Map<string, string>();
  readonly #people: string;
  readonly #emails = new Map<string, string>();
  readonly routeWords = new Set<string>();

  constructor(target: Target, rules: ScrubRules) {
    this.#people = rules.people;
    for (const { name } of target.sheets) this.#byHandle.set(name, new Map());
    for (const { path, sheet } of target.routes) {
      const segments = path.split('/').filter((segment) => segment !== '');
      for (const segment of segments) if (!segment.startsWith(':')) this.routeWords.add(segment);
      const first = segments[0];
      if (first !== undefined && segments[1]?.startsWith(':') === true && !this.#folders.has(first)) {
        // `/projects/:projectSlug/updates/…` leads to a project first.
        const own = target.sheets.find(({ name }) => name === first)?.name ?? sheet;
        this.#folders.set(first, own);
      }
    }
    for (const [folder, sheet] of Object.entries(rules.folders ?? {})) {
      this.#folders.set(folder, sheet);
      this.routeWords.add(folder);
    }
  }

  add(sheet: string, record: StoredRecord, fields: readonly string[]): void {
    const handles = this.#byHandle.get(sheet)!;
    for (const field of fields) {
      const value = record[field];
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const key = foldHandle(String(value));
      if (!handles.has(key)) handles.set(key, record.id);
    }
  }

  addEmail(email: string, person: string): void {
    this.#emails.set(email.toLowerCase(), person);
  }

  /** Who has the address. */
  byEmail(email: string): string | undefined {
    return this.#emails.get(email.toLowerCase());
  }

  person(handle: string): string | undefined {
    return this.in(this.#people, handle);
  }

  in(sheet: string, handle: string): string | undefined {
    return this.#byHandle.get(sheet)?.get(foldHandle(handle));
  }

  /** The record that a segment of a path means: of the folder's sheet first, else of any. */
  inPath(folder: string | undefined, segment: string): Place | undefined {
    const own = folder === undefined ? undefined : this.#folders.get(folder.toLowerCase());
    const key = foldHandle(segment);
    for (const sheet of own === undefined ? this.#byHandle.keys() : [own, ...this.#byHandle.keys()]) {
      const id = this.#byHandle.get(sheet)?.get(key);
      if (id !== undefined) return { sheet, id };
    }
    return undefined;
  }
}
