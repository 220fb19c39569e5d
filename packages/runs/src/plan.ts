import { createHash } from 'node:crypto';
import { type Check, CutoverError, exitCodes } from '@cutover/core';

/** How a step is taken back: by something that runs, or not at all, for a stated reason. */
export type Undo<C> =
  | { readonly kind: 'undo'; readonly title: string; run(context: C): Promise<void> }
  | { readonly kind: 'none'; readonly because: string };

interface StepBase<C> {
  /** Ordered name, e.g. `04-import`. */
  readonly id: string;
  readonly title: string;
  /** Steps that must have been done before. */
  readonly needs: readonly string[];
  readonly undo: Undo<C>;
}

/**
 * Checks found by doing a step; or why there was nothing to do here (the profile has no such part); or, with
 * the checks that speak against it, why its effect was withheld: steps that need it cannot be gone through then.
 */
export type StepResult =
  | readonly Check[]
  | { readonly notExercised: string }
  | { readonly checks: readonly Check[]; readonly withheld: string };

/** A step that a rehearsal goes through. */
export interface ExercisedStep<C> extends StepBase<C> {
  readonly rehearsed: true;
  /** Throws where it could not be done; the plan then stops. */
  run(context: C): Promise<StepResult>;
  /** A failing check of this step ends the plan before anything is changed, as a failed preflight. */
  readonly blocking?: boolean;
}

/** A step that belongs to the night itself; a rehearsal reports it as not exercised. */
export interface UnexercisedStep<C> extends StepBase<C> {
  readonly rehearsed: { readonly because: string };
}

/** A numbered unit of a cutover. `C` is what the plan's steps share. */
export type Step<C> = ExercisedStep<C> | UnexercisedStep<C>;

/** The ordered steps; rehearsal and real run share one. */
export interface Plan<C> {
  readonly name: string;
  readonly steps: readonly Step<C>[];
}

/** Changes when a step, its order, its undo or what it needs changes. */
export function planHash<C>(plan: Plan<C>): string {
  const shape = plan.steps.map((step) => [
    step.id,
    step.title,
    step.needs,
    step.rehearsed,
    step.undo.kind === 'none' ? step.undo.because : step.undo.title,
    'blocking' in step && step.blocking === true,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([plan.name, shape]))
    .digest('hex')
    .slice(0, 16);
}

/** Every way in which a plan is not well-formed; empty where it is. */
export function planFaults<C>(plan: Plan<C>): string[] {
  const faults: string[] = [];
  const before = new Set<string>();
  let last = '';
  for (const step of plan.steps) {
    if (!/^\d\d-[a-z0-9-]+$/.test(step.id)) faults.push(`${step.id}: no ordered name like 04-import`);
    if (step.id <= last) faults.push(`${step.id} does not come after ${last}`);
    for (const need of step.needs)
      if (!before.has(need)) faults.push(`${step.id} needs ${need}, which does not come before it`);
    if (step.undo.kind === 'none' && step.undo.because.trim() === '')
      faults.push(`${step.id}: no reason why it cannot be undone`);
    before.add(step.id);
    last = step.id;
  }
  return faults;
}

/** Throws CutoverError `step-unknown` where the plan has no step of that id. */
export function assertStep<C>({ steps }: Plan<C>, id: string): void {
  if (steps.some((step) => step.id === id)) return;
  throw new CutoverError('step-unknown', `the plan has no step ${id}`, {
    next: `name one of ${steps.map((step) => step.id).join(', ')}`,
    exitCode: exitCodes.usage,
  });
}
