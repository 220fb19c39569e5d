import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isMissing } from '../src/files/file-source.ts';
import { fetchedFiles } from '../src/index.ts';

const content = randomBytes(300_000);
const etag = '"v1"';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let server: Server;
let seen: { url: string; range: string | undefined; at: number }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  scratch = await scratchDir();
  seen = [];
  server = createServer((request, response) => {
    seen.push({ url: request.url!, range: request.headers.range, at: Date.now() });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await scratch.remove();
});

const files = (more: Partial<Parameters<typeof fetchedFiles>[1]> = {}) =>
  fetchedFiles(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    cacheDir: scratch.dir,
    userAgent: 'cutover/test',
    attempts: 3,
    ...more,
  });
const wanted = { name: 'original.jpg', paths: [], url: 'media/open/1', mimeType: 'image/jpeg' };

async function fetched(source = files()): Promise<Buffer> {
  const found = await source.find(wanted);
  if (isMissing(found)) throw new Error(found.missing);
  expect(found).toMatchObject({
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  return readFileSync(found.path);
}

/** Gives what is asked for, and cuts the connection after so many bytes. */
function give(
  request: IncomingMessage,
  response: ServerResponse,
  cutAfter = Infinity,
  tag = etag,
  body = content,
): void {
  if (request.headers['if-none-match'] === tag) return void response.writeHead(304).end();
  const asked =
    request.headers['if-range'] === tag ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '') : null;
  const from = Number(asked?.[1] ?? 0);
  response.writeHead(asked === null ? 200 : 206, {
    etag: tag,
    'content-type': 'image/jpeg',
    'content-length': body.length - from,
    ...(asked === null ? {} : { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
  });
  if (cutAfter >= body.length - from) return void response.end(body.subarray(from));
  response.write(body.subarray(from, from + cutAfter), () => setTimeout(() => response.destroy(), 20));
}

it('goes on where a connection was cut, as often as it is', async () => {
  answer = (request, response) => give(request, response, 70_000);
  expect(await fetched()).toEqual(content);
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.slice(1).every(({ range }) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
});

it('goes on in a later process, and begins anew where the file has changed since', async () => {
  answer = (request, response) =>
    seen.length === 1 ? give(request, response, 100_000) : void response.destroy();
  await expect(fetched(files({ attempts: 1 }))).rejects.toMatchObject({ code: 'files-unreachable' });
  seen = [];
  answer = (request, response) => give(request, response);
  expect(await fetched()).toEqual(content);
  expect(seen.map(({ range }) => range)).toEqual(['bytes=100000-']);

  const other = { ...wanted, url: 'media/open/2' };
  seen = [];
  answer = (request, response) =>
    seen.length === 1
      ? give(request, response, 50_000, '"old"', Buffer.alloc(80_000, 1))
      : void response.destroy();
  await expect(files({ attempts: 1 }).find(other)).rejects.toMatchObject({ code: 'files-unreachable' });
  answer = (request, response) => give(request, response);
  expect(await files().find(other)).toMatchObject({ sizeBytes: content.length });
});

it('waits as long as a busy server says, for all files', async () => {
  answer = (request, response) =>
    seen.length === 1 ? void response.writeHead(429, { 'retry-after': '1' }).end() : give(request, response);
  expect(await fetched()).toEqual(content);
  expect(seen[1]!.at - seen[0]!.at).toBeGreaterThanOrEqual(990);
});

it('asks only whether a file has changed that it has', async () => {
  answer = (request, response) => give(request, response);
  await fetched();
  const statuses: number[] = [];
  answer = (request, response) => {
    give(request, response);
    statuses.push(response.statusCode);
  };
  expect(await fetched()).toEqual(content);
  expect(statuses).toEqual([304]);
});

it('follows redirects within the site, and none out of it', async () => {
  answer = (request, response) =>
    request.url === '/media/open/1'
      ? void response.writeHead(302, { location: '/real/1.jpg' }).end()
      : give(request, response);
  expect(await fetched()).toEqual(content);
  answer = (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/x' }).end();
  expect(await files({ cacheDir: `${scratch.dir}/other` }).find(wanted)).toMatchObject({
    missing: /answers 302/,
  });
});

it.each([
  ['404', (response: ServerResponse) => response.writeHead(404).end(), /answers 404/],
  [
    'a page',
    (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    /gives a page/,
  ],
])('takes %s for a file that is missing', async (_what, give404, message) => {
  answer = (_request, response) => void give404(response);
  expect(await files().find(wanted)).toEqual({ missing: expect.stringMatching(message) as string });
});

it('says that the site does not answer instead of taking its files for missing', async () => {
  answer = (_request, response) => void response.writeHead(500).end();
  await expect(files().find(wanted)).rejects.toMatchObject({ code: 'files-unreachable' });
  answer = () => undefined;
  await expect(files({ attempts: 1, idleMs: 200 }).find(wanted)).rejects.toMatchObject({
    code: 'files-unreachable',
  });
});

it('refuses an address with a password, or none at all', () => {
  for (const address of ['http://a:b@example.org/', 'ftp://example.org/', 'example'])
    expect(() => fetchedFiles(address, { cacheDir: scratch.dir, userAgent: 'x' })).toThrow(/http/);
});
