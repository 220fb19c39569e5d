import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@cutover/stores';
import {
  type CallerFacts,
  checkCallers,
  countCallers,
  inventoryAsToml,
  mergeInventory,
  readInventory,
} from '@cutover/verify';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, moment, outputOf, withCommonOptions } from '../../options.ts';
import { count } from '../../output.ts';
import { concludeVerification } from './conclude.ts';

interface CallersOptions extends CommonOptions {
  readonly log: string[];
  readonly inventory: string;
  readonly since?: string;
  readonly redirected?: boolean;
  readonly report?: string;
}

export function verifyCallersCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('callers').description(
      'Find out from access logs who else calls the legacy site (cron jobs, feed and API consumers), and who still does:\nwrites a list to be ticked off, and says who is on it without a tick.',
    ),
  )
    .requiredOption('--log <file...>', 'access logs, plain or gzipped')
    .requiredOption(
      '--inventory <file>',
      'the list, in TOML; made where it is not there, ticks and notes are kept',
    )
    .option('--since <time>', 'count requests from then on only', moment)
    .option('--redirected', 'count only what was redirected or is gone: who still uses old addresses')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: CallersOptions) => finish(verifyCallers(options)));
}

async function verifyCallers(options: CallersOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const before = await readInventory(options.inventory);
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const workDir = await mkdtemp(join(options.stateDir, 'callers-'));
  try {
    const facts: CallerFacts = { lines: 0, counted: 0, passedOver: 0, noise: 0, unreadable: 0 };
    const callers = countCallers(
      options.log,
      {
        workDir,
        sinceMs: options.since === undefined ? undefined : Date.parse(options.since),
        redirectedOnly: options.redirected === true,
      },
      facts,
    );
    const { entries, seen } = await mergeInventory(before, callers);
    if (facts.lines > 0) await writeAtomically(options.inventory, inventoryAsToml(entries));
    out.line(
      `${count(facts.counted)} requests of ${count(seen.size)} callers in ${count(facts.lines)} lines`,
    );
    return await concludeVerification(out, {
      command: 'verify callers',
      startedAt,
      checks: [checkCallers(entries, seen, before, facts)],
      details: { inventory: options.inventory },
      report: options.report,
    });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
