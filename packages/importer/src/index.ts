export { auditLedger, readLedger } from './audit.ts';
export { type Corrections, readCorrections } from './corrections.ts';
export type { Delta } from './delta.ts';
export { type Expectation, readExpectations } from './expectations.ts';
export { historyReasons } from './history/rules.ts';
export type { HistoryResult } from './history/write-history.ts';
export { importDump, type ImportOptions, type ImportResult, type ThreadsOptions } from './import.ts';
export { indexSource, type SourceFacts } from './index-pass.ts';
export type { FileSource } from './files/file-source.ts';
export { fetchedFiles, type FetchOptions } from './files/fetched-files.ts';
export { folderFiles } from './files/folder-files.ts';
export type { UploadOptions } from './files/uploads.ts';
export { assertInputsKept } from './inputs-kept.ts';
export { type LedgerLine, type LedgerRevisionLine, type LedgerTableLine, LinesWriter } from './ledger.ts';
export { Lookup } from './lookup/lookup.ts';
export { settleStaged } from './settle-staged.ts';
export { readColumns } from './read-columns.ts';
export { checkQuarantine, readWaivers, type Waiver } from './waivers.ts';
export { bytesOf, dumpIn, type DumpReadOptions, dumpSource, type Source } from './source.ts';
export {
  type LedgerAnswer,
  ledgerMissing,
  type LedgerQuery,
  listLedgers,
  queryLedger,
} from './query-ledger.ts';
