import { createServer, type Server } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { laddr } from '@cutover/laddr';
import { RecordIndexes } from '@cutover/records';
import { makeCertificate, scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkHttps,
  checkRedirects,
  DecisionBook,
  type ExpectedUrl,
  followRedirects,
  hitsSentence,
  parseVia,
  readVia,
  RedirectCsv,
  type RowUrls,
  RuleBook,
  redirectHtml,
} from '../src/index.ts';
import { retryAfterMs } from '../src/http.ts';
import { laddrLike, newSite, serve, type TestSite } from './support/servers.ts';

const records = new RecordIndexes(laddr.target.sheets);
for (const [sheet, list] of Object.entries(laddr.urls.examples.records))
  for (const record of list) records.add(sheet, record);

let sites: TestSite[] = [];
const started = async (site: Promise<TestSite>): Promise<TestSite> => {
  sites.push(await site);
  return sites.at(-1)!;
};
afterEach(async () => {
  await Promise.all(sites.map((site) => site.close()));
  sites = [];
});

async function* rows(...urls: ExpectedUrl[]): AsyncGenerator<RowUrls> {
  for (const url of urls) yield { row: 'a list', urls: [url] };
}

const moved = (more: Partial<ExpectedUrl> = {}): ExpectedUrl => ({
  url: '/old',
  rule: 'old',
  status: 301,
  location: '/new',
  marker: 'id-1',
  ...more,
});

describe('URLs that no row implies', () => {
  const book = new RuleBook({
    rules: laddr.urls,
    target: laddr.target,
    records,
    decisions: [
      { pattern: '/wiki/*', decision: 'archive', to: '/blog/about' },
      { pattern: '/wiki/start', decision: 'gone' },
      { pattern: '/never/*', decision: 'gone' },
    ],
  });

  it('are owed what rules, pages and decisions say, and are undecided otherwise', () => {
    const { expect: owed } = book;
    expect(owed('/projects/LADDR', 7)).toMatchObject({ status: 301, location: '/projects/laddr', hits: 7 });
    expect(owed('/projects/LADDR').marker).toBe(owed('/projects/laddr').marker);
    expect(owed('/projects/laddr')).toMatchObject({ status: 200, rule: '/projects/…' });
    expect(owed('/projects')).toMatchObject({ status: 200 });
    expect(owed('/projects/laddr/updates')).toMatchObject({ status: 200 });
    expect(owed('/checkin')).toMatchObject({ status: 410 });
    expect(owed('/wiki/start')).toMatchObject({ status: 410, rule: 'decided gone: /wiki/start' });
    expect(owed('/wiki/other')).toMatchObject({ status: 301, location: '/blog/about' });
    expect(owed('/projects/no-such-project').status).toBeUndefined();
    expect(owed('/old/laddr')).toMatchObject({
      status: undefined,
      suggestion: { decision: 'redirect', to: '/projects/laddr' },
    });
    expect(owed('/report.pdf').suggestion?.decision).toBe('archive');
    expect(owed('/css/site.css').suggestion?.decision).toBe('gone');
    expect(owed('/projects/zzz').suggestion).toMatchObject({ decision: 'redirect', to: '/projects' });
    expect(book.unusedDecisions()).toEqual(['/never/*']);
  });

  it('hold against the new site, and an undecided one is a finding with its hits', async () => {
    const site = await started(newSite(laddr.urls, laddr.target, records));
    const urls = ['/projects/LADDR', '/projects/2', '/checkin', '/projects'].map((url) =>
      book.expect(url, 10),
    );
    const good = await followRedirects(site.url, rows(...urls));
    expect(good.check).toMatchObject({ outcome: 'holds', looked: 4, evidence: { hitsVerified: '100.00 %' } });
    const undecided = await followRedirects(site.url, rows(...urls, book.expect('/lost', 1)));
    expect(undecided.check).toMatchObject({ outcome: 'fails', evidence: { hitsVerified: '97.56 %' } });
    expect(undecided.check.findings[0]).toMatchObject({ code: 'redirect-undecided', subject: '/lost' });
    expect(hitsSentence(undecided.tally)).toBe('97.56 % of 41 hits verified');
  });

  it('are compared with what the old site answers', async () => {
    const site = await started(newSite(laddr.urls, laddr.target, records));
    const old = await started(laddrLike(records));
    const check = (...urls: ExpectedUrl[]) =>
      checkRedirects(site.url, rows(...urls), { legacy: { url: old.url } });
    expect(await check(book.expect('/members/Ada'), book.expect('/nobody/knows'))).toMatchObject({
      outcome: 'holds',
    });
    const lost = await check(
      { url: '/projects/laddr/gone', rule: 'x', status: 404 },
      book.expect('/projects'),
    );
    expect(lost.findings[0]?.code).toBe('redirect-page-lost');
    expect(lost.evidence['statusOfOldAndNew']).toEqual({ '200 is now 404': 1, '200 is now 200': 1 });
    await old.close();
    expect((await check(book.expect('/projects'))).outcome).toBe('unknown');
  });
});

