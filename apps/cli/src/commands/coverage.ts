import { exitCodes } from '@cutover/core';
import { accountStates, type Coverage, coverage, coverageAsHtml } from '@cutover/mailout';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, moment, outputOf, withCommonOptions } from '../options.ts';
import { count, type Output } from '../output.ts';
import { loadProfile } from '../profile.ts';
import { writeForOwner } from '../report-file.ts';
import { readSuppressions } from '../suppressions.ts';

interface CoverageOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly asOf?: string;
  readonly suppress?: string[];
  readonly html?: string;
}

export function coverageCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('coverage').description(
      'Count how far people have come to the new site: linked, with their password, not yet, or out of reach. Changes nothing.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .option('--branch <name>', 'branch that the new site serves', 'main')
    .option('--as-of <time>', 'count days back from here instead of now', moment)
    .option('--suppress <file...>', 'addresses that cannot be written to, one a line')
    .option('--html <file>', 'write a page with charts there')
    .action((options: CoverageOptions) => finish(runCoverage(options)));
}

async function runCoverage(options: CoverageOptions): Promise<number> {
  const out = outputOf(options);
  const profile = await loadProfile(options.profile);
  const privateStore = await openPrivateStore(options.private);
  const { suppressions } = await readSuppressions(privateStore, options.suppress);
  const result = await coverage({
    target: profile.target,
    publicStore: await openPublicStore(options.public),
    privateStore,
    branch: options.branch,
    suppressions,
    asOf: options.asOf === undefined ? new Date() : new Date(options.asOf),
  });
  if (options.html !== undefined) await writeForOwner(options.html, coverageAsHtml(result));
  show(result, out);
  out.document(result);
  return exitCodes.holds;
}

const width = 16;

function show({ groups, weeks, couldNotTell, asOf }: Coverage, out: Output): void {
  const cell = (text: string): string => text.padStart(width);
  const titles = groups.map(({ days }) => (days === undefined ? 'all' : `active ${days} days`));
  out.line(`as of ${asOf}`);
  out.line(`${''.padEnd(width)}${titles.map(cell).join('')}`);
  const rows = [
    ['accounts', ...groups.map(({ accounts }) => count(accounts))],
    ...accountStates.map((state) => [state, ...groups.map(({ states }) => count(states[state]))]),
  ];
  for (const [title = '', ...cells] of rows) out.line(`${title.padEnd(width)}${cells.map(cell).join('')}`);
  if (couldNotTell !== undefined) out.line(out.paint('dim', couldNotTell));
  const last = weeks.at(-1);
  if (last === undefined) out.line('nobody has come yet');
  else
    out.line(
      `week of ${last.monday}: ${count(last.came)} came, ${count(last.cameTotal)} in all; ${count(last.writes)} writes by ${count(last.writers)} people`,
    );
}
