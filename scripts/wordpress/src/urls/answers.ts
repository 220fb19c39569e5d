import type { LegacyAnswer, RecordFinder, StoredRecord } from '@cutover/records';
import { pageOf } from './pages.ts';

/** One site of the network, and what of a request is meant for it. */
export interface SiteRequest {
  readonly site: StoredRecord;
  readonly blog: string;
  /** Below the site's own path, without `index.php`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

export const gone = (reason: string): LegacyAnswer => ({ status: 410, reason });

/** A permanent redirect to a record's page; 404: this was a legacy URL, and nothing has taken its place. */
export function movedTo(sheet: string, record: StoredRecord | undefined): LegacyAnswer {
  return record === undefined ? { status: 404 } : { status: 301, location: pageOf[sheet]!(record) };
}

/** Posts, pages and attachments share their numbers. */
export function numberedPost(blog: string, id: string, records: RecordFinder): LegacyAnswer {
  const key = `${blog}/${id}`;
  const post = records.find('posts', 'legacyKey', key);
  if (post !== undefined) return movedTo('posts', post);
  return movedTo('attachments', records.find('attachments', 'legacyKey', key));
}
