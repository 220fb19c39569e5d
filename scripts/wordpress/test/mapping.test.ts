import { type Cell, type KeptRow, type MapContext, Private, type Row } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { wordpress } from '../src/index.ts';

type Values = Readonly<Record<string, string | null>>;

const sourceOf = (name: string) => wordpress.sources.find(({ source }) => source === name)!;

/** A row as the engine gives it: columns that are not named are '', private ones wrapped. */
function rowOf(source: string, values: Values): Row {
  const row: Record<string, Cell | Private<Cell>> = {};
  for (const [name, rule] of Object.entries(sourceOf(source).columns)) {
    if (rule.class === 'dropped') continue;
    const value = values[name] ?? (name in values || rule.optional === true ? null : '');
    row[name] = rule.class === 'private' ? new Private(value) : value;
  }
  return row;
}

/** A context over a few rows, named `source/key`; rows of indexes as `source#value,value`. */
function contextOf(key: string, known: Readonly<Record<string, Values>> = {}): MapContext {
  const kept = (name: string, values: Values | undefined): KeptRow | undefined =>
    values && ({ ...values, $key: name.slice(name.indexOf('/') + 1).split(',') } as unknown as KeptRow);
  return {
    scope: '',
    key: [key],
    moment: '2026-01-31T12:00:00Z',
    id: (source = 'own', of = [key]) => `${source}/${of.join(',')}`,
    slug: () => 'main.slug',
    row: (source, of) => kept(`/${of.join(',')}`, known[`${source}/${of.join(',')}`]),
    rows: () => [],
    declassify: () => {
      throw new Error('nothing is declassified');
    },
  };
}

const map = (source: string, values: Values, known?: Readonly<Record<string, Values>>) =>
  sourceOf(source).map(rowOf(source, values), contextOf('1', known));

const published = { post_type: 'post', post_status: 'publish', post_password: '', post_parent: '0' };
const past = { post_date: '2020-01-01 00:00:00', post_date_gmt: '2020-01-01 00:00:00' };
const zero = { post_date: '0000-00-00 00:00:00', post_date_gmt: '0000-00-00 00:00:00' };
const post = { ID: '1', ...published, ...past };

describe('posts', () => {
  it.each([
    ['a published post', {}, 'imported'],
    ['a published page', { post_type: 'page' }, 'imported'],
    ['a post without dates', zero, 'imported'],
    ['a draft', { post_status: 'draft', ...zero }, 'not-published'],
    ['a status of some plugin', { post_status: 'archived' }, 'not-published'],
    ['a private post', { post_status: 'private' }, 'not-published'],
    ['a trashed post', { post_status: 'trash' }, 'not-published'],
    ['an automatic draft', { post_status: 'auto-draft' }, 'not-published'],
    ['a post that inherits nothing', { post_status: 'inherit' }, 'not-published'],
    ['a scheduled post', { post_status: 'future' }, 'scheduled'],
    ['a post of the moment', { post_date_gmt: '2026-01-31 12:00:00' }, 'imported'],
    ['a post of a second later', { post_date_gmt: '2026-01-31 12:00:01' }, 'scheduled'],
    ['a date that is none', { post_date_gmt: '2026-99-99 00:00:00' }, 'scheduled'],
    ['a local date of later', { ...zero, post_date: '2031-01-01 00:00:00' }, 'scheduled'],
    ['a post behind a password', { post_password: '0' }, 'password-protected'],
    ['a revision', { post_type: 'revision', post_status: 'inherit' }, 'machinery'],
    ['a menu', { post_type: 'nav_menu_item' }, 'machinery'],
    ['an unknown kind', { post_type: 'recipe' }, 'unknown-post-type'],
    ['a draft of an unknown kind', { post_type: 'recipe', post_status: 'draft' }, 'not-published'],
    ['no kind', { post_type: '' }, 'unknown-post-type'],
  ])('%s', (_name, values, expected) => {
    const mapped = map('posts', { ...post, ...values });
    expect('rule' in mapped ? mapped.rule : mapped.outcome).toBe(expected);
  });

  it.each([
    ['nothing', '0', 'imported'],
    ['a post that is gone', '9', 'imported'],
    ['a public post', '2', 'imported'],
    ['a draft', '3', 'belongs-to-excluded'],
    ['a post behind a password', '4', 'belongs-to-excluded'],
    ['an attachment of a draft', '5', 'belongs-to-excluded'],
    ['itself', '6', 'belongs-to-excluded'],
  ])('an attachment of %s', (_name, parent, expected) => {
    const attachment = { ...post, post_type: 'attachment', post_status: 'inherit' };
    const mapped = map(
      'posts',
      { ...attachment, post_parent: parent },
      {
        'posts/2': post,
        'posts/3': { ...post, post_status: 'draft' },
        'posts/4': { ...post, post_password: 'x' },
        'posts/5': { ...attachment, post_parent: '3' },
        'posts/6': { ...attachment, post_parent: '6' },
      },
    );
    expect('rule' in mapped ? mapped.rule : mapped.outcome).toBe(expected);
  });

  it('want slugs by site; drafts, revisions and unknown kinds want none', () => {
    const wants = (values: Values, scope = '') =>
      sourceOf('posts').wantsSlug!(rowOf('posts', { ...post, ...values }), scope);
    expect(wants({ post_name: 'hello' })).toEqual({ sheet: 'posts', slug: 'main.hello' });
    expect(wants({ post_name: '%e6%97%a5' }, '2')).toEqual({ sheet: 'posts', slug: 'site-2.日' });
    expect(wants({ post_name: '%e6%9' })).toEqual({ sheet: 'posts', slug: 'main.e6-9' });
    expect(wants({ post_name: '' })).toEqual({ sheet: 'posts', slug: 'main.post-1' });
    expect(wants({ post_status: 'draft' })).toBeUndefined();
    expect(wants({ post_type: 'revision' })).toBeUndefined();
    expect(wants({ post_type: 'recipe' })).toBeUndefined();
  });
});

