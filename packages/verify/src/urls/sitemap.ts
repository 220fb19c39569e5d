import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { SaxesParser } from 'saxes';

/** Sitemaps that an index names, and indexes within indexes, up to here (sitemaps.org allows one level). */
const maxDepth = 3;

/**
 * The addresses in a sitemap, or in all that a sitemap index names: a file or a URL, plain or gzipped, streamed.
 * Throws CutoverError `sitemap-unreadable` where one cannot be fetched or is no sitemap.
 */
export async function* readSitemap(place: string, depth = 0): AsyncGenerator<string> {
  let nested: string[] = [];
  let seen = false;
  const found: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  let path: string[] = [];
  let text = '';
  parser.on('doctype', () => parser.fail('a sitemap has no DOCTYPE'));
  parser.on('opentag', ({ local }) => {
    path.push(local);
    text = '';
    if (path.length === 1) seen = local === 'urlset' || local === 'sitemapindex';
  });
  parser.on('text', (piece) => (text += piece));
  parser.on('cdata', (piece) => (text += piece));
  parser.on('closetag', () => {
    const at = path.join('/');
    if (at === 'urlset/url/loc') found.push(text.trim());
    else if (at === 'sitemapindex/sitemap/loc') nested.push(text.trim());
    path = path.slice(0, -1);
  });
  try {
    for await (const chunk of await openSitemap(place)) {
      parser.write(String(chunk));
      yield* found.splice(0);
    }
    parser.close();
    yield* found.splice(0);
  } catch (cause) {
    throw unreadable(place, messageOf(cause), cause);
  }
  if (!seen) throw unreadable(place, 'it is no sitemap');
  if (nested.length > 0 && depth >= maxDepth) throw unreadable(place, 'its indexes do not come to an end');
  const base = /^https?:/i.test(place) ? place : undefined;
  const here = new Set(nested);
  nested = [];
  for (const next of here) {
    yield* readSitemap(base === undefined ? next : new URL(next, base).href, depth + 1);
  }
}

async function openSitemap(place: string): Promise<Readable> {
  const bytes = await openBytes(place);
  const iterator = bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await iterator.next();
  const whole = Readable.from(chain(first, iterator), { objectMode: false });
  const zipped = first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!zipped) return whole.setEncoding('utf8');
  const gunzip = createGunzip();
  whole.once('error', (error) => gunzip.destroy(error));
  return whole.pipe(gunzip).setEncoding('utf8');
}

async function* chain(first: IteratorResult<Buffer>, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

async function openBytes(place: string): Promise<AsyncIterable<unknown>> {
  if (!/^https?:\/\//i.test(place)) return createReadStream(place);
  const { request } = await import('undici');
  const { statusCode, body } = await request(place);
  if (statusCode === 200) return body;
  await body.dump();
  throw new Error(`it answers ${statusCode}`);
}

function unreadable(place: string, why: string, cause?: unknown): CutoverError {
  if (cause instanceof CutoverError) return cause;
  return new CutoverError('sitemap-unreadable', `the sitemap ${place} cannot be read: ${why}`, {
    next: 'give the address or the file of a sitemap.xml that is there and whole',
    data: { sitemap: place },
    exitCode: exitCodes.preflightFailed,
    ...(cause === undefined ? {} : { cause }),
  });
}
