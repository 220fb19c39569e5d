/**
 * Slugs of records that join others are claimed by the keys of those others, because the others' slugs are not
 * settled yet. What the engine appended to a claim that was taken is carried over to the readable slug.
 */
export function suffixOf(settled: string, wanted: string): string {
  return settled.slice(wanted.length);
}
