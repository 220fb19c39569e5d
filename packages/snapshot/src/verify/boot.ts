import { type Check, concludeCheck, CutoverError, FindingList, messageOf } from '@cutover/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Profile } from '@cutover/records';
import { git, openPrivateStore } from '@cutover/stores';
import { snapshotBranch } from '../scrub/scrub.ts';

/** Starts the new system over two stores; whoever calls it stops it. */
export type Boot = (stores: {
  readonly publicDir: string;
  readonly privateUrl: string;
  readonly branch: string;
}) => Promise<{ readonly url: string; stop(): Promise<void> }>;

export interface BootCheckInput {
  readonly profile: Profile;
  /** Folder of the snapshot's repository. */
  readonly repository: string;
  /** Records by sheet that the snapshot is known to hold. */
  readonly records: Readonly<Record<string, number>>;
  readonly boot: Boot;
}

/**
 * What a contributor does: clones the snapshot, starts the new system on it with a private store that holds
 * nothing, and looks at every list. Each must have as many records as the snapshot.
 */
export async function checkBoot(input: BootCheckInput): Promise<Check[]> {
  const dir = await mkdtemp(join(tmpdir(), 'cutover-snapshot-boot-'));
  try {
    const publicDir = join(dir, 'clone.git');
    await git(dir, [
      'clone',
      '--quiet',
      '--bare',
      '--depth',
      '1',
      '--branch',
      snapshotBranch,
      '--',
      sourceOf(input.repository),
      publicDir,
    ]);
    const privateUrl = join(dir, 'private');
    await openPrivateStore(privateUrl, { create: true });
    const system = await input.boot({ publicDir, privateUrl, branch: snapshotBranch });
    try {
      return [await checkReady(system.url), await checkLists(system.url, input)];
    } finally {
      await system.stop();
    }
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    return [conclude('snapshot-boot', 0, [], messageOf(error))];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** A local clone copies what a remote one would not: ask for the same. */
const sourceOf = (dir: string): string => pathToFileURL(resolve(dir)).href;

const titles = {
  'snapshot-boot': 'The new system starts from a clone of the snapshot and an empty private store',
  'snapshot-totals': 'Its lists have as many records as the snapshot',
} as const;

function conclude(
  id: keyof typeof titles,
  looked: number,
  problems: readonly { readonly subject: string; readonly message: string }[],
  couldNotTell?: string,
): Check {
  const findings = new FindingList();
  for (const problem of problems) findings.add({ code: `${id}-differs`, ...problem });
  return concludeCheck({
    id,
    title: titles[id],
    looked,
    expected: 0,
    actual: findings.total,
    findings,
    couldNotTell,
  });
}

async function checkReady(url: string): Promise<Check> {
  const response = await fetch(`${url}/api/health/ready`, { signal: AbortSignal.timeout(60_000) }).catch(
    () => undefined,
  );
  if (response === undefined) return conclude('snapshot-boot', 0, [], `${url} does not answer`);
  const { reasons = [] } = (await response.json()) as { reasons?: unknown[] };
  const problem = {
    subject: '/api/health/ready',
    message: `it is not ready: ${JSON.stringify(reasons).slice(0, 300)}`,
  };
  return conclude('snapshot-boot', 1, response.status === 200 ? [] : [problem]);
}

async function checkLists(url: string, { profile, records }: BootCheckInput): Promise<Check> {
  const lists = profile.target.routes.filter(({ kind, path }) => kind === 'list' && !path.includes('/:'));
  const problems: { subject: string; message: string }[] = [];
  for (const { path, sheet } of lists) {
    const response = await fetch(`${url}/api${path}`, { signal: AbortSignal.timeout(60_000) }).catch(
      () => undefined,
    );
    if (response === undefined) return conclude('snapshot-totals', 0, problems, `${path} does not answer`);
    const { total } = response.status === 200 ? ((await response.json()) as { total?: unknown }) : {};
    const expected = records[sheet] ?? 0;
    if (total === expected) continue;
    const got = total === undefined ? `answers ${response.status}` : `has ${String(total)}`;
    problems.push({
      subject: path,
      message: `${path} ${got}, the snapshot has ${expected} records of ${sheet}`,
    });
  }
  return conclude('snapshot-totals', lists.length, problems);
}
