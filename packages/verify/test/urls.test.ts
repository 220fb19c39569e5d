import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { scratchDir } from '@cutover/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  noFacts,
  parseLogLine,
  readAccessLogs,
  readMapping,
  readSitemap,
  readUrlFile,
  reduceQuery,
  type RowUrls,
  sampleUrls,
  undecidedAsMapping,
} from '../src/index.ts';
import { HitCounter } from '../src/urls/count-hits.ts';
import { serve } from './support/servers.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

function file(content: string | Buffer, name = 'file'): string {
  const path = join(scratch.dir, name);
  writeFileSync(path, content);
  return path;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const time = '[21/Nov/2026:05:45:08 +0100]';
const timeMs = Date.parse('2026-11-21T04:45:08Z');

describe('a line of an access log', () => {
  const get = { method: 'GET', target: '/a?b=c', status: 200, timeMs };
  it.each([
    ['common', `192.0.2.1 - - ${time} "GET /a?b=c HTTP/1.1" 200 12`],
    [
      'combined',
      `192.0.2.1 - jane ${time} "GET /a?b=c HTTP/1.1" 200 - "http://x/ \\"y\\"" "Mozilla (x; [y])"`,
    ],
    ['with the virtual host', `example.org:443 192.0.2.1 - - ${time} "GET /a?b=c HTTP/2.0" 200 12 "-" "-"`],
    ['with a user of several words', `192.0.2.1 - jane doe ${time} "GET /a?b=c HTTP/1.1" 200 12`],
    ['IPv6', `2001:db8::1 - - ${time} "GET /a?b=c HTTP/1.1" 200 12`],
    [
      'JSON with a request line',
      `{"time_local":"21/Nov/2026:05:45:08 +0100","request":"GET /a?b=c HTTP/1.1","status":"200"}`,
    ],
    [
      'JSON of nginx',
      `{"time_iso8601":"2026-11-21T05:45:08+01:00","request_method":"GET","request_uri":"/a?b=c","status":200}`,
    ],
    [
      'JSON with the query apart',
      `{"ts":${timeMs / 1000},"method":"GET","uri":"/a","args":"b=c","status":200}`,
    ],
    ['JSON of Caddy', `{"ts":${timeMs / 1000},"request":{"method":"GET","uri":"/a?b=c"},"status":200}`],
  ])('is known: %s', (_name, line) => expect(parseLogLine(line)).toEqual(get));

  it.each([
    ['bytes that were escaped', `x - - ${time} "GET /caf\\xc3\\xa9 HTTP/1.1" 200 1`, '/caf%C3%A9'],
    ['letters that were not', `x - - ${time} "GET /café HTTP/1.1" 200 1`, '/caf%C3%A9'],
    ['a quote in it', `x - - ${time} "GET /\\"a\\" HTTP/1.1" 200 1`, '/"a"'],
  ])('has its URL as it is asked for: %s', (_name, line, target) =>
    expect(parseLogLine(line)).toMatchObject({ target }),
  );

  it.each([
    ['a TLS handshake', `x - - ${time} "\\x16\\x03\\x01" 400 1`],
    ['a proxy scan', `x - - ${time} "CONNECT a.test:443 HTTP/1.1" 405 1`],
    ['nothing at all', `x - - ${time} "-" 408 0`],
  ])('is noise: %s', (_name, line) => expect(parseLogLine(line)).toBe('noise'));

  it.each(['', 'error: no such file', '{"a":1}', '{broken', '#Fields: date time'])('is none: %j', (line) =>
    expect(parseLogLine(line)).toBeUndefined(),
  );
});

describe('access logs', () => {
  const line = (target: string, status = 200, method = 'GET') =>
    `x - - ${time} "${method} ${target} HTTP/1.1" ${status} 1\n`;

  it('are counted by what matters of a URL, and everything else is accounted for', async () => {
    const plain = file(
      line('/a?tag=x&utm_source=y') +
        line('/a?utm_source=z&tag=x') +
        line('/a') +
        line('/b', 404) +
        line('/c', 200, 'POST'),
    );
    const zipped = file(
      // Rotated logs are often several gzip members in one file.
      Buffer.concat([
        gzipSync(line('/a', 304)),
        gzipSync(`${line('/d', 301)}x - - ${time} "\\x16" 400 1\nno log\n`),
      ]),
      'log.gz',
    );
    const facts = noFacts();
    const urls = await all(
      readAccessLogs([plain, zipped], { workDir: scratch.dir, parameters: ['tag'] }, facts),
    );
    expect(urls).toEqual([
      { url: '/a', hits: 2 },
      { url: '/a?tag=x', hits: 2 },
      { url: '/d', hits: 1 },
    ]);
    expect(facts).toMatchObject({
      lines: 9,
      counted: 5,
      otherMethods: 1,
      refusedByLegacy: 1,
      noise: 1,
      unreadable: 1,
      firstUnreadable: `${zipped}, line 4`,
      from: '2026-11-21T04:45:08.000Z',
    });
    const { lines, ...parts } = facts;
    const accounted = Object.values(parts).reduce(
      (sum: number, n) => sum + (typeof n === 'number' ? n : 0),
      0,
    );
    expect(accounted).toBe(lines);
  });

  it('are read from a day on, and a line without a time then cannot be judged', async () => {
    const facts = noFacts();
    const path = file(`${line('/a')}{"uri":"/b","status":200}\n`);
    const sinceMs = timeMs + 1;
    expect(
      await all(readAccessLogs([path], { workDir: scratch.dir, parameters: [], sinceMs }, facts)),
    ).toEqual([]);
    expect(facts).toMatchObject({ tooOld: 1, unreadable: 1 });
  });

  it('are refused by name where one is cut off or not there', async () => {
    const options = { workDir: scratch.dir, parameters: [] };
    const cut = file(gzipSync(line('/a').repeat(1000)).subarray(0, 40), 'cut.gz');
    await expect(all(readAccessLogs([cut], options))).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(all(readAccessLogs([join(scratch.dir, 'none')], options))).rejects.toMatchObject({
      code: 'file-unreadable',
    });
  });

  it('have lines of any length and endings', async () => {
    const facts = noFacts();
    const path = file(`${line('/a').trim()}\r\n${'x'.repeat(3 << 20)}\n${line('/b').trim()}`);
    const urls = await all(readAccessLogs([path], { workDir: scratch.dir, parameters: [] }, facts));
    expect(urls.map(({ url }) => url)).toEqual(['/a', '/b']);
    expect(facts).toMatchObject({ lines: 3, unreadable: 1, firstUnreadable: `${path}, line 2` });
  });
});

describe('counting', () => {
  it('gives the same through files as in memory, and leaves none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 2 }), { maxLength: 400 }), async (texts) => {
        const small = new HitCounter({ workDir: scratch.dir, maxInMemory: 250 });
        const large = new HitCounter({ workDir: scratch.dir });
        for (const text of texts) {
          await small.add(text);
          await large.add(text);
        }
        expect(await all(small.counted())).toEqual(await all(large.counted()));
        await small.remove();
        expect(readdirSync(scratch.dir)).toEqual([]);
      }),
      { seed: 7, numRuns: 20 },
    );
  });
});

