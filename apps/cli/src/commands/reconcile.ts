import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import {
  buildReport,
  type Check,
  CutoverError,
  exitCodeOf,
  exitCodes,
  type FindingWaiver,
  waiveFindings,
} from '@cutover/core';
import { readWaivers } from '@cutover/importer';
import { fix, type Fix, legacyIdentities, ownRepairs, reconcile } from '@cutover/reconcile';
import type { Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, moment, outputOf, withCommonOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { loadProfile } from '../profile.ts';
import { writeReport } from '../report-file.ts';
import { version } from '../version.ts';

interface ReconcileOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly fix?: boolean;
  readonly only?: string[];
  readonly dryRun?: boolean;
  readonly watchUntil?: string;
  readonly waivers?: string;
  readonly report: string[];
}

export function reconcileCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('reconcile').description(
      'Hold public records against private ones. Changes nothing, except for what is safe by rule with --fix.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .option('--branch <name>', 'branch to look at', 'legacy-import')
    .option('--fix', 'repair what is safe by rule, say before and after, and look again')
    .option('--only <class...>', 'with --fix: repair these classes alone')
    .option('--dry-run', 'with --fix: say what would be repaired')
    .option(
      '--watch-until <time>',
      'when the way back to the old site closes; its passwords are left alone before, and where this is not given',
      moment,
    )
    .option(
      '--waivers <file>',
      'TOML file of findings that somebody has looked at: [[waiver]] check, rule, count, reason',
    )
    .option(
      '--report <file>',
      'write the report there too, as often as wanted: JSON, or Markdown for .md',
      (path: string, paths: string[]) => [...paths, path],
      [],
    )
    .action((options: ReconcileOptions) => finish(runReconcile(options)));
}

async function runReconcile(options: ReconcileOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  assertClasses(options, profile);
  const waivers = options.waivers === undefined ? [] : await findingWaivers(options.waivers);
  const publicStore = await openPublicStore(options.public);
  await publicStore.headOf(options.branch);
  const privateStore = await openPrivateStore(options.private);
  const input = {
    target: profile.target,
    publicStore,
    privateStore,
    treeish: `refs/heads/${options.branch}`,
    identity: profile.identity,
    watchUntil: options.watchUntil,
    ...(options.profile === 'laddr' ? {} : { commandOptions: ['--profile', options.profile] }),
  };
  const run = `reconcile-${startedAt.replaceAll(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}`;
  const fixes: Fix[] = [];
  const compared = profile.identity === undefined ? undefined : await legacyIdentities(privateStore);
  const result =
    options.fix === true
      ? await fix({
          ...input,
          run,
          by: `${userInfo().username}@${hostname()}`,
          dryRun: options.dryRun === true,
          onFix: (one) => (printFix(out, one), fixes.push(one)),
          ...(options.only === undefined ? {} : { only: options.only }),
        })
      : undefined;
  // What is printed is what is there now: with --fix everything was looked at again.
  const checks = waived(await reconcile({ ...input, ledger: compared }), waivers);
  const report = buildReport({
    toolVersion: version,
    command: 'reconcile',
    mode: options.fix !== true ? 'report-only' : options.dryRun === true ? 'fix, dry run' : 'fix',
    startedAt,
    checks,
    tables: {},
    stepsNotExercised: [],
    details: {
      profile: `${profile.name}/${profile.version}`,
      branch: options.branch,
      ...(result === undefined
        ? {}
        : {
            run,
            applied: result.applied,
            waitingForTheWatchWindow: result.waiting,
            foundBefore: Object.fromEntries(
              result.before.map(({ id, findingsTotal }) => [id, findingsTotal]),
            ),
            fixes: fixes.slice(0, 1000),
          }),
    },
  });
  for (const path of options.report) await writeReport(path, report);
  for (const check of checks) out.check(check);
  if (result !== undefined) out.line(`${result.applied} repaired in run ${run}, ${result.waiting} wait`);
  out.document(report);
  return exitCodeOf(report.outcome);
}

/** Those of the file that are for checks of reconcile; one file may serve the import too. */
async function findingWaivers(path: string): Promise<FindingWaiver[]> {
  const waivers = await readWaivers(path);
  return waivers.flatMap(({ check, ...waiver }) => (check === undefined ? [] : [{ ...waiver, check }]));
}

/** Throws CutoverError `waiver-unknown-check` where a waiver is for a check that is not made, so that it waives nothing unseen. */
function waived(checks: readonly Check[], waivers: readonly FindingWaiver[]): Check[] {
  const known = new Set(checks.map(({ id }) => id));
  const stray = waivers.find(({ check }) => check.startsWith('reconcile-') && !known.has(check));
  if (stray !== undefined) {
    throw new CutoverError('waiver-unknown-check', `no check is called ${stray.check}`, {
      next: `take one of ${[...known].sort().join(', ')}`,
      exitCode: exitCodes.usage,
    });
  }
  return checks.map((check) => waiveFindings(check, waivers));
}

function printFix(out: Output, { class: name, subject, before, after, applied, why }: Fix): void {
  const change = `  ${name} ${subject}: ${before} → ${after}`;
  out.line(applied ? change : `${change}: not done (${why ?? ''})`);
}

/** Classes that no rule has are a mistake, not a wish for nothing. */
function assertClasses({ only, fix: wanted, dryRun }: ReconcileOptions, { target }: Profile): void {
  if (wanted !== true && (only !== undefined || dryRun === true)) {
    throw usage('--only and --dry-run belong to --fix', 'add --fix');
  }
  const known = new Set<string>([...ownRepairs, ...target.reconcile.flatMap(({ repairs }) => repairs ?? [])]);
  const unknown = (only ?? []).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw usage(`nothing repairs ${unknown.join(', ')}`, `take one of ${[...known].sort().join(', ')}`);
  }
}

function usage(message: string, next: string): CutoverError {
  return new CutoverError('usage', message, { next, exitCode: exitCodes.usage });
}
