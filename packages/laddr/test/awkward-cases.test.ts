import {
  type Mapped,
  parseRowName,
  type PrivateDraft,
  recordId,
  recordPath,
  rowName,
  writeToml,
} from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { type AwkwardCase, awkwardCases, laddr, laddrTarget } from '../src/index.ts';
import { mapCases } from './support/cases.ts';
import { openFields } from './support/memory-engine.ts';

const mapped = mapCases();
const fates = new Map(mapped.map(({ row, mapped: fate }) => [row, fate]));
const loadableFates = new Map(mapCases({ loadableOnly: true }).map(({ row, mapped: fate }) => [row, fate]));
const sheets = new Map(laddrTarget.sheets.map((sheet) => [sheet.name, sheet]));
const privateSheets = new Map(laddrTarget.privateSheets.map((sheet) => [sheet.name, sheet]));

/** `@people/101` is the id of the record made from that row. */
function expectedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expectedValue);
  if (typeof value !== 'string' || !value.startsWith('@')) return value;
  return recordId('laddr', 'laddr', parseRowName(value.slice(1))!);
}

function draftOf(privates: readonly PrivateDraft[] | undefined, sheet: string) {
  const draft = privates?.find((candidate) => candidate.sheet === sheet);
  return draft === undefined ? undefined : openFields(draft.fields);
}

function holds(fate: Mapped, { expected }: AwkwardCase): void {
  expect(fate.outcome).toBe(expected.outcome);
  if (fate.outcome === 'folded' && expected.outcome === 'folded') {
    expect(rowName(fate.into)).toBe(expected.into);
  } else if (fate.outcome === 'imported' && expected.outcome === 'imported') {
    const fields = fate.records[0]!.fields;
    for (const [field, value] of Object.entries(expected.fields)) {
      expect(fields[field] ?? undefined, field).toEqual(expectedValue(value));
    }
    for (const [sheet, wanted] of Object.entries(expected.privates ?? {})) {
      const draft = draftOf(fate.privates, sheet);
      if (wanted === undefined) expect(draft, sheet).toBeUndefined();
      else expect(draft, sheet).toMatchObject(wanted);
    }
  } else {
    expect(fate).toMatchObject({ rule: 'rule' in expected ? expected.rule : undefined });
  }
}

describe('awkward cases', () => {
  it('are many, named once, and of every table that is mapped', () => {
    expect(awkwardCases.length).toBeGreaterThan(120);
    expect(new Set(awkwardCases.map(({ name }) => name)).size).toBe(awkwardCases.length);
    const tables = new Set(awkwardCases.map(({ table }) => table));
    for (const source of laddr.sources)
      expect(source.tables.some((table) => tables.has(String(table)))).toBe(true);
  });

  it.each(awkwardCases.map((awkward) => [awkward.name, awkward] as const))('%s', (_name, awkward) => {
    holds(fates.get(awkward.row)!, awkward);
    if (awkward.loadable) holds(loadableFates.get(awkward.row)!, awkward);
  });

  it('can fail: a case that says something else is seen', () => {
    const awkward = awkwardCases.find(({ name }) => name === 'username with a dot')!;
    const fate = fates.get(awkward.row)!;
    const slugAsNameId = {
      ...awkward,
      expected: { outcome: 'imported' as const, fields: { slackSamlNameId: 'tamsin-okvar' } },
    };
    expect(() => holds(fate, slugAsNameId)).toThrow();
  });

  it('give records that fit their sheets, with paths and slugs of their own', () => {
    const paths = new Set<string>();
    const slugs = new Set<string>();
    for (const { key, mapped: fate } of mapped) {
      if (fate.outcome !== 'imported') continue;
      for (const { sheet, fields } of fate.records) {
        const { schema, path } = sheets.get(sheet)!;
        const present = Object.fromEntries(
          Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
        );
        expect(schema.safeParse(present).error, rowName(key)).toBeUndefined();
        const place = recordPath(sheet, path, fields).toLowerCase();
        expect(paths.has(place), place).toBe(false);
        paths.add(place);
        const slug = `${sheet} ${String(fields['handle'] ?? fields['slug'])}`;
        expect(slugs.has(slug), slug).toBe(false);
        slugs.add(slug);
        expect(writeToml(fields).length).toBeGreaterThan(0);
      }
      for (const draft of fate.privates ?? []) {
        const present = Object.fromEntries(
          Object.entries(openFields(draft.fields)).filter(([, value]) => value !== null),
        );
        expect(privateSheets.get(draft.sheet)!.schema.safeParse(present).error, rowName(key)).toBeUndefined();
      }
    }
    expect(paths.size).toBeGreaterThan(100);
  });

  it('refer only to records that are made', () => {
    const ids = new Map<string, Set<string>>();
    const records = mapped.flatMap(({ mapped: fate }) => (fate.outcome === 'imported' ? fate.records : []));
    for (const { sheet, fields } of records) ids.set(sheet, (ids.get(sheet) ?? new Set()).add(fields.id));
    let references = 0;
    for (const { sheet, fields } of records) {
      for (const [field, to] of Object.entries(sheets.get(sheet)!.references)) {
        const id = fields[field];
        if (typeof id !== 'string') continue;
        references++;
        expect(ids.get(to)?.has(id), `${sheet}.${field}`).toBe(true);
      }
    }
    expect(references).toBeGreaterThan(50);
  });
});
