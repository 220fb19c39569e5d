import { setTimeout as sleep } from 'node:timers/promises';
import { type Bind, describeWith, startBind } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkAuthoritative,
  checkInternalUrls,
  checkResolvers,
  checkWriters,
  type RecordsInput,
} from '../src/index.ts';
import { queryDns, serverOf } from '../src/routing/dns-query.ts';
import { serve, type TestSite } from './support/servers.ts';

const old = '192.0.2.1';
const fresh = '192.0.2.2';

describeWith('bind', 'routing', () => {
  let first: Bind;
  let second: Bind;
  let resolver: Bind;
  const zone = (address: string, ttl = 2): string =>
    `www ${ttl} IN A ${address}\nalias ${ttl} IN CNAME www\napi 60 IN A 127.0.0.1\nback 60 IN CNAME www`;
  const zones = (address: string, ttl?: number) => ({ 'moved.test': zone(address, ttl) });

  beforeAll(async () => {
    [first, second] = await Promise.all([startBind({ zones: zones(old) }), startBind({ zones: zones(old) })]);
    resolver = await startBind({ forwards: { 'moved.test': first.port } });
  });
  beforeEach(async () => {
    await Promise.all([first, second].map((bind) => bind.setZone('moved.test', zone(old))));
  });
  afterAll(() => Promise.all([first, second, resolver].map((bind) => bind?.stop())));

  const input = (more: Partial<RecordsInput> = {}): RecordsInput => ({
    name: 'www.moved.test',
    authoritative: [first.server, second.server],
    resolvers: [resolver.server],
    addresses: [old],
    maxTtlSeconds: 300,
    timeoutMs: 500,
    ...more,
  });
  const codes = (check: { findings: readonly { code: string }[] }) => check.findings.map(({ code }) => code);

  it('knows records, aliases and their time to live from the authority', async () => {
    expect(await checkAuthoritative(input())).toMatchObject({ outcome: 'holds', looked: 2 });
    const answer = await queryDns(first.server, { name: 'ALIAS.moved.test.', type: 'A', recurse: false });
    expect(answer).toMatchObject({
      authoritative: true,
      records: [
        { type: 'CNAME', ttlSeconds: 2, value: 'www.moved.test' },
        { type: 'A', ttlSeconds: 2, value: old },
      ],
    });
  });

  it('takes an answer that is too long for a packet from a connection', async () => {
    const many = Array.from({ length: 60 }, (_, n) => `many 60 IN A 198.51.100.${n}`).join('\n');
    await first.setZone('moved.test', `${zone(old)}\n${many}`);
    const answer = await queryDns(first.server, { name: 'many.moved.test', type: 'A', recurse: false });
    expect(answer?.records).toHaveLength(60);
  });

  it('sees servers of one zone that disagree, and a time to live that is too long', async () => {
    await second.setZone('moved.test', zone(fresh));
    expect(codes(await checkAuthoritative(input()))).toEqual(['dns-other-address']);
    await second.setZone('moved.test', zone(old, 86_400));
    expect(codes(await checkAuthoritative(input()))).toEqual(['dns-ttl-too-long']);
  });

  it('sees a second address, and a name that is not there', async () => {
    await first.setZone('moved.test', `${zone(old)}\nwww 2 IN AAAA 2001:db8::1`);
    expect(codes(await checkAuthoritative(input({ authoritative: [first.server] })))).toEqual([
      'dns-other-address',
    ]);
    expect(
      codes(await checkAuthoritative(input({ name: 'none.moved.test', authoritative: [first.server] }))),
    ).toEqual(['dns-other-address']);
  });

  it('does not take a resolver for an authority, nor silence for an answer', async () => {
    expect(codes(await checkAuthoritative(input({ authoritative: [resolver.server] })))).toEqual([
      'dns-not-authoritative',
    ]);
    const silent = await checkAuthoritative(input({ authoritative: [first.server, '127.0.0.1:9'] }));
    expect([silent.outcome, silent.couldNotTell]).toEqual(['unknown', 'no answer from 127.0.0.1:9']);
    expect((await checkResolvers(input({ resolvers: ['127.0.0.1:9'] }))).outcome).toBe('unknown');
    expect((await checkAuthoritative(input({ authoritative: [] }))).outcome).toBe('unknown');
  });

  it('wants the old time to live waited out', async () => {
    const lowered = { at: '2026-01-01T00:00:00Z', fromSeconds: 3600 };
    const at = (moment: string) => checkAuthoritative(input({ lowered }), Date.parse(moment));
    expect(codes(await at('2026-01-01T00:59:59Z'))).toEqual(['dns-ttl-not-waited-out']);
    expect((await at('2026-01-01T01:00:00Z')).outcome).toBe('holds');
  });

  it('sees a resolver tell the old address after the flip, until its copy is too old', async () => {
    await sleep(2500);
    expect((await checkResolvers(input())).outcome).toBe('holds');
    await Promise.all([first, second].map((bind) => bind.setZone('moved.test', zone(fresh))));
    const flipped = input({ addresses: [fresh] });
    expect((await checkAuthoritative(flipped)).outcome).toBe('holds');
    const early = await checkResolvers(flipped);
    expect([early.outcome, codes(early)]).toEqual(['fails', ['dns-other-address']]);
    expect(early.findings[0]!.next).toMatch(/^wait [012] s/);
    await sleep(2500);
    expect((await checkResolvers(flipped)).outcome).toBe('holds');
  });

  it('refuses internal addresses that are the public name, or an alias of it', async () => {
    const check = (...urls: string[]) =>
      checkInternalUrls({ publicNames: ['WWW.moved.test'], urls, resolver: first.server });
    expect(codes(await check('https://www.moved.test/api'))).toEqual(['internal-through-public-name']);
    const alias = await check('https://back.moved.test/api');
    expect(alias.findings[0]!.message).toContain('is an alias of www.moved.test');
    expect((await check('http://127.0.0.1:9/')).outcome).toBe('unknown');
    expect((await check()).outcome).toBe('unknown');
  });
});

