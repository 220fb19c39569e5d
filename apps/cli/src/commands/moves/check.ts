import { resolve } from 'node:path';
import { combineOutcomes, exitCodeOf } from '@cutover/core';
import { checkQueue } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, hubConfigOf, withHubOptions } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf } from '../../options.ts';
import { version } from '../../version.ts';

export function movesCheckCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('check').description(
      'Ask every node about every site that was moved: it lies in one place, the one that its last move ended at, one node calls itself its home, and nothing is half-way.',
    ),
  ).action((options: HubOptions) => finish(run(options)));
}

async function run(options: HubOptions): Promise<number> {
  const out = outputOf(options);
  const checks = await checkQueue({
    ...{ config: hubConfigOf(options), stateDir: resolve(options.stateDir), version },
  });
  const outcome = combineOutcomes(checks.map((check) => check.outcome));
  for (const check of checks) out.check(check);
  out.document({ command: 'moves check', outcome, checks });
  return exitCodeOf(outcome);
}
