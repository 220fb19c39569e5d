import type { PathTemplate, PublicFields, Sheet } from '@cutover/records';
import { z, type ZodType } from 'zod';

const id = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const slug = z.string().regex(/^[\p{L}\p{M}\p{N}]+(?:[-.][\p{L}\p{M}\p{N}]+)*$/u);
const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
const text = z.string();
const webUrl = z.url({ protocol: /^https?$/ });

/** Fields of everything that belongs to a site; `name` is the slug without the site. */
const ofSite = { site: slug, siteId: id.optional(), name: slug };
const toSite = { siteId: 'sites' };
const legacy = { legacyKey: 'exact', legacyPath: 'folded' } as const;

const inSite: PathTemplate = [{ field: 'site' }, { field: 'name' }];
const inSiteSharded: PathTemplate = [{ field: 'site' }, { field: 'id', first: 2 }, { field: 'name' }];

interface SheetInput extends Omit<Sheet, 'schema' | 'references' | 'indexes'> {
  readonly fields: Readonly<Record<string, ZodType>>;
  readonly references?: Sheet['references'];
  readonly indexes?: Sheet['indexes'];
}

const sheet = ({ fields, references = {}, indexes = {}, ...rest }: SheetInput): Sheet => ({
  ...rest,
  schema: z.strictObject({ id, slug, ...fields }) as unknown as ZodType<PublicFields>,
  references,
  indexes: { slug: 'exact', ...indexes },
});

const article = {
  ...ofSite,
  legacyKey: text,
  legacyPath: text.optional(),
  title: text,
  authorId: id.optional(),
  publishedAt: timestamp.optional(),
  modifiedAt: timestamp.optional(),
  body: text.optional(),
  excerpt: text.optional(),
};

export const sheets: readonly Sheet[] = [
  sheet({
    name: 'sites',
    fields: {
      blog: text,
      home: webUrl,
      host: text,
      path: text.optional(),
      address: text,
      title: text,
      description: text.optional(),
      permalinkStructure: text.optional(),
      categoryBase: text.optional(),
      tagBase: text.optional(),
      frontPageId: id.optional(),
      postsPageId: id.optional(),
    },
    path: [{ field: 'slug' }],
    references: { frontPageId: 'posts', postsPageId: 'posts' },
    indexes: { blog: 'exact', host: 'exact', address: 'exact' },
    freeText: ['title', 'description'],
  }),
  sheet({
    name: 'authors',
    fields: {
      legacyKey: text,
      nicename: text,
      displayName: text.optional(),
      nickname: text.optional(),
      firstName: text.optional(),
      lastName: text.optional(),
      description: text.optional(),
      url: webUrl.optional(),
    },
    path: [{ field: 'id', first: 2 }, { field: 'slug' }],
    indexes: { legacyKey: 'exact', nicename: 'folded' },
    freeText: ['displayName', 'nickname', 'firstName', 'lastName', 'description'],
  }),
  sheet({
    name: 'posts',
    fields: {
      ...article,
      kind: z.enum(['post', 'page']),
      parentId: id.optional(),
      menuOrder: z.int().optional(),
      thumbnailId: id.optional(),
      categoryIds: z.array(id).optional(),
      tagIds: z.array(id).optional(),
    },
    path: inSiteSharded,
    references: { ...toSite, authorId: 'authors', parentId: 'posts', thumbnailId: 'attachments' },
    indexes: legacy,
    freeText: ['title', 'body', 'excerpt', 'slug', 'name', 'legacyPath'],
  }),
  sheet({
    name: 'attachments',
    fields: {
      ...article,
      legacyFile: text.optional(),
      mimeType: text.optional(),
      alt: text.optional(),
      postId: id.optional(),
    },
    path: inSiteSharded,
    references: { ...toSite, authorId: 'authors', postId: 'posts' },
    indexes: { ...legacy, legacyFile: 'exact' },
    freeText: ['title', 'body', 'excerpt', 'alt', 'slug', 'name', 'legacyPath', 'legacyFile'],
  }),
  sheet({
    name: 'terms',
    fields: {
      ...ofSite,
      legacyKey: text,
      legacyPath: text,
      taxonomy: z.enum(['category', 'tag']),
      title: text,
      description: text.optional(),
      parentId: id.optional(),
    },
    path: [{ field: 'site' }, { field: 'taxonomy' }, { field: 'name' }],
    references: { ...toSite, parentId: 'terms' },
    indexes: legacy,
    freeText: ['title', 'description', 'slug', 'name', 'legacyPath'],
  }),
  sheet({
    name: 'comments',
    fields: {
      ...ofSite,
      postId: id.optional(),
      attachmentId: id.optional(),
      parentId: id.optional(),
      authorId: id.optional(),
      authorName: text.optional(),
      authorUrl: webUrl.optional(),
      postedAt: timestamp.optional(),
      body: text,
    },
    path: inSiteSharded,
    references: {
      ...toSite,
      postId: 'posts',
      attachmentId: 'attachments',
      parentId: 'comments',
      authorId: 'authors',
    },
    freeText: ['authorName', 'body'],
  }),
  sheet({
    name: 'links',
    fields: {
      ...ofSite,
      url: webUrl,
      title: text,
      description: text.optional(),
      ownerId: id.optional(),
    },
    path: inSite,
    references: { ...toSite, ownerId: 'authors' },
    freeText: ['title', 'description'],
  }),
];
