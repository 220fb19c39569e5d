import { routes } from '../target/routes.ts';

/**
 * Machine-readable forms of legacy pages that the new site's lists do not have. Their fields end with the legacy
 * site, so that answering with a page, or with JSON of another shape, would break a client later and less clearly
 * than saying that they are gone.
 */
const noFeed =
  'There is no feed here any more. There are feeds of /project-updates, /project-buzz and /blog, with ?format=rss.';
const reasons: Readonly<Record<string, string>> = {
  json: 'The JSON form of the old site is gone. The new site has an API below /api.',
  jsonp: 'The JSON form of the old site is gone. The new site has an API below /api.',
  csv: 'There is no table of this any more, but one of /projects. All records are in the public repository, one file each.',
  rss: noFeed,
  xml: noFeed,
  ical: 'The calendar of the old site is gone.',
  pdf: 'The PDF form of the old site is gone.',
};

/** Why a form of a page is gone; undefined for the page itself (`html`) and for what was never a form. */
export function goneForm(form: string | null): string | undefined {
  const key = (form ?? '').toLowerCase();
  return Object.hasOwn(reasons, key) ? reasons[key] : undefined;
}

/** Whether the new site's list at this path has this form, too. */
export function hasForm(segments: readonly string[], form: string): boolean {
  return routes.some(({ path, forms }) => {
    const parts = path.slice(1).split('/');
    const isHere =
      parts.length === segments.length &&
      parts.every((part, index) => part.startsWith(':') || part === segments[index]);
    return isHere && Object.hasOwn(forms ?? {}, form.toLowerCase());
  });
}
