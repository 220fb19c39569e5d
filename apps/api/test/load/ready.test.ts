import { CutoverError } from '@cutover/core';
import { describe, expect, it } from 'vitest';
import { internalSecretHeader } from '../../src/index.ts';
import { parseRecord } from '../../src/load/parse-record.ts';
import { library } from '../support/library.ts';
import { privates, sheets } from '../support/records.ts';
import { type Fixture, startTestApi, type TestApi } from '../support/start.ts';

const internalSecret = 'internal secret of the tests';

async function withApi(fixture: Fixture, work: (api: TestApi) => Promise<void>): Promise<void> {
  const api = await startTestApi(fixture);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

describe('health', () => {
  it('is alive with version and commit, and ready with counts', async () => {
    await withApi({}, async (api) => {
      const { json, headers } = await api.get('/api/health');
      expect(json()).toEqual({
        status: 'alive',
        version: '0.0.0-test',
        environment: 'production',
        profile: 'library',
        target: 'Library',
        branch: 'main',
        commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      });
      expect(headers['cache-control']).toBe('no-store');
      const ready = await api.get('/api/health/ready');
      expect(ready.status).toBe(200);
      expect(ready.json()).toMatchObject({
        status: 'ready',
        commit: json().commit,
        records: { authors: 6, books: 3, chapters: 2 },
        reasons: [],
        warnings: [{ code: 'login-ambiguous' }],
      });
      expect(ready.text).not.toContain('example.org');
    });
  });
});

const book = 'id = "b-x"\nslug = "x"\ntitle = "X"\nauthor = "a-ada"\n';

describe('a bad record', () => {
  it.each<[string, Record<string, string>, string, RegExp]>([
    [
      'that does not fit its schema',
      { 'books/x.toml': 'id = "b-x"\nslug = "x"\ntitle = 7\npages = 3\n' },
      'record-invalid',
      /^books\/x\.toml: (?=.*title: .*string)(?=.*author: )(?=.*pages)/,
    ],
    ['that is no TOML', { 'books/x.toml': 'id = ' }, 'record-unreadable', /^books\/x\.toml: /],
    [
      'with the id of another',
      { 'books/x.toml': book.replace('b-x', 'b-sky') },
      'record-id-duplicate',
      /b-sky/,
    ],
    [
      'with the path of another',
      { 'books/x.toml': book.replace('"x"', '"sky"') },
      'path-claimed-twice',
      /books\/sky\.toml .*\/books\/sky/,
    ],
    ['of no sheet', { 'films/x.toml': book }, 'sheet-unknown', /films/],
  ])('%s is named, and the API is not ready but serves the rest', async (_what, files, code, message) => {
    await withApi({ files }, async (api) => {
      const { status, json } = await api.get('/api/health/ready');
      expect([status, json().status, json().problemsTotal]).toEqual([503, 'not-ready', 1]);
      expect(json().reasons[0]).toMatchObject({ code, message: expect.stringMatching(message) });
      expect((await api.get('/api/health')).status).toBe(200);
      expect((await api.get('/books/sky')).text).toContain('content="b-sky"');
    });
  });

  it('that is not UTF-8 is named', () => {
    const sheet = library.target.sheets[1]!;
    const bytes = Buffer.concat([Buffer.from(book), Buffer.from('# '), Buffer.from([0xff])]);
    expect(parseRecord(sheet, 'books/x.toml', bytes)).toMatchObject({
      finding: { code: 'record-unreadable' },
    });
  });

  it('of the private store is named by id and field, never by value', async () => {
    const contacts = [
      { id: 'a-ada', email: 7_777_777 },
      { id: 'a-bo', mail: 'secret@example.org' },
    ];
    await withApi({ privates: { ...privates, contacts } }, async (api) => {
      const { status, json, text } = await api.get('/api/health/ready');
      expect([status, json().problemsTotal]).toEqual([503, 2]);
      expect(json().reasons[0].message).toBe('contacts of a-ada: email: invalid_type');
      expect(text + api.log()).not.toMatch(/7777777|secret@/);
    });
  });

  it('stops the start where that is asked for', async () => {
    const start = startTestApi({ files: { 'books/x.toml': 'id = ' }, options: { strict: true } });
    await expect(start).rejects.toMatchObject({
      code: 'records-unfit',
      message: expect.stringContaining('books/x.toml'),
    });
    await expect(
      startTestApi({ options: { strict: true } }).then((api) => api.close()),
    ).resolves.toBeUndefined();
  });
});

describe('nothing to serve', () => {
  it('is not ready: no branch', async () => {
    await withApi({ options: { branch: 'published' } }, async (api) => {
      const ready = await api.get('/api/health/ready');
      expect([ready.status, ready.json().reasons[0].code]).toEqual([503, 'branch-missing']);
      expect((await api.get('/authors/ada')).status).toBe(503);
      expect((await api.post('/api/auth/sign-in', { login: 'bo', password: 'x' })).status).toBe(503);
    });
    const strict = startTestApi({ options: { branch: 'published', strict: true } });
    await expect(strict).rejects.toBeInstanceOf(CutoverError);
  });

  it('is not ready: an empty tree', async () => {
    await withApi({ sheets: {} }, async (api) => {
      const { status, json } = await api.get('/api/health/ready');
      expect([status, json().reasons[0].code]).toEqual([503, 'tree-empty']);
    });
  });

  it('is not ready: a private store that cannot be read, whose content is not told', async () => {
    const privateStore = {
      // eslint-disable-next-line require-yield
      async *read() {
        throw new Error('line 3: ada@example.org');
      },
      update: async () => undefined,
      edit: async () => undefined,
    };
    await withApi({ options: { privateStore } }, async (api) => {
      const { status, text } = await api.get('/api/health/ready');
      expect(status).toBe(503);
      expect(text).not.toContain('ada@');
    });
  });
});

describe('internal addresses', () => {
  const secret = { [internalSecretHeader]: internalSecret };

  it('give the NameID of every record, null where there is none', async () => {
    await withApi({ options: { internalSecret } }, async (api) => {
      const { status, headers, text } = await api.get('/api/_internal/name-ids', secret);
      expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toHaveLength(sheets['authors']!.length);
      expect(lines).toEqual(
        expect.arrayContaining([
          { id: 'a-ada', nameId: 'Ada.L' },
          { id: 'a-cy', nameId: 'Су' },
          { id: 'a-seven', nameId: null },
        ]),
      );
    });
  });

  it('stay closed without the right secret, and are not there without one', async () => {
    await withApi({ options: { internalSecret } }, async (api) => {
      for (const headers of [{}, { [internalSecretHeader]: 'internal secret of the testx' }]) {
        expect((await api.get('/api/_internal/name-ids', headers)).status).toBe(403);
        expect((await api.post('/api/_internal/reload', undefined, headers)).status).toBe(403);
      }
    });
    await withApi({}, async (api) => {
      expect((await api.get('/api/_internal/name-ids', secret)).status).toBe(404);
      expect((await api.get('/api/_internal/name-ids', { [internalSecretHeader]: '' })).status).toBe(404);
    });
  });

  it('load what was imported meanwhile, and tell when that is bad', async () => {
    await withApi({ options: { internalSecret } }, async (api) => {
      const commit = await api.commit({ ...sheets, chapters: [] });
      expect((await api.get('/books/sky/chapters/2')).status).toBe(200);
      const reload = await api.post('/api/_internal/reload', undefined, secret);
      expect([reload.status, reload.json()]).toEqual([200, { commit, reasons: [] }]);
      expect((await api.get('/books/sky/chapters/2')).status).toBe(404);
      await api.commit({});
      expect((await api.post('/api/_internal/reload', undefined, secret)).status).toBe(503);
      expect((await api.get('/api/health/ready')).status).toBe(503);
    });
  });
});

describe('options', () => {
  it.each([
    [{ sessionSecret: 'short' }, /session secret/],
    [{ internalSecret: 'short' }, /internal secret/],
    [{ origin: 'https://library.example/path' }, /no origin/],
    [{ origin: 'library.example' }, /no origin/],
  ])('%j are refused', async (options, message) => {
    await expect(startTestApi({ options })).rejects.toMatchObject({
      code: 'api-options-invalid',
      message: expect.stringMatching(message),
    });
  });

  it("a target's route must leave the API's own addresses free", async () => {
    const routes = [{ path: '/health', sheet: 'authors', kind: 'list' as const }];
    const profile = { ...library, target: { ...library.target, routes } };
    await expect(startTestApi({ profile })).rejects.toMatchObject({ code: 'route-reserved' });
  });
});
