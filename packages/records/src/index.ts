export type {
  CarryBackPart,
  CarryContext,
  Carried,
  CarryNote,
  LegacyCell,
  LegacyColumn,
  LegacyDelete,
  LegacyInsert,
  LegacyKnownCell,
  LegacyRevisions,
  LegacyRowRef,
  LegacySpellings,
  LegacyUpdate,
  LegacyValue,
  LegacyWrite,
  NewSideChange,
  PrivateSideChange,
} from './carry-back.ts';
export { type QuickCheck, quickCheck } from './quick-check.ts';
export {
  type Cell,
  type ColumnClass,
  type ColumnRule,
  type Columns,
  droppedColumn,
  foldedColumn,
  privateColumn,
  publicColumn,
  type RowOf,
} from './columns.ts';
export {
  type FileDraft,
  fileFieldNames,
  fileFields,
  fileInTree,
  type FilePlace,
  filePlaceOf,
  type FilesPart,
} from './files.ts';
export type { CommitAuthor, HistoryPart, RevisionStamp, RevisionTable } from './history.ts';
export { parseRowName, recordId, rowName, type SourceKey } from './id.ts';
export type { MailBlock, MailPart, MailTemplate } from './mail.ts';
export { type MailLink, type MailLinkPurpose, readMailLink, signMailLink } from './mail-link.ts';
export { gitsheetsPath, type PathPart, type PathTemplate, recordPath } from './path.ts';
export { type KnownPasswordFormat, type PasswordFormat, passwordFormatOf } from './password-format.ts';
export { Declassifier, mapPrivate, openPrivateFields, Private, revealPrivate } from './private.ts';
export {
  defineSource,
  type ExcludedTables,
  type IdentityRule,
  type KeptRow,
  type MapContext,
  type Mapped,
  matchTable,
  type MergeRule,
  type PrivateDraft,
  type Profile,
  type RecordDraft,
  resolveTable,
  type Row,
  type SecretColumn,
  type SourceTable,
} from './profile.ts';
export { RecordIndexes } from './record-indexes.ts';
export { type ColumnReference, type NamedRow, namedRows, type ValueOf } from './references.ts';
export type { SamlPart, SamlService } from './saml.ts';
export type { CanaryValues, PseudonymKind, ScrubRule, ScrubRules, SheetScrub } from './scrub.ts';
export { foldHandle, slugify } from './slug.ts';
export type {
  Accounts,
  Feed,
  FieldOwner,
  GithubAccounts,
  ListForms,
  MadeUpPerson,
  NamedReference,
  PrivateRecord,
  PrivateSheet,
  ReconcileRule,
  Repair,
  Route,
  Sheet,
  StoredRecord,
  Target,
} from './target.ts';
export { parseToml, type PublicFields, type PublicValue, writeToml } from './toml.ts';
export type { PrivateWrite, WriteAction, WriteInput, WritePlan, WriteRefusal } from './write-action.ts';
export {
  type ImpliedUrl,
  type LegacyAnswer,
  type LegacyRequest,
  parseLegacyRequest,
  parseUrlExamples,
  type RecordFinder,
  type UrlDecision,
  type UrlExample,
  type UrlRules,
} from './urls.ts';
