import { fileURLToPath } from 'node:url';
import { ListObjectVersionsCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { Report } from '@cutover/core';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { describeWith, type S3Server, scratchDir, startS3 } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

describeWith('s3', 'a rehearsal on a private store in a bucket', () => {
  let server: S3Server;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let client: S3Client;
  let bucket: string;
  const run = (...args: string[]) => cutover(args, { cwd: scratch.dir, env: { ...server.environment } });
  const sample = fileURLToPath(smallSampleDump);
  const waivers = fileURLToPath(sampleWaivers);

  beforeAll(async () => {
    server = await startS3();
    scratch = await scratchDir();
    bucket = await server.makeBucket();
    const { endpoint, region, credentials } = server;
    client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
    await scratch.remove();
  });

  /** Every object with its versions: what was there before must be all that is there after. */
  async function everything(): Promise<string[]> {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket }),
    );
    return [...Versions, ...DeleteMarkers].map(({ Key, VersionId, LastModified }) =>
      [Key, VersionId, LastModified?.toISOString()].join(' '),
    );
  }

  it(
    'says what the server enforces, copies what is there, and leaves the bucket as it was',
    { timeout: 120_000 },
    async () => {
      const url = `s3://${bucket}/private`;
      const empty = await run('preflight', '--private', url, '--json');
      expect([empty.code, await everything()]).toEqual([0, []]);
      const imported = await run(
        'import',
        '--dump',
        sample,
        '--waivers',
        waivers,
        '--public',
        'public.git',
        '--private',
        url,
      );
      expect(imported.code, imported.stderr).toBe(0);
      const before = await everything();
      const ran = await run('dry-run', '--public', 'public.git', '--private', url, '--json');
      const report = JSON.parse(ran.stdout) as Report;
      expect([ran.code, report.outcome]).toEqual([0, 'holds']);
      expect(report.checks.find(({ id }) => id === 'preflight-stores')!.evidence).toEqual({
        privateStore: url,
        writes: 'the server enforces If-None-Match and If-Match with unquoted ETags',
        history: 'generations of our own, behind a pointer that is moved by If-Match',
      });
      expect(await everything()).toEqual(before);
    },
  );

  it(
    'refuses a place where nothing is enforced, with the reason, and changes nothing',
    { timeout: 60_000 },
    async () => {
      bucket = await server.makeBucket();
      await client.send(
        new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      );
      const ran = await run('preflight', '--private', `s3://${bucket}/private`, '--json');
      const report = JSON.parse(ran.stdout) as Report;
      expect(ran.code).toBe(3);
      expect(report.checks.flatMap(({ findings }) => findings)).toMatchObject([
        {
          code: 'private-store-unconditional',
          message: expect.stringContaining('versioning is on for this bucket') as string,
        },
      ]);
      expect(await everything()).toEqual([]);
    },
  );
});
