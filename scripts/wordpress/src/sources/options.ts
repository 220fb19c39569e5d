import {
  type Cell,
  defineSource,
  droppedColumn,
  foldedColumn,
  type MapContext,
  type Mapped,
  publicColumn,
} from '@cutover/records';
import { excluded, quarantined } from '../rules.ts';
import { blogOf, siteOf, siteTables } from '../tables.ts';
import { impliedBySite } from '../urls/implied.ts';
import { reference, text } from '../values.ts';
import { fateOfPost } from '../visibility.ts';

const carried = [
  'siteurl',
  'home',
  'blogname',
  'blogdescription',
  'permalink_structure',
  'category_base',
  'tag_base',
  'show_on_front',
  'page_on_front',
  'page_for_posts',
];
const credentials =
  /^(?:(?:secure_)?auth|logged_in|nonce)_(?:key|salt)$|^secret_key$|^mailserver_(?:pass|login)$|^recovery_keys$/;

/** Settings of a site. The one that every site has becomes its record, and the others part of it. */
export const options = (prefix: string) =>
  defineSource({
    source: 'options',
    tables: [siteTables(prefix, 'options')],
    presence: 'required',
    key: ['option_name'],
    references: {},
    columns: {
      option_id: droppedColumn('number of the row'),
      option_name: foldedColumn('which setting'),
      option_value: publicColumn('title, description, permalinkStructure …', {
        only: { column: 'option_name', values: carried },
      }),
      autoload: droppedColumn('tuning of the legacy software'),
    },
    keep: ['option_value'],
    map(row, context) {
      const name = row.option_name ?? '';
      if (name === 'siteurl') return siteRecord(row.option_value, context);
      if (carried.includes(name)) {
        return { outcome: 'folded', into: { source: 'options', scope: context.scope, key: ['siteurl'] } };
      }
      if (credentials.test(name)) return excluded('live-credentials');
      return excluded(/^_(?:site_)?transient_/.test(name) ? 'cache' : 'setting-not-carried');
    },
    urls: (_row, context) => impliedBySite(context),
  });

function siteRecord(siteUrl: Cell, context: MapContext): Mapped {
  const setting = (name: string) => text(context.row('options', [name])?.['option_value']);
  const home = setting('home') ?? siteUrl ?? '';
  if (!/^https?:\/\//.test(home) || !URL.canParse(home)) return quarantined('not-a-url', 'option_value');
  const { hostname, pathname } = new URL(home);
  const path = pathname.replaceAll(/^\/+|\/+$/g, '');
  const pageId = (name: string) => {
    const key = setting('show_on_front') === 'page' ? reference(setting(name) ?? null) : undefined;
    return key !== undefined && fateOfPost(key[0], context)?.outcome === 'public'
      ? context.id('posts', key)
      : undefined;
  };
  return {
    outcome: 'imported',
    records: [
      {
        sheet: 'sites',
        fields: {
          id: context.id(),
          slug: siteOf(context.scope),
          blog: blogOf(context.scope),
          home,
          host: hostname,
          path: text(path),
          address: path === '' ? hostname : `${hostname}/${path}`,
          title: setting('blogname') ?? '',
          description: setting('blogdescription'),
          permalinkStructure: setting('permalink_structure'),
          categoryBase: setting('category_base'),
          tagBase: setting('tag_base'),
          frontPageId: pageId('page_on_front'),
          postsPageId: pageId('page_for_posts'),
        },
      },
    ],
  };
}
