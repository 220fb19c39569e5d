import { CutoverError, exitCodes } from '@cutover/core';
import {
  type Declassifier,
  type KeptRow,
  type MapContext,
  type Profile,
  recordId,
  type SourceTable,
} from '@cutover/records';
import type { Lookup } from './lookup.ts';

export interface ContextInput {
  readonly profile: Profile;
  readonly instance: string;
  readonly lookup: Lookup;
  readonly declassifier: Declassifier;
  /** ISO 8601 UTC; undefined where neither the dump nor the operator says when it was taken. */
  readonly moment: string | undefined;
}

/** Makes the context of one row after the other; a context is valid until the next is made. */
export class ContextMaker {
  /** Values that the mapper of the current row has declassified. */
  readonly declassifiedNow = new Set<unknown>();
  /** Rows that the mapper of the current row has looked up. */
  readonly lookedUpNow: KeptRow[] = [];
  readonly #input: ContextInput;
  readonly #sources: ReadonlyMap<string, SourceTable>;

  constructor(input: ContextInput) {
    this.#input = input;
    this.#sources = new Map(input.profile.sources.map((source) => [source.source, source]));
  }

  forRow(own: string, scope: string, key: readonly string[]): MapContext {
    const { profile, instance, lookup, declassifier, moment } = this.#input;
    this.declassifiedNow.clear();
    this.lookedUpNow.length = 0;
    return {
      scope,
      key,
      get moment() {
        return moment ?? momentUnknown();
      },
      id: (source = own, of = key, inScope = scope) =>
        recordId(profile.name, instance, { source, scope: inScope, key: of }),
      slug: (source = own, of = key, inScope = scope) => lookup.slug({ source, scope: inScope, key: of }),
      row: (source, of, inScope = scope) => {
        const row = lookup.row(this.#sourceOf(source), { source, scope: inScope, key: of });
        if (row !== undefined) this.lookedUpNow.push(row);
        return row;
      },
      rows: (source, index, values, inScope = scope) => {
        const rows = lookup.rows(this.#sourceOf(source), index, values, inScope);
        for (const row of rows) this.lookedUpNow.push(row);
        return rows;
      },
      declassify: (value, reason) => {
        const plain = declassifier.declassify(value, reason);
        this.declassifiedNow.add(plain);
        return plain;
      },
    };
  }

  #sourceOf(name: string): SourceTable {
    const source = this.#sources.get(name);
    if (source === undefined)
      throw new TypeError(`profile ${this.#input.profile.name} has no source ${name}`);
    return source;
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
