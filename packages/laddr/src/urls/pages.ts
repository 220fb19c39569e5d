import type { StoredRecord } from '@cutover/records';

/** Percent-encoded path out of plain segments, with a query where there is one. */
export function pathOf(segments: readonly unknown[], query?: URLSearchParams): string {
  const path = segments.map((segment) => `/${encoded(String(segment))}`).join('');
  const suffix = query?.toString() ?? '';
  return suffix === '' ? path || '/' : `${path || '/'}?${suffix}`;
}

/** Slugs and numbers nearly always stand for themselves. */
function encoded(text: string): string {
  return /^[\w\-.]+$/.test(text) ? text : encodeURIComponent(text);
}

/** Segments of a record's own page on the new site, by sheet. */
export const pageOf: Readonly<Record<string, (record: StoredRecord) => readonly unknown[]>> = {
  people: ({ slug }) => ['members', slug],
  projects: ({ slug }) => ['projects', slug],
  'project-updates': ({ projectSlug, numberSlug }) => ['projects', projectSlug, 'updates', numberSlug],
  'project-buzz': ({ projectSlug, slug }) => ['projects', projectSlug, 'buzz', slug],
  tags: ({ namespace, slug }) => (typeof namespace === 'string' ? ['tags', namespace, slug] : ['tags', slug]),
  'blog-posts': ({ slug }) => ['blog', slug],
  attachments: ({ slug }) => ['attachments', slug],
};
