import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, type Fault, faults, startFaultProxy } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPrivateStore } from '../../src/index.ts';
import { filePlaces, type S3Places, s3Places } from './places.ts';
import { expectNoneLost, startWriter } from './two-writers.ts';

const limit = 600_000;
/** Each change goes over HTTP, and often goes wrong there: `CUTOVER_SOAK=1` has as many of them as in a folder. */
const overHttp = process.env['CUTOVER_SOAK'] === undefined ? 300 : 1000;

describe('two processes that change a store in a folder', () => {
  it('1,000 times each lose nothing', { timeout: limit }, async () => {
    const places = await filePlaces();
    const url = await places.url();
    const store = await openPrivateStore(url, { create: true });
    const writers = ['ann', 'ben'].map((name) => startWriter(url, name, 1000));
    for (const writer of writers) expect(await writer.ended, writer.errors).toBe(0);
    await expectNoneLost(store, writers);
    const refused = writers.map((writer) => writer.refused!);
    process.stderr.write(`folder: refused and made again ${refused.join(' and ')}\n`);
    expect(refused[0]! + refused[1]!).toBeGreaterThan(0);
    await places.close();
  });

  it('lose nothing where one of them is killed again and again', { timeout: limit }, async () => {
    const places = await filePlaces();
    const url = await places.url();
    const store = await openPrivateStore(url, { create: true });
    const steady = startWriter(url, 'ann', 300);
    const killed = [];
    for (let i = 0; i < 6; i++) {
      const writer = startWriter(url, `b${i}`, 100_000);
      killed.push(writer);
      // Not before it writes at all.
      while (writer.done.size === 0) await sleep(10);
      await sleep(20 + 37 * i);
      writer.child.kill('SIGKILL');
      await writer.ended;
    }
    expect(await steady.ended, steady.errors).toBe(0);
    await expectNoneLost(store, [steady, ...killed], killed.length);
    await places.close();
  });
});

describeWith('s3', 'two processes that change a store in a bucket', () => {
  let places: S3Places;
  beforeAll(async () => {
    places = await s3Places();
  });
  afterAll(() => places.close());

  it(`${overHttp} times each lose nothing, whatever goes wrong on the way`, { timeout: limit }, async () => {
    const url = await places.url();
    const store = await openPrivateStore(url, { create: true, s3: places.s3 });
    let requests = 0;
    // Every seventeenth request goes wrong, each in another way; probing is let through.
    const choose = (incoming: {
      url?: string | undefined;
      method?: string | undefined;
    }): Fault | undefined => {
      if (incoming.url!.includes('.probe') || ++requests % 17 !== 0) return undefined;
      const fault = faults[(requests / 17) % faults.length]!;
      return fault === 'upload-cut' && incoming.method !== 'PUT' ? '503' : fault;
    };
    const proxy = await startFaultProxy(places.server.endpoint, choose);
    const s3 = { ...places.s3, endpoint: proxy.endpoint, timeoutMs: 400, attempts: 12 };
    const writers = ['ann', 'ben'].map((name) => startWriter(url, name, overHttp, s3));
    for (const writer of writers) expect(await writer.ended, writer.errors).toBe(0);
    await expectNoneLost(store, writers);
    const refused = writers.map((writer) => writer.refused!);
    process.stderr.write(
      `bucket: refused and made again ${refused.join(' and ')}; faults ${JSON.stringify(proxy.made)}\n`,
    );
    expect(refused[0]! + refused[1]!).toBeGreaterThan(0);
    expect(Object.entries(proxy.made).filter(([, count]) => count === 0)).toEqual([]);
    await proxy.close();
  });

  it('also where the answer to every move of the pointer is lost', { timeout: limit }, async () => {
    const url = await places.url();
    const store = await openPrivateStore(url, { create: true, s3: places.s3 });
    const seen = new Set<string>();
    const proxy = await startFaultProxy(places.server.endpoint, (incoming) => {
      const key = `${incoming.url}${incoming.headers['if-match'] ?? ''}`;
      if (incoming.method !== 'PUT' || !incoming.url!.includes('current.json') || seen.has(key))
        return undefined;
      seen.add(key);
      return 'reset-after';
    });
    const s3 = { ...places.s3, endpoint: proxy.endpoint };
    const writers = ['ann', 'ben'].map((name) => startWriter(url, name, 60, s3));
    for (const writer of writers) expect(await writer.ended, writer.errors).toBe(0);
    await expectNoneLost(store, writers);
    expect(proxy.made['reset-after']).toBeGreaterThan(60);
    await proxy.close();
  });

  it('and an activation whose every request fails once is made once', { timeout: limit }, async () => {
    const url = await places.url();
    const seen = new Set<string>();
    let next = 0;
    const proxy = await startFaultProxy(places.server.endpoint, (incoming) => {
      const key = `${incoming.method} ${incoming.url!.replace(/\?.*/, '')}`;
      if (key.includes('.probe') || seen.has(key)) return undefined;
      seen.add(key);
      return (['reset-after', '500', 'answer-cut'] as const)[next++ % 3];
    });
    const s3 = { ...places.s3, endpoint: proxy.endpoint, timeoutMs: 1000, attempts: 12 };
    const store = await openPrivateStore(url, { create: true, s3 });
    const staged = await store.stage('one');
    for (let i = 0; i < 500; i++) staged.put({ sheet: 'profiles', fields: { id: randomUUID(), n: i } });
    await staged.seal({ tree: 't', branch: 'b' });
    const target = { privateSheets: [{ name: 'profiles', owners: {}, of: 'people' }] } as never;
    expect((await store.activate('one', target))['profiles']).toMatchObject({ inserted: 500 });
    let count = 0;
    for await (const _record of store.read('profiles')) count++;
    expect(count).toBe(500);
    await proxy.close();
  });
});
