/** The tag that a quarter gets once, and the one of the week. */
export interface SnapshotTags {
  readonly quarter: string;
  readonly week: string;
}

/** Names of the tags of a day (UTC): `snapshot-2026-q4-scrubbed` and `snapshot-2026-11-21`. */
export function tagsOf(day: Date): SnapshotTags {
  const year = day.getUTCFullYear();
  const quarter = Math.floor(day.getUTCMonth() / 3) + 1;
  return {
    quarter: `snapshot-${year}-q${quarter}-scrubbed`,
    week: `snapshot-${day.toISOString().slice(0, 10)}`,
  };
}
