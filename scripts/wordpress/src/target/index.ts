import { phpass, wordpressBcrypt } from '../passwords.ts';
import type { Route, Target } from '@cutover/records';
import { privateSheets } from './private-sheets.ts';
import { sheets } from './sheets.ts';

const routes: readonly Route[] = [
  { path: '/sites', sheet: 'sites', kind: 'list' },
  { path: '/sites/:slug', sheet: 'sites', kind: 'detail' },
  { path: '/sites/:site/posts', sheet: 'posts', kind: 'list', filters: { kind: 'kind' } },
  { path: '/sites/:site/posts/:name', sheet: 'posts', kind: 'detail' },
  { path: '/sites/:site/attachments/:name', sheet: 'attachments', kind: 'detail' },
  { path: '/sites/:site/comments/:name', sheet: 'comments', kind: 'detail' },
  { path: '/sites/:site/links', sheet: 'links', kind: 'list' },
  { path: '/sites/:site/links/:name', sheet: 'links', kind: 'detail' },
  { path: '/sites/:site/terms/:taxonomy/:name', sheet: 'terms', kind: 'detail' },
  { path: '/authors', sheet: 'authors', kind: 'list' },
  { path: '/authors/:slug', sheet: 'authors', kind: 'detail' },
];

/** A made-up new site that a network of WordPress sites can move to: one host, a folder for each site. */
export const wordpressTarget: Target = {
  name: 'wordpress',
  sheets,
  privateSheets,
  routes,
  reconcile: [],
  claimed: { sheet: 'profiles', field: 'signedInAt' },
  accounts: {
    sheet: 'authors',
    loginIndex: 'nicename',
    loginPrivate: { sheet: 'profiles', field: 'email' },
    passwords: { sheet: 'legacy-passwords', field: 'hash', formats: [phpass, wordpressBcrypt] },
    refusal: () => undefined,
  },
};
