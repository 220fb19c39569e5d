import { CutoverError } from '@cutover/core';
import { git, type PublicStore } from '@cutover/stores';

/** A commit on the served branch that neither an import nor a merge of one has made. */
export interface ForeignCommit {
  readonly commit: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly subject: string;
  /** What the site says of it: the trailers of its API's writes. */
  readonly action?: string;
  readonly actor?: string;
}

export interface ForeignCommits {
  readonly total: number;
  readonly first: ForeignCommit | undefined;
  /** The branch does not go back to where it was looked at first: somebody has replaced its history. */
  readonly replaced: boolean;
}

const format = [
  '%H',
  '%cI',
  '%s',
  '%(trailers:key=Cutover-Merged,valueonly,separator=%x20)',
  '%(trailers:key=Cutover-Import,valueonly,separator=%x20)',
  '%(trailers:key=Action,valueonly,separator=%x20)',
  '%(trailers:key=Actor,valueonly,separator=%x20)',
].join('%x00');

/** Commits from one to another along first parents, oldest first, without those of imports and merges. */
export async function foreignCommits(
  { dir }: Pick<PublicStore, 'dir'>,
  from: string,
  to: string,
): Promise<ForeignCommits> {
  if (from === to) return { total: 0, first: undefined, replaced: false };
  const replaced = !(await isAncestor(dir, from, to));
  const out = await git(dir, [
    'log',
    '--first-parent',
    '--reverse',
    '-z',
    `--format=${format}`,
    ...(replaced ? [to] : [`${from}..${to}`]),
    '--',
  ]);
  const lines = out.split('\0');
  let total = 0;
  let first: ForeignCommit | undefined;
  for (let i = 0; i + 6 < lines.length; i += 7) {
    const [commit, at, subject, merged, imported, action, actor] = lines.slice(i, i + 7);
    if (merged !== '' || imported !== '') continue;
    total++;
    first ??= {
      commit: commit!,
      at: new Date(at!).toISOString(),
      subject: subject!,
      ...(action === '' ? {} : { action: action! }),
      ...(actor === '' ? {} : { actor: actor! }),
    };
  }
  return { total, first, replaced };
}

async function isAncestor(dir: string, ancestor: string, of: string): Promise<boolean> {
  try {
    await git(dir, ['merge-base', '--is-ancestor', ancestor, of]);
    return true;
  } catch (error) {
    // Exit 1 is the answer no; a commit that is not there any more is none either.
    if (error instanceof CutoverError && error.code === 'git-failed') return false;
    throw error;
  }
}
