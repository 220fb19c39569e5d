import type { CanaryValues, ScrubRule, ScrubRules, StoredRecord } from '@cutover/records';

const handle: ScrubRule = { kind: 'pseudonym', as: 'handle' };
const title: ScrubRule = { kind: 'pseudonym', as: 'title' };
const firstName: ScrubRule = { kind: 'pseudonym', as: 'first-name' };
const text: ScrubRule = { kind: 'text' };
const time: ScrubRule = { kind: 'time' };
const url: ScrubRule = { kind: 'url' };
const reference: ScrubRule = { kind: 'reference' };
/** What the schema wants and legacy addresses were found by: it means the record, and nothing of the legacy system. */
const sameAsSlug: ScrubRule = { kind: 'joined', of: ['slug'] };
const legacyAddress: ScrubRule = { kind: 'clear', reason: 'where it was in the legacy system' };

/** Fields of everything that belongs to a site. */
const ofSite = {
  id: { kind: 'id' },
  site: { kind: 'follow', reference: 'siteId', field: 'slug' },
  siteId: reference,
  name: handle,
  slug: { kind: 'joined', of: ['site', 'name'] },
} as const satisfies Record<string, ScrubRule>;

const article = {
  ...ofSite,
  legacyKey: sameAsSlug,
  legacyPath: legacyAddress,
  title,
  authorId: reference,
  publishedAt: time,
  modifiedAt: time,
  body: text,
  excerpt: text,
} as const;

const owner = ['authorId', 'ownerId'];

const sheets: ScrubRules['sheets'] = {
  sites: {
    fields: {
      id: { kind: 'id' },
      slug: handle,
      blog: sameAsSlug,
      home: url,
      host: sameAsSlug,
      path: legacyAddress,
      address: sameAsSlug,
      title,
      description: text,
      permalinkStructure: legacyAddress,
      categoryBase: legacyAddress,
      tagBase: legacyAddress,
      frontPageId: reference,
      postsPageId: reference,
    },
  },
  authors: {
    fields: {
      id: { kind: 'id' },
      slug: handle,
      legacyKey: sameAsSlug,
      nicename: sameAsSlug,
      displayName: firstName,
      nickname: firstName,
      firstName,
      lastName: { kind: 'pseudonym', as: 'last-name' },
      description: text,
      url,
    },
  },
  posts: {
    owner,
    fields: {
      ...article,
      kind: { kind: 'keep', reason: 'posts and pages are shown differently' },
      parentId: reference,
      menuOrder: { kind: 'clear', reason: 'the place in a menu is rare' },
      thumbnailId: reference,
      categoryIds: reference,
      tagIds: reference,
    },
  },
  attachments: {
    owner,
    fields: {
      ...article,
      legacyFile: legacyAddress,
      mimeType: { kind: 'common', reason: 'kinds of files are shown differently' },
      alt: text,
      postId: reference,
    },
  },
  terms: {
    fields: {
      ...ofSite,
      slug: { kind: 'joined', of: ['site', 'taxonomy', 'name'] },
      legacyKey: sameAsSlug,
      legacyPath: sameAsSlug,
      taxonomy: { kind: 'keep', reason: 'categories and tags are shown differently' },
      title,
      description: text,
      parentId: reference,
    },
  },
  comments: {
    owner,
    fields: {
      ...ofSite,
      postId: reference,
      attachmentId: reference,
      parentId: reference,
      authorId: reference,
      authorName: firstName,
      authorUrl: url,
      postedAt: time,
      body: text,
    },
  },
  links: { owner, fields: { ...ofSite, url, title, description: text, ownerId: reference } },
};

/** Somebody who does not exist, with a site, a post and a comment of their own. */
function canary(values: CanaryValues): { sheet: string; record: StoredRecord }[] {
  const [id = '', siteId = '', postId = '', commentId = ''] = values.ids;
  const { handle: slug, firstName: first, lastName, text: body, time: publishedAt, legacyId } = values;
  const site = `s${slug}`;
  const inSite = { site, siteId, name: slug, slug: `${site}.${slug}` };
  const host = `${slug}.test`;
  return [
    {
      sheet: 'authors',
      record: {
        id,
        slug,
        legacyKey: String(legacyId),
        nicename: slug,
        displayName: `${first} ${lastName}`,
        firstName: first,
        lastName,
        description: body,
      },
    },
    {
      sheet: 'sites',
      record: {
        id: siteId,
        slug: site,
        blog: String(legacyId),
        home: `https://${host}`,
        host,
        address: host,
        title: `${first} ${lastName}`,
      },
    },
    {
      sheet: 'posts',
      record: {
        id: postId,
        ...inSite,
        legacyKey: `${legacyId}/1`,
        kind: 'post',
        title: `${first} ${lastName}`,
        authorId: id,
        publishedAt,
        body,
      },
    },
    {
      sheet: 'comments',
      record: {
        id: commentId,
        ...inSite,
        postId,
        authorId: id,
        authorName: `${first} ${lastName}`,
        postedAt: publishedAt,
        body,
      },
    },
  ];
}

/** What becomes of the network's public records in a snapshot that anyone may clone. */
export const scrub: ScrubRules = {
  people: 'authors',
  sheets,
  folders: { author: 'authors' },
  canary,
  testLogins: [
    {
      login: 'user',
      fields: { slug: 'user', legacyKey: 'user', nicename: 'user', displayName: 'Test Login' },
      // The password is the name.
      privates: {
        profiles: { login: 'user' },
        'legacy-passwords': { hash: '$P$BtestlogizFIsAN3MY567y2ZDZr7H4.' },
      },
    },
  ],
};
