import type { Route, StoredRecord } from '@cutover/records';

/** `encoded`: as it stands in a URL. */
type Part = { readonly literal: string; readonly encoded: string } | { readonly field: string };

/** A route with its path taken apart. */
export interface CompiledRoute {
  readonly route: Route;
  readonly parts: readonly Part[];
  /** Fields that the `:name` parts stand for, in order. */
  readonly fields: readonly string[];
}

export function compileRoute(route: Route): CompiledRoute {
  const parts = route.path
    .split('/')
    .filter((part) => part !== '')
    .map((part): Part =>
      part.startsWith(':') ? { field: part.slice(1) } : { literal: part, encoded: encodeURIComponent(part) },
    );
  return { route, parts, fields: parts.flatMap((part) => ('field' in part ? [part.field] : [])) };
}

/** The values of the `:name` parts, where the segments have this route's shape. */
export function matchRoute(compiled: CompiledRoute, segments: readonly string[]): string[] | undefined {
  if (segments.length !== compiled.parts.length) return undefined;
  const values: string[] = [];
  for (let index = 0; index < segments.length; index++) {
    const [part, segment] = [compiled.parts[index]!, segments[index]!];
    if ('field' in part) values.push(segment);
    else if (part.literal !== segment) return undefined;
  }
  return values;
}

/** A field as it stands in a URL; undefined where the record has none, or a list. */
export function textOf(record: StoredRecord, field: string): string | undefined {
  const value = record[field];
  return value === null || value === undefined || typeof value === 'object' || value === ''
    ? undefined
    : String(value);
}

/** The key under which a detail route finds a record; undefined where the record lacks a field of it. */
export function keyOf(compiled: CompiledRoute, record: StoredRecord): string | undefined {
  const values: string[] = [];
  for (const field of compiled.fields) {
    const value = textOf(record, field);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return joinKey(values);
}

/** One text for several values. Undefined for values with the separator in them, so that no two lists collide. */
export function joinKey(values: readonly string[]): string | undefined {
  if (values.length === 1) return values[0]!.includes('\0') ? undefined : values[0];
  return values.some((value) => value.includes('\0')) ? undefined : values.join('\0');
}

/** The path at which a route answers for a record. */
export function pathFor(compiled: CompiledRoute, record: StoredRecord): string {
  let path = '';
  for (const part of compiled.parts) {
    path += `/${'field' in part ? encoded(textOf(record, part.field) ?? '') : part.encoded}`;
  }
  return path === '' ? '/' : path;
}

/** Slugs and numbers nearly always stand for themselves. */
function encoded(text: string): string {
  return /^[\w\-.]+$/.test(text) ? text : encodeURIComponent(text);
}
