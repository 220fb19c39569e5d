import { afterEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/start.ts';

let api: TestApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

describe('a limit of requests', () => {
  const start = async () =>
    (api = await startTestApi({ options: { trustProxy: true, requestLimit: { max: 3, windowMs: 60_000 } } }));
  const statuses = async (paths: readonly string[], address: string): Promise<number[]> => {
    const all: number[] = [];
    for (const path of paths) all.push((await api!.get(path, { 'x-forwarded-for': address })).status);
    return all;
  };

  it('is for each address, over reads, old URLs and what is not there', async () => {
    await start();
    const paths = ['/books/sky', '/authors/8', '/nothing', '/api/books/sky', '/books/sky'];
    expect(await statuses(paths, '203.0.113.1')).toEqual([200, 301, 404, 429, 429]);
    expect(await statuses(['/books/sky'], '203.0.113.2')).toEqual([200]);
    const refused = await api!.get('/books/sky', {
      'x-forwarded-for': '203.0.113.1',
      accept: 'application/json',
    });
    expect(refused.json().error.code).toBe('too-many-requests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['cache-control']).toBe('no-store');
  });

  it('counts what changes something, too', async () => {
    await start();
    await statuses(['/', '/', '/'], '203.0.113.1');
    const answer = await api!.post('/api/auth/sign-out', undefined, { 'x-forwarded-for': '203.0.113.1' });
    expect(answer.status).toBe(429);
  });

  it('takes the addresses of one network for one, by IPv6', async () => {
    await start();
    await statuses(['/', '/'], '2001:db8::1');
    expect(await statuses(['/', '/'], '2001:db8:0:0:ffff::2')).toEqual([200, 429]);
    expect(await statuses(['/'], '2001:db8:0:1::1')).toEqual([200]);
  });

  it('is not for what watches the process, nor for who comes from this machine without a proxy', async () => {
    await start();
    const watched = ['/api/health', '/api/health/ready', '/metrics', '/api/health', '/metrics'];
    expect(await statuses(watched, '203.0.113.1')).toEqual([200, 200, 200, 200, 200]);
    for (let times = 0; times < 5; times++) expect((await api!.get('/')).status).toBe(200);
  });
});
