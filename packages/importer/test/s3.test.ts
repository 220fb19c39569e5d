import { join } from 'node:path';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { describeWith, type S3Server, scratchDir, startS3 } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dumpSource, importDump } from '../src/index.ts';
import { overriding } from './overriding.ts';
import { tiny, writeDump } from './tiny.ts';

describeWith('s3', 'an import into a bucket', () => {
  let server: S3Server;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let open: () => Promise<PrivateStore>;
  let publicStore: PublicStore;
  beforeAll(async () => {
    server = await startS3();
    scratch = await scratchDir();
    const bucket = await server.makeBucket();
    const { endpoint, region, credentials } = server;
    open = () =>
      openPrivateStore(`s3://${bucket}/private`, { create: true, s3: { endpoint, region, credentials } });
    publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  });
  afterAll(async () => {
    await server.stop();
    await scratch.remove();
  });

  const run = (privateStore: PrivateStore, store: PublicStore, email: string) =>
    importDump({
      profile: tiny,
      source: dumpSource([writeDump(scratch.dir, { members: [['1', 'Ann', email, null]] })]),
      publicStore: store,
      privateStore,
      branch: 'legacy-import',
      workDir: join(scratch.dir, 'work'),
      toolVersion: '0',
    });

  const emails = async () => {
    const found = [];
    for await (const { email } of (await open()).read('profiles')) found.push(email);
    return found;
  };

  /** The same store, whose named method kills the import. */
  const killing = <T extends object>(real: T, method: keyof T): T =>
    overriding(real, { [method]: () => Promise.reject(new Error('killed')) } as Partial<T>);

  it('that is killed before the branch moves is discarded by the next, and after it, completed', async () => {
    await run(await open(), publicStore, 'one@example.org');
    expect(await emails()).toEqual(['one@example.org']);
    await expect(run(await open(), killing(publicStore, 'head'), 'two@example.org')).rejects.toThrow(
      'killed',
    );
    expect(await emails()).toEqual(['one@example.org']);
    await expect(run(killing(await open(), 'activate'), publicStore, 'three@example.org')).rejects.toThrow(
      'killed',
    );
    const store = await open();
    expect((await store.listStaged()).length).toBeGreaterThan(0);
    // The tree does not hold addresses, so that the branch is where the killed import's tree is: it is completed.
    const { settleStaged } = await import('../src/index.ts');
    await settleStaged({ publicStore, privateStore: store, profile: tiny });
    expect(await emails()).toEqual(['three@example.org']);
    expect(await store.listStaged()).toEqual([]);
    const ledgers = [];
    for await (const { name } of store.keptFiles('ledger')) ledgers.push(name);
    expect(ledgers.length).toBeGreaterThan(0);
  });

  it('gives the same again the second time', async () => {
    const first = await run(await open(), publicStore, 'one@example.org');
    const second = await run(await open(), publicStore, 'one@example.org');
    expect(second.moved).toBe(false);
    expect(second.privates!['profiles']).toMatchObject({ unchanged: 1, inserted: 0, changed: 0 });
    expect(second.tree).toBe(first.tree);
  });
});
