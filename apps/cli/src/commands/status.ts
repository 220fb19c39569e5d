import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitCode, exitCodes } from '@cutover/core';
import { type RunSeen, type RunState, seeRun } from '@cutover/runs';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { details, forMembers, oneLine } from '../say-status.ts';
import { tellOnce } from '../tell-once.ts';
import { type TellOptions, withTellOptions } from '../webhook-options.ts';

interface StatusOptions extends CommonOptions, TellOptions {
  readonly watch?: boolean;
  readonly members?: boolean;
  readonly tell?: boolean;
}

const watchMs = 1000;

/** Exit code by how a run stands: what is going on well, or ended so, is 0. */
const codes: Readonly<Record<RunState, ExitCode>> = {
  running: exitCodes.holds,
  waiting: exitCodes.stoppedByFault,
  'rolled-back': exitCodes.holds,
  done: exitCodes.holds,
  failed: exitCodes.fails,
  aborted: exitCodes.aborted,
  died: exitCodes.stoppedByFault,
  stalled: exitCodes.unknown,
};

export function statusCommand(finish: Finish): Command {
  return withTellOptions(
    withCommonOptions(
      new Command('status').description(
        'Say how a run stands: its step, how much of it is done, and how long the rest usually takes.',
      ),
    ),
  )
    .argument('[run]', 'id of the run; the newest by default')
    .option('--watch', 'go on saying so until it has ended, or waits for somebody')
    .option(
      '--tell',
      'tell the webhook, once, where the run has died or stalled: for a cron job, since a run that is gone cannot',
    )
    .option('--members', 'one plain sentence for members, and nothing else')
    .action((id: string | undefined, options: StatusOptions) => finish(status(id, options)));
}

async function status(id: string | undefined, options: StatusOptions): Promise<number> {
  const out = outputOf(options);
  const stateDir = resolve(options.stateDir);
  let seen = await seeRun(stateDir, id);
  let shown = '';
  while (options.watch === true && goesOn(seen)) {
    const line = oneLine(seen);
    if (line !== shown) out.note(line);
    shown = line;
    await sleep(watchMs);
    seen = await seeRun(stateDir, seen.status.runId);
  }
  if (options.tell === true) await tellOnce(seen, options);
  if (options.members === true) out.line(forMembers(seen));
  else show(seen, out);
  out.document({
    state: seen.state,
    atWork: seen.atWork,
    dir: seen.dir,
    ...seen.status,
    members: forMembers(seen),
  });
  return codes[seen.state];
}

/** A step that takes too long is watched on; a wait is not. */
const goesOn = ({ state, atWork, status: { waitingFor } }: RunSeen): boolean =>
  state === 'running' || (state === 'stalled' && atWork && waitingFor === undefined);

function show(seen: RunSeen, out: Output): void {
  const { status: at, state, dir, atWork } = seen;
  out.line(`${out.paint('bold', at.runId)}  ${at.plan}, ${at.mode}`);
  out.line(`  ${oneLine(seen)}`);
  for (const line of details(seen)) out.line(`  ${line}`);
  out.line(
    out.paint(
      'dim',
      `  since ${at.startedAt}, last heard of ${at.updatedAt}${atWork ? '' : ', nothing is at work on it'}`,
    ),
  );
  if (state === 'running' || state === 'waiting') return;
  // A run that was killed has written none.
  const report = join(dir, 'report.md');
  const whatThereIs = existsSync(report) ? `report: ${report}` : `log: ${join(dir, 'run.log')}`;
  out.line(out.paint('dim', `  ${whatThereIs}`));
}
