/** What activating an import did to one private sheet. Fields are named, values never. */
export interface SheetActivation {
  inserted: number;
  changed: number;
  unchanged: number;
  /** Removed because legacy no longer has them and nobody has touched them here. */
  removed: number;
  /** Left away because they were removed on the new side. */
  leftAway: number;
  /** Values of the new side that the import left alone, by field. */
  kept: Record<string, number>;
  conflicts: { readonly id: string; readonly fields: readonly string[] }[];
  conflictsTotal: number;
}

/** Conflicts that are listed; all are counted. */
const mostConflicts = 100;

export function emptyCounts(): SheetActivation {
  return {
    inserted: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    leftAway: 0,
    kept: {},
    conflicts: [],
    conflictsTotal: 0,
  };
}

export function addConflict(counts: SheetActivation, id: string, fields: readonly string[]): void {
  counts.conflictsTotal++;
  if (counts.conflicts.length < mostConflicts) counts.conflicts.push({ id, fields });
}

export function addKept(counts: SheetActivation, field: string): void {
  counts.kept[field] = (counts.kept[field] ?? 0) + 1;
}

/** Adds what was done to other shards of the sheet. */
export function addCounts(counts: SheetActivation, more: SheetActivation): void {
  for (const name of ['inserted', 'changed', 'unchanged', 'removed', 'leftAway', 'conflictsTotal'] as const)
    counts[name] += more[name];
  for (const [field, kept] of Object.entries(more.kept))
    counts.kept[field] = (counts.kept[field] ?? 0) + kept;
  counts.conflicts.push(...more.conflicts.slice(0, mostConflicts - counts.conflicts.length));
}
