import { buildReport, exitCodeOf } from '@cutover/core';
import { reconcile } from '@cutover/reconcile';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, loadProfile, outputOf, withCommonOptions } from '../options.ts';
import { writeReport } from '../report-file.ts';
import { version } from '../version.ts';

interface ReconcileOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly report?: string;
}

export function reconcileCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('reconcile').description('Hold public records against private ones. Changes nothing.'),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir')
    .option('--branch <name>', 'branch to look at', 'legacy-import')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: ReconcileOptions) => finish(runReconcile(options)));
}

async function runReconcile(options: ReconcileOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  const checks = await reconcile({
    target: profile.target,
    publicStore: await openPublicStore(options.public),
    privateStore: await openPrivateStore(options.private),
    treeish: `refs/heads/${options.branch}`,
  });
  const report = buildReport({
    toolVersion: version,
    command: 'reconcile',
    mode: 'report-only',
    startedAt,
    checks,
    tables: {},
    stepsNotExercised: [],
    details: { profile: `${profile.name}/${profile.version}`, branch: options.branch },
  });
  if (options.report !== undefined) await writeReport(options.report, report);
  for (const check of checks) out.check(check);
  out.document(report);
  return exitCodeOf(report.outcome);
}
