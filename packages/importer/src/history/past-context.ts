import type { KeptRow, MapContext, Private } from '@cutover/records';

/** What is not as it is now in a state of a row. */
export interface PastView {
  /** When the state was: what was scheduled for later then was not public. */
  readonly moment: string;
  /** What the row was called. */
  readonly slug: string | undefined;
  /** The row itself, as others would find it then. */
  readonly kept: KeptRow;
  /** Parts of the row as they were then, where it has parts. */
  readonly parts?: {
    readonly source: string;
    rows(index: string, values: readonly string[]): Iterable<KeptRow>;
  };
}

/**
 * A mapper's view from an earlier state of a row: its own name, its own parts and its own moment are those of the
 * past; what it refers to is what that is now, so that nothing appears that is not there any more.
 */
export class PastContext implements MapContext {
  readonly scope: string;
  readonly key: readonly string[];
  readonly moment: string;
  readonly #now: MapContext;
  readonly #past: PastView;
  readonly #own: string;

  constructor(now: MapContext, own: string, past: PastView) {
    this.scope = now.scope;
    this.key = now.key;
    this.moment = past.moment;
    this.#now = now;
    this.#own = own;
    this.#past = past;
  }

  id(source?: string, key?: readonly string[], scope?: string): string {
    return this.#now.id(source, key, scope);
  }

  slug(source = this.#own, key = this.key, scope = this.scope): string | undefined {
    return this.#isOwn(source, key, scope) ? this.#past.slug : this.#now.slug(source, key, scope);
  }

  row(source: string, key: readonly string[], scope: string = this.scope): KeptRow | undefined {
    const now = this.#now.row(source, key, scope);
    return now !== undefined && this.#isOwn(source, key, scope) ? this.#past.kept : now;
  }

  rows(
    source: string,
    index: string,
    values: readonly string[],
    scope: string = this.scope,
  ): Iterable<KeptRow> {
    const { parts } = this.#past;
    return parts !== undefined && source === parts.source && scope === this.scope
      ? parts.rows(index, values)
      : this.#now.rows(source, index, values, scope);
  }

  declassify<T>(value: Private<T>, reason: string): T {
    return this.#now.declassify(value, reason);
  }

  #isOwn(source: string, key: readonly string[], scope: string): boolean {
    return source === this.#own && scope === this.scope && sameKey(key, this.key);
  }
}

const sameKey = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((part, i) => part === b[i]);
