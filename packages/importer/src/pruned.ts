import { type Profile, recordId, type SourceKey } from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';

/** Rule of rows whose records were pruned, and of rows that cannot be without them. An import obeys it in every profile. */
export const prunedRule = 'pruned';

/** Ids of the records that were removed for good, by the list that `prune` keeps in the private store. */
export async function readPruned(store: PrivateStore): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { id } of store.read('pruned')) ids.add(id);
  return ids;
}

/** Says which rows' records were removed for good; undefined where none was. */
export function prunedRows(
  ids: ReadonlySet<string>,
  profile: Profile,
  instance: string,
): ((row: SourceKey) => boolean) | undefined {
  return ids.size === 0 ? undefined : (row) => ids.has(recordId(profile.name, instance, row));
}
