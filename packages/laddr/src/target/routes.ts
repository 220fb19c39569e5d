import type { Route } from '@cutover/records';

/**
 * Pages of the new site. A record is shown at the first detail route of its sheet whose fields it has: a tag
 * without a namespace has none, so that its page is the shorter one.
 */
export const routes: readonly Route[] = [
  { path: '/projects', sheet: 'projects', kind: 'list', filters: { tag: 'tags', stage: 'stage' } },
  { path: '/projects/:slug', sheet: 'projects', kind: 'detail' },
  { path: '/projects/:projectSlug/members', sheet: 'project-memberships', kind: 'list' },
  { path: '/projects/:projectSlug/updates', sheet: 'project-updates', kind: 'list' },
  { path: '/projects/:projectSlug/updates/:numberSlug', sheet: 'project-updates', kind: 'detail' },
  { path: '/projects/:projectSlug/buzz', sheet: 'project-buzz', kind: 'list' },
  { path: '/projects/:projectSlug/buzz/:slug', sheet: 'project-buzz', kind: 'detail' },
  { path: '/project-updates', sheet: 'project-updates', kind: 'list' },
  { path: '/project-buzz', sheet: 'project-buzz', kind: 'list' },
  { path: '/members', sheet: 'people', kind: 'list' },
  { path: '/members/:slug', sheet: 'people', kind: 'detail' },
  { path: '/tags', sheet: 'tags', kind: 'list', filters: { namespace: 'namespace' } },
  { path: '/tags/:namespace/:slug', sheet: 'tags', kind: 'detail' },
  { path: '/tags/:slug', sheet: 'tags', kind: 'detail' },
  { path: '/blog', sheet: 'blog-posts', kind: 'list', filters: { kind: 'kind' } },
  { path: '/blog/:slug', sheet: 'blog-posts', kind: 'detail' },
  { path: '/attachments/:slug', sheet: 'attachments', kind: 'detail' },
  { path: '/attachments/:slug/original', sheet: 'attachments', kind: 'file', mimeType: 'mimeType' },
  { path: '/comments/:slug', sheet: 'comments', kind: 'detail' },
];
