import type { ListForms } from '@cutover/records';
import type { Page } from '../site/page.ts';
import type { SiteMap } from '../site/site-map.ts';
import { markup, type Markup } from './markup.ts';
import { layout } from './layout.ts';
import { titleOf } from './record-page.ts';

export interface ListPageInput {
  readonly siteName: string;
  readonly sheet: string;
  readonly page: Page;
  readonly site: SiteMap;
  /** Path of this list, as it was asked for. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Whether there are a feed and a table of the same list. */
  readonly forms: ListForms;
}

/** One page of a list, with links to its records and to the pages beside it. */
export function listPage({ siteName, sheet, page, site, path, query, forms }: ListPageInput): string {
  const items = page.records.map((record) => {
    const to = site.pathOf(sheet, record);
    const title = titleOf(record);
    return markup`<li>${to === undefined ? title : markup`<a href="${to}">${title}</a>`}</li>\n`;
  });
  const beside = (number: number, label: string): Markup | undefined => {
    if (number < 1 || number > page.pages) return undefined;
    const other = new URLSearchParams(query);
    other.set('page', String(number));
    return markup`<a href="${`${path}?${other.toString()}`}">${label}</a>`;
  };
  const formed = (form: string): string => {
    const other = new URLSearchParams(query);
    for (const name of ['page', 'perPage']) other.delete(name);
    other.set('format', form);
    return `${path}?${other.toString()}`;
  };
  const feed = forms.rss === undefined ? undefined : formed('rss');
  return layout({
    title: sheet,
    siteName,
    feed,
    body: markup`<form method="get" action="${path}" role="search">${hidden(query)}<p><label>Search <input type="search" name="q" value="${query.get('q') ?? ''}" maxlength="200"></label> <button>Search</button></p></form>
<p>${page.total} in all, page ${page.page} of ${page.pages}</p>
<ul>
${items}</ul>
<nav>${beside(page.page - 1, 'Previous')}${beside(page.page + 1, 'Next')}${feed === undefined ? undefined : markup`<a href="${feed}">Feed</a>`}${forms.csv === undefined ? undefined : markup`<a href="${formed('csv')}">Table</a>`}</nav>`,
  });
}

/** The filters that a search is within. */
function hidden(query: URLSearchParams): Markup[] {
  return [...query]
    .filter(([name]) => !['q', 'page', 'format'].includes(name))
    .map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`);
}

/** What there is to see. */
export function homePage(siteName: string, entrances: readonly string[]): string {
  return layout({
    title: siteName,
    siteName,
    canonical: '/',
    body: markup`<ul>
${entrances.map((path) => markup`<li><a href="${path}">${path}</a></li>\n`)}</ul>`,
  });
}

/** A page that says something, e.g. why there is nothing here. */
export function messagePage(siteName: string, title: string, message: string): string {
  return layout({ title, siteName, body: markup`<p>${message}</p>` });
}
