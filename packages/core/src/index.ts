export {
  type Check,
  type CheckInput,
  concludeCheck,
  FindingList,
  type FindingsSeen,
  LowestFindings,
  maxFindings,
} from './check.ts';
export { CutoverError, type CutoverErrorOptions, messageOf, stackOf } from './error.ts';
export type { CutoverEvent, Listener, ProgressEvent } from './event.ts';
export { type ExitCode, exitCodeMeanings, exitCodeOf, exitCodes } from './exit-code.ts';
export type { Finding } from './finding.ts';
export { type MachineFault, machineFaultOf } from './machine-fault.ts';
export { makeFolder } from './make-folder.ts';
export { combineOutcomes, type Outcome } from './outcome.ts';
export {
  accountedRows,
  buildReport,
  emptyAccount,
  type Report,
  type ReportInput,
  type TableAccount,
} from './report.ts';
export {
  type ChangedRecord,
  type KindOfChange,
  linkVersions,
  type SheetChanges,
  type Version,
} from './report-changes.ts';
export { duration, reportAsHtml } from './report-html.ts';
export { reportAsMarkdown } from './report-markdown.ts';
export { shellQuoted } from './shell-quoted.ts';
export { errorOfTold, tellError, type ToldError } from './told-error.ts';
export { type FindingWaiver, waiveFindings } from './waive.ts';