describe('query parameters', () => {
  it.each([
    ['/a?b=1&c=2&d=3', '/a?d=3&b=1'],
    ['/a?c=2', '/a'],
    ['/a?b=1#x', '/a?b=1'],
    ['/a?b', '/a?b'],
    ['/a?%62=1', '/a?%62=1'],
    ['/a?%zz=1', '/a'],
    ['/a?b=1&b=2', '/a?b=1&b=2'],
  ])('%s → %s', (url, reduced) => expect(reduceQuery(url, ['d', 'b'])).toBe(reduced));
});

describe('a file of URLs', () => {
  const expectPage = (url: string) => ({ url, rule: 'a page', status: 200 });
  const read = (text: string) => all(readUrlFile(file(text), expectPage));

  it('has URLs alone, and URLs with what they are owed', async () => {
    const rows = await read('# old ones\n/a\nhttps://example.org/b?c=d#e\n\n/f\t301\t/g\tid-1\n/h\t410\n');
    expect(rows.map(({ urls: [url] }) => url)).toEqual([
      { url: '/a', rule: 'a page', status: 200 },
      { url: '/b?c=d#e', rule: 'a page', status: 200 },
      { url: '/f', rule: 'listed 301', status: 301, location: '/g', marker: 'id-1' },
      { url: '/h', rule: 'listed 410', status: 410 },
    ]);
  });

  it.each(['a page', '/a\tgone', '/a\t301', '/a\t200\t/b', 'ftp://x/y', '/a\t301\t/b\tc\td'])(
    'refuses %j with its line',
    async (line) => {
      await expect(read(`/ok\n${line}\n`)).rejects.toMatchObject({
        code: 'url-file-line',
        data: { line: 2 },
      });
    },
  );
});

