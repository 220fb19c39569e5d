import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describeWith } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPrivateStore, type PrivateStore } from '../../src/index.ts';
import { conformance } from './conformance.ts';
import { S3Bucket } from '../../src/private/s3/bucket.ts';
import { eraseUnder } from '../../src/private/s3/erase.ts';
import { bucketContents, makeBucket, type S3Places, s3Places } from './places.ts';

describeWith('s3', 'on a real S3 server', () => {
  let places: S3Places;
  beforeAll(async () => {
    places = await s3Places();
  });
  afterAll(() => places.close());
  const open = (url: string, more = {}) => openPrivateStore(url, { create: true, s3: places.s3, ...more });

  conformance('in a bucket', async () => ({ ...places, close: async () => undefined }));

  async function all(store: PrivateStore, sheet = 'profiles') {
    const records = [];
    for await (const record of store.read(sheet)) records.push(record);
    return records;
  }

  describe('what the server enforces', () => {
    it('is found by trying: Ceph wants ETags without quotes and keeps no condition on versioned buckets', async () => {
      const store = await open(await places.url());
      expect(await store.describe()).toEqual({
        writes: 'the server enforces If-None-Match and If-Match with unquoted ETags',
        history: 'generations of our own, behind a pointer that is moved by If-Match',
      });
      const versioned = await makeBucket(places.client, places.server.bucketName(), true);
      await expect(open(`s3://${versioned}/private`)).rejects.toMatchObject({
        code: 'private-store-unconditional',
        exitCode: 3,
        message: expect.stringContaining('versioning is on') as string,
      });
    });

    it('leaves nothing behind but the key of the digests', async () => {
      const bucket = await makeBucket(places.client, places.server.bucketName());
      const store = await open(`s3://${bucket}/private`);
      await store.describe();
      const listed = await places.client.send(new ListObjectsV2Command({ Bucket: bucket }));
      expect((listed.Contents ?? []).map(({ Key }) => Key)).toEqual(['private/digest-key']);
    });
  });

  it('corrects a clock that is off by more than the server bears', async () => {
    const url = await places.url();
    const store = await open(url, { s3: { ...places.s3, clockOffsetMs: 3 * 3600_000 } });
    await store.update('profiles', 'a', () => ({ id: 'a' }));
    expect(await all(await open(url))).toEqual([{ id: 'a' }]);
  });

  it('takes over plain files that were there before', async () => {
    const bucket = await makeBucket(places.client, places.server.bucketName());
    await places.client.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'p/profiles.jsonl', Body: '{"id":"a"}\n{"id":"b"}\n' }),
    );
    const store = await open(`s3://${bucket}/p`);
    await store.update('profiles', 'b', () => ({ id: 'b', n: 1 }));
    expect(await all(store)).toEqual([{ id: 'a' }, { id: 'b', n: 1 }]);
    const before = await places.client.send(
      new GetObjectCommand({ Bucket: bucket, Key: 'p/profiles.jsonl' }),
    );
    expect(await before.Body!.transformToString()).toBe('{"id":"a"}\n{"id":"b"}\n');
  });

  it('refuses what is not there, not ours, or not a place', async () => {
    await expect(openPrivateStore('s3://no-such-bucket/x', { s3: places.s3 })).rejects.toMatchObject({
      code: 'private-store-missing',
    });
    await expect(openPrivateStore(await places.url(), { s3: places.s3 })).rejects.toMatchObject({
      code: 'private-store-missing',
    });
    const wrong = { ...places.s3.credentials!, secretAccessKey: 'needle-needle' };
    const denied = open(await places.url(), { s3: { ...places.s3, credentials: wrong } });
    await expect(denied).rejects.toMatchObject({ code: 'private-store-denied' });
    await expect(denied).rejects.not.toThrow(/needle/);
    await expect(openPrivateStore('s3://key:needle@bucket/x')).rejects.toMatchObject({
      code: 'private-store-url',
    });
    await expect(openPrivateStore('s3://key:needle@bucket/x')).rejects.not.toThrow(/needle/);
  });

  it('erases every version of what goes, and earlier ones of what stays', async () => {
    const name = await makeBucket(places.client, places.server.bucketName(), true);
    const bucket = new S3Bucket(`s3://${name}/p`, { bucket: name, prefix: 'p/' }, places.s3);
    for (const text of ['old needle', 'now']) await bucket.put('stays', Buffer.from(text));
    for (const text of ['needle 1', 'needle 2']) await bucket.put('goes', Buffer.from(text));
    await bucket.put('removed', Buffer.from('needle'));
    await bucket.remove('removed');
    await bucket.put('young', Buffer.from('draft'));
    expect(await bucketContents(places.client, name, 'p/')).toMatch(/(needle[\s\S]*){4}/);
    const { left } = await eraseUnder(bucket, '', await bucket.hasVersions(), (key) =>
      key === 'young' ? 'young' : key === 'stays',
    );
    expect(left).toBe(1);
    expect((await bucketContents(places.client, name, 'p/')).split('\n').sort()).toEqual(['draft', 'now']);
  });

  it('forgets plain files that were there before', async () => {
    const bucket = await makeBucket(places.client, places.server.bucketName());
    await places.client.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'p/profiles.jsonl', Body: '{"id":"needle"}\n' }),
    );
    const store = await open(`s3://${bucket}/p`);
    await store.forgetHistory();
    expect(await all(store)).toEqual([{ id: 'needle' }]);
    await store.update('profiles', 'needle', () => undefined);
    await store.forgetHistory();
    expect(await bucketContents(places.client, bucket, 'p/')).not.toContain('needle');
  });

  it('notices an object that is not what was written', async () => {
    const bucket = await makeBucket(places.client, places.server.bucketName());
    const store = await open(`s3://${bucket}/p`);
    await store.update('profiles', 'a', () => ({ id: 'a' }));
    const listed = await places.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'p/data/' }));
    await places.client.send(
      new PutObjectCommand({ Bucket: bucket, Key: listed.Contents![0]!.Key!, Body: '{"id":"z"}\n' }),
    );
    await expect(all(store)).rejects.toMatchObject({ code: 'private-object-damaged' });
  });
});
