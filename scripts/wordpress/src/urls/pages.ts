import type { StoredRecord } from '@cutover/records';

/** Percent-encoded path out of plain segments. */
export const pathOf = (segments: readonly unknown[]): string =>
  segments.map((segment) => `/${encodeURIComponent(String(segment))}`).join('');

/** A record's own page on the new site, by sheet. */
export const pageOf: Readonly<Record<string, (record: StoredRecord) => string>> = {
  sites: ({ slug, blog }) => (blog === '1' ? '/' : pathOf(['sites', slug])),
  authors: ({ slug }) => pathOf(['authors', slug]),
  posts: ({ site, name }) => pathOf(['sites', site, 'posts', name]),
  attachments: ({ site, name }) => pathOf(['sites', site, 'attachments', name]),
  terms: ({ site, taxonomy, name }) => pathOf(['sites', site, 'terms', taxonomy, name]),
};