describe('what the old site answers', () => {
  /** An old site and a new one by path: a status, or where it leads to. */
  type Paths = Readonly<Record<string, number | string>>;
  const site = (paths: Paths) =>
    started(
      serve((request, response) => {
        const answer = paths[request.url!] ?? 404;
        if (typeof answer === 'number') response.writeHead(answer).end('id-1');
        else response.writeHead(301, { location: answer }).end();
      }),
    );
  const compare = async (old: Paths, now: Paths, more: Partial<ExpectedUrl> = {}) => {
    const [before, after] = [await site(old), await site(now)];
    const expected = { url: '/a', rule: 'x', status: 301, location: '/b', ...more } as ExpectedUrl;
    const judged: string[] = [];
    const { check } = await followRedirects(after.url, rows(expected), {
      legacy: { url: before.url },
      onResult: ({ result, code, expected: { suggestion } }) =>
        void judged.push(`${result} ${code ?? suggestion?.to ?? ''}`.trim()),
    });
    return { judged: judged[0], message: check.findings[0]?.message };
  };

  it.each<[string, Paths, Paths, string]>([
    ['leads to the same page', { '/a': '/b', '/b': 200 }, { '/a': '/b', '/b': 200 }, 'verified'],
    [
      'leads to what leads to the same page now',
      { '/a': '/c', '/c': '/d', '/d': 200 },
      { '/a': '/b', '/b': 200, '/d': '/b' },
      'verified',
    ],
    [
      'leads to another page',
      { '/a': '/c', '/c': 200 },
      { '/a': '/b', '/b': 200, '/c': 200 },
      'failed redirect-legacy-differs',
    ],
    [
      'leads to what leads to another page now',
      { '/a': '/c', '/c': 200 },
      { '/a': '/b', '/b': 200, '/c': '/d' },
      'failed redirect-legacy-differs',
    ],
    [
      'leads to a page that the new site does not have',
      { '/a': '/c', '/c': 200 },
      { '/a': '/b', '/b': 200 },
      'failed redirect-legacy-target-lost',
    ],
    [
      'leads to another host, which the new one does not',
      { '/a': 'https://chat.test/x' },
      { '/a': '/b', '/b': 200 },
      'failed redirect-legacy-differs',
    ],
    ['refuses to show it', { '/a': 403 }, { '/a': '/b', '/b': 200 }, 'failed redirect-opened'],
    ['has a page where the new one redirects', { '/a': 200 }, { '/a': '/b', '/b': 200 }, 'verified'],
    ['leads round in a circle', { '/a': '/a2', '/a2': '/a' }, { '/a': '/b', '/b': 200 }, 'verified'],
  ])('%s', async (_name, old, now, result) => {
    const { judged, message } = await compare(old, now);
    expect([judged, message]).toEqual([result, result === 'verified' ? undefined : expect.any(String)]);
  });

  it('is not held against a decision, and is what an undecided URL is suggested', async () => {
    const paths = [
      { '/a': '/c', '/c': 200 },
      { '/a': '/b', '/b': 200, '/c': 200 },
    ] as const;
    expect((await compare(...paths, { decided: true })).judged).toBe('verified');
    expect((await compare(paths[0], {}, { status: undefined })).judged).toBe('undecided /c');
    expect((await compare({}, {}, { status: undefined })).judged).toBe('verified');
  });

  it('may be told under the public name, though it is asked elsewhere', async () => {
    const after = await site({ '/a': '/b', '/b': 200, '/c': '/b' });
    const before = await site({ '/a': `${after.url}/c`, '/c': 200 });
    const expected = { url: '/a', rule: 'x', status: 301, location: '/b' };
    const check = await checkRedirects(after.url, rows(expected), { legacy: { url: before.url } });
    expect(check.outcome).toBe('holds');
    expect(before.asked).toEqual(['/a', '/c']);
  });

  it('keeps a query where it had one', async () => {
    const now = { '/a': '/b?x=2', '/b?x=2': 200, '/b?x=1': 200 };
    expect((await compare({ '/a': '/b?x=1', '/b?x=1': 200 }, now, { location: '/b?x=2' })).judged).toBe(
      'failed redirect-legacy-differs',
    );
    expect(
      (await compare({ '/a': '/b', '/b': 200 }, { ...now, '/b': 200 }, { location: '/b?x=2' })).judged,
    ).toBe('verified');
  });
});

