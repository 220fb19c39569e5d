import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { dryRun, type DryRunOptions, withRehearsalOptions } from './dry-run.ts';

export function preflightCommand(finish: Finish): Command {
  return withRehearsalOptions(
    new Command('preflight').description(
      'Look for everything that can be known to be wrong before anything is changed: the first step of the plan, alone.\nWithout --dump or --source it takes the bundled sample.',
    ),
  ).action((options: DryRunOptions) =>
    finish(dryRun({ ...options, until: '01-preflight' }, { command: 'preflight', title: 'The preflight' })),
  );
}
