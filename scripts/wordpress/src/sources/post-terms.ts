import type { Cell, MapContext } from '@cutover/records';

/** Ids of the categories and tags of a post, in the order of their numbers; absent where it has none. */
export function postTerms(post: Cell, context: MapContext) {
  const ids: Record<string, string[]> = { category: [], post_tag: [] };
  for (const { $key } of context.rows('term-relationships', 'byObject', [post ?? ''])) {
    const key = [$key[1]!];
    const taxonomy = context.row('term-taxonomy', key);
    if (taxonomy !== undefined) ids[taxonomy['taxonomy'] ?? '']?.push(context.id('term-taxonomy', key));
  }
  const list = (taxonomy: string) => (ids[taxonomy]!.length === 0 ? undefined : ids[taxonomy]);
  return { categoryIds: list('category'), tagIds: list('post_tag') };
}