describe('a mapping file', () => {
  const read = (text: string) => readMapping(file(text));

  it('is read, and what is suggested counts for nothing until somebody takes the # off', async () => {
    expect(await read('/a\tgone\n/b/*\tredirect\t/c\n/d\tarchive\n')).toEqual([
      { pattern: '/a', decision: 'gone' },
      { pattern: '/b/*', decision: 'redirect', to: '/c' },
      { pattern: '/d', decision: 'archive' },
    ]);
    const suggested = undecidedAsMapping([
      { url: '/x', hits: 2, decision: 'redirect', to: '/y', because: 'it is alike' },
    ]);
    expect(await read(suggested)).toEqual([]);
    expect(await read(suggested.replace('#/x', '/x'))).toEqual([
      { pattern: '/x', decision: 'redirect', to: '/y' },
    ]);
  });

  it.each(['/a\tkeep', '/a\tredirect', '/a\tgone\t/b', 'a\tgone', '/a\tredirect\t//b', '/a\tgone\n/a\tgone'])(
    'refuses %j',
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({ code: 'mapping-line' });
    },
  );
});

describe('a sitemap', () => {
  const urlset = (...urls: string[]) =>
    `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="urn:i">${urls
      .map((url) => `<url><loc> ${url} </loc><i:image><i:loc>https://x.test/no</i:loc></i:image></url>`)
      .join('')}</urlset>`;

  it('gives its addresses, gzipped too, and those of all that an index names', async () => {
    expect(await all(readSitemap(file(urlset('https://x.test/a?b&amp;c'))))).toEqual([
      'https://x.test/a?b&c',
    ]);
    const site = await serve((request, response) => {
      if (request.url === '/a.gz') response.end(gzipSync(urlset('https://x.test/1', 'https://x.test/2')));
      else if (request.url === '/b') response.end(urlset('https://x.test/3'));
      else
        response.end(
          `<sitemapindex><sitemap><loc>/a.gz</loc></sitemap><sitemap><loc>/b</loc></sitemap></sitemapindex>`,
        );
    });
    try {
      expect(await all(readSitemap(`${site.url}/map`))).toEqual([1, 2, 3].map((n) => `https://x.test/${n}`));
    } finally {
      await site.close();
    }
  });

  it.each([
    ['a web page', '<html><body>x</body></html>'],
    ['one that is cut off', urlset('https://x.test/a').slice(0, -9)],
    ['one with a DTD', `<!DOCTYPE urlset [<!ENTITY a "b">]>${urlset('&a;')}`],
    ['none', ''],
  ])('is refused: %s', async (_name, text) => {
    await expect(all(readSitemap(file(text)))).rejects.toMatchObject({ code: 'sitemap-unreadable' });
  });

  it('is refused where indexes name each other, or it is not there', async () => {
    const site = await serve((request, response) => {
      if (request.url === '/none') response.writeHead(404).end();
      else response.end('<sitemapindex><sitemap><loc>/map</loc></sitemap></sitemapindex>');
    });
    try {
      for (const path of ['map', 'none'])
        await expect(all(readSitemap(`${site.url}/${path}`))).rejects.toMatchObject({
          code: 'sitemap-unreadable',
        });
    } finally {
      await site.close();
    }
  });
});

describe('a sample', () => {
  async function* urls(count: number, backwards = false): AsyncGenerator<RowUrls> {
    for (let i = 0; i < count; i++) {
      const n = backwards ? count - 1 - i : i;
      yield { row: 'r', urls: [{ url: `/${n}`, rule: 'r', status: 200 }] };
    }
  }
  const drawn = async (count: number, seed = 's', backwards = false) =>
    (await sampleUrls(urls(count, backwards), 10, seed)).rows.map(({ urls: [one] }) => one!.url);

  it('is the same for a seed, another for another, and spread over all', async () => {
    expect(await drawn(1000)).toEqual(await drawn(1000));
    expect(await drawn(1000)).not.toEqual(await drawn(1000, 't'));
    expect((await sampleUrls(urls(1000), 10, 's')).total).toBe(1000);
    expect(new Set(await drawn(1000)).size).toBe(10);
    expect((await drawn(4)).sort()).toEqual(['/0', '/1', '/2', '/3']);
    const late = (await Promise.all(Array.from({ length: 40 }, (_, n) => drawn(1000, `${n}`)))).flat();
    expect(late.filter((url) => Number(url.slice(1)) >= 500).length / late.length).toBeGreaterThan(0.4);
  });

  it('is the same in whatever order they come, as threads write them', async () => {
    expect(await drawn(1000, 's', true)).toEqual(await drawn(1000));
    expect(await drawn(15, 's', true)).toEqual(await drawn(15));
  });
});
