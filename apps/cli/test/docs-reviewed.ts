/**
 * Commands of the documentation that docs-run.test.ts does not run as they stand. `test`: another test runs that
 * command, against the real server that it needs. `because`: none does, with the reason; keep these few.
 */
export const reviewed: readonly {
  readonly line: string | RegExp;
  readonly test?: string;
  readonly because?: string;
}[] = [
  { line: 'npm ci && npm run cutover:dry-run', because: 'the workflow ci runs exactly this' },
  { line: 'npm ci && npm test', because: 'it is what runs this' },
  { line: /^cutover … --private /, because: 'the form of an option, no command' },
  { line: /^ssh -N /, because: 'a tunnel to a host that is not there' },
  {
    line: /^\.ci\/debian-root |^npx tsx packages\/livesource|^npm install --ignore/,
    because: 'fetches servers',
  },
  { line: /^npm run dev:snapshot /, test: 'scripts/test/dev-snapshot.test.ts' },
  { line: /dry-run --dump legacy.sql --sign-in/, test: 'apps/cli/test/dry-run.test.ts' },
  { line: /dry-run --config cutover.toml$/, test: 'apps/cli/test/real-run.test.ts' },
  { line: /^cutover (run|resume|abort|panic|postpone|rollback) ?/, test: 'apps/cli/test/real-run.test.ts' },
  { line: /^\* .* cutover status --tell/, test: 'apps/cli/test/run-outside.test.ts' },
  { line: /^cutover (moves|worker) /, test: 'apps/cli/test/moves.test.ts' },
  { line: /^cutover node (serve|token) /, test: 'apps/cli/test/node.test.ts' },
  { line: /^cutover node /, test: 'apps/cli/test/node-commands.test.ts' },
  { line: /^cutover (status|answer|preflight) ?/, test: 'apps/cli/test/real-run.test.ts' },
  { line: /cutover (import|dump) --source/, test: 'apps/cli/test/live-source.test.ts' },
  { line: /^gunzip -c legacy.sql.gz/, test: 'packages/livesource/test/same-as-mysqldump.test.ts' },
  { line: /cutover snapshot (scrub|verify|publish)/, test: 'apps/cli/test/snapshot-workflow.test.ts' },
  { line: /^cutover transfer send/, test: 'apps/cli/test/transfer.test.ts' },
  { line: /verify counts .*--source/, test: 'apps/cli/test/live-source.test.ts' },
  { line: /verify redirects .*--(log|sitemap)/, test: 'apps/cli/test/verify-redirects.test.ts' },
  { line: /verify nameids --captured/, test: 'apps/cli/test/verify-nameids.test.ts' },
  { line: /verify freeze/, test: 'apps/cli/test/verify-freeze.test.ts' },
  { line: /verify routing/, test: 'apps/cli/test/verify-routing.test.ts' },
  { line: /verify accounts --target/, test: 'apps/cli/test/verify-on-target.test.ts' },
  { line: /verify after-move … --target/, test: 'apps/cli/test/verify-after-move.test.ts' },
  { line: /^mariadb legacy </, test: 'packages/cutover/test/way-back/carry-back.test.ts' },
];
