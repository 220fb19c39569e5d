import type { ListForms, Route } from '@cutover/records';

const updatesFeed: ListForms = { rss: { at: 'createdAt', text: 'body' } };
const buzzFeed: ListForms = { rss: { at: 'publishedAt', text: 'summary' } };

/** What the legacy site gave as a table, as far as it is public here. */
const projectsTable: ListForms = {
  csv: [
    'id',
    'legacyId',
    'slug',
    'title',
    'stage',
    'tags',
    'usersUrl',
    'developersUrl',
    'chatChannel',
    'readme',
    'createdAt',
    'modifiedAt',
  ],
};

/**
 * Pages of the new site. A record is shown at the first detail route of its sheet whose fields it has: a tag
 * without a namespace has none, so that its page is the shorter one.
 */
export const routes: readonly Route[] = [
  {
    path: '/projects',
    sheet: 'projects',
    kind: 'list',
    filters: { tag: 'tags', stage: 'stage' },
    forms: projectsTable,
  },
  { path: '/projects/:slug', sheet: 'projects', kind: 'detail' },
  { path: '/projects/:projectSlug/members', sheet: 'project-memberships', kind: 'list' },
  { path: '/projects/:projectSlug/updates', sheet: 'project-updates', kind: 'list', forms: updatesFeed },
  { path: '/projects/:projectSlug/updates/:numberSlug', sheet: 'project-updates', kind: 'detail' },
  { path: '/projects/:projectSlug/buzz', sheet: 'project-buzz', kind: 'list', forms: buzzFeed },
  { path: '/projects/:projectSlug/buzz/:slug', sheet: 'project-buzz', kind: 'detail' },
  { path: '/project-updates', sheet: 'project-updates', kind: 'list', forms: updatesFeed },
  { path: '/project-buzz', sheet: 'project-buzz', kind: 'list', forms: buzzFeed },
  { path: '/members', sheet: 'people', kind: 'list' },
  { path: '/members/:slug', sheet: 'people', kind: 'detail' },
  { path: '/tags', sheet: 'tags', kind: 'list', filters: { namespace: 'namespace' } },
  { path: '/tags/:namespace/:slug', sheet: 'tags', kind: 'detail' },
  { path: '/tags/:slug', sheet: 'tags', kind: 'detail' },
  {
    path: '/blog',
    sheet: 'blog-posts',
    kind: 'list',
    filters: { kind: 'kind' },
    forms: { rss: { at: 'publishedAt', text: 'body' } },
  },
  { path: '/blog/:slug', sheet: 'blog-posts', kind: 'detail' },
  { path: '/attachments', sheet: 'attachments', kind: 'list' },
  { path: '/attachments/:slug', sheet: 'attachments', kind: 'detail' },
  { path: '/attachments/:slug/original', sheet: 'attachments', kind: 'file', mimeType: 'mimeType' },
  { path: '/comments', sheet: 'comments', kind: 'list' },
  { path: '/comments/:slug', sheet: 'comments', kind: 'detail' },
  { path: '/project-memberships', sheet: 'project-memberships', kind: 'list' },
  { path: '/project-memberships/:id', sheet: 'project-memberships', kind: 'detail' },
  { path: '/tag-assignments', sheet: 'tag-assignments', kind: 'list', filters: { tag: 'tagHandle' } },
  { path: '/tag-assignments/:id', sheet: 'tag-assignments', kind: 'detail' },
  { path: '/redirects', sheet: 'redirects', kind: 'list' },
  { path: '/redirects/:id', sheet: 'redirects', kind: 'detail' },
];
