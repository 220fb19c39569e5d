import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type S3Server, scratchDir, startS3 } from '@cutover/testkit';
import type { S3Settings } from '../../src/index.ts';

/** Where stores of one kind can be made, each new and empty. */
export interface Places {
  readonly s3?: S3Settings;
  url(): Promise<string>;
  /** All bytes that lie in the place of a store, whether anything names them or not. */
  contents(url: string): Promise<string>;
  close(): Promise<void>;
}

export async function filePlaces(): Promise<Places & { dir: string }> {
  const { dir, remove } = await scratchDir();
  let made = 0;
  return {
    dir,
    url: async () => pathToFileURL(join(dir, `private-${++made}`)).href,
    contents: async (url) => {
      const entries = await readdir(fileURLToPath(url), { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
      return (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('\n');
    },
    close: remove,
  };
}

export interface S3Places extends Places {
  readonly server: S3Server;
  readonly bucket: string;
  readonly s3: S3Settings;
  readonly client: S3Client;
}

/** One real server and one bucket; stores get prefixes of their own. */
export async function s3Places(): Promise<S3Places> {
  const server = await startS3();
  const { endpoint, region, credentials } = server;
  const s3 = { endpoint, region, credentials, pathStyle: true, timeoutMs: 20_000 };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const bucket = await makeBucket(client, server.bucketName());
  return {
    server,
    bucket,
    s3,
    client,
    url: async () => `s3://${bucket}/${randomUUID().slice(0, 8)}/private`,
    contents: (url) => bucketContents(client, bucket, new URL(url).pathname.slice(1)),
    close: async () => {
      client.destroy();
      await server.stop();
    },
  };
}

/** Every version of every object below a prefix. */
export async function bucketContents(client: S3Client, bucket: string, prefix: string): Promise<string> {
  const { Versions = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }),
  );
  const texts = Versions.map(async ({ Key, VersionId }) => {
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
    return got.Body!.transformToString();
  });
  return (await Promise.all(texts)).join('\n');
}

export async function makeBucket(client: S3Client, name: string, versioned = false): Promise<string> {
  await client.send(new CreateBucketCommand({ Bucket: name }));
  if (versioned) {
    await client.send(
      new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  }
  return name;
}
