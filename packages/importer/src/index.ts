export { auditLedger, readLedger } from './audit.ts';
export { type Expectation, readExpectations } from './expectations.ts';
export { importDump, type ImportOptions, type ImportResult, settleStaged } from './import.ts';
export { indexSource, type SourceFacts } from './index-pass.ts';
export type { LedgerLine } from './ledger.ts';
export { Lookup } from './lookup.ts';
export { readColumns } from './read-columns.ts';
export { checkQuarantine, readWaivers, type Waiver } from './waivers.ts';
export { type DumpReadOptions, dumpSource, type Source } from './source.ts';