describe('a site of which only decisions are known', () => {
  it('owes those, a page elsewhere, and a decision where there is none', async () => {
    const site = await started(
      serve((request, response) =>
        response.writeHead(request.url === '/page' ? 200 : request.url === '/gone' ? 410 : 404).end(),
      ),
    );
    const book = new DecisionBook([{ pattern: '/gone', decision: 'gone' }]);
    const { check, tally } = await followRedirects(
      site.url,
      rows(...['/page', '/gone', '/lost'].map((url) => book.expect(url, 2))),
    );
    expect(tally.urls).toMatchObject({ verified: 2, undecided: 1, failed: 0 });
    expect(check.findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['redirect-undecided', '/lost'],
    ]);
  });
});

describe('a site that answers 200 to anything', () => {
  const catchAll = () =>
    started(
      serve((request, response) => {
        if (request.url === '/old') response.writeHead(301, { location: '/new' }).end();
        else response.end(request.url === '/new' ? 'id-1' : 'welcome');
      }),
    );

  it('is told from the right page by the marker, and proves nothing without', async () => {
    const { url } = await catchAll();
    expect((await checkRedirects(url, rows(moved()))).outcome).toBe('holds');
    expect((await checkRedirects(url, rows(moved({ marker: 'id-2' })))).outcome).toBe('fails');
    const { marker: _marker, ...without } = moved();
    const check = await checkRedirects(url, rows(without, moved()));
    expect([check.outcome, check.couldNotTell]).toEqual([
      'unknown',
      expect.stringMatching(/200 to any path/),
    ]);
  });
});

describe('what browsers do with addresses', () => {
  const answering = (location: string) =>
    started(
      serve((request, response) => {
        if (request.url!.startsWith('/old')) response.writeHead(301, { location }).end();
        else if (request.url!.startsWith('/new')) response.end('id-1');
        else response.writeHead(404).end();
      }),
    );

  it.each([
    ['a fragment is never sent, and kept where Location has none', '/old#part', '/new', '/new', 'holds'],
    ['a fragment that is expected and kept', '/old#part', '/new#part', '/new', 'holds'],
    ['a fragment that is lost to another', '/old#part', '/new#part', '/new#top', 'fails'],
    ['a query that is expected', '/old?a=1', '/new?a=1', '/new?a=1', 'holds'],
    ['a query that is lost', '/old?a=1', '/new?a=1', '/new', 'fails'],
    ['parameters in another order', '/old?a=1&b=2', '/new?a=1&b=2', '/new?b=2&a=1', 'fails'],
    ['another host written without a scheme', '/old', '/new', '//example.org/new', 'fails'],
    ['a script', '/old', '/new', 'javascript:alert(1)', 'fails'],
  ])('%s', async (_name, url, location, actual, outcome) => {
    const site = await answering(actual);
    expect((await checkRedirects(site.url, rows(moved({ url, location })))).outcome).toBe(outcome);
    expect(site.asked.every((target) => !target.includes('#'))).toBe(true);
  });

  it('follows a Location on another host there', async () => {
    const other = await started(serve((_request, response) => response.end('id-1')));
    const site = await answering(`${other.url}/kept`);
    const check = (marker: string) =>
      checkRedirects(site.url, rows(moved({ location: `${other.url}/kept`, marker })));
    expect([(await check('id-1')).outcome, (await check('id-2')).outcome]).toEqual(['holds', 'fails']);
  });
});

