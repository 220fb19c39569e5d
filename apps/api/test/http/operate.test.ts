import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { git } from '@cutover/stores';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { internalSecretHeader, logWebhook } from '../../src/index.ts';
import { type Idp, startIdp, usernames } from '../support/idp.ts';
import { sheets } from '../support/records.ts';
import { startTestApi, type TestApi } from '../support/start.ts';

const internalSecret = 'internal secret of the tests';
const secretHeader = { [internalSecretHeader]: internalSecret };
let api: TestApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

describe('metrics', () => {
  it('count requests by route, and name nobody', async () => {
    const idp: Idp = await startIdp({}, { github: { clientId: 'x', clientSecret: 'y' } });
    api = idp;
    await idp.signIn(usernames[1]!);
    await idp.get('/members/member-1?token=abc');
    const { text, headers } = await idp.get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toContain('api_ready 1');
    expect(text).toMatch(/api_records \d\d/);
    expect(text).toMatch(/api_saml_certificate_days 36[45]/);
    expect(text).toContain('api_github_requests_remaining -1');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/*",status="200"} 1');
    expect(text).toContain('api_changes_total{route="/api/auth/sign-in",status="200"} 1');
    expect(text).not.toMatch(/member-1|Jane|token|127\.0\.0\.1/);
  });
});

describe('the description of the API', () => {
  it('has every action and route with what it takes, for people and for programs', async () => {
    api = await startIdp({}, { writable: true, github: { clientId: 'x', clientSecret: 'y' } });
    const document = (await api.get('/api/docs/json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/auth/sign-in',
        '/api/saml/slack/sso',
        '/api/projects',
        '/api/projects/{slug}',
        '/api/staff/claims/{id}/approve',
        '/api/auth/github/claim',
      ]),
    );
    for (const [path, methods] of Object.entries<Record<string, { summary?: string }>>(document.paths)) {
      for (const [method, { summary }] of Object.entries(methods))
        expect([method, path, summary]).toEqual([method, path, expect.stringMatching(/\w/)]);
    }
    const body = document.paths['/api/auth/sign-in'].post.requestBody.content['application/json'].schema;
    expect(body).toMatchObject({ required: ['login', 'password'], additionalProperties: false });
    expect(document.paths['/api/projects']).toMatchObject({
      get: { tags: ['content'] },
      post: { tags: ['writes'] },
    });
    expect((await api.get('/api/docs', { accept: 'text/html' })).text).toContain(
      '<dt>POST /api/projects</dt>',
    );
    expect((await api.get('/api/docs', { accept: 'application/json' })).json()).toEqual(document);
  });
});

describe('the description of lists and records', () => {
  interface Parameter {
    readonly name: string;
    readonly in: string;
    readonly schema: Record<string, unknown>;
  }

  it('says what requests are held against, and what records are', async () => {
    api = await startTestApi();
    const { paths } = (await api.get('/api/docs/json')).json();
    const { parameters, responses } = paths['/api/books'].get;
    const schemaOf = (name: string) => parameters.find((one: Parameter) => one.name === name)?.schema;
    expect(schemaOf('perPage')).toMatchObject({ type: 'integer', minimum: 1, maximum: 200, default: 50 });
    expect(schemaOf('q')).toMatchObject({ type: 'string', maxLength: 200 });
    expect(schemaOf('genre')).toMatchObject({ type: 'array', items: { type: 'string' } });
    expect(schemaOf('format')).toEqual({ type: 'string', enum: ['csv', 'rss'] });
    const { perPage, q } = { perPage: schemaOf('perPage'), q: schemaOf('q') };
    const status = async (query: string) => (await api!.get(`/api/books?${query}`)).status;
    expect(await status(`perPage=${perPage.maximum}`)).toBe(200);
    expect(await status(`perPage=${perPage.maximum + 1}`)).toBe(400);
    expect(await status(`perPage=${perPage.minimum - 1}`)).toBe(400);
    expect(await status(`q=${'x'.repeat(q.maxLength)}`)).toBe(200);
    expect(await status(`q=${'x'.repeat(q.maxLength + 1)}`)).toBe(400);
    const list = responses[200].content['application/json'].schema;
    expect(list.properties.records.items.properties.record.properties).toHaveProperty('title');
    expect(paths['/api/books/{slug}'].get.parameters.map((one: Parameter) => [one.name, one.in])).toEqual([
      ['slug', 'path'],
      ['include', 'query'],
    ]);
  });
});

describe('readiness', () => {
  it('tells how far what is served is behind the branch, and the branch behind its remote', async () => {
    api = await startTestApi({ options: { internalSecret } });
    const dir = join(dirname(api.privateDir), 'public.git');
    const before = (await git(dir, ['rev-parse', 'main'])).trim();
    await api.commit({ ...sheets, books: [] });
    await git(dir, ['update-ref', 'refs/remotes/origin/main', 'main']);
    await api.post('/api/_internal/reload', undefined, secretHeader);
    await git(dir, ['update-ref', 'refs/heads/main', before]);
    await api.post('/api/_internal/reload', undefined, secretHeader);
    const { lag, warnings } = (await api.get('/api/health/ready')).json();
    expect(lag).toEqual({ branch: 0, remotes: { origin: 1 } });
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('behind-remote');
  });

  it('fails where the private store cannot be read', async () => {
    let broken = false;
    api = await startTestApi({
      options: {
        privateStore: {
          async *read() {
            if (broken) throw new Error('no such bucket secret-bucket');
            yield* [];
          },
          update: () => Promise.resolve(),
          edit: () => Promise.resolve(),
        },
      },
    });
    expect((await api.get('/api/health/ready')).status).toBe(200);
    broken = true;
    await sleep(5100);
    const { status, json, text } = await api.get('/api/health/ready');
    expect([status, json().reasons[0].code]).toEqual([503, 'private-store-unreachable']);
    expect(text).not.toContain('secret-bucket');
    expect((await api.get('/authors/ada')).status).toBe(200);
  });
});

describe('a reload', () => {
  it('drops no request, and answers each from one commit', async () => {
    const running = (api = await startTestApi({ options: { internalSecret } }));
    let isOver = false;
    const statuses: number[] = [];
    const visitor = async (): Promise<void> => {
      while (!isOver) statuses.push((await running.get('/books/sky')).status);
    };
    const visitors = Array.from({ length: 8 }, visitor);
    for (let round = 0; round < 5; round++) {
      await running.commit({
        ...sheets,
        books: sheets['books']!.map((book) => ({ ...book, title: `Round ${round}` })),
      });
      const reloads = await Promise.all(
        [1, 2].map(() => running.post('/api/_internal/reload', undefined, secretHeader)),
      );
      expect(reloads.map(({ status }) => status)).toEqual([200, 200]);
    }
    isOver = true;
    await Promise.all(visitors);
    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await running.get('/books/sky')).text).toContain('Round 4');
  });

  it.each([{}, { [internalSecretHeader]: 'wrong' }, { [internalSecretHeader]: `${internalSecret}x` }])(
    'is for nobody with %j',
    async (headers) => {
      api = await startTestApi({ options: { internalSecret } });
      expect(
        (await api.post('/api/_internal/reload', undefined, headers as Record<string, string>)).status,
      ).toBe(403);
    },
  );
});

describe('slow clients', () => {
  it('are cut off, and others are served meanwhile', async () => {
    api = await startTestApi({ options: { requestTimeoutMs: 1000 } });
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    socket.write(
      'POST /api/auth/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    expect((await api.get('/books/sky')).status).toBe(200);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('the chat that warnings are told to', () => {
  async function chat() {
    const texts: string[] = [];
    let respond = 200;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        texts.push((JSON.parse(body) as { text: string }).text);
        response.writeHead(respond).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      texts,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      fail: () => (respond = 500),
      stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
    };
  }

  it('gets warnings and worse, each once, few in all, and never the line itself', async () => {
    const room = await chat();
    const log = pino({ level: 'trace' }, logWebhook({ url: room.url, max: 3 }));
    log.info('all is well');
    for (let times = 0; times < 5; times++)
      log.warn({ requestId: 'r1', email: 'ada@example.org', code: 'busy' }, 'unavailable');
    log.error({ error: { name: 'TypeError', message: 'ada@example.org', stack: 'secret' } }, 'failed');
    log.error('second');
    log.error('third, too many');
    await sleep(300);
    expect(room.texts.sort()).toEqual([
      'error: failed · TypeError',
      'error: second',
      'warning: unavailable · busy [r1]',
    ]);
    await room.stop();
  });

  it('says in the next window how many were left out', async () => {
    const room = await chat();
    const log = pino(logWebhook({ url: room.url, max: 1, windowMs: 100 }));
    for (const text of ['one', 'two', 'three']) log.warn(text);
    await sleep(200);
    log.warn('four');
    await sleep(200);
    expect(room.texts).toEqual(['warning: one', 'warning: four (and 2 others left out)']);
    await room.stop();
  });

  it('may be away: the process goes on', async () => {
    const room = await chat();
    room.fail();
    const log = pino(logWebhook({ url: room.url }));
    log.warn('one');
    await sleep(100);
    await room.stop();
    log.warn('two');
    await sleep(100);
    expect(room.texts).toEqual(['warning: one']);
  });
});
