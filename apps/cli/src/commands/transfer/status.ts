import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { duration, type ExitCode, exitCodes } from '@cutover/core';
import { type RunState, seeRun } from '@cutover/runs';
import { type MoveStatus, newestMove } from '@cutover/transfer';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { count } from '../../output.ts';

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
}

const codes: Readonly<Record<RunState, ExitCode>> = {
  running: exitCodes.holds,
  done: exitCodes.holds,
  waiting: exitCodes.stoppedByFault,
  failed: exitCodes.fails,
  aborted: exitCodes.aborted,
  'rolled-back': exitCodes.aborted,
  died: exitCodes.stoppedByFault,
  stalled: exitCodes.unknown,
};

export function transferStatusCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('status').description(
      'Say how a move stands: phase, pass, bytes, rate, and how long the rest of the pass takes.',
    ),
  )
    .argument('[run]', 'id of the move; the newest by default')
    .option('--watch', 'go on saying so until it has ended')
    .action((id: string | undefined, options: StatusOptions) => finish(status(id, options)));
}

async function status(id: string | undefined, options: StatusOptions): Promise<number> {
  const out = outputOf(options);
  const stateDir = resolve(options.stateDir);
  const runId = newestMove(stateDir, id);
  let seen = await seeRun(stateDir, runId);
  let shown = '';
  while (options.watch === true && seen.state === 'running') {
    const line = oneLine(seen.status as MoveStatus);
    if (line !== shown) out.note(line);
    shown = line;
    await sleep(1000);
    seen = await seeRun(stateDir, runId);
  }
  const at = seen.status as MoveStatus;
  out.line(`${out.paint('bold', runId)}  ${at.from} → ${at.to}`);
  out.line(`  ${seen.state} · ${oneLine(at)}`);
  for (const error of at.errors) out.line(`  ${error}`);
  if (seen.state === 'died')
    out.line(
      '  its process is gone: the same send goes on; cancel unlocks the source where it left it locked',
    );
  if (seen.state === 'stalled')
    out.line(
      `  nothing was heard of it since ${at.updatedAt}: look at its process and at ${seen.dir}/run.log`,
    );
  out.document({ state: seen.state, dir: seen.dir, ...at });
  return codes[seen.state];
}

/** `sending · last pass (4 of 4) · 41 % · 1,200,000 bytes · 61,000 bytes/s · about 2 s left` */
export function oneLine(
  at: Pick<
    MoveStatus,
    | 'phase'
    | 'doing'
    | 'pass'
    | 'passesTotal'
    | 'percent'
    | 'bytesDone'
    | 'bytesPerSecond'
    | 'etaSeconds'
    | 'status'
  >,
): string {
  const parts: string[] = [
    at.phase,
    at.pass > 0 ? `${at.doing} (pass ${at.pass} of at most ${at.passesTotal})` : at.doing,
  ];
  if (at.pass > 0 && at.status === 'running' && at.phase !== 'done') {
    parts.push(`${at.percent} %`, `${count(at.bytesDone)} bytes`, `${count(at.bytesPerSecond)} bytes/s`);
    if (at.etaSeconds !== null) parts.push(`about ${duration(at.etaSeconds * 1000)} left`);
  }
  return parts.join(' · ');
}
