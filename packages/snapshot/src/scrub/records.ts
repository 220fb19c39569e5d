import { CutoverError, exitCodes } from '@cutover/core';
import { parseToml, type StoredRecord } from '@cutover/records';
import type { PublicStore } from '@cutover/stores';

export interface SourceRecord {
  readonly sheet: string;
  readonly path: string;
  readonly record: StoredRecord;
}

/** The records of a commit. Throws CutoverError `record-unreadable`. */
export async function* sourceRecords(
  store: Pick<PublicStore, 'readRecords'>,
  commit: string,
): AsyncGenerator<SourceRecord> {
  for await (const { path, sheet, bytes } of store.readRecords(commit)) {
    yield { sheet, path, record: parsed(path, bytes) };
  }
}

function parsed(path: string, bytes: Buffer): StoredRecord {
  try {
    const record = parseToml(bytes.toString()) as StoredRecord;
    if (typeof record.id === 'string') return record;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path);
}

function unreadable(path: string, cause?: unknown): CutoverError {
  return new CutoverError('record-unreadable', `${path} is no record: it cannot be read, or has no id`, {
    next: 'run cutover reconcile on the same branch and mend what it finds',
    data: { path },
    exitCode: exitCodes.preflightFailed,
    ...(cause === undefined ? {} : { cause }),
  });
}
