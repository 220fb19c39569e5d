import type { Cell, KeptRow, MapContext } from '@cutover/records';
import { decodeName, reference } from '../values.ts';

interface Named {
  readonly post_name: Cell;
  readonly post_parent: Cell;
}

/** A page stands below its ancestors, public or not: `parent/child`. */
export function pagePath(page: Named, context: MapContext): string {
  const names: string[] = [];
  let at: Named | undefined = page;
  while (at !== undefined && names.length < 20) {
    names.unshift(decodeName(at.post_name));
    const key = reference(at.post_parent);
    at = key === undefined ? undefined : (context.row('posts', key) as (KeptRow & Named) | undefined);
  }
  return names.join('/');
}
