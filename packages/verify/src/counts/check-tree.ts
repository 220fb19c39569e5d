import { hash } from 'node:crypto';
import { type Check, concludeCheck, FindingList } from '@cutover/core';
import type { PublicStore } from '@cutover/stores';
import { Balance, Differences } from './balance.ts';
import type { Ledger } from './ledger-lines.ts';

export interface ImportedTree {
  /** Hash of the tree that the import wrote; undefined where only the ledger is known. */
  readonly tree?: string | undefined;
  /** Records that the import made; undefined where only the ledger is known. */
  readonly records?: number | undefined;
}

/**
 * Reads the tree back and holds it against the import: the same tree hash, as many records as were made, and with a
 * ledger every record against the row that made it, by path and content. Constant memory.
 */
export async function checkTree(
  store: PublicStore,
  branch: string,
  imported: ImportedTree,
  ledger?: Ledger,
): Promise<Check> {
  const head = await store.head(branch);
  const findings = new FindingList();
  const balance = new Balance();
  let records = 0;
  let entered = 0;
  if (head === undefined) {
    findings.add({ code: 'branch-missing', message: `there is no branch ${branch}`, subject: branch });
  } else {
    for await (const { path, bytes } of store.readRecords(head.commit)) {
      records++;
      if (ledger !== undefined) balance.take(path, contentDigest(bytes));
    }
  }
  let withoutDigest = 0;
  for await (const { records: paths = [], contents = [] } of ledger?.lines() ?? []) {
    entered += paths.length;
    if (contents.length !== paths.length) withoutDigest++;
    for (const [i, path] of paths.entries()) balance.add(path, contents[i]);
  }
  const expected = imported.records ?? entered;
  if (head !== undefined) {
    const compare =
      imported.tree === undefined ? `git log ${branch}` : `git diff --stat ${imported.tree} ${head.tree}`;
    if (records !== expected)
      findings.add(
        differ(
          'records-differ',
          `the import made ${expected} records, ${branch} holds ${records}`,
          expected,
          records,
          compare,
        ),
      );
    if (imported.tree !== undefined && head.tree !== imported.tree)
      findings.add(
        differ(
          'tree-differs',
          `${branch} holds another tree than the import wrote`,
          imported.tree,
          head.tree,
          compare,
        ),
      );
    const { total, has } = balance.differing();
    if (ledger !== undefined && total > 0 && withoutDigest === 0)
      await nameRecords(store, head.commit, ledger, has, findings);
  }
  return concludeCheck({
    id: 'tree',
    title: 'The public store holds exactly the records that were imported',
    looked: Math.max(records, expected),
    expected,
    actual: records,
    findings,
    couldNotTell:
      withoutDigest > 0
        ? `${withoutDigest} lines of the ledger say nothing of their records' contents: import with this version`
        : undefined,
    evidence: {
      tree: head?.tree,
      commit: head?.commit,
      ...(ledger === undefined ? {} : { ledger: ledger.importId, enteredRecords: entered }),
    },
  });
}

function differ(code: string, message: string, expected: unknown, actual: unknown, compare: string) {
  return { code, message, subject: code, expected, actual, next: `compare: ${compare}` };
}

const contentDigest = (bytes: Buffer): string => hash('sha256', bytes).slice(0, 24);

/** Reads tree and ledger again, and says which records do not go with which rows. */
async function nameRecords(
  store: PublicStore,
  commit: string,
  ledger: Ledger,
  has: (name: string) => boolean,
  findings: FindingList,
): Promise<void> {
  const differences = new Differences();
  const rows = new Map<string, string>();
  for await (const { records = [], contents = [], row = '' } of ledger.lines()) {
    for (const [i, path] of records.entries()) {
      if (!has(path)) continue;
      differences.left(path, contents[i]);
      rows.set(path, row);
    }
  }
  for await (const { path, bytes } of store.readRecords(commit)) {
    if (has(path)) differences.right(path, contentDigest(bytes));
  }
  for (const [path, { left, right }] of differences.entries()) {
    const row = rows.get(path);
    const [code, what] =
      right.length === 0
        ? ['record-missing', `it was made of ${row}, and is not there`]
        : left.length === 0
          ? ['record-without-row', 'no row of the ledger made it']
          : ['record-differs', `it holds something else than what was made of ${row}`];
    findings.add({
      code,
      message: `${path}: ${what}`,
      subject: path,
      expected: row ?? 'no record',
      actual: right.length === 0 ? 'no record' : 'a record',
      next: 'only imports write this branch: find out who changed it, then import again',
    });
  }
}
