import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkHealth, checkRedirects, checkSignIn, type RowUrls } from '../src/index.ts';

type Page = { status: number; location?: string; body?: string };

let server: Server;
let base: string;
let pages: Record<string, Page>;
let posts: (body: string) => Page;

beforeEach(async () => {
  pages = {
    '/old/1': { status: 301, location: '/new/one' },
    '/old/2': { status: 301, location: '/new/two' },
    '/new/one': { status: 200, body: 'id-1' },
    '/new/two': { status: 200, body: 'id-2' },
  };
  posts = (body) => ({ status: (JSON.parse(body) as { password: string }).password === 'right' ? 200 : 401 });
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const page = request.method === 'POST' ? posts(body) : (pages[request.url!] ?? { status: 404 });
      if (page.status === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(page.status, page.location === undefined ? {} : { location: page.location });
      response.end(page.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

async function* expected(): AsyncGenerator<RowUrls> {
  yield {
    row: 'rows/1',
    urls: [
      { url: '/old/1', rule: 'old', status: 301, location: '/new/one', marker: 'id-1' },
      { url: '/new/one', rule: 'canonical', status: 200, marker: 'id-1' },
    ],
  };
  yield {
    row: 'rows/2',
    urls: [{ url: '/old/2', rule: 'old', status: 301, location: '/new/two', marker: 'id-2' }],
  };
}

async function* nothing(): AsyncGenerator<RowUrls> {}

describe('the redirects check', () => {
  it('holds where every URL leads to its record in one hop', async () => {
    expect(await checkRedirects(base, expected())).toMatchObject({
      outcome: 'holds',
      looked: 3,
      evidence: { perRule: { old: { urls: { verified: 2 } }, canonical: { urls: { verified: 1 } } } },
    });
  });

  it('takes an absolute Location of the same site for the same', async () => {
    pages['/old/1']!.location = `${base}/new/one`;
    expect((await checkRedirects(base, expected())).outcome).toBe('holds');
  });

  it.each<[string, Record<string, Page>, string]>([
    ['the wrong record', { '/old/1': { status: 301, location: '/new/two' } }, 'redirect-wrong-location'],
    [
      'another site',
      { '/old/1': { status: 301, location: 'https://example.org/new/one' } },
      'redirect-wrong-location',
    ],
    [
      'a query that was added',
      { '/old/1': { status: 301, location: '/new/one?x' } },
      'redirect-wrong-location',
    ],
    ['no Location', { '/old/1': { status: 301 } }, 'redirect-wrong-location'],
    ['a temporary redirect', { '/old/1': { status: 302, location: '/new/one' } }, 'redirect-wrong-status'],
    ['any 200', { '/old/1': { status: 200, body: 'id-1' } }, 'redirect-wrong-status'],
    ['a page that is gone', { '/old/1': { status: 404 } }, 'redirect-wrong-status'],
    ['a second hop', { '/new/one': { status: 301, location: '/new/one/' } }, 'redirect-second-hop'],
    ['a loop over the target', { '/new/one': { status: 301, location: '/old/1' } }, 'redirect-loop'],
    ['a loop at once', { '/old/1': { status: 301, location: '/old/1' } }, 'redirect-loop'],
    ['a page that fails', { '/new/one': { status: 500 } }, 'redirect-target-not-200'],
    ['a catch-all page', { '/new/one': { status: 200, body: 'welcome' } }, 'redirect-wrong-record'],
  ])('fails on %s', async (_name, planted, code) => {
    Object.assign(pages, planted);
    const check = await checkRedirects(base, expected());
    expect([check.outcome, check.findings[0]?.code]).toEqual(['fails', code]);
  });

  it('is unknown where the site does not answer, in part or at all, and where there is nothing to ask', async () => {
    pages['/old/2'] = { status: 0 };
    const part = await checkRedirects(base, expected());
    expect([part.outcome, part.looked]).toEqual(['unknown', 2]);
    expect(part.couldNotTell).toMatch(/did not answer 1 request/);
    expect((await checkRedirects('http://127.0.0.1:9', expected())).outcome).toBe('unknown');
    expect((await checkRedirects(base, nothing())).outcome).toBe('unknown');
  });
});

describe('the health check', () => {
  it('holds, fails or is unknown', async () => {
    Object.assign(pages, { '/api/health': { status: 200 }, '/api/health/ready': { status: 200 } });
    expect((await checkHealth(base)).outcome).toBe('holds');
    pages['/api/health/ready'] = { status: 503, body: 'people/x.toml is bad' };
    const failing = await checkHealth(base);
    expect([failing.outcome, failing.findings[0]!.message]).toEqual([
      'fails',
      expect.stringContaining('people/x.toml'),
    ]);
    expect((await checkHealth('http://127.0.0.1:9')).outcome).toBe('unknown');
  });
});

describe('the sign-in check', () => {
  const attempt = { login: 'admin', password: 'right' };

  it('holds where the right password is accepted and a wrong one refused', async () => {
    expect((await checkSignIn(base, attempt)).outcome).toBe('holds');
  });

  it.each([
    ['everything is accepted', () => ({ status: 200 }), 'wrong-password-accepted'],
    ['everything is refused', () => ({ status: 401 }), 'sign-in-refused'],
    ['the site is broken', () => ({ status: 500 }), 'wrong-password-accepted'],
  ])('fails where %s', async (_name, answer, code) => {
    posts = answer;
    const check = await checkSignIn(base, attempt);
    expect([check.outcome, check.findings[0]?.code]).toEqual(['fails', code]);
    expect(JSON.stringify(check)).not.toContain('right-wrong');
  });

  it('is unknown without an account, and without an answer', async () => {
    expect((await checkSignIn(base, undefined)).outcome).toBe('unknown');
    expect((await checkSignIn('http://127.0.0.1:9', attempt)).outcome).toBe('unknown');
  });
});
