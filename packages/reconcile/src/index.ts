export { Audit, type AuditLine } from './audit.ts';
export { fix, type Fix, type FixInput, type FixResult, ownRepairs } from './fix.ts';
export { legacyIdentities } from './ledger-identities.ts';
export { mendPrivate, type MendPrivateInput, type Mended, type PrivateMend } from './mend-private.ts';
export { mendRecord, type MendedRecord, type MendRecordInput, type RecordMend } from './mend-record.ts';
export {
  type Elsewhere,
  idOfEntry,
  prune,
  type PruneInput,
  type PruneResult,
  readPruneList,
  wentWith,
} from './prune.ts';
export { type PlannedRepair, reconcile, type ReconcileInput } from './reconcile.ts';
export { prunedSheet, tombstonesSheet } from './system-sheets.ts';
