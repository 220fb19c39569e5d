import type { Cell, KeptRow, MapContext } from '@cutover/records';
import { decodeName, reference } from '../values.ts';

/** A row of the table that places terms in taxonomies. */
export interface Placed {
  readonly term_id: Cell;
  readonly taxonomy: Cell;
  readonly parent: Cell;
}

/** A category stands below its ancestors: `parent/child`. Tags have none. */
export function termPath(term: Placed, context: MapContext): string {
  const names: string[] = [];
  let at: Placed | undefined = term;
  while (at !== undefined && names.length < 20) {
    names.unshift(decodeName(context.row('terms', [at.term_id ?? ''])?.['slug']));
    const { taxonomy, parent }: Placed = at;
    at = [...context.rows('term-taxonomy', 'byTerm', reference(parent) ?? [''])].find(
      (candidate) => candidate['taxonomy'] === taxonomy,
    ) as (KeptRow & Placed) | undefined;
  }
  return names.join('/');
}
