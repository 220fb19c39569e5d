import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { drillHealthCommand } from './drill/health.ts';

export function drillCommand(finish: Finish): Command {
  return new Command('drill')
    .description('Break something in staging on purpose, to hear the alarm.')
    .addCommand(drillHealthCommand(finish));
}
