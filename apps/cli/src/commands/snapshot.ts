import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { scrubCommand } from './snapshot/scrub.ts';

export function snapshotCommand(finish: Finish): Command {
  const snapshot = new Command('snapshot').description(
    'Public records of the real shape that belong to nobody: make them, attack them, publish them.',
  );
  snapshot.addCommand(scrubCommand(finish));
  return snapshot;
}
