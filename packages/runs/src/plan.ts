import { createHash } from 'node:crypto';
import { type Check, CutoverError, exitCodes } from '@cutover/core';
import type { StepTools } from './tools.ts';

/** When a step is gone through, as the day before or after the cutover. */
export const phases = ['T-7', 'T-1', 'T-0', 'T+1', 'T+90', 'T+180'] as const;
export type Phase = (typeof phases)[number];

/** How a step is taken back: by something that runs, or not at all, for a stated reason. */
export type Undo<C> =
  | { readonly kind: 'undo'; readonly title: string; run(context: C, tools: StepTools): Promise<void> }
  | { readonly kind: 'none'; readonly because: string };

/** What only a person can do; the step's `run` asks whether it is done. */
export interface Hand {
  /** The role of who does it, which the run file gives a name. */
  readonly who: string;
  readonly does: string;
  /** What they show that it is done. */
  readonly evidence: string;
}

/**
 * Checks found by doing a step; or why there was nothing to do here (the profile has no such part); or, with
 * the checks that speak against it, why its effect was withheld: steps that need it cannot be gone through then.
 * What later steps need of it is `kept` as JSON in the journal, and given to `restore` by whoever resumes the run.
 */
export type StepResult =
  | readonly Check[]
  | { readonly checks: readonly Check[]; readonly kept: unknown }
  | { readonly notExercised: string }
  | { readonly checks: readonly Check[]; readonly withheld: string };

/** A numbered unit of a cutover. `C` is what the plan's steps share. */
export interface Step<C> {
  /** Ordered name, e.g. `10-import`. */
  readonly id: string;
  readonly title: string;
  readonly phase: Phase;
  /** Steps that must have been done before. */
  readonly needs: readonly string[];
  readonly undo: Undo<C>;
  /** Milliseconds that it may take before the lead is told that it takes too long. */
  readonly budgetMs: number;
  /** Milliseconds that one run's step may take, where the run file says so. */
  readonly budgetFor?: (context: C) => number | undefined;
  /** How often it is tried before a fault of it stops the run; once by default. */
  readonly retry?: { readonly attempts: number; readonly pauseMs: number };
  /** Whether it may be gone through again once it has ended. */
  readonly repeatable: boolean;
  /** What going through it does that nobody can take back: asked for by name before. */
  readonly irreversible?: string;
  readonly hand?: Hand;
  /** A failing check of this step ends the plan before anything is changed, as a failed preflight. */
  readonly blocking?: boolean;
  /** A step that one mode alone goes through; the other reports it as not exercised. */
  readonly only?: { readonly mode: Mode; readonly because: string };
  /** Asked right before; a check that does not hold stops the run before the step has changed anything. */
  check?(context: C): Promise<readonly Check[]>;
  /** Throws where it could not be done; the plan then stops. */
  run(context: C, tools: StepTools): Promise<StepResult>;
  /** Gives the context what the step had kept, in another process than the one that went through it. */
  restore?(context: C, kept: unknown): Promise<void>;
}

/** `rehearsal`: on stores and servers that nobody uses. `real`: the cutover itself. */
export type Mode = 'rehearsal' | 'real';

/** The ordered steps; rehearsal and real run share one. */
export interface Plan<C> {
  readonly name: string;
  readonly steps: readonly Step<C>[];
}

/** Changes when a step, its order, its undo, its limits or what it needs changes. */
export function planHash<C>(plan: Plan<C>): string {
  const shape = plan.steps.map((step) => [
    step.id,
    step.title,
    step.phase,
    step.needs,
    step.undo.kind === 'none' ? step.undo.because : step.undo.title,
    step.budgetMs,
    step.retry ?? null,
    step.repeatable,
    step.irreversible ?? null,
    step.hand ?? null,
    step.blocking === true,
    step.only ?? null,
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
  let phase = 0;
  for (const step of plan.steps) {
    if (!/^\d\d-[a-z0-9-]+$/.test(step.id)) faults.push(`${step.id}: no ordered name like 10-import`);
    if (step.id <= last) faults.push(`${step.id} does not come after ${last}`);
    for (const need of step.needs)
      if (!before.has(need)) faults.push(`${step.id} needs ${need}, which does not come before it`);
    if (step.undo.kind === 'none' && step.undo.because.trim() === '')
      faults.push(`${step.id}: no reason why it cannot be undone`);
    if (phases.indexOf(step.phase) < phase) faults.push(`${step.id} is of an earlier day than ${last}`);
    if (!(step.budgetMs > 0)) faults.push(`${step.id} has no time budget`);
    phase = phases.indexOf(step.phase);
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