describe('politeness', () => {
  it('waits as long as Retry-After says, and asks again', async () => {
    let asked = 0;
    const site = await started(
      serve((_request, response) => {
        if (++asked === 1) response.writeHead(429, { 'retry-after': '1' }).end();
        else response.writeHead(asked === 2 ? 503 : 200).end('id-1');
      }),
    );
    const beganMs = Date.now();
    const check = await checkRedirects(
      site.url,
      rows({ url: '/a', rule: 'a', status: 200, marker: 'id-1' }),
      {
        concurrency: 1,
      },
    );
    expect([check.outcome, check.looked]).toEqual(['holds', 1]);
    expect(Date.now() - beganMs).toBeGreaterThanOrEqual(990);
  });

  it.each([429, 502, 503, 504])('takes %i that stays for no answer', async (status) => {
    const site = await started(serve((_request, response) => response.writeHead(status).end()));
    const check = await checkRedirects(site.url, rows(moved()), { retries: 1 });
    expect([check.outcome, check.findingsTotal]).toEqual(['unknown', 0]);
    expect(check.couldNotTell).toContain(String(status));
  });

  it('takes a wait that is too long for a refusal, and a page that always fails for a finding', async () => {
    const long = await started(
      serve((_request, response) => response.writeHead(503, { 'retry-after': '86400' }).end()),
    );
    expect((await checkRedirects(long.url, rows(moved()))).outcome).toBe('unknown');
    const broken = await started(serve((_request, response) => response.writeHead(500).end()));
    expect((await checkRedirects(broken.url, rows(moved()), { retries: 1 })).outcome).toBe('fails');
  });

  it('leaves a host alone that has stopped answering', async () => {
    const site = await started(serve((request) => void request.socket.destroy()));
    const many = Array.from({ length: 200 }, (_, n) => moved({ url: `/old/${n}` }));
    const check = await checkRedirects(site.url, rows(...many), { retries: 0, concurrency: 4 });
    expect(check.outcome).toBe('unknown');
    expect(site.asked.length).toBeLessThan(40);
  });

  it('begins no more requests in a second than allowed', async () => {
    const times: number[] = [];
    const site = await started(
      serve((_request, response) => {
        times.push(Date.now());
        response.end('id-1');
      }),
    );
    const urls = Array.from({ length: 10 }, (_, n) => ({
      url: `/${n}`,
      rule: 'a',
      status: 200,
      marker: 'id-1',
    }));
    await checkRedirects(site.url, rows(...urls), { ratePerSecond: 20, concurrency: 8 });
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(400);
  });

  it('knows seconds and dates', () => {
    expect(retryAfterMs('3')).toBe(3000);
    expect(retryAfterMs('Sat, 21 Nov 2026 00:00:10 GMT', Date.parse('2026-11-21T00:00:00Z'))).toBe(10_000);
    expect(retryAfterMs('soon')).toBeUndefined();
  });
});

describe('before DNS moves', () => {
  let server: Server;
  let port: number;
  let seen: (string | undefined)[] = [];
  let location = 'https://moved.test/new';

  beforeAll(async () => {
    const { key, certificate } = await makeCertificate();
    server = createServer({ key, cert: certificate }, (request, response) => {
      seen.push(request.headers.host, (request.socket as { servername?: string }).servername);
      if (request.url === '/old') response.writeHead(301, { location }).end();
      else if (request.url === '/new') response.end('id-1');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as { port: number });
  });
  beforeEach(() => {
    seen = [];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  });
  afterEach(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });
  afterAll(() => void server.close());

  it('asks the new home under the public name', async () => {
    location = 'https://moved.test/new';
    const check = await checkRedirects('https://moved.test', rows(moved()), {
      via: await readVia([`127.0.0.1:${port}`]),
    });
    expect(check.outcome).toBe('holds');
    expect(new Set(seen)).toEqual(new Set(['moved.test']));
  });

  it('refuses a redirect that leaves HTTPS', async () => {
    location = 'http://moved.test/new';
    const check = await checkRedirects('https://moved.test', rows(moved()), {
      via: await readVia([`127.0.0.1:${port}`]),
    });
    expect(check.findings[0]?.code).toBe('redirect-downgrade');
  });

  it('does not take a certificate of another name', async () => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    const check = await checkRedirects('https://moved.test', rows(moved()), {
      via: await readVia([`moved.test=127.0.0.1:${port}`]),
      retries: 0,
    });
    expect(check.outcome).toBe('unknown');
  });

  it.each([
    ['192.0.2.1', { host: '192.0.2.1' }],
    ['192.0.2.1:81', { host: '192.0.2.1', port: '81' }],
    ['2001:db8::1', { host: '2001:db8::1' }],
    ['[2001:db8::1]:81', { host: '2001:db8::1', port: '81' }],
  ])('reads %s', (text, address) => expect(parseVia(text)).toEqual(address));
  it.each(['example.org', '1.2.3', 'a:b', ''])('refuses %j', (text) => {
    expect(() => parseVia(text)).toThrow(TypeError);
  });
});

