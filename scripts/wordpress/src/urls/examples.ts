import { readFileSync } from 'node:fs';
import type { UrlExample } from '@cutover/records';
import { exampleRecords } from './example-records.ts';

/** The hand-written list of legacy URLs and what the new site owes them. */
export const examples = {
  records: exampleRecords,
  cases: parseExamples(readFileSync(new URL('legacy-urls.tsv', import.meta.url), 'utf8')),
};

/** Lines of URL, status and Location, separated by tabs; `#` starts a comment. Throws a TypeError where a line is no case. */
export function parseExamples(text: string): UrlExample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [url = '', status = '', location] = line.split('\t');
      if (!/^(?:https?:\/)?\//.test(url) || !/^\d{3}$/.test(status)) throw new TypeError(`no case: ${line}`);
      return { url, status: Number(status), ...(location === undefined ? {} : { location }) };
    });
}
