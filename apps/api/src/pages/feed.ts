import type { Feed as FeedFields, Sheet, StoredRecord } from '@cutover/records';
import { Feed } from 'feed';
import { markdownToHtml } from './markdown.ts';
import { titleOf } from './record-page.ts';

const newest = 50;

export interface FeedInput {
  readonly siteName: string;
  /** Addresses in a feed are whole ones. */
  readonly origin: string;
  /** Path of the list, with its query. */
  readonly path: string;
  readonly sheet: Sheet;
  readonly feed: FeedFields;
  readonly records: readonly StoredRecord[];
  pathOf(record: StoredRecord): string | undefined;
}

/** RSS 2.0 of the newest records of a list, newest first; what has no moment is not in it. */
export function feedOf(input: FeedInput): string {
  const { siteName, origin, path, sheet, feed, records, pathOf } = input;
  const dated = records.flatMap((record) => {
    const at = Date.parse(String(record[feed.at]));
    return Number.isNaN(at) ? [] : [{ record, at }];
  });
  const items = dated.sort((a, b) => b.at - a.at).slice(0, newest);
  const channel = new Feed({
    id: origin + path,
    title: printable(`${siteName}: ${sheet.name}`),
    description: printable(`The newest of ${sheet.name}`),
    link: origin + path.split('?', 1)[0],
    feedLinks: { rss: printable(origin + path) },
    copyright: '',
    updated: new Date(items[0]?.at ?? 0),
  });
  for (const { record, at } of items) {
    const to = pathOf(record);
    const text = record[feed.text];
    channel.addItem({
      id: record.id,
      guid: record.id,
      title: printable(titleOf(record)),
      link: to === undefined ? origin : origin + to,
      date: new Date(at),
      ...(typeof text === 'string' ? { content: printable(textOf(sheet, feed.text, text)) } : {}),
    });
  }
  return channel.rss2();
}

function textOf(sheet: Sheet, field: string, text: string): string {
  return sheet.markdown?.includes(field) === true ? markdownToHtml(text).text : text;
}

/** Without the characters that XML cannot hold at all (XML 1.0 §2.2). */
function printable(text: string): string {
  return text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}
