export type { ActivationResult, SheetActivation } from './private/activate.ts';
export { AtomicFile, readLines, writeAtomically } from './private/json-lines.ts';
export { withLock } from './private/lock.ts';
export { type Digests, mergeImported, type MergeInput, type MergeResult } from './private/merge-imported.ts';
export { openPrivateStore, type PrivateStore } from './private/private-store.ts';
export type { StagedImport, StagedManifest } from './private/staged-import.ts';
export { git } from './public/git.ts';
export {
  type CommitInput,
  type Head,
  openPublicStore,
  type PublicStore,
  sheetConfig,
} from './public/public-store.ts';
export type { TreeFile } from './public/tree-reader.ts';
export type { Compression } from './public/pack/deflater.ts';
export type { TreeWriter, WriteOptions } from './public/tree-writer.ts';
