import {
  type Cell,
  defineSource,
  droppedColumn,
  foldedColumn,
  type MapContext,
  mapPrivate,
  privateColumn,
  publicColumn,
  revealPrivate,
  slugify,
} from '@cutover/records';
import { excluded } from '../rules.ts';
import { impliedByAuthor } from '../urls/implied.ts';
import { decodeName, isSpam, text, timestamp, webUrl } from '../values.ts';

const columns = {
  ID: publicColumn('legacyKey; legacy URLs hold it'),
  user_login: privateColumn('profiles.login: often somebody’s address, and half of a sign-in'),
  user_pass: privateColumn('legacy-passwords.hash'),
  user_nicename: publicColumn('nicename, which legacy URLs hold; the slug is made of it'),
  user_email: privateColumn('profiles.email'),
  user_url: publicColumn('url, where it is a web address; stood beside what the author wrote'),
  user_registered: privateColumn('profiles.registeredAt; was never shown'),
  user_activation_key: droppedColumn('a live credential'),
  user_status: droppedColumn('unused by the legacy software'),
  display_name: publicColumn('displayName'),
  spam: foldedColumn('accounts marked as spam are excluded; networks only', { optional: true }),
  deleted: foldedColumn('accounts marked as deleted are excluded; networks only', { optional: true }),
} as const;

/** Accounts, one table for all sites of a network. */
export const users = (prefix: string) =>
  defineSource({
    source: 'users',
    tables: [`${prefix}users`],
    presence: 'required',
    key: ['ID'],
    references: {},
    columns,
    keep: ['user_nicename', 'spam', 'deleted'],
    wantsSlug: (row) =>
      isSpam(row)
        ? undefined
        : { sheet: 'authors', slug: slugify(decodeName(row.user_nicename)) || `author-${row.ID}` },
    map(row, context) {
      if (isSpam(row)) return excluded('spam-account');
      const id = context.id();
      const email = mapPrivate(row.user_email, (cell) => text(cell) ?? null);
      const profile = {
        id,
        login: row.user_login,
        email,
        registeredAt: mapPrivate(row.user_registered, (cell) => timestamp(cell) ?? null),
      };
      const hash = text(revealPrivate(row.user_pass));
      return {
        outcome: 'imported',
        records: [
          {
            sheet: 'authors',
            fields: {
              id,
              legacyKey: row.ID,
              slug: context.slug(),
              nicename: decodeName(row.user_nicename),
              displayName: text(row.display_name),
              nickname: metaOf(context, row.ID, 'nickname'),
              firstName: metaOf(context, row.ID, 'first_name'),
              lastName: metaOf(context, row.ID, 'last_name'),
              description: metaOf(context, row.ID, 'description'),
              url: webUrl(row.user_url),
            },
          },
        ],
        privates: [
          { sheet: 'profiles', fields: profile },
          ...(hash === undefined ? [] : [{ sheet: 'legacy-passwords', fields: { id, hash: row.user_pass } }]),
        ],
      };
    },
    urls: (row, context) => impliedByAuthor(row, context),
  });

/** The first value of a key: the legacy software showed no other. */
function metaOf(context: MapContext, user: Cell, key: string): string | undefined {
  for (const meta of context.rows('usermeta', 'byUser', [user ?? '', key])) return text(meta['meta_value']);
  return undefined;
}