describe('internal addresses', () => {
  let sites: TestSite[] = [];
  const start = async (location?: string): Promise<TestSite> => {
    const site = await serve((_request, response) =>
      response
        .writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location })
        .end(),
    );
    sites.push(site);
    return site;
  };
  afterEach(async () => {
    await Promise.all(sites.map((site) => site.close()));
    sites = [];
  });

  it('are followed: one that leads to the public name is refused, others are not', async () => {
    const check = async (location?: string) => {
      const url = (await start(location)).url;
      return checkInternalUrls({ publicNames: ['www.moved.test'], urls: [url] });
    };
    expect((await check()).outcome).toBe('holds');
    expect((await check('https://www.moved.test/api')).findings[0]!.message).toContain('redirects to');
    const { url } = await start();
    expect((await check(`${url}/there`)).outcome).toBe('holds');
    const chain = (await start('//WWW.Moved.Test/')).url;
    expect((await check(chain)).outcome).toBe('fails');
  });
});

describe('writers', () => {
  const answering = (status: number) => serve((_request, response) => response.writeHead(status).end());
  const check = async (statuses: Record<string, number>, writer?: string) => {
    const sites = await Promise.all(
      Object.entries(statuses).map(async ([name, status]) => [name, await answering(status)] as const),
    );
    try {
      const hosts = Object.fromEntries(sites.map(([name, { port }]) => [name, `127.0.0.1:${port}`]));
      return await checkWriters({ url: 'http://moved.test', hosts, writer, path: '/login' });
    } finally {
      await Promise.all(sites.map(([, site]) => site.close()));
    }
  };

  it('are exactly one, or none', async () => {
    expect((await check({ old: 503, new: 401 }, 'new')).outcome).toBe('holds');
    expect((await check({ old: 503, new: 503 })).outcome).toBe('holds');
  });

  it.each([
    ['the old one goes on writing', { old: 401, new: 401 }, 'new', 'second-writer'],
    ['a second new one', { old: 503, new: 401, other: 200 }, 'new', 'second-writer'],
    ['one where none may', { old: 200 }, undefined, 'second-writer'],
    ['the new one is closed', { old: 503, new: 503 }, 'new', 'writer-refuses'],
    ['a writer that nobody named', { old: 503 }, 'new', 'writer-unknown'],
  ])('are found out: %s', async (_name, statuses, writer, code) => {
    expect((await check(statuses, writer)).findings[0]?.code).toBe(code);
  });

  it('are unknown where a host does not answer, or none was named', async () => {
    const hosts = { old: '127.0.0.1:9' };
    expect((await checkWriters({ url: 'http://moved.test', hosts, path: '/' })).outcome).toBe('unknown');
    expect((await checkWriters({ url: 'http://moved.test', hosts: {}, path: '/' })).outcome).toBe('unknown');
  });
});

describe('an address of a server', () => {
  it.each([
    ['192.0.2.1', { host: '192.0.2.1', port: 53 }],
    ['192.0.2.1:5353', { host: '192.0.2.1', port: 5353 }],
    ['[2001:db8::1]:5353', { host: '2001:db8::1', port: 5353 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 53 }],
  ])('%s', (text, address) => expect(serverOf(text)).toEqual(address));
  it('is refused', () => expect(() => serverOf('ns.example.org')).toThrow(TypeError));
});
