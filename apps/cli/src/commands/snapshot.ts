import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { publishCommand } from './snapshot/publish.ts';
import { scrubCommand } from './snapshot/scrub.ts';
import { verifySnapshotCommand } from './snapshot/verify.ts';

export function snapshotCommand(finish: Finish): Command {
  const snapshot = new Command('snapshot').description(
    'Public records of the real shape that belong to nobody: make them, attack them, publish them.',
  );
  for (const command of [scrubCommand, verifySnapshotCommand, publishCommand]) {
    snapshot.addCommand(command(finish));
  }
  return snapshot;
}
