import { randomUUID } from 'node:crypto';
import { type StandIn, type StandInServer, startStandIn } from '@cutover/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { openPrivateStore, type PrivateStore } from '../../src/index.ts';
import { Refused, S3Bucket } from '../../src/private/s3/bucket.ts';
import { conformance } from './conformance.ts';
import type { Places } from './places.ts';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const settingsOf = ({ endpoint }: StandInServer) => ({
  endpoint,
  region: 'us-east-1',
  credentials,
  pathStyle: true,
});

async function standInPlaces(kind: StandIn): Promise<Places> {
  const server = await startStandIn(kind);
  return {
    s3: settingsOf(server),
    url: async () => `s3://bucket/${randomUUID().slice(0, 8)}/private`,
    contents: async (url) =>
      [...server.objects]
        .filter(([key]) => key.startsWith(new URL(url).pathname.slice(1)))
        .flatMap(([, versions]) => versions.map(({ bytes }) => bytes?.toString() ?? ''))
        .join('\n'),
    close: () => server.close(),
  };
}

const aws: StandIn = { versioned: true, ifMatch: 'enforced', ifNoneMatch: 'enforced' };
const createOnly: StandIn = { versioned: false, ifMatch: 'unknown', ifNoneMatch: 'enforced' };

conformance('in a versioned bucket that enforces conditions (a stand-in)', () => standInPlaces(aws), {
  keepsGenerations: false,
});
conformance('where If-None-Match alone is enforced (a stand-in)', () => standInPlaces(createOnly), {
  canSwap: false,
});

describe('kinds of servers', () => {
  let server: StandInServer | undefined;
  afterEach(() => server?.close());
  const open = async (kind: StandIn, more = {}): Promise<PrivateStore> => {
    server = await startStandIn(kind);
    return openPrivateStore('s3://bucket/p', { create: true, s3: settingsOf(server), ...more });
  };
  const keys = (prefix: string) => [...server!.objects.keys()].filter((key) => key.startsWith(`p/${prefix}`));

  it('say what they enforce, and where earlier versions are', async () => {
    expect(await (await open(aws)).describe()).toEqual({
      writes: 'the server enforces If-None-Match and If-Match with quoted ETags',
      history: "the bucket's own versions of a pointer that is moved by If-Match",
    });
    await server!.close();
    expect(await (await open(createOnly)).describe()).toEqual({
      writes: 'the server enforces If-None-Match',
      history: 'generations of our own, each created by If-None-Match',
    });
    await server!.close();
    expect(await (await open({ ...createOnly, ifMatch: 'ignored' })).describe()).toMatchObject({
      writes: 'the server enforces If-None-Match',
    });
  });

  it('that enforce nothing are refused, with the reason, and nothing stays there', async () => {
    const nothing: StandIn = { versioned: false, ifMatch: 'ignored', ifNoneMatch: 'ignored' };
    await expect(open(nothing)).rejects.toMatchObject({
      code: 'private-store-unconditional',
      exitCode: 3,
      message: expect.stringContaining('does not enforce If-None-Match, nor If-Match') as string,
    });
    expect(keys('')).toEqual([]);
    await server!.close();
    await expect(open({ ...nothing, versioned: true })).rejects.toThrow('versioning is on');
    expect(keys('')).toEqual([]);
  });

  it('with versions keep every earlier pointer, and list it page by page', async () => {
    const store = await open(aws);
    for (let n = 1; n <= 30; n++) await store.update('profiles', 'a', () => ({ id: 'a', n }));
    const listed = [];
    for await (const { generation } of store.history()) listed.push(generation);
    expect(listed).toEqual(Array.from({ length: 30 }, (_, n) => 30 - n));
    await store.restore({ generation: 3, sheets: ['profiles'], without: new Set() });
    const records = [];
    for await (const record of store.read('profiles')) records.push(record);
    expect(records).toEqual([{ id: 'a', n: 3 }]);
    expect(keys('generations/')).toEqual([]);
  });

  it('say 404 where the object of a condition is gone, which refuses the write', async () => {
    await open(aws);
    const bucket = new S3Bucket('s3://bucket/p', { bucket: 'bucket', prefix: 'p/' }, settingsOf(server!));
    await expect(bucket.put('gone', Buffer.from('x'), { ifMatch: '"1"' })).rejects.toBeInstanceOf(Refused);
  });

  it('that cannot change a claim say so', async () => {
    const store = await open(createOnly);
    await store.claims.claim('email', 'a@x.org', 'ann');
    await expect(store.claims.release('email', 'a@x.org', 'ann')).rejects.toMatchObject({
      code: 'private-store-no-if-match',
    });
  });

  it.each([
    ['a versioned bucket', aws],
    ['one that enforces If-None-Match alone', createOnly],
  ])(
    'lose what killed writers left in %s: a day later, and nothing that is named or young',
    async (_name, kind) => {
      const store = await open(kind);
      await store.update('profiles', 'a', () => ({ id: 'a', n: 1 }));
      await store.update('profiles', 'a', () => ({ id: 'a', n: 2 }));
      for (const versions of server!.objects.values())
        for (const version of versions) Object.assign(version, { at: new Date('2026-01-01') });
      server!.put('p/data/profiles.left.jsonl', 'left', new Date('2026-01-01'));
      server!.put('p/data/profiles.young.jsonl', 'young', new Date());
      expect(keys('data/')).toHaveLength(4);
      const again = await openPrivateStore('s3://bucket/p', { create: true, s3: settingsOf(server!) });
      expect(keys('data/')).toHaveLength(3);
      expect(keys('data/profiles.left')).toEqual([]);
      const listed = [];
      for await (const { generation } of again.history()) listed.push(generation);
      expect(
        await again.restore({ generation: listed[1]!, sheets: ['profiles'], without: new Set() }),
      ).toEqual({
        restored: 1,
        leftOut: 0,
      });
    },
  );
});
