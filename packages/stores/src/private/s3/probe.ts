import { randomUUID } from 'node:crypto';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Condition, Refused, type S3Bucket } from './bucket.ts';

/** What a bucket really enforces, found by writing to it. */
export interface Probed {
  /** `If-None-Match: *` refuses to overwrite. */
  readonly ifNoneMatch: boolean;
  /** How an ETag has to be written in If-Match for the condition to be both met and refused; undefined: neither works. */
  readonly ifMatch: 'quoted' | 'unquoted' | undefined;
  readonly versioned: boolean;
}

const racers = 6;

/**
 * Tries conditional writes on an object of its own and removes it. A condition counts as enforced where the
 * right one is taken, the wrong one is refused, and of several writers at once exactly one wins: servers are
 * known that ignore conditions, that refuse every If-Match, and that want the ETag without its quotes.
 */
export async function probe(bucket: S3Bucket): Promise<Probed> {
  const key = `.probe/${randomUUID()}`;
  let versioned = false;
  try {
    const ifNoneMatch = await enforcesIfNoneMatch(bucket, key);
    let ifMatch: Probed['ifMatch'];
    for (const spelling of ['quoted', 'unquoted'] as const) {
      if (ifMatch === undefined && (await enforcesIfMatch(bucket, key, spelling))) ifMatch = spelling;
    }
    versioned = await bucket.isVersioned().catch(() => false);
    return { ifNoneMatch, ifMatch, versioned };
  } finally {
    // A versioned bucket would keep every try; where we may not remove versions, a lifecycle rule has to.
    if (versioned) await bucket.erase(key).catch(() => undefined);
    else await bucket.remove(key).catch(() => undefined);
  }
}

/** An ETag as a server that was probed wants it in If-Match. */
export function spellEtag(etag: string, spelling: 'quoted' | 'unquoted'): string {
  const bare = etag.replaceAll('"', '');
  return spelling === 'quoted' ? `"${bare}"` : bare;
}

async function enforcesIfNoneMatch(bucket: S3Bucket, key: string): Promise<boolean> {
  if ((await winners(bucket, key, { ifNoneMatch: '*' })) !== 1) return false;
  return !(await tryPut(bucket, key, { ifNoneMatch: '*' }));
}

async function enforcesIfMatch(
  bucket: S3Bucket,
  key: string,
  spelling: 'quoted' | 'unquoted',
): Promise<boolean> {
  const etag = await bucket.put(key, Buffer.from(randomUUID()));
  const condition = { ifMatch: spellEtag(etag, spelling) };
  if (await tryPut(bucket, key, { ifMatch: spellEtag('0'.repeat(32), spelling) })) return false;
  return (await winners(bucket, key, condition)) === 1 && !(await tryPut(bucket, key, condition));
}

async function winners(bucket: S3Bucket, key: string, condition: Condition): Promise<number> {
  const tries = await Promise.all(Array.from({ length: racers }, () => tryPut(bucket, key, condition)));
  return tries.filter(Boolean).length;
}

/** Whether the server took it. A condition that it does not know at all (501, 400) is one that it does not take. */
async function tryPut(bucket: S3Bucket, key: string, condition: Condition): Promise<boolean> {
  try {
    await bucket.put(key, Buffer.from(randomUUID()), condition);
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    const status = (error as { data?: { status?: number } }).data?.status;
    if (status === 501 || status === 400) return false;
    throw error;
  }
}

/** Throws CutoverError `private-store-unconditional` where writers could overwrite each other unseen. */
export function assertEnforces(url: string, probed: Probed): void {
  if (probed.ifNoneMatch) return;
  const why = probed.versioned
    ? 'versioning is on for this bucket, and this server does not enforce If-None-Match on versioned buckets'
    : 'this server does not enforce If-None-Match';
  throw new CutoverError(
    'private-store-unconditional',
    `${url} is refused: ${why}${probed.ifMatch === undefined ? ', nor If-Match' : ''}, so two writers would overwrite each other unseen`,
    {
      next: probed.versioned
        ? 'suspend versioning on the bucket or take one without it (earlier versions are then kept by cutover itself)'
        : 'take a server that enforces conditional writes, or a file:///directory',
      data: { ...probed },
      exitCode: exitCodes.preflightFailed,
    },
  );
}
