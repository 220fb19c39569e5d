import { CutoverError, exitCodes } from '@cutover/core';
import type { RowUrls } from '../redirects/expected-url.ts';
import { readLines } from './read-lines.ts';

/** What is not said in the file: the answer that a URL alone is owed. */
export type Expect = (url: string, hits?: number) => RowUrls['urls'][number];

/**
 * URLs of a file: one a line, or URL, status, `Location` and marker separated by tabs; `#` starts a comment.
 * A line with a URL alone is answered by `expect`. Throws CutoverError `url-file-line` for any other line.
 */
export async function* readUrlFile(path: string, expect: Expect): AsyncGenerator<RowUrls> {
  for await (const { text, number } of readLines(path)) {
    if (text.trim() === '' || text.startsWith('#')) continue;
    const row = `${path}:${number}`;
    const [given = '', status, location, marker, ...rest] = text.split('\t').map((cell) => cell.trim());
    const url = sitePath(given);
    if (url === undefined || rest.length > 0)
      throw badLine(path, number, 'it does not begin with a URL or a path');
    if (status === undefined || status === '') {
      yield { row, urls: [expect(url)] };
      continue;
    }
    if (!/^[2-5]\d\d$/.test(status)) throw badLine(path, number, `${status} is no status`);
    const redirects = status.startsWith('3');
    if (redirects !== (location !== undefined && location !== ''))
      throw badLine(path, number, redirects ? 'a redirect needs its Location' : `${status} has no Location`);
    yield {
      row,
      urls: [
        {
          url,
          rule: `listed ${status}`,
          status: Number(status),
          ...(redirects ? { location: location! } : {}),
          ...(marker === undefined || marker === '' ? {} : { marker }),
        },
      ],
    };
  }
}

/** A path as it is; of an absolute URL its path, query and fragment. */
export function sitePath(url: string): string | undefined {
  if (url.startsWith('/') && !url.startsWith('//')) return url;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { pathname, search, hash } = new URL(url);
  return `${pathname}${search}${hash}`;
}

function badLine(path: string, line: number, why: string): CutoverError {
  return new CutoverError('url-file-line', `${path}, line ${line}: ${why}`, {
    next: 'write one URL a line, or URL, status, Location and marker separated by tabs',
    data: { file: path, line },
    exitCode: exitCodes.usage,
  });
}
