import { CutoverError, exitCodes } from '@cutover/core';
import {
  type Declassifier,
  type KeptRow,
  type MapContext,
  type Private,
  type Profile,
  recordId,
  type SourceKey,
  type SourceTable,
} from '@cutover/records';
import type { Lookup } from './lookup/lookup.ts';

export interface ContextInput {
  readonly profile: Profile;
  readonly instance: string;
  readonly lookup: Lookup;
  readonly declassifier: Declassifier;
  /** ISO 8601 UTC; undefined where neither the dump nor the operator says when it was taken. */
  readonly moment: string | undefined;
  /** Told of each source that a mapper looks into. */
  readonly onLookup?: (source: string) => void;
}

/** Makes the context of one row after the other; a context is valid until the next is made. */
export class ContextMaker {
  /** Values that the mapper of the current row has declassified. */
  readonly declassifiedNow = new Set<unknown>();
  /** Rows that the mapper of the current row has looked up. */
  readonly lookedUpNow: KeptRow[] = [];
  /** Whether the mapper of the current row has looked for a row whose record was pruned. */
  missedPruned = false;
  readonly #reasonsNow: string[] = [];
  readonly #input: ContextInput;
  readonly #sources: ReadonlyMap<string, SourceTable>;

  constructor(input: ContextInput) {
    this.#input = input;
    this.#sources = new Map(input.profile.sources.map((source) => [source.source, source]));
  }

  forRow(own: string, scope: string, key: readonly string[]): MapContext {
    this.declassifiedNow.clear();
    this.lookedUpNow.length = 0;
    this.#reasonsNow.length = 0;
    this.missedPruned = false;
    this.#input.lookup.begin({ source: own, scope, key });
    return new RowContext(this, own, scope, key);
  }

  idOf(row: SourceKey): string {
    return recordId(this.#input.profile.name, this.#input.instance, row);
  }

  get moment(): string {
    return this.#input.moment ?? momentUnknown();
  }

  ownSlug(): string | undefined {
    return this.#input.lookup.ownSlug();
  }

  slugOf(row: SourceKey): string | undefined {
    return this.#input.lookup.slug(row);
  }

  rowOf(row: SourceKey): KeptRow | undefined {
    const found = this.#input.lookup.row(this.#sourceOf(row.source), row);
    if (found !== undefined) this.lookedUpNow.push(found);
    else if (this.#input.lookup.isPruned(row)) this.missedPruned = true;
    return found;
  }

  rowsOf(source: string, index: string, values: readonly string[], scope: string): KeptRow[] {
    const rows = this.#input.lookup.rows(this.#sourceOf(source), index, values, scope);
    for (const row of rows) this.lookedUpNow.push(row);
    return rows;
  }

  declassify<T>(value: Private<T>, reason: string): T {
    const plain = this.#input.declassifier.declassify(value, reason);
    this.declassifiedNow.add(plain);
    this.#reasonsNow.push(reason);
    return plain;
  }

  /** The current row does not fit: what it declassified goes nowhere, and is not counted. */
  takeBack(): void {
    this.#input.declassifier.takeBack(this.#reasonsNow);
    this.#reasonsNow.length = 0;
  }

  #sourceOf(name: string): SourceTable {
    this.#input.onLookup?.(name);
    const source = this.#sources.get(name);
    if (source === undefined)
      throw new TypeError(`profile ${this.#input.profile.name} has no source ${name}`);
    return source;
  }
}

/** One row's view of the engine. A class, because making a dozen closures a row is what takes time. */
class RowContext implements MapContext {
  readonly scope: string;
  readonly key: readonly string[];
  readonly #maker: ContextMaker;
  readonly #own: string;
  #id: string | undefined;

  constructor(maker: ContextMaker, own: string, scope: string, key: readonly string[]) {
    this.#maker = maker;
    this.#own = own;
    this.scope = scope;
    this.key = key;
  }

  get moment(): string {
    return this.#maker.moment;
  }

  id(source?: string, key?: readonly string[], scope?: string): string {
    if (source === undefined && key === undefined && scope === undefined) {
      return (this.#id ??= this.#maker.idOf(this.#keyOf()));
    }
    return this.#maker.idOf(this.#keyOf(source, key, scope));
  }

  slug(source?: string, key?: readonly string[], scope?: string): string | undefined {
    if (source === undefined && key === undefined && scope === undefined) return this.#maker.ownSlug();
    return this.#maker.slugOf(this.#keyOf(source, key, scope));
  }

  row(source: string, key: readonly string[], scope?: string): KeptRow | undefined {
    return this.#maker.rowOf(this.#keyOf(source, key, scope));
  }

  rows(source: string, index: string, values: readonly string[], scope = this.scope): KeptRow[] {
    return this.#maker.rowsOf(source, index, values, scope);
  }

  declassify<T>(value: Private<T>, reason: string): T {
    return this.#maker.declassify(value, reason);
  }

  #keyOf(source = this.#own, key = this.key, scope = this.scope): SourceKey {
    return { source, scope, key };
  }
}

function momentUnknown(): never {
  throw new CutoverError(
    'moment-unknown',
    'the dump does not say when it was taken, and scheduled posts hang on it',
    {
      next: 'say it: --as-of 2026-01-31T12:00:00Z',
      exitCode: exitCodes.preflightFailed,
    },
  );
}
