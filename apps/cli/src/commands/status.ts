import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { duration, type ExitCode, exitCodes } from '@cutover/core';
import { type RunSeen, type RunState, seeRun } from '@cutover/runs';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import { count, type Output } from '../output.ts';

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
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
  return withCommonOptions(
    new Command('status').description(
      'Say how a run stands: its step, how much of it is done, and how long the rest usually takes.',
    ),
  )
    .argument('[run]', 'id of the run; the newest by default')
    .option('--watch', 'go on saying so until it has ended')
    .action((id: string | undefined, options: StatusOptions) => finish(status(id, options)));
}

async function status(id: string | undefined, options: StatusOptions): Promise<number> {
  const out = outputOf(options);
  const stateDir = resolve(options.stateDir);
  let seen = await seeRun(stateDir, id);
  let shown = '';
  while (options.watch === true && seen.state === 'running') {
    const line = oneLine(seen);
    if (line !== shown) out.note(line);
    shown = line;
    await sleep(watchMs);
    seen = await seeRun(stateDir, seen.status.runId);
  }
  show(seen, out);
  out.document({ state: seen.state, dir: seen.dir, ...seen.status });
  return codes[seen.state];
}

function show(seen: RunSeen, out: Output): void {
  const { status: at, state, dir } = seen;
  out.line(`${out.paint('bold', at.runId)}  ${at.plan}, ${at.mode}`);
  out.line(`  ${oneLine(seen)}`);
  for (const error of at.errors) out.line(`  ${error}`);
  if (state === 'died') out.line('  its process is gone: nothing it had begun is half-done; start again');
  if (state === 'stalled')
    out.line(`  nothing was heard of it since ${at.updatedAt}: look at its process and at ${dir}/run.log`);
  out.line(out.paint('dim', `  since ${at.startedAt}, last heard of ${at.updatedAt}`));
  if (state !== 'running') out.line(out.paint('dim', `  report: ${dir}/report.md`));
}

/** `running · 10-import (4 of 15) · 41 % · 120,000 rows · 12.0 s left` */
function oneLine({ state, status: at }: RunSeen): string {
  const parts: string[] = [state];
  if (at.step !== null) parts.push(`${at.step} (${at.stepIndex + 1} of ${at.stepsTotal})`, `${at.percent} %`);
  if (at.rowsDone > 0) parts.push(`${count(at.rowsDone)} rows`);
  if (at.step !== null && at.etaSeconds !== null) parts.push(`about ${duration(at.etaSeconds * 1000)} left`);
  return parts.join(' · ');
}
