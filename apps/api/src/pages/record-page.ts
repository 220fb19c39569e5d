import type { PublicValue, RecordIndexes, Sheet, StoredRecord } from '@cutover/records';
import type { SiteMap } from '../site/site-map.ts';
import { markup, type Markup } from './markup.ts';
import { layout } from './layout.ts';
import { markdownToHtml } from './markdown.ts';

/** Fields that name a record for people, best first; sheets of any target tend to have one of them. */
const titleFields: readonly (readonly string[])[] = [
  ['title'],
  ['name'],
  ['fullName'],
  ['displayName'],
  ['headline'],
  ['subject'],
  ['label'],
  ['firstName', 'lastName'],
  ['slug'],
  ['id'],
];

export function titleOf(record: StoredRecord): string {
  for (const fields of titleFields) {
    const title = fields
      .map((field) => record[field])
      .filter((value) => typeof value === 'string' && value.trim() !== '')
      .join(' ');
    if (title !== '') return title;
  }
  return record.id;
}

export interface RecordPageInput {
  readonly siteName: string;
  readonly sheet: Sheet;
  readonly record: StoredRecord;
  readonly site: SiteMap;
  readonly records: RecordIndexes;
}

/** A record with all its fields; references are links to what they refer to. */
export function recordPage({ siteName, sheet, record, site, records }: RecordPageInput): string {
  const fields = Object.entries(record).filter(([, value]) => value !== null && value !== undefined);
  const show = (name: string, value: PublicValue): Markup | string => {
    if (typeof value === 'string' && sheet.markdown?.includes(name) === true) {
      return markup`<div class="text">${markdownToHtml(value)}</div>`;
    }
    const to = sheet.references[name];
    const other = to === undefined || typeof value !== 'string' ? undefined : records.byId(to, value);
    if (to === undefined || other === undefined) return plain(value);
    const path = site.pathOf(to, other);
    return path === undefined ? titleOf(other) : markup`<a href="${path}">${titleOf(other)}</a>`;
  };
  const canonical = site.pathOf(sheet.name, record);
  return layout({
    title: titleOf(record),
    siteName,
    recordId: record.id,
    ...(canonical === undefined ? {} : { canonical }),
    body: markup`<dl>
${fields.map(([name, value]) => markup`<dt>${name}</dt><dd>${show(name, value)}</dd>\n`)}</dl>`,
  });
}

function plain(value: PublicValue): Markup | string {
  if (typeof value === 'object') return (value ?? []).join(', ');
  const text = String(value);
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text)
    ? markup`<a href="${text}" rel="nofollow ugc noopener">${text}</a>`
    : text;
}
