import type { Cell, KeptRow, MapContext } from '@cutover/records';
import { excluded, type Fate, isPublic, quarantined } from './rules.ts';
import { reference, timestamp } from './values.ts';

/** Columns that say whether a post was public, kept for lookups by what belongs to it. */
export const visibilityColumns = [
  'post_type',
  'post_status',
  'post_password',
  'post_date',
  'post_date_gmt',
  'post_parent',
] as const;

type PostState = { readonly [K in (typeof visibilityColumns)[number]]: Cell };

const machinery: ReadonlySet<unknown> = new Set([
  'revision',
  'nav_menu_item',
  'custom_css',
  'customize_changeset',
  'oembed_cache',
  'user_request',
  'wp_block',
  'wp_template',
  'wp_template_part',
  'wp_global_styles',
  'wp_navigation',
  'wp_font_family',
  'wp_font_face',
  'scheduled-action',
]);

/** Whether a post, page or attachment was public at the dump's moment. Anything but a plain yes is a no. */
export function postFate(post: PostState, context: MapContext): Fate {
  if (machinery.has(post.post_type)) return excluded('machinery');
  const published = publication(post, context, 0);
  if (published.outcome !== 'public' || kindOf(post.post_type) !== undefined) return published;
  return quarantined('unknown-post-type', 'post_type');
}

export function kindOf(type: Cell | undefined): 'post' | 'page' | 'attachment' | undefined {
  return type === 'post' || type === 'page' || type === 'attachment' ? type : undefined;
}

/** The fate of the post that a cell refers to; undefined where there is none. */
export function fateOfPost(cell: Cell, context: MapContext): Fate | undefined {
  const key = reference(cell);
  const post = key === undefined ? undefined : context.row('posts', key);
  return post === undefined ? undefined : postFate(post as KeptRow & PostState, context);
}

/** Attachments inherit from what they were put into; one that was put into nothing is public. */
function publication(post: PostState, context: MapContext, depth: number): Fate {
  if (post.post_status === 'inherit' && post.post_type === 'attachment') {
    const key = reference(post.post_parent);
    const parent = key === undefined ? undefined : context.row('posts', key);
    if (parent === undefined) return isPublic;
    if (depth > 5 || publication(parent as KeptRow & PostState, context, depth + 1).outcome !== 'public')
      return excluded('belongs-to-excluded');
    return isPublic;
  }
  if (post.post_status === 'future') return excluded('scheduled');
  if (post.post_status !== 'publish') return excluded('not-published');
  if (post.post_password !== '') return excluded('password-protected');
  const at = timestamp(post.post_date_gmt) ?? timestamp(post.post_date);
  if (at !== undefined && !(Date.parse(at) <= Date.parse(context.moment))) return excluded('scheduled');
  return isPublic;
}
