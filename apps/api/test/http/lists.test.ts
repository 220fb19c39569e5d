import { laddr } from '@cutover/laddr';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, startTestApi, type TestApi } from '../support/start.ts';

const books = [
  {
    ...{ id: 'b-sea', slug: 'sea', shelf: 'north', title: 'The Sea', author: 'a-ada' },
    ...{
      genres: ['sea', 'long'],
      blurb: '=HYPERLINK("http://evil.example")',
      addedAt: '2024-01-01T00:00:00Z',
    },
  },
  {
    ...{ id: 'b-sky', slug: 'sky', title: 'The "Sky", 2nd', author: 'a-bo', genres: ['long'] },
    ...{ blurb: 'Clouds **over** ]]> the <sea>\u0007', addedAt: '2025-05-05T05:05:05Z' },
  },
  { id: 'b-yuri', slug: 'юрий', title: 'Юрий Ёлкин', author: 'a-ada', blurb: 'Zoë was here' },
];
const authors = [
  { id: 'a-ada', slug: 'ada', name: 'Ada', login: 'Ada.L', number: 7, role: 'reader', about: '<b>sea</b>' },
  { id: 'a-bo', slug: 'bo', name: 'Bo', number: 8, role: 'barred', about: 'a\n<script>alert(1)</script>' },
];

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ sheets: { books, authors }, privates: {} });
});
afterAll(() => api.close());

describe('searching a list', () => {
  const ids = async (path: string): Promise<string[]> =>
    (await api.get(path, json)).json().records.map(({ record }: { record: { id: string } }) => record.id);

  it.each([
    ['/books?q=sea', ['b-sea', 'b-sky']],
    ['/books?q=SEA', ['b-sea', 'b-sky']],
    ['/books?q=sea+clouds', ['b-sky']],
    ['/books?q=sky+nothing', []],
    ['/books?q=zoe', ['b-yuri']],
    [`/books?q=${encodeURIComponent('елкин')}`, ['b-yuri']],
    ['/books?q=the&genre=sea', ['b-sea']],
    ['/books?q=the&genre=long', ['b-sky', 'b-sea']],
    ['/books?q=the&perPage=1&page=2', ['b-sea']],
    ['/books?q=', ['b-sky', 'b-yuri', 'b-sea']],
    ['/books?q=+%20', ['b-sky', 'b-yuri', 'b-sea']],
    ['/authors?q=ada.l', ['a-ada']],
    ['/api/authors?q=8', []],
  ])('%s gives %j', async (path, expected) => {
    expect((await ids(path)).sort()).toEqual([...expected].sort());
  });

  it('names what has the words in its title first', async () => {
    expect((await ids('/books?q=sea'))[0]).toBe('b-sea');
  });

  it('finds what was written since, and no longer what is gone', async () => {
    const own = await startTestApi({ sheets: { books, authors }, privates: {}, options: { internalSecret } });
    try {
      const total = async () => (await own.get('/api/books?q=sea')).json().total;
      expect(await total()).toBe(2);
      await own.commit({ books: books.slice(2), authors });
      await own.post('/api/_internal/reload', undefined, { 'x-cutover-internal-secret': internalSecret });
      expect(await total()).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('refuses a search that is none, and has a form that keeps the filters', async () => {
    expect((await api.get(`/api/books?q=${'x'.repeat(201)}`)).status).toBe(400);
    const { text } = await api.get('/books?genre=long&q=%22%3E%3Cb%3E');
    expect(text).toContain('<input type="hidden" name="genre" value="long">');
    expect(text).toContain('name="q" value="&quot;&gt;&lt;b&gt;"');
  });
});

const internalSecret = 'an internal secret of a test';

describe('a table', () => {
  it.each(['/books.csv', '/books?format=csv', '/books?format=CSV', '/api/books?format=csv'])(
    'is at %s, whole, and no cell of it is a formula',
    async (path) => {
      const { status, headers, text } = await api.get(path);
      expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
      expect(text.split('\r\n')).toEqual([
        'id,title,genres,blurb',
        'b-sky,"The ""Sky"", 2nd",long,Clouds **over** ]]> the <sea>\u0007',
        'b-yuri,Юрий Ёлкин,,Zoë was here',
        `b-sea,The Sea,sea long,"'=HYPERLINK(""http://evil.example"")"`,
        '',
      ]);
    },
  );

  it('has the same filters and search as the list', async () => {
    expect((await api.get('/books.csv?genre=sea')).text.trim().split('\r\n')).toHaveLength(2);
    expect((await api.get('/books.csv?q=nowhere')).text).toBe('id,title,genres,blurb\r\n');
  });

  it('is only where the target says so', async () => {
    expect((await api.get('/authors.csv')).status).toBe(404);
    expect((await api.get('/books/sky.csv')).status).toBe(404);
    expect((await api.get('/books.exe')).status).toBe(404);
  });
});

describe('a feed', () => {
  it('is RSS of the dated records, newest first, with addresses that are whole', async () => {
    const { status, headers, text } = await api.get('/books?format=rss');
    expect([status, headers['content-type']]).toEqual([200, 'application/rss+xml; charset=utf-8']);
    expect(itemsOf(text)).toEqual([
      {
        title: 'The "Sky", 2nd',
        link: `${api.url}/books/sky`,
        guid: 'b-sky',
        pubDate: 'Mon, 05 May 2025 05:05:05 GMT',
        'content:encoded': '<p>Clouds <strong>over</strong> ]]&gt; the </p>\n',
      },
      expect.objectContaining({ title: 'The Sea', link: `${api.url}/books/north/sea` }),
    ]);
    expect((await api.get('/books')).text).toContain(
      '<link rel="alternate" type="application/rss+xml" href="/books?format=rss">',
    );
  });
});

describe('Markdown', () => {
  it('is shown as HTML that can do nothing, and is in the JSON where asked for', async () => {
    expect((await api.get('/books/sky')).text).toContain('<p>Clouds <strong>over</strong> ]]&gt; the ');
    const page = (await api.get('/authors/bo')).text;
    expect(page).not.toContain('<script');
    const answer = (await api.get('/api/authors/ada?include=html')).json();
    expect([answer.record.about, answer.html]).toEqual(['<b>sea</b>', { about: '<p><b>sea</b></p>\n' }]);
    expect((await api.get('/api/authors/ada')).json()).not.toHaveProperty('html');
  });
});

describe('the first profile', () => {
  it('has a list, and details, of every sheet', () => {
    const { sheets, routes } = laddr.target;
    for (const kind of ['list', 'detail'] as const) {
      const shown = new Set(routes.filter((route) => route.kind === kind).map(({ sheet }) => sheet));
      expect(sheets.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
    }
  });
});

/** Reads a feed with a parser that refuses what is no XML. */
function itemsOf(xml: string): Record<string, string>[] {
  const items: Record<string, string>[] = [];
  const names: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => {
    names.push(name);
    if (name === 'item') items.push({});
  });
  const add = (text: string): void => {
    if (names.at(-2) === 'item') items.at(-1)![names.at(-1)!] = (items.at(-1)![names.at(-1)!] ?? '') + text;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => void names.pop());
  parser.write(xml).close();
  return items;
}
