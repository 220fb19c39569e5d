import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, startTestApi, type TestApi } from '../support/start.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('an old URL', () => {
  it.each([
    ['by its number', '/authors/8', '/authors/bo'],
    ['by its name in any case, though a route has this pattern', '/authors/ADA.l', '/authors/ada'],
    ['by a query that comes before the list', '/authors?No=7', '/authors/ada'],
    [
      'of a record whose path a rule about the query leads away from',
      '/authors/ada?format=rss',
      '/authors/ada',
    ],
  ])('%s leads to the record in one hop', async (_how, url, location) => {
    const { status, headers, text } = await api.get(url);
    expect([status, headers['location'], text]).toEqual([301, location, '']);
    // A browser would keep a 301 without a limit for good.
    expect(headers['cache-control']).toBe('public, max-age=3600');
    expect((await api.get(location)).status).toBe(200);
  });

  it('that is gone says why, as page and JSON', async () => {
    const page = await api.get('/about-us');
    expect(page.status).toBe(410);
    expect(page.text).toContain('The &lt;old&gt; &quot;about us&quot; page was not kept.');
    const answer = await api.get('/about-us', json);
    expect([answer.status, answer.json().error.code]).toEqual([410, 'gone']);
  });

  it('of something that is not there is 404, though a list has its path', async () => {
    expect((await api.get('/authors?No=99')).status).toBe(404);
    expect((await api.get('/lost')).status).toBe(404);
  });

  it('that a rule knows nothing about never hides a record', async () => {
    expect((await api.get('/books/sky')).status).toBe(200);
    expect((await api.get('/books/sky?lost')).status).toBe(200);
    expect((await api.get('/books?lost')).status).toBe(404);
  });

  it('is not one under /api', async () => {
    expect((await api.get('/api/authors/8')).status).toBe(404);
    expect((await api.get('/api/about-us')).status).toBe(404);
  });

  it('never leads to itself', async () => {
    expect((await api.get('/loop')).status).toBe(404);
  });
});

describe('a careless rule', () => {
  it('works while it stays on the site', async () => {
    const { status, headers } = await api.get('/go?to=/books/sky%23end');
    expect([status, headers['location']]).toEqual([302, '/books/sky#end']);
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['another site', 'https://evil.example/'],
    ['a scheme', 'javascript:alert(1)'],
    ['a host without a scheme', '//evil.example/'],
    ['a host behind a backslash', '/\\evil.example/'],
    ['a host behind a tab', '/\t/evil.example/'],
    ['a header', '/a\r\nSet-Cookie: session=1'],
    ['a line break alone', '/a\nb'],
    ['a relative path', 'books'],
    ['nothing', ''],
    ['letters that no header may have', '/books/юрий'],
  ])('cannot lead to %s', async (_what, to) => {
    const { status, headers } = await api.get(`/go?to=${encodeURIComponent(to)}`);
    expect(status).toBe(404);
    expect(headers['location']).toBeUndefined();
    expect(headers['set-cookie']).toBeUndefined();
    expect(api.log()).toContain('a legacy rule gave a Location that was not sent');
    expect(api.log()).not.toContain('evil.example');
  });
});
