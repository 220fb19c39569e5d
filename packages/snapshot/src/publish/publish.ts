import { CutoverError, exitCodes } from '@cutover/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { git, type Head, type PublicStore, type SshAccess, sshCommand } from '@cutover/stores';
import { snapshotBranch } from '../scrub/scrub.ts';
import { tagsOf } from './tags.ts';
import { assertVerified } from './verdict.ts';

export interface PublishInput {
  readonly snapshot: PublicStore;
  /** An SSH address of git. */
  readonly to: string;
  readonly ssh: SshAccess;
  /** The report of `cutover snapshot verify`, parsed. */
  readonly report: unknown;
  /** The public half of the key that the report must be sealed with, as `sealerOf` gives it. */
  readonly verifiedBy: string;
  readonly now: Date;
  /** Without it nothing is pushed. */
  readonly yes: boolean;
}

export interface PublishResult extends Head {
  /** Refs that were pushed, or would be. */
  readonly pushed: readonly string[];
  /** Tags that are there already and stay where they are. */
  readonly kept: readonly string[];
  readonly sizeBytes: number;
  readonly objects: number;
  readonly published: boolean;
}

/**
 * Pushes a snapshot that was verified as the branch `snapshot` of another repository, with a tag of the week, and
 * once a quarter a tag of the quarter. Tags are never moved. The branch is replaced only where it is a snapshot
 * and still where it was seen. Throws CutoverError `snapshot-not-verified`, `publish-target-unexpected`,
 * `publish-refused` or `publish-denied`.
 */
export async function publishSnapshot(input: PublishInput): Promise<PublishResult> {
  const head = await input.snapshot.head(snapshotBranch);
  if (head === undefined) throw notThere(input.snapshot.dir);
  assertVerified(input.report, head, input.verifiedBy);
  await assertNoHistory(input.snapshot, head);
  const env = { GIT_SSH_COMMAND: sshCommand(input.ssh) };
  const access = { dir: resolve(input.snapshot.dir), to: input.to };
  const remote = await remoteRefs(access, env);
  const at = remote.get(`refs/heads/${snapshotBranch}`);
  if (at !== undefined) await assertSnapshot(access, env, at);
  const { quarter, week } = tagsOf(input.now);
  const kept = [quarter, week].filter((tag) => remote.has(`refs/tags/${tag}`));
  const tags = [quarter, week].filter((tag) => !kept.includes(tag));
  const refs = [`refs/heads/${snapshotBranch}`, ...tags.map((tag) => `refs/tags/${tag}`)];
  if (input.yes) {
    const lease = `--force-with-lease=refs/heads/${snapshotBranch}:${at ?? ''}`;
    // Without a plus: the lease alone lets the branch be replaced, and nothing lets a tag.
    const pairs = refs.map((ref) => `${head.commit}:${ref}`);
    await ask(access, ['push', '--quiet', '--atomic', lease, input.to, ...pairs], env);
  }
  return { ...head, pushed: refs, kept, published: input.yes, ...(await sizeOf(input.snapshot, head)) };
}

/** From where git goes, and where to. */
interface Access {
  readonly dir: string;
  readonly to: string;
}

async function remoteRefs(input: Access, env: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const lines = (await ask(input, ['ls-remote', '--refs', input.to], env))
    .split('\n')
    .filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
}

async function assertNoHistory(snapshot: PublicStore, { commit }: Head): Promise<void> {
  const commits = (await git(snapshot.dir, ['rev-list', commit])).trim().split('\n');
  if (commits.length === 1) return;
  throw new CutoverError(
    'snapshot-not-verified',
    `the snapshot has ${commits.length} commits instead of one`,
    {
      next: 'scrub again into a new repository, and verify that',
      exitCode: exitCodes.preflightFailed,
    },
  );
}

/** The branch is ours to replace only if what is on it was published like this. */
async function assertSnapshot(input: Access, env: NodeJS.ProcessEnv, commit: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cutover-publish-'));
  try {
    await git(dir, ['init', '--quiet', '--bare', '.']);
    const ref = `refs/heads/${snapshotBranch}`;
    await ask({ ...input, dir }, ['fetch', '--quiet', '--depth=1', input.to, ref], env);
    const message = await git(dir, ['log', '-1', '--format=%B', 'FETCH_HEAD']);
    const parents = (await git(dir, ['cat-file', 'commit', 'FETCH_HEAD']))
      .split('\n\n', 1)[0]!
      .includes('\nparent ');
    if (!parents && /^Cutover-Snapshot: /m.test(message)) return;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  throw new CutoverError(
    'publish-target-unexpected',
    `the branch ${snapshotBranch} of ${input.to} is not a snapshot: it would be overwritten`,
    {
      next: 'look at what is there; remove or rename the branch if it may go, or publish elsewhere',
      data: { commit },
      exitCode: exitCodes.preflightFailed,
    },
  );
}

/** Runs git against the other side; what it says may name hosts and paths, never the key. */
async function ask(input: Access, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return await git(input.dir, args, { env });
  } catch (cause) {
    if (!(cause instanceof CutoverError)) throw cause;
    const said = String(cause.data['stderr'] ?? cause.message);
    const denied = /permission denied|host key verification failed|could not read from remote/i.test(said);
    throw new CutoverError(
      denied ? 'publish-denied' : 'publish-refused',
      `${input.to} ${denied ? 'does not let us in' : 'refused'}: ${said.split('\n', 1)[0] ?? ''}`,
      {
        next: denied
          ? 'check the deploy key (it needs write access), and that the known-hosts file has the key of the host'
          : 'nothing was pushed, as all refs go together: see what was said, and publish again',
        exitCode: denied ? exitCodes.authenticationRefused : exitCodes.stoppedByFault,
        cause,
      },
    );
  }
}

/** Bytes and objects that a clone of the snapshot gets. */
async function sizeOf(
  snapshot: PublicStore,
  { commit }: Head,
): Promise<{ sizeBytes: number; objects: number }> {
  const objects = (await git(snapshot.dir, ['rev-list', '--objects', '--no-object-names', commit]))
    .trim()
    .split('\n');
  const sizes = await git(snapshot.dir, ['cat-file', '--batch-check=%(objectsize:disk)'], {
    input: `${objects.join('\n')}\n`,
  });
  const sizeBytes = sizes
    .trim()
    .split('\n')
    .reduce((sum, size) => sum + Number(size), 0);
  return { sizeBytes, objects: objects.length };
}

function notThere(dir: string): CutoverError {
  return new CutoverError('snapshot-missing', `${dir} has no branch ${snapshotBranch}`, {
    next: 'give the repository that `cutover snapshot scrub` made',
    exitCode: exitCodes.preflightFailed,
  });
}
