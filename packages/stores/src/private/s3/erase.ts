import { draftAgeMs } from '../snapshots.ts';
import type { S3Bucket } from './bucket.ts';

/**
 * Removes objects below a prefix with every version that a versioned bucket has of them, and earlier versions of
 * those that stay. `keeps` says what stays: 'young' is for what only a writer at work can want.
 */
export async function eraseUnder(
  bucket: S3Bucket,
  prefix: string,
  isVersioned: boolean,
  keeps: (key: string) => boolean | 'young',
): Promise<{ readonly left: number }> {
  let left = 0;
  const stays = (key: string, modifiedAt: Date | undefined): boolean => {
    const kept = keeps(key);
    if (kept !== 'young') return kept;
    const isYoung = Date.now() - (modifiedAt?.getTime() ?? 0) < draftAgeMs;
    if (isYoung) left++;
    return isYoung;
  };
  if (isVersioned) {
    for await (const { key, versionId, isLatest, modifiedAt } of bucket.allVersions(prefix)) {
      if (!isLatest || !stays(key, modifiedAt)) await bucket.removeVersion(key, versionId);
    }
  } else {
    for await (const { key, modifiedAt } of bucket.list(prefix)) {
      if (!stays(key, modifiedAt)) await bucket.remove(key);
    }
  }
  return { left };
}
