import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { addressDigest, suppressionsSheet } from '@cutover/mailout';
import { writeToml } from '@cutover/records';
import { editTree, openPrivateStore } from '@cutover/stores';
import { describeWith, type S3Server, scratchDir, startS3 } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptySite, eraseFrom, people, personId, sampleWith, type Site } from './support/site.ts';

const id = personId(1010);
const handle = 'Elowen_Birchwell10';
const address = 'elowen.birchwell.10@example.org';
const before = `'Elowen','Birchwell',NULL,NULL,NULL,NULL,'${address}'`;
const attachment = '00000000-0000-8000-8000-0000000000a1';

describeWith('s3', 'erasing somebody from a private store in a bucket', () => {
  let server: S3Server;
  let client: S3Client;
  let bucket: string;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let site: Site;
  beforeAll(async () => {
    server = await startS3();
    scratch = await scratchDir();
    bucket = await server.makeBucket();
    const { endpoint, region, credentials } = server;
    const s3 = { endpoint, region, credentials };
    client = new S3Client({ ...s3, forcePathStyle: true });
    const privateStore = await openPrivateStore(`s3://${bucket}/private`, { create: true, s3 });
    site = await emptySite(scratch.dir, privateStore);
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
    await scratch.remove();
  });

  /** Every version of every object, what is compressed also as it reads. */
  async function bytes(): Promise<string> {
    const texts: string[] = [];
    for (let KeyMarker: string | undefined, more = true; more;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, KeyMarker }));
      for (const { Key, VersionId } of page.Versions ?? []) {
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
        const content = await got.Body!.transformToByteArray();
        const isGzip = content[0] === 0x1f && content[1] === 0x8b;
        texts.push(`${Key}\n${Buffer.from(isGzip ? gunzipSync(content) : content).toString('latin1')}`);
      }
      more = page.IsTruncated === true;
      KeyMarker = page.NextKeyMarker;
    }
    return texts.join('\n');
  }

  /** An upload of theirs that legacy removed again, so that history alone says whose it is. */
  async function plantUpload(): Promise<void> {
    const upload = join(scratch.dir, 'upload');
    writeFileSync(upload, 'of theirs alone');
    const sha256 = createHash('sha256').update('of theirs alone').digest('hex');
    const file = `${attachment}/${sha256}.jpg`;
    await site.privateStore.keepPublic(file, upload);
    const content = writeToml({
      ...{ id: attachment, slug: 'of-theirs', mimeType: 'image/jpeg', personId: id },
      ...{ file, fileIn: 'bucket', fileBytes: 15, fileSha256: sha256 },
    });
    for (const now of [content, null]) {
      const head = (await site.publicStore.head('main'))!;
      const edits = [{ path: 'attachments/00/of-theirs.toml', content: now }];
      const tree = await editTree(site.publicStore.dir, head.commit, edits);
      await site.publicStore.commit('main', { tree, message: 'x', expected: head });
    }
  }

  it('leaves nothing of a row that fitted once, in any version of any object', async () => {
    await site.again();
    const suppressed = addressDigest(address);
    await site.privateStore.update(suppressionsSheet, suppressed, () => ({
      id: suppressed,
      reason: 'bounced',
    }));
    await plantUpload();
    await site.again(await sampleWith(scratch.dir, [before, before.replace(",NULL,'", ",'19xx-01-01','")]));
    const told = [address, suppressed, handle, 'of theirs alone'];
    const there = await bytes();
    expect(told.filter((text) => !there.includes(text))).toEqual([]);
    const killed = (step: string) => {
      if (step === 'kept') throw new Error('killed');
    };
    await expect(eraseFrom(site, id, { onStep: killed })).rejects.toThrow('killed');
    const result = await eraseFrom(site, id);
    expect(result).toMatchObject({ stillThere: [], left: 0, pruned: { people: 1, unknown: [] } });
    const left = await bytes();
    expect(told.filter((text) => left.includes(text))).toEqual([]);
    expect(left).toContain('example.org');
    await site.again();
    expect((await people(site)).map((record) => record.id)).not.toContain(id);
    expect(await bytes()).not.toContain(address);
  });
});
