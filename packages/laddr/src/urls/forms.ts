/**
 * Machine-readable forms of legacy pages. Their fields end with the legacy site, so that answering with a page,
 * or with JSON of another shape, would break a client later and less clearly than saying that they are gone.
 */
const reasons: Readonly<Record<string, string>> = {
  json: 'The JSON form of the old site is gone. The new site has an API below /api.',
  jsonp: 'The JSON form of the old site is gone. The new site has an API below /api.',
  csv: 'The CSV exports of the old site are gone. The same records are in the public repository, one file each.',
  rss: 'The RSS feeds of the old site are gone. Updates are listed at /project-updates and posts at /blog.',
  xml: 'The RSS feeds of the old site are gone. Updates are listed at /project-updates and posts at /blog.',
  ical: 'The calendar of the old site is gone.',
  pdf: 'The PDF form of the old site is gone.',
};

/** Why a form of a page is gone; undefined for the page itself (`html`) and for what was never a form. */
export function goneForm(form: string | null): string | undefined {
  const key = (form ?? '').toLowerCase();
  return Object.hasOwn(reasons, key) ? reasons[key] : undefined;
}
