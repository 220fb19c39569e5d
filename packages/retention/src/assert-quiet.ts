import { CutoverError, exitCodes } from '@cutover/core';
import { pendingSheet, type PrivateStore } from '@cutover/stores';

/**
 * What is under way holds copies of private values, and would write them after they were removed. Throws
 * CutoverError `import-under-way` or `write-under-way`.
 */
export async function assertNothingUnderWay(store: Pick<PrivateStore, 'listStaged' | 'read'>): Promise<void> {
  const [staged] = await store.listStaged();
  if (staged !== undefined) {
    throw new CutoverError('import-under-way', `the import ${staged.importId} is staged and not decided`, {
      next: 'let it end, or run the import again: it completes or discards what is staged',
      data: { importId: staged.importId },
      exitCode: exitCodes.leaseHeld,
    });
  }
  for await (const { id } of store.read(pendingSheet)) {
    throw new CutoverError('write-under-way', `a write to both stores (${id}) is not finished`, {
      next: 'run `cutover reconcile --fix`, which finishes or drops it, then the same command again',
      data: { id },
      exitCode: exitCodes.leaseHeld,
    });
  }
}
