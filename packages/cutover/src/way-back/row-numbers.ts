import type { LegacyValue, LegacyWrite, Profile } from '@cutover/records';
import { parseRecord, type PublicStore } from '@cutover/stores';
import type { CarriedChange } from './carried.ts';

/**
 * The numbers that imported records have in legacy, of those that rows refer to. Records that did not change
 * are looked up in one pass over the branch; memory grows with what is referred to.
 */
export async function rowNumbers(
  { carryBack: part }: Profile,
  store: PublicStore,
  commit: string,
  carried: readonly CarriedChange[],
): Promise<(sheet: string, id: string) => string | undefined> {
  const numbers = new Map<string, string | undefined>();
  const wanted = new Set<string>();
  for (const { change, writes } of carried) {
    const record = change.before;
    if (record !== undefined) numbers.set(`${change.sheet}/${change.id}`, part?.rowNumber(record));
    for (const value of writes.flatMap(valuesOf))
      if ('rowOf' in value) wanted.add(`${value.sheet}/${value.rowOf}`);
  }
  const sheets = new Set<string>();
  for (const key of wanted) {
    if (numbers.has(key)) wanted.delete(key);
    else sheets.add(key.slice(0, key.indexOf('/')));
  }
  if (wanted.size > 0 && part !== undefined) {
    for await (const { sheet, path, bytes } of store.readRecords(commit)) {
      if (!sheets.has(sheet)) continue;
      const record = parseRecord(path, bytes);
      const key = `${sheet}/${record.id}`;
      if (wanted.has(key)) numbers.set(key, part.rowNumber(record));
    }
  }
  return (sheet, id) => numbers.get(`${sheet}/${id}`);
}

function valuesOf(write: LegacyWrite): LegacyValue[] {
  if (write.kind === 'insert') return write.cells.map(({ to }) => to);
  const known = write.cells.flatMap(({ from, to }) => [from, to]);
  return [...write.where.map(({ to }) => to), ...known].filter((value) => value !== undefined);
}
