import { createServer } from 'node:http';
import { join } from 'node:path';
import { openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Boot, checkBoot } from '../../src/index.ts';
import { profile } from '../support/site.ts';

/** What the new system answers, so that each fault can be planted; the real one is booted by the command's tests. */
const answering = (total: (path: string) => number | undefined, ready = true): Boot => {
  return async () => {
    const server = createServer(({ url = '' }, response) => {
      const body = url.endsWith('/ready')
        ? { reasons: ['planted'] }
        : { total: total(url.replace('/api', '')) };
      response.writeHead(url.endsWith('/ready') && !ready ? 503 : 200).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    return {
      url: `http://127.0.0.1:${port}`,
      stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
    };
  };
};

describe('booting on a snapshot', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let repository: string;
  const records = { people: 7, projects: 2, tags: 0 };

  beforeAll(async () => {
    scratch = await scratchDir();
    repository = join(scratch.dir, 'snapshot.git');
    const store = await openPublicStore(repository, { create: true });
    const writer = await store.writeTree();
    writer.put('people/aa/a.toml', 'id = "a"\n');
    await store.commit('snapshot', { tree: await writer.finish(), message: 'x', expected: undefined });
  });
  afterAll(() => scratch.remove());

  const right = (path: string) => (path === '/members' ? 7 : path === '/projects' ? 2 : 0);
  const outcomes = async (boot: Boot, from = repository) =>
    (await checkBoot({ profile, repository: from, records, boot })).map(({ outcome }) => outcome);

  it('holds where it is ready and every list has as many as the snapshot', async () => {
    expect(await outcomes(answering(right))).toEqual(['holds', 'holds']);
  });

  it('fails where it is not ready, or a list has fewer or does not say', async () => {
    expect(await outcomes(answering(right, false))).toEqual(['fails', 'holds']);
    expect(await outcomes(answering((path) => (path === '/members' ? 6 : right(path))))).toEqual([
      'holds',
      'fails',
    ]);
    expect(await outcomes(answering((path) => (path === '/tags' ? undefined : right(path))))).toEqual([
      'holds',
      'fails',
    ]);
  });

  it('could not tell where it cannot be cloned or does not answer', async () => {
    expect(await outcomes(answering(right), join(scratch.dir, 'none.git'))).toEqual(['unknown']);
    const dead: Boot = async () =>
      Promise.resolve({ url: 'http://127.0.0.1:1', stop: async () => undefined });
    expect(await outcomes(dead)).toEqual(['unknown', 'unknown']);
  });
});
