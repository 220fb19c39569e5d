import { resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { assertEnded, seeRun } from '@cutover/runs';
import { Command } from 'commander';
import { daemonise } from '../daemon.ts';
import { type DriveOptions, driveRun, settlement } from '../drive-run.ts';
import type { Finish } from '../main.ts';
import { outputOf } from '../options.ts';
import { assertSameSite, readRecord } from '../run-record.ts';
import { withDriveOptions } from './run.ts';

interface ResumeOptions extends DriveOptions {
  readonly config?: string;
  readonly daemon?: boolean;
  readonly forward?: boolean;
}

export function resumeCommand(finish: Finish): Command {
  return withDriveOptions(
    new Command('resume').description(
      'Go on with a run that was stopped, waits, or whose process died: what was done is not done again.\nOn another machine: bring the state directory there, and give --config.',
    ),
  )
    .argument('[run]', 'id of the run; the newest by default')
    .option('--config <file>', 'the run file, where it lies elsewhere than when the run was begun')
    .option('--forward', 'turn round a way back that has not ended, to the new system')
    .option('--until <step>', 'go no further than this step of the plan')
    .option('--only <step>', 'go through this step alone, again where it may be repeated')
    .option(
      '--settled <key=done|undone>',
      'what you have found of an effect that a crash left open; may be given several times',
      settlement,
    )
    .action((id: string | undefined, options: ResumeOptions) => finish(resume(id, options)));
}

async function resume(id: string | undefined, options: ResumeOptions): Promise<number> {
  const stateDir = resolve(options.stateDir);
  const seen = await seeRun(stateDir, id);
  assertEnded(seen);
  const record = await readRecord(seen.dir);
  const { runId } = seen.status;
  if (seen.status.goesBack === true && options.forward !== true) {
    throw new CutoverError(
      'way-back-unfinished',
      `the run ${runId} is on its way back, which has not ended`,
      {
        next: 'cutover rollback goes on with it; cutover resume --forward turns round, to the new system',
        exitCode: exitCodes.usage,
      },
    );
  }
  if (options.daemon === true) return daemonise(outputOf(options), { stateDir, name: runId });
  return driveRun(options, {
    mode: record.mode,
    command: 'resume',
    title: 'The run',
    config: options.config ?? record.config,
    runDir: seen.dir,
    record,
    before: (site, out) => {
      assertSameSite(record, site.file, runId);
      if (site.sha256 !== record.sha256)
        out.note('the run file is not what it was when the run was begun: steps to come go by the new one');
      return Promise.resolve();
    },
  });
}
