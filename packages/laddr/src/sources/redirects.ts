import { type Cell, defineSource, publicColumn } from '@cutover/records';
import { recordColumns, stampReferences, stamps } from '../columns.ts';
import { impliedByRedirect } from '../urls/implied.ts';
import { integer, wantedSlug } from '../values.ts';

const columns = {
  ...recordColumns,
  From: publicColumn('from: a path without its slashes at the ends'),
  To: publicColumn('to: a path, with a query where it has one'),
} as const;

/** Legacy addresses that people set up by hand. */
export const redirects = defineSource({
  source: 'redirects',
  tables: ['redirects'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: stampReferences,
  wantsSlug: (row) => ({ sheet: 'redirects', slug: wantedSlug(row.From, 'redirect', row.ID) }),
  map(row, context) {
    const from = sitePath(row.From);
    const to = sitePath(row.To);
    if (from === undefined || from === '') {
      return { outcome: 'quarantined', rule: 'not-a-path', column: 'From' };
    }
    if (to === undefined) return { outcome: 'quarantined', rule: 'not-a-path', column: 'To' };
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'redirects',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: context.slug(),
            from,
            to,
            ...stamps(row, context),
          },
        },
      ],
    };
  },
  urls: (row, context) => impliedByRedirect(sitePath(row.From) ?? '', sitePath(row.To) ?? '', context),
});

/** The legacy site trimmed slashes. A scheme, a host or a control character makes it no path of the site. */
export function sitePath(cell: Cell): string | undefined {
  const value = cell ?? '';
  // eslint-disable-next-line no-control-regex
  if (/^[a-z][a-z\d+.-]*:|^[/\\]{2}|[\\\u0000-\u001f\u007f]/i.test(value)) return undefined;
  return value.replaceAll(/^\/+|\/+$/g, '');
}
