import { type FindingList, type Finding } from '@cutover/core';
import { RecordIndexes, recordPath, type Sheet, type StoredRecord, type Target } from '@cutover/records';
import type { PublicStore } from '@cutover/stores';
import { parseRecord } from './parse-record.ts';

/**
 * Streams a commit's records into indexes, one at a time. What cannot be served is left out and named in
 * `problems`. Throws what the store throws.
 */
export async function loadRecords(
  target: Target,
  store: Pick<PublicStore, 'readRecords'>,
  commit: string,
  problems: FindingList,
): Promise<RecordIndexes> {
  const sheets = new Map(target.sheets.map((sheet) => [sheet.name, sheet]));
  const indexes = new RecordIndexes(target.sheets);
  const strangers = new Map<string, number>();
  let records = 0;
  for await (const file of store.readRecords(commit)) {
    const sheet = sheets.get(file.sheet);
    if (sheet === undefined) {
      strangers.set(file.sheet, (strangers.get(file.sheet) ?? 0) + 1);
      continue;
    }
    records++;
    const parsed = parseRecord(sheet, file.path, file.bytes);
    const problem =
      'finding' in parsed ? parsed.finding : duplicateOf(sheet, indexes, file.path, parsed.record);
    if (problem !== undefined) problems.add(problem);
    else if ('record' in parsed) indexes.add(sheet.name, parsed.record);
  }
  for (const [sheet, count] of strangers) problems.add(strangerSheet(target, sheet, count));
  if (records === 0) problems.add(noRecords(commit));
  return indexes;
}

function duplicateOf(
  sheet: Sheet,
  indexes: RecordIndexes,
  path: string,
  record: StoredRecord,
): Finding | undefined {
  const first = indexes.byId(sheet.name, record.id);
  if (first === undefined) return undefined;
  return {
    code: 'record-id-duplicate',
    message: `${path} has the id ${record.id} of ${placeOf(sheet, first)}`,
    subject: path,
    next: 'an id belongs to one record: remove or renumber one of them',
  };
}

/** Where a record lies, worked out from its fields: paths are not kept in memory. */
export function placeOf(sheet: Sheet, record: StoredRecord): string {
  try {
    return recordPath(sheet.name, sheet.path, record);
  } catch {
    return `another record of ${sheet.name}`;
  }
}

function strangerSheet(target: Target, sheet: string, count: number): Finding {
  return {
    code: 'sheet-unknown',
    message: `${count} records lie under ${sheet}/, which the target ${target.name} has no sheet for`,
    subject: sheet,
    next: 'serve the repository with the profile that made it',
  };
}

function noRecords(commit: string): Finding {
  return {
    code: 'tree-empty',
    message: `commit ${commit} holds no record at all`,
    next: 'import first, or serve another branch',
  };
}
