import {
  type Check,
  concludeCheck,
  CutoverError,
  exitCodes,
  FindingList,
  type Listener,
} from '@cutover/core';
import type { Profile, ScrubRules, StoredRecord } from '@cutover/records';
import { git, type Head, type PrivateStore, type PublicStore } from '@cutover/stores';
import type { ScrubKey } from '../key.ts';
import { canaryCount, canaryRecords } from '../scrub/canaries.ts';
import { assertScrubRules } from '../scrub/check-rules.ts';
import { newId } from '../scrub/new-id.ts';
import { sourceRecords } from '../scrub/records.ts';
import { snapshotBranch } from '../scrub/scrub.ts';
import { FieldCheck } from './check-fields.ts';
import { LinkCheck } from './check-links.ts';
import { GraphAttack, type GraphFigure } from './graph.ts';
import { readPatterns } from './patterns.ts';
import { scanRepository } from './scan-repository.ts';

export interface VerifyInput {
  readonly profile: Profile;
  /** Tells which records belong together, so that an attack's success can be counted. */
  readonly key: ScrubKey;
  readonly publicStore: Pick<PublicStore, 'head' | 'readRecords'>;
  /** The branch that was scrubbed. */
  readonly branch: string;
  readonly privateStore: Pick<PrivateStore, 'read'>;
  readonly snapshot: PublicStore;
  /** People who may be linkable by the shape of the membership graph; absent: the figure is only reported. */
  readonly maxByShape?: number;
  readonly onEvent?: Listener;
}

export interface VerifyResult {
  readonly head: Head;
  readonly checks: readonly Check[];
  /** Linkability by the shape of the membership graph, where the profile names one. */
  readonly graph: GraphFigure | undefined;
  readonly records: Readonly<Record<string, number>>;
}

/**
 * Attacks a snapshot with everything that the original has. Throws CutoverError `snapshot-missing`,
 * `scrub-branch-missing`, `scrub-rules-missing` or `scrub-field-without-rule`.
 */
export async function verifySnapshot(input: VerifyInput): Promise<VerifyResult> {
  const { profile, key } = input;
  const rules = assertScrubRules(profile);
  const head = await input.snapshot.head(snapshotBranch);
  if (head === undefined) throw missing('snapshot-missing', `${input.snapshot.dir} has no branch snapshot`);
  const original = await input.publicStore.head(input.branch);
  if (original === undefined) throw missing('scrub-branch-missing', `there is no branch ${input.branch}`);

  const links = new LinkCheck(key, profile, rules);
  const graph = new GraphAttack(rules, key);
  const records: Record<string, number> = {};
  const ids = new Set<string>();
  const kept = new Set<string>();
  const canaryIds = new Set(canaryRecords(key, rules).map(({ record }) => newId(key, record.id)));
  for await (const { sheet, record } of sourceRecords(input.snapshot, head.commit)) {
    records[sheet] = (records[sheet] ?? 0) + 1;
    if (canaryIds.has(record.id)) ids.add(record.id);
    addKept(kept, rules, sheet, record);
    links.addSnapshot(sheet, record);
    graph.addSnapshot(sheet, record);
  }
  await input.onEvent?.({ type: 'progress', phase: 'original', rowsDone: 0 });
  const source = { ...input, rules, kept, commit: original.commit };
  const patterns = await readPatterns(source, (sheet, record) => {
    links.addOriginal(sheet, record);
    graph.addOriginal(sheet, record);
  });
  const fields = new FieldCheck(rules, patterns);
  for await (const { path, sheet, record } of sourceRecords(input.snapshot, head.commit)) {
    fields.look(path, sheet, record);
  }
  await input.onEvent?.({ type: 'progress', phase: 'scan', rowsDone: 0 });
  const scan = await scanRepository(input.snapshot.dir, patterns);
  const figure = graph.figure();
  const checks = [
    await checkCommit(input.snapshot),
    scan.values,
    fields.conclude(),
    links.conclude(),
    checkCanaries(rules, scan.canaries, ids.size, canaryIds.size),
    scan.secrets,
    ...(figure === undefined || input.maxByShape === undefined ? [] : [checkShape(figure, input.maxByShape)]),
  ];
  for (const check of checks) await input.onEvent?.({ type: 'check', check });
  return { head, checks, graph: figure, records };
}

function addKept(kept: Set<string>, rules: ScrubRules, sheet: string, record: StoredRecord): void {
  for (const [field, rule] of Object.entries(rules.sheets[sheet]?.fields ?? {})) {
    if (rule.kind === 'common' || rule.kind === 'keep') kept.add(String(record[field] ?? ''));
  }
}

/** A snapshot is one commit, with nothing before it and nothing beside it. */
async function checkCommit(snapshot: PublicStore): Promise<Check> {
  const refs = (await git(snapshot.dir, ['for-each-ref', '--format=%(refname)'])).trim().split('\n');
  const commits = (await git(snapshot.dir, ['rev-list', '--all', '--parents'])).trim().split('\n');
  const findings = new FindingList();
  for (const ref of refs) {
    if (
      ref === `refs/heads/${snapshotBranch}` ||
      /^refs\/(?:remotes\/origin|tags)\/snapshot(?:-|$)/.test(ref)
    )
      continue;
    findings.add({ code: 'ref-in-snapshot', message: `the repository also has ${ref}`, subject: ref });
  }
  for (const line of commits) {
    if (line.includes(' ')) {
      findings.add({ code: 'history-in-snapshot', message: `the commit ${line.slice(0, 40)} has parents` });
    }
  }
  return concludeCheck({
    id: 'snapshot-commit',
    title: 'The snapshot is one commit without history',
    looked: commits.length,
    expected: 1,
    actual: commits.length,
    findings,
    evidence: { refs },
  });
}

function checkCanaries(rules: ScrubRules, found: FindingList, there: number, planted: number): Check {
  return concludeCheck({
    id: 'snapshot-canaries',
    title: 'Nothing of the people who were planted before the scrub is found',
    looked: there,
    expected: 0,
    actual: found.total,
    findings: found,
    evidence: { people: canaryCount, records: there },
    couldNotTell:
      rules.canary === undefined
        ? 'the profile plants nobody: give its scrub part a `canary`'
        : there < planted
          ? `${planted - there} of ${planted} planted records are not in the snapshot: they were not planted with this key`
          : undefined,
  });
}

function checkShape({ people, linkable }: GraphFigure, most: number): Check {
  const findings = new FindingList();
  if (linkable > most) {
    findings.add({
      code: 'people-linkable-by-shape',
      message: `${linkable} of ${people} people can be found by the shape of the membership graph alone`,
      next: 'scrub with --rewire, which exchanges who belongs to what',
    });
  }
  return concludeCheck({
    id: 'snapshot-shape',
    title: 'The shape of the membership graph gives few people away',
    looked: people,
    expected: most,
    actual: linkable,
    findings,
  });
}

const missing = (code: string, message: string): CutoverError =>
  new CutoverError(code, message, {
    next: 'give the repository that `cutover snapshot scrub` made with --snapshot, and the branch that it scrubbed',
    exitCode: exitCodes.preflightFailed,
  });
