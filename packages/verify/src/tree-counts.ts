import { type Check, concludeCheck, FindingList } from '@cutover/core';
import type { PublicStore } from '@cutover/stores';

/** Reads the tree back and holds it against the import: the same tree hash, and as many records as were made. */
export async function checkTree(
  store: PublicStore,
  branch: string,
  imported: { readonly tree: string; readonly records: number },
): Promise<Check> {
  const head = await store.head(branch);
  const findings = new FindingList();
  let records = 0;
  if (head === undefined) {
    findings.add({ code: 'branch-missing', message: `there is no branch ${branch}`, subject: branch });
  } else {
    for await (const _file of store.readRecords(head.commit)) records++;
    if (records !== imported.records) {
      findings.add({
        code: 'records-differ',
        message: `the import made ${imported.records} records, ${branch} holds ${records}`,
        subject: branch,
        expected: imported.records,
        actual: records,
        next: `compare: git diff --stat ${imported.tree} ${head.tree}`,
      });
    }
    if (head.tree !== imported.tree) {
      findings.add({
        code: 'tree-differs',
        message: `${branch} holds another tree than the import wrote`,
        subject: branch,
        expected: imported.tree,
        actual: head.tree,
        next: `compare: git diff --stat ${imported.tree} ${head.tree}`,
      });
    }
  }
  return concludeCheck({
    id: 'tree',
    title: 'The public store holds exactly the records that were imported',
    looked: Math.max(records, imported.records),
    expected: imported.records,
    actual: records,
    findings,
    evidence: { tree: head?.tree, commit: head?.commit },
  });
}