describe('the HTTPS check', () => {
  const plain = (location: (target: string) => string | undefined, status = 301) =>
    started(
      serve((request, response) => {
        const to = location(request.url!);
        response.writeHead(to === undefined ? 200 : status, to === undefined ? {} : { location: to }).end();
      }),
    );
  const check = async (site: TestSite) => {
    const found = await checkHttps('https://moved.test', ['/a?b=c'], { plainOrigin: site.url });
    return [found.outcome, found.findings[0]?.code];
  };

  it('holds, and fails on a page, another address, a temporary redirect', async () => {
    expect(await check(await plain((target) => `https://moved.test${target}`))).toEqual(['holds', undefined]);
    expect(await check(await plain(() => undefined))).toEqual(['fails', 'https-not-forced']);
    expect(await check(await plain(() => 'https://moved.test/'))).toEqual(['fails', 'https-wrong-redirect']);
    expect(await check(await plain((target) => `https://moved.test${target}`, 302))).toEqual([
      'fails',
      'https-wrong-redirect',
    ]);
  });

  it('is unknown without an address or an answer', async () => {
    expect((await checkHttps('https://moved.test', [], { plainOrigin: 'http://127.0.0.1:9' })).outcome).toBe(
      'unknown',
    );
    expect(
      (await checkHttps('https://moved.test', ['/'], { plainOrigin: 'http://127.0.0.1:9' })).outcome,
    ).toBe('unknown');
  });
});

describe('the reports', () => {
  it('say where they cannot be written, at once and once the disk is full', async () => {
    const refused = { code: 'report-not-written', exitCode: 7 };
    await expect(RedirectCsv.open('/nowhere/r.csv')).rejects.toMatchObject(refused);
    // A device that takes nothing, as a disk that is full.
    const csv = await RedirectCsv.open('/dev/full');
    const judged = {
      expected: moved({ url: `/${'a'.repeat(1000)}` }),
      result: 'verified',
      code: 'x',
    } as never;
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 1000; i++) await csv.add(judged);
    };
    await expect(fill()).rejects.toMatchObject(refused);
    await expect(csv.close()).rejects.toMatchObject(refused);
  });

  it('have every URL as CSV that no spreadsheet runs, and the patterns as a page that runs nothing', async () => {
    const scratch = await scratchDir();
    try {
      const site = await started(serve((_request, response) => response.writeHead(404).end()));
      const csv = await RedirectCsv.open(join(scratch.dir, 'r.csv'));
      const urls = [moved({ url: '/a,"b"', hits: 3 }), moved({ url: '/<script>', rule: '=cmd()', hits: 5 })];
      const { check, tally } = await followRedirects(site.url, rows(...urls), { onResult: csv.add });
      await csv.close();
      const lines = readFileSync(join(scratch.dir, 'r.csv'), 'utf8').split('\r\n');
      expect(lines).toHaveLength(4);
      expect(lines.find((line) => line.includes('b'))).toContain(
        '"/a,""b""",3,old,failed,redirect-wrong-status',
      );
      expect(lines.join()).toContain(",'=cmd(),");
      const html = redirectHtml(site.url, check, tally);
      expect(html).toContain('&lt;script&gt;');
      expect(html).not.toContain('<script>');
      expect(html).toContain('0.00 % of 8 hits verified');
    } finally {
      await scratch.remove();
    }
  });
});
