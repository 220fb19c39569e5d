import type { StoredRecord } from '@cutover/records';
import type { FoundList } from './site-map.ts';

export interface Page {
  readonly records: readonly StoredRecord[];
  readonly page: number;
  readonly perPage: number;
  readonly pages: number;
  readonly total: number;
}

/** The part of a list that is asked for; undefined past the end. */
export function pageOf(
  list: Pick<FoundList, 'records'>,
  { page, perPage }: Pick<Page, 'page' | 'perPage'>,
): Page | undefined {
  const total = list.records.length;
  const pages = Math.max(1, Math.ceil(total / perPage));
  if (page > pages) return undefined;
  const records = list.records.slice((page - 1) * perPage, page * perPage);
  return { records, page, perPage, pages, total };
}
