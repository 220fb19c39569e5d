export {
  assertConflictPath,
  type Choice,
  type Conflict,
  conflictKey,
  readChoices,
  removeConflicts,
  writeConflicts,
} from './conflict.ts';
export { lastMerged, mergeImport, type MergeOptions, type MergeResult, type SheetMerge } from './merge.ts';
export { mergeRecord, type MergePolicy, type RecordMerge, type RecordSides } from './merge-record.ts';
export type { SettledSlug } from './settle-slugs.ts';
