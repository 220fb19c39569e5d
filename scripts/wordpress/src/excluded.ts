import type { ExcludedTables } from '@cutover/records';
import type { Rule } from './rules.ts';
import { foreignTables, ownTables } from './tables.ts';

const content = [
  'posts',
  'postmeta',
  'terms',
  'term_taxonomy',
  'term_relationships',
  'comments',
  'options',
  'links',
];
const accounts = ['users', 'usermeta'];
const pluginMeta = ['commentmeta', 'termmeta'];
const network = ['blogs', 'blogmeta', 'blog_versions', 'site', 'sitemeta', 'signups', 'registration_log'];
const plugins = ['actionscheduler_', 'wc_', 'woocommerce_'];

/** Tables that are not imported. Their rows are counted under the rule; any other table is schema drift. */
export function excludedTables(prefix: string): readonly (ExcludedTables & { readonly rule: Rule })[] {
  return [
    { tables: [ownTables(prefix, pluginMeta)], rule: 'plugin-meta' },
    { tables: [ownTables(prefix, network)], rule: 'network' },
    { tables: [ownTables(prefix, plugins)], rule: 'plugin-tables' },
    {
      tables: [foreignTables(prefix, [...content, ...accounts, ...pluginMeta, ...network, ...plugins])],
      rule: 'foreign-install',
    },
  ];
}
