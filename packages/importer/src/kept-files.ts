import type { PrivateStore } from '@cutover/stores';

/** What an import keeps in the private store beside the records, each in a file of its own. */
export const keptKinds = ['ledger', 'quarantine'] as const;

const suffix = '.ndjson.gz';

/** Name of such a file. */
export const keptName = (importId: string): string => `${importId}${suffix}`;

/** The import that a file is of; undefined where it is another's. */
export const importOfKept = (name: string): string | undefined =>
  name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined;

/**
 * Removes all that an import has left that never became one: its files first, as it is by what is staged that the next
 * command finds it. Where its rows were activated at any time the files stay, wherever the branch is now.
 */
export async function discardImport(store: PrivateStore, importId: string): Promise<void> {
  if (!(await wasActivated(store, importId)))
    for (const kind of keptKinds) await store.removeFile(kind, keptName(importId));
  await store.discard(importId);
}

async function wasActivated(store: PrivateStore, importId: string): Promise<boolean> {
  for await (const { why } of store.history()) if (why === `import ${importId}`) return true;
  return (await store.lastImport()) === importId;
}
