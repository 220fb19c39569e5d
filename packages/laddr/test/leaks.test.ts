import { describe, expect, it } from 'vitest';
import { laddrTarget } from '../src/index.ts';
import { mapCases } from './support/cases.ts';

const freeText = new Map(laddrTarget.sheets.map((sheet) => [sheet.name, new Set(sheet.freeText)]));

/** Fields of public records, outside those in which people write freely, that hold an address or a number to call. */
function contacts(
  records: readonly { sheet: string; fields: Readonly<Record<string, unknown>> }[],
): string[] {
  return records.flatMap(({ sheet, fields }) =>
    Object.entries(fields).flatMap(([field, value]) => {
      if (typeof value !== 'string' || field === 'id' || field.endsWith('Id')) return [];
      if (freeText.get(sheet)!.has(field)) return [];
      return /@[\w-]+\.\w|(?<![\w./:#-])\+?\d(?:[\s().-]?\d){8,14}(?![\w-])/.test(
        value.replaceAll(/\d{4}-\d\d-\d\dT\S*|https?:\S+/g, ''),
      )
        ? [`${sheet}.${field}`]
        : [];
    }),
  );
}

const mapped = mapCases();
const records = mapped.flatMap(({ mapped: fate }) => (fate.outcome === 'imported' ? fate.records : []));

describe('public records', () => {
  it('hold no address and no phone number but in what people wrote', () => {
    expect(records.length).toBeGreaterThan(100);
    expect(contacts(records)).toEqual([]);
  });

  it('are seen to hold one where a mapper puts it there', () => {
    expect(contacts([{ sheet: 'people', fields: { id: 'x', slug: 'jane@example.org' } }])).toEqual([
      'people.slug',
    ]);
    expect(contacts([{ sheet: 'comments', fields: { id: 'x', handle: '215-555-0123' } }])).toEqual([
      'comments.handle',
    ]);
  });

  it('hold no value of a private column', () => {
    const people = mapped.filter(({ table }) => table === 'people');
    expect(people.length).toBeGreaterThan(60);
    for (const { row, mapped: fate } of people) {
      const text = fate.outcome === 'imported' ? JSON.stringify(fate.records) : '';
      for (const column of ['Password', 'Email', 'Phone', 'Location', 'BirthDate']) {
        const value = row[column] ?? '';
        // What somebody wrote in About may be their own address.
        if (value.length < 6 || (row['About'] ?? '').includes(value)) continue;
        expect(text.includes(JSON.stringify(value).slice(1, -1)), `${row['ID']} ${column}`).toBe(false);
      }
    }
  });
});
