export {
  dropNote,
  type DualWrite,
  endOf,
  finishWrite,
  isPending,
  noteWrite,
  type PendingState,
  type PendingWrite,
  pendingSheet,
  stateOf,
  writeBoth,
  writePrivate,
} from './dual-write.ts';
export type { ActivationResult } from './private/activate.ts';
export type { SheetActivation } from './private/sheet-activation.ts';
export {
  type ClaimKind,
  claimRequestsSheet,
  Claims,
  foldEmail,
  type HeldClaim,
  importedClaimsSheet,
  type NameClaim,
} from './private/claims.ts';
export { type ClaimedField, claimedFields } from './private/claim-lines.ts';
export { copyPrivateStore } from './private/copy.ts';
export { type Edit, forgetImported } from './private/edit-records.ts';
export {
  AtomicFile,
  lineBatches,
  parseLine,
  readLines,
  splitLines,
  writeAtomically,
} from './private/json-lines.ts';
export type { StoreLease } from './private/lease.ts';
export { withLock } from './private/lock.ts';
export { type Digests, mergeImported, type MergeInput, type MergeResult } from './private/merge-imported.ts';
export {
  type KeptKind,
  openPrivateStore,
  type OpenPrivateStoreOptions,
  type PrivateStore,
  type PublicObject,
  type SheetPart,
} from './private/private-store.ts';
export type { RestoreInput } from './private/restore.ts';
export { parseS3Url, type S3Settings } from './private/s3/settings.ts';
export { shardOf } from './private/shards.ts';
export type { Enforcement, Generation } from './private/snapshots.ts';
export type { ImportedPart, PrivateDifference } from './private/since-import.ts';
export {
  type StagedImport,
  StagedLines,
  type StagedManifest,
  type StagedOwner,
  type StagedBytes,
} from './private/staged-import.ts';
export { loadProfile } from './load-profile.ts';
export type { MergeModule, MergeThreadsOptions } from './private/merge-threads.ts';
export { firstSlot, largerTable } from './open-addressing.ts';
export { startThread, stopThread } from './start-thread.ts';
export { BlobBatch, type NamedBlobs, PathBytes } from './public/pack/blob-batch.ts';
export { readAllObjects } from './public/all-objects.ts';
export { treeEntries } from './public/base-tree.ts';
export { CatFile, fileSizes, type GitObject } from './public/cat-file.ts';
export {
  changeKey,
  type Changes,
  type ChangesOptions,
  type FileChange,
  parseRecord,
  type RecordChange,
  type RecordVersion,
} from './public/changes.ts';
export {
  type CommitLine,
  type LineCommit,
  type LineEnd,
  type Signature,
  writeCommitLine,
} from './public/commit-line.ts';
export { readCommits, readPast, type SignedCommit } from './public/past.ts';
export { editTree, readPath, type TreeEdit } from './public/edit-tree.ts';
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
export type { CrowdedDirectory } from './public/pack/tree-entries.ts';
export type { TreeWriter, WriteOptions } from './public/tree-writer.ts';
export { pushBranch, type PushInput, type PushResult } from './public/remote/push-branch.ts';
export { type RemoteAccess, schemeOf } from './public/remote/remote-access.ts';
export { isSshAddress, type SshAccess, sshCommand } from './public/remote/ssh.ts';
