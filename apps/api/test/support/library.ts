import type { LegacyAnswer, LegacyRequest, Profile, RecordFinder, StoredRecord } from '@cutover/records';
import { z } from 'zod';

/**
 * A made-up legacy system, as unlike the first real profile as the nouns allow: it shows that a second
 * profile needs no change to the API.
 */
const authors = z.strictObject({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  login: z.string().optional(),
  number: z.int(),
  role: z.enum(['reader', 'barred']),
  about: z.string().optional(),
  homepage: z.string().optional(),
});

const books = z.strictObject({
  id: z.string(),
  shelf: z.string().optional(),
  slug: z.string(),
  title: z.string(),
  author: z.string(),
  genres: z.array(z.string()).optional(),
  blurb: z.string().optional(),
  addedAt: z.string().optional(),
});

const chapters = z.strictObject({ id: z.string(), book: z.string(), number: z.int(), title: z.string() });

export const library: Profile = {
  name: 'library',
  version: 1,
  target: {
    name: 'Library',
    sheets: [
      {
        name: 'authors',
        schema: authors,
        path: [{ field: 'slug' }],
        references: {},
        indexes: { slug: 'exact', login: 'folded', number: 'exact' },
        freeText: ['name', 'about'],
        markdown: ['about'],
      },
      {
        name: 'books',
        schema: books,
        path: [{ field: 'slug' }],
        references: { author: 'authors' },
        indexes: { slug: 'exact' },
        freeText: ['title', 'blurb'],
        markdown: ['blurb'],
      },
      {
        name: 'chapters',
        schema: chapters,
        path: [{ field: 'id' }],
        references: {},
        indexes: {},
        freeText: [],
      },
    ],
    privateSheets: [
      {
        name: 'contacts',
        schema: z.strictObject({
          id: z.string(),
          email: z.string().optional(),
          signedInAt: z.string().optional(),
        }),
        of: 'authors',
        everyRecord: true,
        owners: { email: 'new-side-after-claim' },
      },
      {
        name: 'keys',
        schema: z.strictObject({ id: z.string(), hash: z.string() }),
        of: 'authors',
        everyRecord: false,
        owners: { hash: 'new-side-after-claim' },
      },
    ],
    routes: [
      { path: '/authors', sheet: 'authors', kind: 'list', filters: { role: 'role' } },
      { path: '/authors/:slug', sheet: 'authors', kind: 'detail' },
      {
        path: '/books',
        sheet: 'books',
        kind: 'list',
        filters: { genre: 'genres', by: 'author' },
        forms: { csv: ['id', 'title', 'genres', 'blurb'], rss: { at: 'addedAt', text: 'blurb' } },
      },
      { path: '/books/:shelf/:slug', sheet: 'books', kind: 'detail' },
      { path: '/books/:slug', sheet: 'books', kind: 'detail' },
      { path: '/books/:book/chapters', sheet: 'chapters', kind: 'list' },
      { path: '/books/:book/chapters/:number', sheet: 'chapters', kind: 'detail' },
    ],
    reconcile: [],
    claimed: { sheet: 'contacts', field: 'signedInAt' },
    accounts: {
      sheet: 'authors',
      loginIndex: 'login',
      loginPrivate: { sheet: 'contacts', field: 'email' },
      passwords: { sheet: 'keys', field: 'hash' },
      refusal: (record) => (record['role'] === 'barred' ? 'barred' : undefined),
    },
  },
  sources: [],
  excluded: [],
  rules: {},
  identity: { source: 'users', column: 'login', sheet: 'authors', field: 'login' },
  urls: { resolve, examples: { records: {}, cases: [] } },
  secrets: [],
};

/** Old URLs. `/go` is a rule as careless as a rule can be. */
function resolve({ segments, query }: LegacyRequest, records: RecordFinder): LegacyAnswer {
  const [first, second] = segments;
  if (first === 'go') return { status: 302, location: query.get('to') ?? '' };
  if (first === 'loop') return { status: 301, location: '/loop' };
  if (first === 'about-us') return { status: 410, reason: 'The <old> "about us" page was not kept.' };
  if (first === 'lost' || query.has('lost')) return { status: 404 };
  if (first === 'authors' && segments.length === 1 && query.has('No')) {
    return toAuthor(records.find('authors', 'number', query.get('No')!));
  }
  if (first === 'authors' && second !== undefined && segments.length === 2) {
    const found = ['number', 'login', 'slug']
      .map((index) => records.find('authors', index, second))
      .find((record) => record !== undefined);
    return found?.['slug'] === second && query.size === 0 ? undefined : toAuthor(found);
  }
  return undefined;
}

function toAuthor(record: StoredRecord | undefined): LegacyAnswer {
  return record === undefined
    ? { status: 404 }
    : { status: 301, location: `/authors/${encodeURIComponent(String(record['slug']))}` };
}
