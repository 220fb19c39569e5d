import type { Move, MoveReason } from '../move.ts';
import { over } from '../queue.ts';
import { type AttemptContext, type HubContext, whereItIs } from './context.ts';
import { finalize } from './finalize.ts';
import { sendAndFollow } from './follow.ts';
import { Fenced, Hold } from './hold.ts';
import type { StepOutcome } from './outcome.ts';
import { prepare, tidy } from './prepare.ts';

const longestBackoffSeconds = 3600;

/** Remembers what a step answered, and does not make it again after a crash. Every step may be made again. */
export type Step = (name: string, work: () => Promise<StepOutcome>) => Promise<StepOutcome>;

/** Raised where the order of steps changes: a worker of another version leaves such attempts alone. */
export const workflowVersion = 'moves-1';

/**
 * One attempt at a move, from wherever it stands, by this worker. Ends without a word where the attempt is over or
 * another worker has it.
 */
export async function runAttempt(
  hub: HubContext,
  move: { readonly id: string; readonly attempt: number },
  worker: string,
  step: Step,
  signal: AbortSignal,
): Promise<void> {
  const hold = await Hold.take(hub.store, move.id, move.attempt, worker);
  if (hold === undefined) return;
  const context: AttemptContext = { ...hub, hold, signal };
  let outcome = await step('prepare', () => prepare(context));
  if (outcome.kind === 'go') outcome = await step('send', () => sendAndFollow(context));
  if (outcome.kind !== 'there') outcome = await step('fail', () => leaveNothing(context, outcome));
  const there = outcome.kind === 'there' ? outcome.node : undefined;
  if (there !== undefined) outcome = await step('finalize', () => finalize(context, there));
  if (signal.aborted) throw new Fenced(move.id);
  await hold.update((row, now) => concluded(row, now, outcome, there, hub.config.backoffSeconds));
}

/**
 * What came of an attempt that failed is kept for the next one, and removed where there is none. It may have come to
 * its place while nobody looked.
 */
async function leaveNothing(context: AttemptContext, outcome: StepOutcome): Promise<StepOutcome> {
  let after: Move | undefined;
  const move = await context.hold.update((row, now) => {
    after = concluded(row, now, outcome, undefined, 0);
    return { state: 'failing', changedAt: now.toISOString() };
  });
  await tidy(context, move, after?.state === 'queued' ? (move.destination ?? undefined) : undefined);
  const there = await whereItIs(context, move);
  return there === undefined ? outcome : { kind: 'there', node: there.id };
}

/** The move after an attempt. */
export function concluded(
  move: Move,
  now: Date,
  outcome: StepOutcome,
  there: string | undefined,
  backoffSeconds: number,
): Move {
  if (outcome.kind === 'archived') return { ...over(move, 'done', now), archived: outcome.name };
  if (outcome.kind === 'cancelled') return over(move, 'cancelled', now);
  const reason: MoveReason =
    outcome.kind === 'failed'
      ? outcome.reason
      : { code: 'bug', message: `the attempt ended as ${outcome.kind}`, next: 'report this' };
  const isFinal = outcome.kind !== 'failed' || outcome.final;
  // Where it is at its destination nothing but the source's folder is left: that is tried for ever.
  if (isFinal) return over(move, 'failed', now, reason);
  if (there === undefined) {
    if (move.cancelledBy !== null && reason.code !== 'outcome-unknown') return over(move, 'cancelled', now);
    if (move.attempt >= move.maxAttempts) return over(move, 'failed', now, reason);
  }
  const seconds = Math.min(longestBackoffSeconds, backoffSeconds * 2 ** (move.attempt - 1));
  return {
    ...move,
    ...{ state: 'queued', worker: null, reason, bytesDone: 0, changedAt: now.toISOString() },
    waits: `attempt ${move.attempt} failed: ${reason.message}`,
    notBefore: new Date(now.getTime() + seconds * 1000).toISOString(),
  };
}
