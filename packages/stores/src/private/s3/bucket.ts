import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CutoverError } from '@cutover/core';
import type { S3Place, S3Settings } from './settings.ts';

// The SDK warns on stderr, whoever reads that, of Node versions that it will leave; package.json says which are ours.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

export interface Stored {
  readonly bytes: Buffer;
  /** As the server gave it, quotes included. */
  readonly etag: string;
}

export type Condition = { readonly ifNoneMatch: '*' } | { readonly ifMatch: string };

/** The condition was not met (412), or the server could not decide between two writers (409). */
export class Refused extends Error {}

/** Servers bear 15 minutes; a Date header is right to the second. */
const clockToleranceMs = 60_000;

interface S3Error {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/**
 * One prefix of a bucket. Every request is repeated where its answer did not come or says that it may be;
 * so a conditional write that is refused at its second attempt may have landed at its first, and callers look.
 */
export class S3Bucket {
  readonly url: string;
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #attempts: number;

  constructor(url: string, place: S3Place, settings: S3Settings) {
    this.url = url;
    this.#place = place;
    this.#attempts = settings.attempts ?? 7;
    // The command's own engine range says what is supported; the SDK's notice would be in every log.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    this.#client = new S3Client({
      forcePathStyle: settings.pathStyle ?? false,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 1,
      systemClockOffset: settings.clockOffsetMs ?? 0,
      requestHandler: {
        connectionTimeout: settings.timeoutMs ?? 10_000,
        requestTimeout: settings.timeoutMs ?? 60_000,
        throwOnRequestTimeout: true,
      },
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
      ...(settings.region === undefined ? {} : { region: settings.region }),
      ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
    });
  }

  /** Throws CutoverError `private-store-missing` where there is no such bucket, `private-store-denied` where it is not ours. */
  async assertThere(): Promise<void> {
    await this.#send('look at', '', () =>
      this.#client.send(new HeadBucketCommand({ Bucket: this.#place.bucket })),
    );
  }

  async isVersioned(): Promise<boolean> {
    return (await this.#versioning()) === 'Enabled';
  }

  /** Also where versioning is suspended: what there was before that is there still. */
  async hasVersions(): Promise<boolean> {
    return (await this.#versioning()) !== undefined;
  }

  async #versioning(): Promise<string | undefined> {
    const { Status } = await this.#send('look at', '', () =>
      this.#client.send(new GetBucketVersioningCommand({ Bucket: this.#place.bucket })),
    );
    return Status;
  }

  /** An object whole; undefined where there is none. A body that is cut short is asked for again. */
  async get(
    key: string,
    versionId?: string,
    range?: { readonly from: number; readonly to: number },
  ): Promise<Stored | undefined> {
    try {
      return await this.#send('read', key, async () => {
        const answer = await this.#client.send(
          new GetObjectCommand({
            ...this.#at(key),
            ...(versionId === undefined ? {} : { VersionId: versionId }),
            ...(range === undefined ? {} : { Range: `bytes=${range.from}-${range.to}` }),
          }),
        );
        const bytes = Buffer.from(await answer.Body!.transformToByteArray());
        if (answer.ContentLength !== undefined && answer.ContentLength !== bytes.length) {
          throw Object.assign(new Error('the body was cut short'), { name: 'IncompleteBody' });
        }
        return { bytes, etag: answer.ETag ?? '' };
      });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Writes an object and gives its ETag. Throws Refused where the condition is not met. */
  async put(key: string, bytes: Buffer, condition?: Condition): Promise<string> {
    const answer = await this.#send('write', key, () =>
      this.#client.send(
        new PutObjectCommand({
          ...this.#at(key),
          Body: bytes,
          ContentLength: bytes.length,
          ...(condition === undefined
            ? {}
            : 'ifMatch' in condition
              ? { IfMatch: condition.ifMatch }
              : { IfNoneMatch: condition.ifNoneMatch }),
        }),
      ),
    );
    return answer.ETag ?? '';
  }

  /** Writes an object out of a file, which is not held in memory. */
  async putFile(key: string, path: string): Promise<void> {
    const { size } = await stat(path);
    await this.#send('write', key, () =>
      this.#client.send(
        new PutObjectCommand({ ...this.#at(key), Body: createReadStream(path), ContentLength: size }),
      ),
    );
  }

  /** Size of an object; undefined where there is none. */
  async sizeOf(key: string): Promise<number | undefined> {
    try {
      const answer = await this.#send('read', key, () =>
        this.#client.send(new HeadObjectCommand(this.#at(key))),
      );
      return answer.ContentLength ?? 0;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Bytes of an object from `from` to `to`, both included; what is cut off while they come is an error of the stream. */
  async stream(key: string, from: number, to: number): Promise<Readable> {
    const answer = await this.#send('read', key, () =>
      this.#client.send(new GetObjectCommand({ ...this.#at(key), Range: `bytes=${from}-${to}` })),
    );
    return answer.Body as Readable;
  }

  async remove(key: string): Promise<void> {
    await this.#send('remove', key, () => this.#client.send(new DeleteObjectCommand(this.#at(key))));
  }

  /** Removes an object with everything that a versioned bucket keeps of it. */
  async erase(key: string): Promise<void> {
    for await (const version of this.allVersions(key))
      if (version.key === key) await this.removeVersion(key, version.versionId);
  }

  /** Keys below a prefix, sorted; `limit` asks for that many at most, `delimiter` passes over what lies deeper. */
  async *list(
    prefix: string,
    options: { limit?: number; delimiter?: string } = {},
  ): AsyncGenerator<{ key: string; sizeBytes: number; modifiedAt: Date | undefined }> {
    let token: string | undefined;
    let left = options.limit ?? Infinity;
    do {
      const page = await this.#send('list', prefix, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#place.bucket,
            Prefix: this.#place.prefix + prefix,
            MaxKeys: Math.min(1000, left),
            ...(options.delimiter === undefined ? {} : { Delimiter: options.delimiter }),
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        ),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        yield { key: Key!.slice(this.#place.prefix.length), sizeBytes: Size ?? 0, modifiedAt: LastModified };
        if (--left === 0) return;
      }
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** Version ids of one object, newest first. */
  async *versions(key: string): AsyncGenerator<string> {
    for await (const version of this.allVersions(key))
      if (version.key === key && !version.isRemoval) yield version.versionId;
  }

  /** Every version of every object below a prefix, and what says that one was removed, by key, newest first. */
  async *allVersions(prefix: string): AsyncGenerator<{
    key: string;
    versionId: string;
    isLatest: boolean;
    isRemoval: boolean;
    modifiedAt: Date | undefined;
  }> {
    let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await this.#send('list', prefix, () =>
        this.#client.send(
          new ListObjectVersionsCommand({
            Bucket: this.#place.bucket,
            Prefix: this.#place.prefix + prefix,
            ...marker,
          }),
        ),
      );
      const found = [
        ...(page.Versions ?? []).map((version) => ({ ...version, isRemoval: false })),
        ...(page.DeleteMarkers ?? []).map((marker) => ({ ...marker, IsLatest: false, isRemoval: true })),
      ];
      for (const { Key, VersionId, IsLatest, LastModified, isRemoval } of found) {
        if (Key === undefined || VersionId === undefined) continue;
        const key = Key.slice(this.#place.prefix.length);
        yield { key, versionId: VersionId, isLatest: IsLatest === true, isRemoval, modifiedAt: LastModified };
      }
      if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return;
      marker = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
      };
    }
  }

  async removeVersion(key: string, versionId: string): Promise<void> {
    await this.#send('remove', key, () =>
      this.#client.send(new DeleteObjectCommand({ ...this.#at(key), VersionId: versionId })),
    );
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + key };
  }

  async #send<T>(doing: string, key: string, request: () => Promise<T>): Promise<T> {
    let mismatches = 0;
    for (let attempt = 1; ; attempt++) {
      const clock = this.#client.config.systemClockOffset;
      try {
        return await request();
      } catch (error) {
        if (isRefusal(error)) throw new Refused(key);
        if (isMissing(error) && doing === 'read') throw error;
        // The object that a write was conditional on is gone.
        if ((error as S3Error).name === 'NoSuchKey' && doing === 'write') throw new Refused(key);
        const repeatable =
          isRepeatable(error) || this.#correctClock(error, clock) || (isMismatch(error) && ++mismatches < 3);
        if (!repeatable || attempt >= this.#attempts) throw this.#explain(doing, key, error);
        await sleep(Math.random() * Math.min(50 * 2 ** attempt, 5000));
      }
    }
  }

  /**
   * A server that refuses a request and whose clock is far from ours refuses it for that (the answer to a HEAD
   * has no body that would say so); requests are signed with its time from then on.
   */
  #correctClock(error: unknown, before: number): boolean {
    const { name = '', $metadata, $response } = error as S3Error;
    const date = Date.parse($response?.headers?.['date'] ?? '');
    const refused = $metadata?.httpStatusCode === 403 || /^Request(?:TimeTooSkewed|Expired)$/.test(name);
    if (!refused || Number.isNaN(date)) return false;
    const offset = date - Date.now();
    if (Math.abs(offset - before) < clockToleranceMs) return false;
    this.#client.config.systemClockOffset = offset;
    return true;
  }

  #explain(doing: string, key: string, cause: unknown): unknown {
    const { name = '', code = '', $metadata } = cause as S3Error;
    const status = $metadata?.httpStatusCode;
    const what = key === '' ? `the bucket of ${this.url}` : `${key} in ${this.url}`;
    // The SDK's error is not handed on as a cause: it holds the whole request, with its signature.
    const data = { name, status, ...(code === '' ? {} : { code }) };
    if (isMissing(cause)) {
      return new CutoverError('private-store-missing', `there is no bucket for ${this.url}`, {
        next: 'make the bucket, or give the right --private URL and AWS_ENDPOINT_URL_S3',
        data,
      });
    }
    if (status === 401 || status === 403 || name === 'CredentialsProviderError') {
      return new CutoverError(
        'private-store-denied',
        `the server does not let us ${doing} ${what} (${name})`,
        {
          next: 'see that the credentials in the environment are the right ones and may read, write, list and remove there',
          data,
        },
      );
    }
    return new CutoverError(
      'private-store-unreachable',
      `could not ${doing} ${what}: ${(name === 'Error' ? '' : name) || code || 'no answer'}`,
      {
        next: 'see that the server is up and reachable, then run the same command again',
        data,
      },
    );
  }
}

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as S3Error;
  return (
    name === 'NoSuchKey' ||
    name === 'NoSuchBucket' ||
    name === 'NotFound' ||
    $metadata?.httpStatusCode === 404
  );
}

