import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, startTestApi, type TestApi } from '../support/start.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('a record at its path', () => {
  it('is a page with the id in a meta tag and the title', async () => {
    const { status, headers, text } = await api.get('/books/north/sea');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('<meta name="record-id" content="b-sea">');
    expect(text).toContain('<h1>The Sea</h1>');
    expect(text).toContain('<link rel="canonical" href="/books/north/sea">');
  });

  it('links what it refers to', async () => {
    expect((await api.get('/books/north/sea')).text).toContain('<a href="/authors/ada">Ada</a>');
  });

  it.each([
    ['/api/books/north/sea', {}],
    ['/books/north/sea', json],
  ])('is JSON at %s with %j', async (path, headers) => {
    const answer = await api.get(path, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toEqual({
      sheet: 'books',
      path: '/books/north/sea',
      record: {
        id: 'b-sea',
        shelf: 'north',
        slug: 'sea',
        title: 'The Sea',
        author: 'a-ada',
        genres: ['sea', 'long'],
      },
    });
  });

  it('is HTML for a browser, which names HTML before everything else', async () => {
    const { headers } = await api.get('/books/sky', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['vary']).toBe('accept');
    expect(headers['cache-control']).toBe('public, max-age=60');
  });

  it('answers HEAD like GET, without a body', async () => {
    const [get, head] = [await api.get('/books/sky'), await api.get('/books/sky', {}, 'HEAD')];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect((await api.get('/books/none', {}, 'HEAD')).status).toBe(404);
  });

  it('is found by an encoded segment and links itself encoded', async () => {
    const { status, text } = await api.get('/books/%D1%8E%D1%80%D0%B8%D0%B9');
    expect(status).toBe(200);
    expect(text).toContain('href="/books/%D1%8E%D1%80%D0%B8%D0%B9"');
  });

  it('matches a number in the path', async () => {
    expect((await api.get('/api/books/sky/chapters/10')).json().record.id).toBe('c-10');
  });

  it('answers at one path only: the first route whose fields it all has', async () => {
    expect((await api.get('/books/sea')).status).toBe(404);
    expect((await api.get('/books/sky')).status).toBe(200);
  });

  it('keeps its path though an old rule would lead that path elsewhere', async () => {
    expect((await api.get('/api/authors/7')).json().record.id).toBe('a-seven');
    expect((await api.get('/authors/7')).text).toContain('content="a-seven"');
  });
});

describe('HTML', () => {
  it('escapes what people wrote, in text, attributes and titles', async () => {
    const { text } = await api.get('/authors/bo');
    expect(text).toContain('&lt;script&gt;alert(&quot;bo&quot;)&lt;/script&gt; &amp; &#39;co&#39;');
    expect(text).not.toMatch(/<script|onerror/);
    expect((await api.get('/authors')).text).not.toContain('<script');
    expect((await api.get('/books/sky')).text).not.toContain('<script');
  });

  it('links web addresses and nothing else that looks like one', async () => {
    expect((await api.get('/authors/bo')).text).not.toContain('href="javascript:');
    expect((await api.get('/authors/7')).text).toContain('<a href="https://example.org/7" rel="nofollow');
  });

  it('has the one style that its headers allow', async () => {
    const { headers, text } = await api.get('/authors/bo');
    const style = /<style>(.*)<\/style>/s.exec(text)![1]!;
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toContain(`style-src 'sha256-${digest}'`);
  });

  it('comes with headers that let nothing run, frame or sniff it', async () => {
    for (const path of ['/authors/bo', '/nothing', '/authors/8', '/books.csv', '/api/books', '/api/health']) {
      const { headers } = await api.get(path);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
    }
    for (const path of ['/authors/bo', '/authors', '/nothing', '/login']) {
      const { headers } = await api.get(path, { accept: 'text/html' });
      expect(headers['content-security-policy']).toMatch(/base-uri 'none';form-action 'self'/);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'origin-agent-cluster': '?1',
        'x-permitted-cross-domain-policies': 'none',
        'x-download-options': 'noopen',
      });
    }
  });
});

describe('a list', () => {
  const ids = async (path: string): Promise<string[]> => {
    const { status, json } = await api.get(path);
    expect(status).toBe(200);
    return json().records.map(({ record }: { record: { id: string } }) => record.id);
  };

  it('is in the order of its paths, numbers as numbers', async () => {
    expect(await ids('/api/books/sky/chapters')).toEqual(['c-2', 'c-10']);
    expect(await ids('/api/authors')).toEqual(['a-seven', 'a-ada', 'a-bo', 'a-cy', 'a-dee', 'a-eve']);
  });

  it.each([
    ['/api/books?genre=long', ['b-sky', 'b-sea']],
    ['/api/books?genre=long&genre=sea', ['b-sea']],
    ['/api/books?genre=long&by=a-bo', ['b-sky']],
    ['/api/books?genre=none', []],
    ['/api/authors?role=barred', ['a-dee']],
    ['/api/authors?page=2&perPage=4', ['a-dee', 'a-eve']],
  ])('%s gives %j', async (path, expected) => {
    expect(await ids(path)).toEqual(expected);
  });

  it('says how much there is', async () => {
    const { records: _, ...rest } = (await api.get('/authors?perPage=4', json)).json();
    expect(rest).toEqual({ sheet: 'authors', page: 1, perPage: 4, pages: 2, total: 6 });
  });

  it('links records and the pages beside it, with its filters', async () => {
    const { text } = await api.get('/authors?role=reader&perPage=2&page=2');
    expect(text).toContain('<a href="/authors/cy">Cy</a>');
    expect(text).toContain('href="/authors?role=reader&amp;perPage=2&amp;page=1"');
    expect(text).toContain('href="/authors?role=reader&amp;perPage=2&amp;page=3"');
  });

  it.each(['page=0', 'page=x', 'page=1.5', 'perPage=201', 'perPage=-1', 'perPage='])(
    'refuses %s',
    async (query) => {
      expect((await api.get(`/api/authors?${query}`)).status).toBe(400);
    },
  );

  it('has no page past its end', async () => {
    expect((await api.get('/api/authors?page=2')).status).toBe(404);
  });

  it('is empty below a record that exists, and not there below one that does not', async () => {
    expect(await ids(`/api/books/${encodeURIComponent('юрий')}/chapters`)).toEqual([]);
    expect((await api.get('/api/books/none/chapters')).status).toBe(404);
  });
});

describe('what is not there', () => {
  it.each([
    '/nothing',
    '/authors/nobody',
    '/books/sky/chapters/3',
    '/api',
    '/apiary',
    '/authors/%E0%A4%A',
    '/authors/a%00b',
  ])('%s is 404 as a page or JSON, unless it is the entrance', async (path) => {
    const page = await api.get(path);
    if (path === '/api') return expect(page.json().lists).toEqual(['/authors', '/books']);
    expect(page.status).toBe(404);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['cache-control']).toBe('no-store');
    expect((await api.get(path, json)).json()).toEqual({
      error: { code: 'not-found', message: expect.any(String) },
    });
  });

  it('is JSON under /api, whatever the client would like', async () => {
    const { status, headers } = await api.get('/api/nothing', { accept: 'text/html' });
    expect([status, headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
  });

  it('cannot be written', async () => {
    const { status, headers } = await api.post('/authors', {});
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('has an entrance page that names the lists', async () => {
    expect((await api.get('/')).text).toContain('<a href="/authors">');
  });
});
