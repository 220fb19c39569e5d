import type { StoredRecord } from '@cutover/records';
import type { FoundList } from './site-map.ts';

export interface Page {
  readonly records: readonly StoredRecord[];
  readonly page: number;
  readonly perPage: number;
  readonly pages: number;
  readonly total: number;
}

const defaultPerPage = 50;
const maxPerPage = 200;

/** The part of a list that `?page&perPage` ask for; a sentence where they are no such numbers, undefined past the end. */
export function pageOf(list: FoundList, query: URLSearchParams): Page | string | undefined {
  const page = positive(query.get('page') ?? '1');
  const perPage = positive(query.get('perPage') ?? String(defaultPerPage));
  if (page === undefined) return 'page must be a whole number from 1';
  if (perPage === undefined || perPage > maxPerPage) {
    return `perPage must be a whole number from 1 to ${maxPerPage}`;
  }
  const total = list.records.length;
  const pages = Math.max(1, Math.ceil(total / perPage));
  if (page > pages) return undefined;
  const records = list.records.slice((page - 1) * perPage, page * perPage);
  return { records, page, perPage, pages, total };
}

function positive(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
