export { type Certificate, certificateOf } from './erase/certificate.ts';
export { erase, type EraseInput, type EraseResult } from './erase/erase.ts';
export type { Traces } from './erase/traces.ts';
export { hashNeedles, lookFor, type LookResult, type Needles, textNeedles } from './look-for.ts';
export { assertMayPurge, planPurge, type PurgeDates, type PurgePlan, subjectOf } from './purge/plan-purge.ts';
export { purgePasswords, purgeQuarantine, type PurgeResult } from './purge/purge.ts';
