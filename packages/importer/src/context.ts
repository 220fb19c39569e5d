import { CutoverError, exitCodes } from '@cutover/core';
import {
  type Declassifier,
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
export function contextMaker(
  input: ContextInput,
): (source: string, scope: string, key: readonly string[]) => MapContext {
  const { profile, instance, lookup, declassifier } = input;
  const sources = new Map<string, SourceTable>(profile.sources.map((source) => [source.source, source]));
  const sourceOf = (name: string): SourceTable => {
    const source = sources.get(name);
    if (source === undefined) throw new TypeError(`profile ${profile.name} has no source ${name}`);
    return source;
  };
  return (own, scope, key) => ({
    scope,
    key,
    get moment() {
      return input.moment ?? momentUnknown();
    },
    id: (source = own, of = key, inScope = scope) =>
      recordId(profile.name, instance, { source, scope: inScope, key: of }),
    slug: (source = own, of = key, inScope = scope) => lookup.slug({ source, scope: inScope, key: of }),
    row: (source, of, inScope = scope) => lookup.row(sourceOf(source), { source, scope: inScope, key: of }),
    rows: (source, index, values, inScope = scope) => lookup.rows(sourceOf(source), index, values, inScope),
    declassify: (value, reason) => declassifier.declassify(value, reason),
  });
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