function isRefusal(error: unknown): boolean {
  const { name, $metadata } = error as S3Error;
  return (
    $metadata?.httpStatusCode === 412 ||
    name === 'PreconditionFailed' ||
    name === 'ConditionalRequestConflict'
  );
}

/** A wrong secret, or a body that lost its end on the way: Ceph does not tell which. */
function isMismatch(error: unknown): boolean {
  return (error as S3Error).name === 'SignatureDoesNotMatch';
}

const repeatableNames = new Set([
  'IncompleteBody',
  'RequestTimeout',
  'TimeoutError',
  'XAmzContentSHA256Mismatch',
  'BadDigest',
  'SlowDown',
  'InternalError',
  'ServiceUnavailable',
  'OperationAborted',
]);

/** No answer, an answer that ends early, a server that is busy, or one that got less than we sent. */
function isRepeatable(error: unknown): boolean {
  const { name = '', code, $metadata } = error as S3Error;
  const status = $metadata?.httpStatusCode;
  if (repeatableNames.has(name) || (status !== undefined && status >= 500 && status !== 501)) return true;
  if (status === 429 || status === 408) return true;
  // A success that could not be read: its body was cut short.
  if (status !== undefined && status < 300) return true;
  const network = /^(?:ECONN|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EAI_AGAIN|UND_ERR)/;
  if (code !== undefined && network.test(code)) return true;
  // A body that ends early is no XML, or an aborted stream; a wrong name or key always has a status.
  return (
    status === undefined && /aborted|socket hang up|premature|terminated/i.test((error as Error).message)
  );
}
