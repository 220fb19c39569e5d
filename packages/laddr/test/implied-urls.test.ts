import { parseLegacyRequest, RecordIndexes, type StoredRecord } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { laddr, laddrTarget } from '../src/index.ts';
import { mapCases } from './support/cases.ts';

const mapped = mapCases();
const finder = new RecordIndexes(laddrTarget.sheets);
for (const { mapped: fate } of mapped) {
  if (fate.outcome !== 'imported') continue;
  for (const { sheet, fields } of fate.records) finder.add(sheet, fields as StoredRecord);
}
const implied = mapped.flatMap(({ key, urls }) =>
  urls.map((url) => ({ row: `${key.source}/${key.key.join()}`, ...url })),
);

/** The record whose page is at this path, by the target's own routes: the first whose fields it has. */
function pages(): Map<string, string> {
  const found = new Map<string, string>();
  for (const sheet of laddrTarget.sheets) {
    const routes = laddrTarget.routes.filter(
      (route) => route.sheet === sheet.name && route.kind === 'detail',
    );
    for (const record of finder.list(sheet.name)) {
      const path = routes.map((route) => fill(route.path, record)).find((filled) => filled !== undefined);
      if (path === undefined) continue;
      expect(found.has(path), `${path} twice`).toBe(false);
      found.set(path, record.id);
    }
  }
  return found;
}

function fill(path: string, record: StoredRecord): string | undefined {
  const parts = path.split('/').map((part) => {
    if (!part.startsWith(':')) return part;
    const value = record[part.slice(1)];
    return typeof value === 'string' || typeof value === 'number' ? encodeURIComponent(value) : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.join('/');
}

describe('URLs that rows imply', () => {
  it('are many, and of every rule', () => {
    expect(implied.length).toBeGreaterThan(500);
    expect([...new Set(implied.map(({ rule }) => rule))].sort()).toMatchSnapshot();
  });

  it('are no two of one address', () => {
    const seen = new Map<string, string>();
    for (const { url, marker } of implied) {
      expect(seen.get(url) ?? marker, url).toBe(marker);
      seen.set(url, marker);
    }
  });

  it('are answered by the rules as the rows demand, in one hop, with a page of that very record behind', () => {
    const found = pages();
    for (const { row, url, status, location, marker } of implied) {
      const answer = laddr.urls.resolve(parseLegacyRequest(url), finder);
      const actual = answer !== undefined && 'location' in answer ? answer.location : undefined;
      expect({ row, url, status: answer?.status ?? 200, location: actual }).toEqual({
        row,
        url,
        status,
        location,
      });
      expect(found.get(location ?? url), `${row} ${url}`).toBe(marker);
    }
  });

  it('lead to no record that another row was made into', () => {
    for (const { mapped: fate, urls } of mapped) {
      const ids = fate.outcome === 'imported' ? fate.records.map(({ fields }) => fields.id) : [];
      for (const { rule, marker } of urls) if (rule !== 'redirect') expect(ids).toContain(marker);
    }
  });
});
