export {
  checkAccountPaths,
  type GithubStandIn,
  type MadeAccount,
  type MadeAccounts,
} from './accounts/check-account-paths.ts';
export { type FakeGithub, type FakeGithubUser, startFakeGithub } from './accounts/github-stand-in.ts';
export {
  type CallerFacts,
  type CallerHits,
  type CallerOptions,
  countCallers,
} from './callers/count-callers.ts';
export {
  checkCallers,
  type Inventory,
  inventoryAsToml,
  type InventoryEntry,
  mergeInventory,
  readInventory,
} from './callers/inventory.ts';
export { checkCreation, type CreationInput } from './after-move/check-creation.ts';
export { checkReplays, checkStuck } from './after-move/check-leftovers.ts';
export { checkCounts, type CountsInput } from './counts/check-counts.ts';
export { checkPrivateRows, type PrivateRowsInput } from './counts/check-private-rows.ts';
export { checkTree, type ImportedTree } from './counts/check-tree.ts';
export { type EnteredLine, type Ledger, openLedger } from './counts/ledger-lines.ts';
export { type DumpRow, readRows } from './dump/read-rows.ts';
export type { Reading } from './dump/session.ts';
export type { HttpCanary } from './freeze/canary.ts';
export { observe } from './freeze/observe.ts';
export {
  beginFreeze,
  checkStillFrozen,
  type FreezeConnections,
  type FreezeSpan,
  type FreezeWindow,
  type FrozenSystem,
  whileFrozen,
} from './freeze/keep-frozen.ts';
export { defaultWindowMs, type FreezeInput, type FreezeProof, proveFreeze } from './freeze/prove-freeze.ts';
export type { Sql } from './freeze/sql.ts';
export { checkHistory, type HistoryInput } from './history/check-history.ts';
export { parseVia, Site, type SiteOptions } from './http.ts';
export { type ActualNameId, checkNameIds, type ExpectedNameId } from './name-ids.ts';
export { checkNameIdReuse } from './name-id-history.ts';
export { checkPrivateValues, type PrivateValuesInput } from './private-values.ts';
export { checkRedirectRules } from './redirect-rules.ts';
export { checkRedirects, followRedirects, type RedirectOptions } from './redirects/check-redirects.ts';
export type { ExpectedUrl, JudgedUrl, RowUrls, Suggestion } from './redirects/expected-url.ts';
export { checkHttps } from './redirects/https.ts';
export { Decisions, readMapping, undecidedAsMapping } from './redirects/mapping.ts';
export { hitsSentence, RedirectCsv, redirectHtml } from './redirects/redirect-report.ts';
export { DecisionBook, readIndexes, RuleBook, type RuleBookInput } from './redirects/rule-book.ts';
export type { Tally } from './redirects/tally.ts';
export { type AssertionFacts, factsOf, nameIdOf } from './saml/assertion-facts.ts';
export { type Capture, decodeCapture, readCaptures, readCertificate } from './saml/capture.ts';
export { type AssertionWanted, checkAssertions, type Issue } from './saml/check-assertions.ts';
export { collectGuide } from './saml/collect-guide.ts';
export { readSignedResponse, ResponseRefused, type SignedResponse } from './saml/signed-response.ts';
export { type FactWaiver, readFactWaivers } from './saml/waivers.ts';
export { checkInternalUrls, type InternalInput } from './routing/check-internal.ts';
export { checkQueue, type Job, type QueueInput, readJobs } from './routing/check-queue.ts';
export { checkAuthoritative, checkResolvers, type RecordsInput } from './routing/check-records.ts';
export { checkWriters, type WritersInput } from './routing/check-writers.ts';
export { checkHealth, checkSignIn, type SignInAttempt } from './target-answers.ts';
export { type LogFacts, type LogOptions, noFacts, readAccessLogs } from './urls/access-log.ts';
export { type LoggedRequest, parseLogLine } from './urls/log-line.ts';
export { reduceQuery } from './urls/reduce-query.ts';
export { sampleUrls } from './urls/sample.ts';
export { readSitemap } from './urls/sitemap.ts';
export { alarmAtUrl, type Alarm, alarmByCommand, alarmByWebhook } from './drill/alarm.ts';
export { assertQuiet, type Drilled, drillHealth } from './drill/drill-health.ts';
export { DrillSite } from './drill/drill-site.ts';
export { readUrlFile, sitePath } from './urls/url-file.ts';
export { addressOf, readVia, type Via } from './via.ts';
export { summariseWatch, type WatchSummary } from './watch/judge-watch.ts';
export {
  defaultRoutes,
  type WatchKind,
  defaultThresholds,
  type Look,
  type Watched,
  type WatchInput,
  type WatchRoutes,
  watchTarget,
  type WatchThresholds,
} from './watch/watch-target.ts';
