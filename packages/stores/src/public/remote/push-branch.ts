import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { git } from '../git.ts';
import type { PublicStore } from '../public-store.ts';
import { type Remote, type RemoteAccess, remoteOf } from './remote-access.ts';

export interface PushInput {
  readonly store: PublicStore;
  /** SSH or HTTPS address of the other repository. */
  readonly to: string;
  readonly access: RemoteAccess;
  readonly branch: string;
  /** Only looks what a push would do. */
  readonly dryRun?: boolean;
  /** Times that it is tried where the network fails or the branch moves there meanwhile; 5 by default. */
  readonly attempts?: number;
  /** Wait before the second try, doubled for each further one; 1000 by default. */
  readonly waitMs?: number;
  /** Told before each wait. */
  readonly onRetry?: (what: string, waitMs: number) => void;
}

export interface PushResult {
  readonly branch: string;
  /** `rejected`: the other side would lose commits, or refused. Nothing is ever forced. */
  readonly outcome: 'pushed' | 'would-push' | 'up-to-date' | 'rejected';
  /** Where the branch stood there; undefined: it was not there. */
  readonly before: string | undefined;
  /** Where it stands here. */
  readonly commit: string;
  readonly attempts: number;
  /** Why it was rejected. */
  readonly reason?: string;
}

/**
 * Pushes one branch by compare-and-swap: only as a descendant of what the other side has, and only while it still
 * has that. Faults of the network are tried again with growing waits; a push whose answer was lost is looked for
 * first. Throws CutoverError `branch-missing`, `push-address`, `push-denied`, `push-unreachable` (after all attempts)
 * or `push-failed`.
 */
export async function pushBranch(input: PushInput): Promise<PushResult> {
  const { store, branch, attempts = 5, waitMs = 1000 } = input;
  const head = await store.head(branch);
  if (head === undefined) {
    throw new CutoverError('branch-missing', `${store.dir} has no branch ${branch}`, {
      next: 'name one that is there with --branch',
      exitCode: exitCodes.preflightFailed,
    });
  }
  const remote = remoteOf(input.to, input.access);
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= attempts;
    let again: string;
    try {
      const done = await pushOnce(input, remote, head.commit);
      const { moved, ...result } = done;
      if (moved !== true || last) return { branch, commit: head.commit, attempts: attempt, ...result };
      again = done.reason!;
    } catch (error) {
      if (last || !(error instanceof CutoverError) || error.code !== 'push-unreachable') throw error;
      again = error.message;
    }
    // Not all at once, where several were cut off by the same fault.
    const wait = Math.round(waitMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2));
    input.onRetry?.(again, wait);
    await sleep(wait);
  }
}

/** `moved`: somebody was faster, so that looking again may give another answer. */
type Once = Pick<PushResult, 'outcome' | 'before' | 'reason'> & { readonly moved?: boolean };

async function pushOnce(input: PushInput, remote: Remote, commit: string): Promise<Once> {
  const { dir } = input.store;
  const ref = `refs/heads/${input.branch}`;
  const listed = await ask(dir, remote, ['ls-remote', '--refs', remote.address, ref]);
  const line = listed.split('\n').find((one) => one.endsWith(`\t${ref}`));
  const before = line?.slice(0, line.indexOf('\t'));
  if (before === commit) return { outcome: 'up-to-date', before };
  if (before !== undefined && !(await contains(dir, commit, before))) {
    return {
      outcome: 'rejected',
      before,
      reason: `${input.to} has commits on ${input.branch} that are not here (it is at ${before.slice(0, 12)})`,
    };
  }
  if (input.dryRun === true) return { outcome: 'would-push', before };
  // Without a plus: what was looked at above is what may be built upon, and the lease says it is still there.
  const lease = `--force-with-lease=${ref}:${before ?? ''}`;
  try {
    await ask(dir, remote, ['push', lease, remote.address, `${commit}:${ref}`]);
    return { outcome: 'pushed', before };
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'push-rejected') throw error;
    return { outcome: 'rejected', before, reason: error.message, moved: error.data['moved'] === true };
  }
}

/** Whether a commit is here and everything that leads to another begins with it. */
async function contains(dir: string, commit: string, ancestor: string): Promise<boolean> {
  try {
    await git(dir, ['merge-base', '--is-ancestor', ancestor, commit]);
    return true;
  } catch (error) {
    if (error instanceof CutoverError && error.code === 'git-failed') return false;
    throw error;
  }
}

const denied =
  /permission denied|authentication failed|could not read (?:username|password)|terminal prompts disabled|host key verification failed|(?:error|status):? 40[13]/i;
const absent =
  /not found|does not appear to be a git repository|no such file or directory|returned error: 404/i;
const outrun = /stale info|fetch first|cannot lock ref|failed to update ref|incorrect old value/i;
const unreachable =
  /could not resolve|connection (?:refused|reset|timed out|closed)|timed out|timeout|failed to connect|couldn't connect|network is unreachable|no route to host|broken pipe|early eof|unexpected disconnect|hung up|kex_exchange|banner exchange|empty reply|transfer closed|recv failure|send failure|ssl_|gnutls|operation too slow|returned error: (?:429|5\d\d)|could not read from remote/i;

/** Runs git against the other side and names what it failed of. */
async function ask(dir: string, { address, env }: Remote, args: readonly string[]): Promise<string> {
  try {
    return await git(dir, args, { env });
  } catch (cause) {
    if (!(cause instanceof CutoverError) || cause.code !== 'git-failed') throw cause;
    throw fault(address, String(cause.data['stderr']), cause);
  }
}

function fault(address: string, said: string, cause: CutoverError): CutoverError {
  const lines = said.split('\n').map((line) => line.trim());
  const refusal = lines.find((line) => line.startsWith('!'));
  if (refusal !== undefined) {
    const remarks = lines.filter((line) => line.startsWith('remote: ')).map((line) => line.slice(8).trim());
    const why = [/\[.*$/.exec(refusal)?.[0] ?? refusal, ...remarks].filter((text) => text !== '').join('; ');
    return coded('push-rejected', `${address} refused: ${why}`, {
      next: 'see what it says; nothing was forced',
      data: { moved: outrun.test(refusal) },
      cause,
    });
  }
  const first =
    lines.find((line) => /^(?:fatal|error|ssh): |permission denied|host key/i.test(line)) ??
    lines.find((line) => line !== '') ??
    'no reason was given';
  if (denied.test(said)) {
    return coded('push-denied', `${address} does not let us in: ${first}`, {
      next: 'check the deploy key or token (it needs write access), and that the known-hosts file has the key of the host',
      exitCode: exitCodes.authenticationRefused,
      cause,
    });
  }
  if (absent.test(said)) {
    return coded('push-failed', `there is no repository at ${address}, or none that we may see: ${first}`, {
      next: 'check the address, and that the deploy key or token is one of that repository',
      exitCode: exitCodes.preflightFailed,
      cause,
    });
  }
  if (unreachable.test(said)) {
    return coded('push-unreachable', `${address} cannot be reached: ${first}`, {
      next: 'run the same command again once it can be; what was pushed stays',
      cause,
    });
  }
  return coded('push-failed', `git failed against ${address}: ${first}`, {
    next: 'see what git said; nothing was forced',
    cause,
  });
}

function coded(
  code: string,
  message: string,
  options: ConstructorParameters<typeof CutoverError>[2],
): CutoverError {
  return new CutoverError(code, message, options);
}
