import { type Finding, messageOf } from '@cutover/core';
import { parseToml, type Sheet, type StoredRecord } from '@cutover/records';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type ParsedRecord = { readonly record: StoredRecord } | { readonly finding: Finding };

/** One record's file, read and held against its sheet's schema. The finding names the path and every issue. */
export function parseRecord(sheet: Sheet, path: string, bytes: Buffer): ParsedRecord {
  let fields: Record<string, unknown>;
  try {
    fields = parseToml(utf8.decode(bytes));
  } catch (error) {
    return bad('record-unreadable', path, messageOf(error).split('\n', 1)[0]!);
  }
  const checked = sheet.schema.safeParse(fields);
  if (!checked.success) {
    const issues = checked.error.issues.map(
      ({ path: at, message }) => `${at.length === 0 ? '(record)' : at.join('.')}: ${message}`,
    );
    return bad('record-invalid', path, issues.join('; '));
  }
  const id = checked.data['id'];
  if (typeof id !== 'string' || id === '') return bad('record-invalid', path, 'id: missing');
  return { record: compact(checked.data as StoredRecord) };
}

/**
 * The same record in its own memory: texts that the parser cuts out of a file keep the whole file alive, and
 * objects that grow field by field keep room for more. Equal texts are one.
 */
function compact(record: StoredRecord): StoredRecord {
  const own = JSON.parse(JSON.stringify(record)) as Record<string, unknown> & StoredRecord;
  const texts: string[] = [];
  for (const [field, value] of Object.entries(own)) {
    if (typeof value !== 'string') continue;
    const same = texts.find((text) => text === value);
    if (same === undefined) texts.push(value);
    else own[field] = same;
  }
  return own;
}

function bad(code: string, path: string, why: string): ParsedRecord {
  return {
    finding: {
      code,
      message: `${path}: ${why}`,
      subject: path,
      next: 'correct the record, or what made it, and import again',
    },
  };
}
