import type { PublicValue, StoredRecord } from '@cutover/records';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Marks features that are tried alone, as a shift of two years makes them meaningless beside others. */
export const aloneMark = ' (year)';

/**
 * What a record can be told by, by name: every value, the length and lines of every text, the length of every list,
 * which fields are set, every time as a moment, day, month, time of day and year, and the distance between any two.
 */
export function featuresOf(record: StoredRecord, fields: readonly string[]): Map<string, string> {
  const features = new Map<string, string>();
  const times: [string, number][] = [];
  for (const field of fields) {
    const value: PublicValue = record[field];
    const set = value !== undefined && value !== null;
    features.set(`${field} (set)`, set ? '1' : '0');
    if (!set) continue;
    if (typeof value === 'object') features.set(`${field} (number)`, String(value.length));
    else if (typeof value !== 'string') features.set(field, String(value));
    else if (isoTime.test(value)) {
      times.push([field, Date.parse(value)]);
      features.set(field, value);
      features.set(`${field} (day)`, value.slice(0, 10));
      features.set(`${field} (month)`, value.slice(0, 7));
      features.set(`${field} (time of day)`, value.slice(11, 19));
      features.set(`${field}${aloneMark}`, value.slice(0, 4));
    } else if (!uuid.test(value)) {
      features.set(field, value);
      features.set(`${field} (length)`, String(value.length));
      features.set(`${field} (lines)`, String(value.split('\n').length));
    }
  }
  for (const [i, [field, at]] of times.entries()) {
    for (const [other, otherAt] of times.slice(i + 1)) {
      features.set(`${field} to ${other}`, String(otherAt - at));
    }
  }
  return features;
}
