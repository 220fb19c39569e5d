import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Check } from '@cutover/core';
import { afterEach, describe, expect, it } from 'vitest';
import { watchTarget } from '../src/index.ts';
import { Increases } from '../src/watch/increases.ts';
import { parseMetrics } from '../src/watch/parse-metrics.ts';

type Counters = Record<string, number>;

/** A site that counts as it is told to, one set of counters a look. */
interface Told {
  readonly counters: readonly (Counters | string)[];
  readonly ready?: readonly number[];
  readonly redirect?: string;
}

let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve))));

async function site({ counters, ready = [200], redirect = '/new' }: Told): Promise<string> {
  let look = -1;
  const at = <T>(list: readonly T[]): T => list[Math.min(Math.max(look, 0), list.length - 1)]!;
  server = createServer((request, response) => {
    if (request.url === '/api/health') {
      look++;
      response.end('{}');
    } else if (request.url === '/api/health/ready') {
      response.writeHead(at(ready)).end(JSON.stringify({ reasons: ['no branch'] }));
    } else if (request.url === '/metrics') {
      const now = at(counters);
      response.end(typeof now === 'string' ? now : textOf(now));
    } else response.writeHead(301, { location: redirect }).end();
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `POST /api/auth/sign-in 401` → a sample. */
const textOf = (counters: Counters): string =>
  Object.entries(counters)
    .map(([key, value]) => {
      const [method, route, status] = key.split(' ');
      return `http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"} ${value}\n`;
    })
    .join('');

const signIn = (status: number) => `POST /api/auth/sign-in ${status}`;
const callback = (status: number) => `GET /api/auth/github/callback ${status}`;
const saml = (status: number) => `POST /api/saml/sso ${status}`;
const well = { [signIn(200)]: 1, [callback(302)]: 1, [saml(200)]: 1, 'GET / 200': 10 };
const later = { [signIn(200)]: 11, [callback(302)]: 9, [saml(200)]: 30, 'GET / 200': 300 };

async function watch(told: Told, more: Partial<Parameters<typeof watchTarget>[0]> = {}) {
  const { checks, watched } = await watchTarget({
    url: await site(told),
    windowMs: 60_000,
    intervalMs: 10,
    maxLooks: 4,
    redirects: [{ url: '/old', status: 301, location: '/new' }],
    ...more,
  });
  return { checks, watched, not: notHolding(checks) };
}

const notHolding = (checks: readonly Check[]) =>
  Object.fromEntries(
    checks.filter(({ outcome }) => outcome !== 'holds').map(({ id, outcome }) => [id, outcome]),
  );

describe('a watch over the new site', () => {
  it('holds where all is well', async () => {
    const { not, watched, checks } = await watch({ counters: [well, later] });
    expect(not).toEqual({});
    expect(checks).toHaveLength(7);
    expect(watched.looks).toHaveLength(4);
  });

  it.each<[string, Told, Record<string, string>]>([
    ['refused sign-ins', { counters: [well, { ...later, [signIn(401)]: 90 }] }, { 'watch-sign-in': 'fails' }],
    [
      'failed returns from GitHub',
      { counters: [well, { ...later, [callback(502)]: 5 }] },
      { 'watch-oauth': 'fails', 'watch-errors': 'fails' },
    ],
    ['refused SAML requests', { counters: [well, { ...later, [saml(403)]: 5 }] }, { 'watch-saml': 'fails' }],
    ['errors of the server', { counters: [well, { ...later, 'GET / 500': 9 }] }, { 'watch-errors': 'fails' }],
    [
      'errors before the window are not its own',
      {
        counters: [
          { ...well, 'GET / 500': 900 },
          { ...later, 'GET / 500': 900 },
        ],
      },
      {},
    ],
    [
      'a site that is not ready for a moment, as one that is started again',
      { counters: [well, later], ready: [200, 503, 503, 200] },
      {},
    ],
    [
      'a site that is not ready at three looks in a row',
      { counters: [well, later], ready: [200, 503, 503, 503] },
      { 'watch-ready': 'fails' },
    ],
    [
      'an address that leads elsewhere',
      { counters: [well, later], redirect: '/elsewhere' },
      { 'watch-redirects': 'fails' },
    ],
    [
      'counters that nothing moved',
      { counters: [well] },
      {
        'watch-errors': 'unknown',
        'watch-sign-in': 'unknown',
        'watch-oauth': 'unknown',
        'watch-saml': 'unknown',
      },
    ],
    [
      'a page instead of counters',
      { counters: ['<html>hello</html>'] },
      {
        'watch-errors': 'unknown',
        'watch-sign-in': 'unknown',
        'watch-oauth': 'unknown',
        'watch-saml': 'unknown',
      },
    ],
  ])('%s', async (_what, told, expected) => {
    expect((await watch(told)).not).toEqual(expected);
  });

  it('a restart in between loses nothing that was counted', async () => {
    const { checks, watched } = await watch({
      counters: [{ 'GET / 200': 1000 }, { 'GET / 200': 1010 }, { 'GET / 200': 3, 'GET / 500': 2 }],
    });
    expect(watched.increases.resets).toBe(1);
    expect(checks.find(({ id }) => id === 'watch-errors')).toMatchObject({
      outcome: 'fails',
      evidence: { total: 15, failed: 2, restarts: 1 },
    });
  });

  it('what a site does not do is left out; what nobody looked at is unknown', async () => {
    const told = { counters: [{ 'GET / 200': 1 }, { 'GET / 200': 20 }] };
    const without = await watch(told, { notUsed: ['sign-in', 'oauth', 'saml', 'redirects'], redirects: [] });
    expect([without.not, without.checks.length]).toEqual([{}, 3]);
    expect((await watch(told, { redirects: [] })).not).toMatchObject({ 'watch-redirects': 'unknown' });
  });

  it('a site that never answers is unknown, and one look away too many fails', async () => {
    const url = await site({ counters: [well] });
    await new Promise((resolve) => server!.close(resolve));
    server = undefined;
    const redirects = [{ url: '/old', status: 301, location: '/new' }];
    const { checks } = await watchTarget({ url, windowMs: 60_000, intervalMs: 10, maxLooks: 2, redirects });
    expect(new Set(checks.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']));
    const blip = { counters: [well, later], ready: [503, 200] };
    expect((await watch(blip, { thresholds: { maxInARow: 1 } })).not).toEqual({});
    expect((await watch(blip, { thresholds: { maxInARow: 0 } })).not).toEqual({ 'watch-ready': 'fails' });
  });

  it('cut off before its end, it does not hold', async () => {
    const stop = new AbortController();
    const { not } = await watch(
      { counters: [well, later] },
      { windowMs: 60_000, signal: stop.signal, onLook: (look) => look.requests > 0 && stop.abort() },
    );
    expect(not).toMatchObject({ 'watch-alive': 'unknown', 'watch-errors': 'unknown' });
  });
});

describe('counters', () => {
  it('are read with their labels, whatever these hold', () => {
    expect(
      parseMetrics('# HELP a b\na{x="1\\"2\\\\,}",y="z"} 1.5e3 1700000000\nb +Inf\nc NaN\n'),
    ).toMatchObject([
      { name: 'a', labels: { x: '1"2\\,}', y: 'z' }, value: 1500 },
      { name: 'b', labels: {}, value: Infinity },
      { name: 'c', value: NaN },
    ]);
    for (const text of ['<html>', 'a{x=1} 2', 'a one', '{"a":1}']) expect(parseMetrics(text)).toBeUndefined();
  });

  it('that appear later begin at nothing', () => {
    const increases = new Increases();
    increases.add(parseMetrics('a{s="1"} 5')!);
    increases.add(parseMetrics('a{s="1"} 5\na{s="2"} 3')!);
    increases.add(parseMetrics('a{s="2"} 1')!);
    increases.add(parseMetrics('a{s="1"} 2\na{s="2"} 1')!);
    expect([increases.by('s', () => true), increases.resets]).toEqual([{ 1: 2, 2: 4 }, 1]);
  });
});
