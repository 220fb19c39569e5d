import { duration } from '@cutover/core';
import type { RunSeen } from '@cutover/runs';
import { count } from './output.ts';

/** `running · 10-import (4 of 15) · 41 % · 120,000 rows · 12.0 s left` */
export function oneLine({ state, status: at }: RunSeen): string {
  const parts: string[] = [at.goesBack === true ? `${state} on its way back` : state];
  if (at.step !== null) parts.push(`${at.step} (${at.stepIndex + 1} of ${at.stepsTotal})`, `${at.percent} %`);
  if (at.rowsDone > 0) parts.push(`${count(at.rowsDone)} rows`);
  if (at.step !== null && at.etaSeconds !== null) parts.push(`about ${duration(at.etaSeconds * 1000)} left`);
  return parts.join(' · ');
}

/** What else somebody has to know: what is waited for, until when the way back fits, what went wrong, and what to do. */
export function details({ state, status: at, dir }: RunSeen): string[] {
  const lines: string[] = [];
  const { waitingFor, pointOfNoReturn } = at;
  const goOn = at.goesBack === true ? 'cutover rollback' : 'cutover resume';
  if (waitingFor !== undefined && (state === 'waiting' || state === 'stalled')) {
    const who = waitingFor.who === undefined ? '' : ` (${waitingFor.who})`;
    lines.push(`${waitingFor.step} waits since ${waitingFor.since}: ${waitingFor.asks}${who}`);
    if (waitingFor.until !== undefined) lines.push(`it waits until ${waitingFor.until}`);
    if (waitingFor.answers !== undefined) lines.push(`answers: ${waitingFor.answers.join(', ')}`);
  }
  if (at.overBudget === true)
    lines.push(`${at.step} has taken longer than it may: look at what it does in ${dir}/run.log`);
  if (at.abortBy !== undefined && (state === 'running' || state === 'waiting' || state === 'stalled'))
    lines.push(`abort by ${at.abortBy}: after that the way back does not fit into the window`);
  if (pointOfNoReturn !== undefined)
    lines.push(`written on the new side since ${pointOfNoReturn.at}: ${pointOfNoReturn.what}`);
  lines.push(...at.errors);
  if (state === 'died') {
    lines.push(
      at.mode === 'rehearsal'
        ? 'its process is gone: nothing it had begun is half-done; start again'
        : `its process is gone: \`${goOn}\` looks at what was under way and goes on from there`,
    );
  }
  if (state === 'stalled' && waitingFor === undefined && at.overBudget !== true)
    lines.push(`nothing was heard of it since ${at.updatedAt}: look at its process and at ${dir}/run.log`);
  if (state === 'stalled' && waitingFor !== undefined)
    lines.push(`nobody has advanced it: answer${waitingFor.staying === true ? '' : `, and \`${goOn}\``}`);
  return lines;
}

/** What holds for members before anything is frozen and after the new side was opened, by the plan's steps. */
function quietTime({ plan, mode, step }: RunSeen['status']): string | undefined {
  if (plan !== 'cutover' || mode !== 'real' || step === null) return undefined;
  if (step < '08-') return 'The move has not begun. The site is as it was.';
  return step < '24-' ? undefined : 'The move is done, and the new site is open.';
}

/** One sentence for members: plain words, no step's name, nothing that is not known. */
export function forMembers({ state, status: at }: RunSeen): string {
  const minutes = at.etaSeconds === null ? undefined : Math.max(1, Math.round(at.etaSeconds / 60));
  const left =
    minutes === undefined
      ? 'We cannot say yet how long the rest takes.'
      : `About ${minutes === 1 ? 'one minute is' : `${minutes} minutes are`} left.`;
  if (state !== 'done' && state !== 'rolled-back') {
    // Weeks on either side of the night in which nothing of it is to be seen, however the run waits or stops.
    const quiet = quietTime(at);
    if (quiet !== undefined) return quiet;
  }
  switch (state) {
    case 'running':
      return `The move is under way. ${left}`;
    case 'waiting':
      return 'The move pauses while we look at what is there. Nothing is lost; the next word follows.';
    case 'done':
      return 'The move is done.';
    case 'rolled-back':
      return 'We have gone back to the old system. Sign in as before.';
    case 'aborted':
    case 'failed':
      return 'The move has stopped. We are looking into it, and say here how it goes on.';
    case 'died':
    case 'stalled':
      return 'The move takes longer than we thought. We are looking into it, and say here how it goes on.';
  }
}
