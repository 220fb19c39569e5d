import { type ChangedRecord, CutoverError, type KindOfChange, type SheetChanges } from '@cutover/core';
import type { Target } from '@cutover/records';
import type { Head, PublicStore } from '@cutover/stores';

/** Records listed of each kind in each sheet; all are counted. */
const listedAtMost = 100;

/** One sheet's changes while they are counted and listed. */
interface SheetDelta extends SheetChanges {
  added: number;
  changed: number;
  removed: number;
  readonly listed: Readonly<Record<KindOfChange, ChangedRecord[]>>;
}

export interface Delta {
  /** The commits that are compared. */
  readonly from: string;
  readonly to: string;
  readonly sheets: Readonly<Record<string, SheetChanges>>;
  /** Why records could not be compared, where they could not. */
  readonly couldNotTell?: string;
}

/**
 * What an import changed against the one before, by record: a record whose path changed is changed, not
 * removed and added. Costs what differs.
 */
export async function readDelta(
  store: Pick<PublicStore, 'changes'>,
  target: Target,
  from: Head,
  to: Head,
): Promise<Delta> {
  const sheets: Record<string, SheetDelta> = {};
  if (from.tree === to.tree) return { from: from.commit, to: to.commit, sheets };
  const names = new Set(target.sheets.map(({ name }) => name));
  try {
    const { records } = await store.changes(from.tree, to.tree, names, { idsOnly: true });
    for (const { sheet, id, before, after } of records.values()) {
      const delta = (sheets[sheet] ??= {
        added: 0,
        changed: 0,
        removed: 0,
        listed: { added: [], changed: [], removed: [] },
      });
      const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
      delta[kind]++;
      if (delta.listed[kind].length >= listedAtMost) continue;
      delta.listed[kind].push({
        id,
        ...(before === undefined ? {} : { before: { commit: from.commit, path: before.path } }),
        ...(after === undefined ? {} : { after: { commit: to.commit, path: after.path } }),
      });
    }
    return { from: from.commit, to: to.commit, sheets };
  } catch (error) {
    // The branch has moved already: a version that cannot be read is said, and does not undo the import.
    if (!(error instanceof CutoverError)) throw error;
    return { from: from.commit, to: to.commit, sheets: {}, couldNotTell: error.message };
  }
}
