import { mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, concludeCheck, CutoverError, type Finding, messageOf } from '@cutover/core';
import { openPrivateStore, openPublicStore, type Enforcement } from '@cutover/stores';
import type { Site } from '../site.ts';
import { one } from './one.ts';
import { localDir } from './check-volumes.ts';

/**
 * The stores themselves, which a rehearsal only copies: whether they can be written, what keeps writers apart there
 * and what keeps earlier versions; and whether somebody else acts on them. What is tried is taken back at once.
 * `ours`: the run itself holds the lease, or it would not have come this far.
 */
export async function checkSiteStores({ file }: Site, ours: boolean): Promise<Check[]> {
  const { public: publicDir, private: privateUrl } = file.stores;
  if (publicDir === undefined || privateUrl === undefined) return [];
  const findings: Finding[] = [];
  let enforcement: Enforcement | undefined;
  let holder: string | undefined;
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      findings.push(findingOf(what, error));
    }
  };
  await attempt(publicDir, async () => {
    await openPublicStore(publicDir);
    for (const folder of ['objects', 'refs']) await tryToWrite(join(publicDir, folder));
  });
  await attempt(privateUrl, async () => {
    const store = await openPrivateStore(privateUrl);
    enforcement = await store.describe();
    const dir = localDir(privateUrl);
    if (dir !== undefined) await tryToWrite(dir);
    if (!ours) holder = await store.leaseHolder();
  });
  const stores = concludeCheck({
    id: 'preflight-site-stores',
    title: 'Both stores of the site can be written, keep versions and keep writers apart',
    looked: 2,
    expected: 2,
    actual: 2 - findings.length,
    findings,
    evidence: { public: publicDir, private: privateUrl, ...enforcement },
  });
  return ours ? [stores] : [stores, checkLease(enforcement !== undefined, holder)];
}

function checkLease(looked: boolean, holder: string | undefined): Check {
  const title = 'Nothing else acts on the stores';
  if (!looked) return one('preflight-lease', title, { couldNotTell: 'the private store cannot be opened' });
  if (holder === undefined) return one('preflight-lease', title, {});
  const message = `${holder} acts on them`;
  return one('preflight-lease', title, {
    finding: { code: 'lease-held', message, next: 'wait for it, or abort it' },
  });
}

/** A folder that is made and removed again: the mode of a file says nothing where the volume is read-only or full. */
async function tryToWrite(dir: string): Promise<void> {
  await rmdir(await mkdtemp(join(dir, '.preflight-')));
}

function findingOf(subject: string, error: unknown): Finding {
  if (error instanceof CutoverError)
    return { code: error.code, message: error.message, subject, next: error.next };
  return {
    code: 'store-unwritable',
    message: `${subject} cannot be written: ${messageOf(error)}`,
    subject,
    next: 'give the user that runs cutover write permission there, on a volume that is mounted for writing',
  };
}
