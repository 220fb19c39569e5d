import { type Check, concludeCheck, CutoverError, exitCodes, type Finding, maxFindings } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { editTree, git, type Head, type PublicStore } from '@cutover/stores';
import { checkTree } from './check-tree.ts';
import type { Choice, Conflict } from './conflict.ts';
import { planMerge, type MergePlan, type SheetMerge } from './plan-merge.ts';
import type { SettledSlug } from './settle-slugs.ts';

export type { SheetMerge } from './plan-merge.ts';

export interface MergeOptions {
  readonly profile: Profile;
  readonly publicStore: PublicStore;
  /** Branch that the importer owns. */
  readonly from: string;
  /** Branch of the new side. */
  readonly into: string;
  /** What somebody has decided, by `conflictKey`. */
  readonly choices?: ReadonlyMap<string, Choice>;
  readonly toolVersion: string;
  /** Times that the merge is made anew because somebody else moved the branch; 5 by default. */
  readonly attempts?: number;
}

export interface MergeResult {
  /** Where `into` stands now; undefined where it does not exist and was not made. */
  readonly head: Head | undefined;
  readonly moved: boolean;
  /** The import that was merged before; undefined: none. */
  readonly base: string | undefined;
  readonly legacy: string;
  readonly sheets: Readonly<Record<string, SheetMerge>>;
  readonly conflicts: readonly Conflict[];
  readonly settledSlugs: readonly SettledSlug[];
  readonly checks: readonly Check[];
}

const trailer = 'Cutover-Merged';

/**
 * Merges the import branch into the new side's as one merge commit: by id, field by field, against the
 * import that was merged last. The branch moves only where no conflict is left and the merged tree passes
 * its checks, and only from where it was read: two writers never lose an update. Throws CutoverError
 * `nothing-imported`, `merge-into-itself`, `branch-moved` (after all attempts), `record-unreadable`, `merge-base-missing`.
 */
export async function mergeImport(options: MergeOptions): Promise<MergeResult> {
  if (options.from === options.into) throw intoItself(options.into);
  for (let attempt = 1; ; attempt++) {
    try {
      return await mergeOnce(options);
    } catch (error) {
      const lost = error instanceof CutoverError && error.code === 'branch-moved';
      if (!lost || attempt >= (options.attempts ?? 5)) throw error;
    }
  }
}

async function mergeOnce(options: MergeOptions): Promise<MergeResult> {
  const { publicStore, profile, from, into } = options;
  const legacy = await publicStore.head(from);
  if (legacy === undefined) throw nothingImported(from);
  const main = await publicStore.head(into);
  const base = main === undefined ? undefined : await lastMerged(publicStore, main.commit);
  const facts = { base, legacy: legacy.commit };
  if (base === legacy.commit) return unmoved(facts, main);
  const plan = await planMerge({
    profile,
    publicStore,
    base,
    legacy: legacy.commit,
    main: main?.commit,
    choices: options.choices ?? new Map(),
  });
  const conflicts = checkConflicts(plan);
  if (plan.conflicts.length > 0) {
    return { ...unmoved(facts, main), ...reported(plan), checks: [conflicts] };
  }
  const tree = main === undefined ? legacy.tree : await editTree(publicStore.dir, main.commit, plan.edits);
  const checks = [conflicts, ...(await checkTree(publicStore, tree, profile.target, plan.mergedPaths))];
  if (checks.some(({ outcome }) => outcome !== 'holds')) {
    return { ...unmoved(facts, main), ...reported(plan), checks };
  }
  const head = await publicStore.commit(into, {
    tree,
    message: message(options, plan, legacy.commit),
    expected: main,
    merged: [legacy.commit],
  });
  return { ...facts, head, moved: true, ...reported(plan), checks };
}

const reported = ({ sheets, conflicts, settledSlugs }: MergePlan) => ({ sheets, conflicts, settledSlugs });

function unmoved(facts: { base: string | undefined; legacy: string }, head: Head | undefined): MergeResult {
  return { ...facts, head, moved: false, sheets: {}, conflicts: [], settledSlugs: [], checks: [] };
}

/** The import that the newest merge on the branch names. Throws CutoverError `merge-base-missing`. */
export async function lastMerged(
  store: Pick<PublicStore, 'dir'>,
  commit: string,
): Promise<string | undefined> {
  const format = `--format=%(trailers:key=${trailer},valueonly,separator=%x20)`;
  const out = await git(store.dir, [
    'log',
    '-1',
    '--topo-order',
    `--grep=^${trailer}: `,
    format,
    commit,
    '--',
  ]);
  const base = out.trim().split(' ').at(-1)!;
  if (base === '') return undefined;
  try {
    return (await git(store.dir, ['rev-parse', '--verify', '--quiet', `${base}^{commit}`])).trim();
  } catch (cause) {
    throw new CutoverError(
      'merge-base-missing',
      `the import ${base}, which was merged last, is not in ${store.dir}`,
      {
        next: 'fetch the import branch with its whole history, then merge again',
        exitCode: exitCodes.preflightFailed,
        cause,
      },
    );
  }
}

function message({ from, toolVersion, profile }: MergeOptions, plan: MergePlan, legacy: string): string {
  const sum = (key: keyof SheetMerge) =>
    Object.values(plan.sheets).reduce((total, sheet) => total + sheet[key], 0);
  return [
    `Merge ${from}: ${sum('added')} added, ${sum('changed')} changed, ${sum('removed')} removed`,
    '',
    `${trailer}: ${legacy}`,
    `Cutover-Profile: ${profile.name}/${profile.version}`,
    `Cutover-Tool: ${toolVersion}`,
    '',
  ].join('\n');
}

function checkConflicts({ conflicts, compared }: MergePlan): Check {
  const findings = conflicts.slice(0, maxFindings).map((conflict): Finding => ({
    code: `conflict-${conflict.kind}`,
    message: `${conflict.path}${conflict.kind === 'field' ? `: ${conflict.field}` : ''} was changed on both sides`,
    subject: conflict.path,
    expected: conflict.main,
    actual: conflict.legacy,
    next: 'decide in the conflict file and run `cutover merge --continue`, or settle it by a rule in the profile',
  }));
  return concludeCheck({
    id: 'merge-conflicts',
    title: 'Nothing was changed on both sides that nobody has decided',
    looked: compared,
    expected: 0,
    actual: conflicts.length,
    findings,
    evidence: { conflicts: conflicts.length },
  });
}

function intoItself(branch: string): CutoverError {
  return new CutoverError(
    'merge-into-itself',
    `${branch} is what is to be merged, and imports alone write it`,
    {
      next: 'name the branch that the new side serves with --into',
      exitCode: exitCodes.usage,
    },
  );
}

function nothingImported(branch: string): CutoverError {
  return new CutoverError('nothing-imported', `there is no branch ${branch} to merge`, {
    next: 'run `cutover import` first, or name the branch with --from',
    exitCode: exitCodes.preflightFailed,
  });
}