describe('key-value rows', () => {
  it.each([
    ['usermeta', { user_id: '1', meta_key: 'nickname' }, { 'users/1': {} }, 'folded'],
    ['usermeta', { user_id: '1', meta_key: 'nickname' }, {}, 'dangling-reference'],
    ['usermeta', { user_id: '1', meta_key: 'nickname' }, { 'users/1': { spam: '1' } }, 'belongs-to-excluded'],
    ['usermeta', { user_id: '9', meta_key: 'session_tokens' }, {}, 'live-credentials'],
    ['usermeta', { user_id: '1', meta_key: 'wp_capabilities' }, { 'users/1': {} }, 'meta-not-carried'],
    ['usermeta', { user_id: '1', meta_key: null }, { 'users/1': {} }, 'meta-not-carried'],
    ['postmeta', { post_id: '2', meta_key: '_thumbnail_id' }, { 'posts/2': post }, 'folded'],
    ['postmeta', { post_id: '2', meta_key: '_thumbnail_id' }, {}, 'dangling-reference'],
    ['postmeta', { post_id: '2', meta_key: '_edit_lock' }, {}, 'meta-not-carried'],
    ['options', { option_name: 'blogname' }, {}, 'folded'],
    ['options', { option_name: 'auth_key' }, {}, 'live-credentials'],
    ['options', { option_name: '_transient_timeout_x' }, {}, 'cache'],
    ['options', { option_name: '_site_transient_x' }, {}, 'cache'],
    ['options', { option_name: 'active_plugins' }, {}, 'setting-not-carried'],
    ['options', { option_name: 'siteurl', option_value: 'example' }, {}, 'not-a-url'],
    ['options', { option_name: 'siteurl', option_value: 'http://example.org' }, {}, 'imported'],
  ])('%s %j with %j is %s', (source, values, known, expected) => {
    const mapped = map(source, values, known);
    expect('rule' in mapped ? mapped.rule : mapped.outcome).toBe(expected);
  });
});

describe('comments', () => {
  const comment = { comment_approved: '1', comment_type: 'comment', comment_post_ID: '2' };
  const drafted = { 'posts/2': { ...post, post_status: 'draft' } };
  it.each([
    ['approved', {}, { 'posts/2': post }, 'imported'],
    ['of an old version', { comment_type: '' }, { 'posts/2': post }, 'imported'],
    ['held', { comment_approved: '0' }, { 'posts/2': post }, 'not-approved'],
    ['spam', { comment_approved: 'spam' }, { 'posts/2': post }, 'not-approved'],
    ['trashed with its post', { comment_approved: 'post-trashed' }, drafted, 'not-approved'],
    ['a trackback', { comment_type: 'trackback' }, { 'posts/2': post }, 'pingback'],
    ['a review', { comment_type: 'review' }, { 'posts/2': post }, 'unknown-comment-type'],
    ['on a draft', {}, drafted, 'belongs-to-excluded'],
    ['on nothing', {}, {}, 'dangling-reference'],
    ['on a recipe', {}, { 'posts/2': { ...post, post_type: 'recipe' } }, 'dangling-reference'],
  ])('%s', (_name, values, known, expected) => {
    const mapped = map('comments', { ...comment, ...values }, known);
    expect('rule' in mapped ? mapped.rule : mapped.outcome).toBe(expected);
  });

  it('keep the address of who wrote them private, and one that is no web address out', () => {
    const mapped = map(
      'comments',
      { ...comment, comment_author_email: 'a@example.org', comment_author_url: 'javascript:alert(1)' },
      { 'posts/2': post },
    );
    expect(mapped).toMatchObject({
      privates: [{ sheet: 'commenters', fields: { email: expect.any(Private) } }],
    });
    expect(mapped).not.toHaveProperty('records.0.fields.authorUrl', expect.any(String));
  });
});
