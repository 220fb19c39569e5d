import { type Profile, recordId, type SourceKey } from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';

/** Rule of rows whose records were pruned, and of rows that cannot be without them. An import obeys it in every profile. */
export const prunedRule = 'pruned';

/**
 * Says which rows' records were removed for good, by the list that `prune` keeps in the private store;
 * undefined where it is empty.
 */
export async function readPruned(
  store: PrivateStore,
  profile: Profile,
  instance: string,
): Promise<((row: SourceKey) => boolean) | undefined> {
  const ids = new Set<string>();
  for await (const { id } of store.read('pruned')) ids.add(id);
  return ids.size === 0 ? undefined : (row) => ids.has(recordId(profile.name, instance, row));
}
