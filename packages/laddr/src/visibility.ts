import type { Cell, KeptRow, MapContext } from '@cutover/records';
import { contextOf } from './contexts.ts';
import type { Rule } from './excluded.ts';
import { reference, timestamp } from './values.ts';

/** What a row that others belong to lets them become. */
export type Fate =
  | { readonly outcome: 'public' }
  | { readonly outcome: 'excluded'; readonly rule: Rule }
  | { readonly outcome: 'quarantined'; readonly rule: Rule };

const isPublic: Fate = { outcome: 'public' };
const excluded = (rule: Rule): Fate => ({ outcome: 'excluded', rule });
const quarantined = (rule: Rule): Fate => ({ outcome: 'quarantined', rule });

interface ContentState {
  readonly Status: Cell;
  readonly Visibility: Cell;
  readonly Published: Cell;
}

/** Whether a post was public at the dump's moment. Anything but a plain yes, an invalid ENUM too, is a no. */
export function contentFate(row: ContentState, context: MapContext): Fate {
  if (row.Status !== 'Published') return excluded('unpublished');
  if (row.Visibility !== 'Public') return excluded('private-content');
  const published = timestamp(row.Published);
  if (published !== undefined && !(Date.parse(published) <= Date.parse(context.moment))) {
    return excluded('scheduled');
  }
  return isPublic;
}

/** A media file is as public as what it was put into. */
export function mediaFate(row: KeptRow | Contextual, context: MapContext): Fate {
  if (row['ContextClass'] === null || row['ContextClass'] === '') return isPublic;
  return fateOfContext(context, row['ContextClass'] ?? null, row['ContextID'] ?? null);
}

interface Contextual {
  readonly ContextClass: Cell;
  readonly ContextID: Cell;
}

/** How deep things may be put into one another: media of a comment on a post are three. */
const deepest = 6;

/** What becomes of a row by the fate of what it belongs to. */
export function fateOfContext(context: MapContext, className: Cell, id: Cell, depth = 0): Fate {
  const kind = contextOf(className);
  if (kind === undefined) return quarantined('unknown-context');
  if (kind === 'not-imported') return excluded('context-not-imported');
  const key = reference(id);
  const row = key === undefined ? undefined : context.row(kind.source, key);
  if (row === undefined || depth > deepest) return quarantined('dangling-reference');
  if (kind.source === 'content') return contentFate(row as KeptRow & ContentState, context);
  if (kind.source === 'comments' || (kind.source === 'media' && (row['ContextClass'] ?? '') !== '')) {
    return fateOfContext(context, row['ContextClass'] ?? null, row['ContextID'] ?? null, depth + 1);
  }
  return isPublic;
}
