import { CutoverError, messageOf } from '@cutover/core';
import type { MoveReason } from '../move.ts';

/** How a step of an attempt ended; kept by the engine, so it is plain data. */
export type StepOutcome =
  | { readonly kind: 'go' }
  /** The destination says that it has the site. */
  | { readonly kind: 'there'; readonly node: string }
  | { readonly kind: 'archived'; readonly name: string }
  | { readonly kind: 'cancelled' }
  /** `final`: trying again does not help. */
  | { readonly kind: 'failed'; readonly reason: MoveReason; readonly final: boolean };

export type Failed = Extract<StepOutcome, { kind: 'failed' }>;

/** Of nodes: what another attempt meets as well, until a person has acted. */
const finalCodes = new Set([
  ...['server-unknown', 'special-file', 'node-key-refused', 'hub-secret', 'moved-already', 'other-node'],
  ...['token-refused', 'source-disagrees', 'bad-request', 'no-such-call'],
]);

export function failedBy(thrown: unknown, final?: boolean): Failed {
  // What is no word of a node or of ours is a bug, or a database that is away: not an outcome of this attempt.
  if (!(thrown instanceof CutoverError)) throw thrown;
  const { code, message, next } = thrown;
  return { kind: 'failed', reason: { code, message, next }, final: final ?? finalCodes.has(code) };
}

export const failed = (code: string, message: string, next: string, final = false): Failed => ({
  kind: 'failed',
  reason: { code, message, next },
  final,
});

export const sentence = (thrown: unknown): string => messageOf(thrown);
