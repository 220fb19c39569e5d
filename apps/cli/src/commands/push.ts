import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildReport, concludeCheck, CutoverError, exitCodeOf, exitCodes } from '@cutover/core';
import { openPublicStore, pushBranch, type PushResult, type RemoteAccess, schemeOf } from '@cutover/stores';
import { Command } from 'commander';
import { environment } from '../environment.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, positiveInteger, withCommonOptions } from '../options.ts';
import { writeReport } from '../report-file.ts';
import { version } from '../version.ts';

interface PushOptions extends CommonOptions {
  readonly public: string;
  readonly to: string;
  readonly branch: readonly string[];
  readonly knownHosts?: string;
  readonly caFile?: string;
  readonly attempts: number;
  readonly dryRun?: boolean;
  readonly report?: string;
}

export function pushCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('push').description(
      'Push branches of the public store to another repository, each only as a descendant of what is there; nothing is ever forced.\nCUTOVER_PUSH_KEY_FILE names the file of the SSH deploy key, CUTOVER_PUSH_TOKEN_FILE that of the token for HTTPS.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--to <address>', 'SSH or HTTPS address of the repository that it is pushed to')
    .option('--branch <name...>', 'branches to push', ['legacy-import'])
    .option('--known-hosts <file>', 'keys of the SSH host; one that is not in it is refused')
    .option('--ca-file <file>', 'certificates to trust for HTTPS instead of the system’s')
    .option(
      '--attempts <n>',
      'tries where the network fails or the branch is moved there',
      positiveInteger,
      5,
    )
    .option('--dry-run', 'only say what would be pushed')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: PushOptions) => finish(runPush(options)));
}

async function runPush(options: PushOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const access = await accessOf(options);
  const store = await openPublicStore(options.public);
  const results: PushResult[] = [];
  for (const branch of options.branch) {
    results.push(
      await pushBranch({
        store,
        to: options.to,
        access,
        branch,
        dryRun: options.dryRun === true,
        attempts: options.attempts,
        onRetry: (what, waitMs) => out.note(`${what}; tried again in ${(waitMs / 1000).toFixed(1)} s`),
      }),
    );
  }
  const check = checkOf(results);
  const report = buildReport({
    toolVersion: version,
    command: 'push',
    mode: options.dryRun === true ? 'dry-run' : 'real',
    startedAt,
    checks: [check],
    tables: {},
    stepsNotExercised: [],
    details: { to: options.to, branches: results },
  });
  if (options.report !== undefined) await writeReport(options.report, report);
  for (const result of results) out.line(`  ${said(result)}`);
  out.check(check);
  out.document(report);
  return exitCodeOf(report.outcome);
}

function said({ branch, outcome, before, commit }: PushResult): string {
  const from = before === undefined ? 'it was not there' : `from ${before.slice(0, 12)}`;
  if (outcome === 'up-to-date') return `${branch} is at ${commit.slice(0, 12)} there already`;
  if (outcome === 'rejected') return `${branch} was rejected and is where it was`;
  return `${outcome === 'pushed' ? 'pushed' : 'would push'} ${branch} to ${commit.slice(0, 12)} (${from})`;
}

function checkOf(results: readonly PushResult[]) {
  const rejected = results.filter(({ outcome }) => outcome === 'rejected');
  return concludeCheck({
    id: 'push',
    title: 'Every branch is taken by the other side without losing what it has',
    looked: results.length,
    expected: 0,
    actual: rejected.length,
    findings: rejected.map(({ branch, reason }) => ({
      code: 'push-rejected',
      message: `${branch}: ${reason}`,
      subject: branch,
      next: 'fetch what is there, merge it, and push again; or let the other side take it. Nothing was forced',
    })),
  });
}

/** The access that the address asks for. Throws CutoverError `options-conflict`, `deploy-key-missing` or `push-address`. */
async function accessOf(options: PushOptions): Promise<RemoteAccess> {
  if (schemeOf(options.to) === 'ssh') {
    const keyFile = environment('CUTOVER_PUSH_KEY_FILE');
    if (keyFile === undefined) throw keyMissing('CUTOVER_PUSH_KEY_FILE');
    if (options.knownHosts === undefined || options.caFile !== undefined) {
      throw conflict('an SSH address takes --known-hosts and no --ca-file');
    }
    return { ssh: { keyFile: resolve(keyFile), knownHostsFile: resolve(options.knownHosts) } };
  }
  if (options.knownHosts !== undefined) throw conflict('an HTTPS address takes no --known-hosts');
  const tokenFile = environment('CUTOVER_PUSH_TOKEN_FILE');
  if (tokenFile === undefined) throw keyMissing('CUTOVER_PUSH_TOKEN_FILE');
  const token = (await readFile(tokenFile, 'utf8').catch(() => '')).trim();
  if (token === '') throw keyMissing('CUTOVER_PUSH_TOKEN_FILE');
  return { https: { token, ...(options.caFile === undefined ? {} : { caFile: resolve(options.caFile) }) } };
}

function keyMissing(variable: string): CutoverError {
  return new CutoverError('deploy-key-missing', `${variable} names no file with a deploy key or token`, {
    next: `name its file with ${variable}; it must be readable by you alone`,
    exitCode: exitCodes.usage,
  });
}

function conflict(message: string): CutoverError {
  return new CutoverError('options-conflict', message, {
    next: 'see cutover push --help',
    exitCode: exitCodes.usage,
  });
}
