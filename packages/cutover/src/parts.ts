import { createHash } from 'node:crypto';
import { type Check, concludeCheck } from '@cutover/core';
import type { StepResult, StepTools } from '@cutover/runs';
import { type RunContext, storesOf } from './context.ts';
import type { HookDone } from './hooks/hooks.ts';
import { PointOfNoReturn, sayWayBack, type WayBackOptions, type WayBackState } from './way-back/detector.ts';
import type { HookName, Role } from './site/run-file.ts';
import type { NewSide, Site } from './site/site.ts';

export const noSite = { notExercised: 'no run file was given (--config)' } as const;
export const noPeople = 'people are not asked in this rehearsal';

/** What an effect of the engine's own leaves nothing of outside that could be looked for: it is done again. */
export const again = (): Promise<undefined> => Promise.resolve(undefined);

/** When something was done, the same after a crash, in milliseconds since the epoch. */
export const momentOf = (tools: StepTools, key: string): Promise<number> =>
  tools.effect(key, { probe: again, do: () => Promise.resolve(Date.now()) });

/** Checks, and what later steps need. */
export const kept = (checks: readonly Check[], value: unknown): StepResult => ({ checks, kept: value });

/** A person's name as part of a key, told from every other name. */
export const keyOf = (name: string): string =>
  `${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}-${createHash('sha256').update(name).digest('hex').slice(0, 4)}`;

/** Waits until so many days of the calendar after the window began; not in a rehearsal without effects. */
export async function waitForDay(
  context: RunContext,
  tools: StepTools,
  days: number,
  asks: string,
): Promise<void> {
  const file = siteOf(context)?.file;
  if (file?.at === undefined || context.mode !== 'real') return;
  await tools.waitUntil(Date.parse(file.at) + days * file.calendar.day, asks);
}

/** Looks for what somebody other than the importer has written on the new side, and says so once; whether there is any. */
export async function lookForNewWrites(context: RunContext, tools: StepTools): Promise<boolean> {
  const state = await newSideState(context);
  if (state === undefined || state.verdict === 'none') return false;
  await tools.pointOfNoReturn({ at: state.first?.at ?? new Date().toISOString(), what: sayWayBack(state) });
  return true;
}

/** What the new side has that going back would have to carry; undefined before anybody was led to it. */
export async function newSideState(context: RunContext): Promise<WayBackState | undefined> {
  const { baseline } = context;
  return baseline === undefined ? undefined : new PointOfNoReturn(wayBackOf(context), baseline).look();
}

/** What is looked at for that. */
export function wayBackOf(context: RunContext): WayBackOptions {
  const { profile, into } = context.options;
  const requests = siteOf(context)?.wayBack?.requests;
  return {
    profile,
    ...storesOf(context),
    branch: into,
    ...(requests === undefined ? {} : { requests }),
  };
}

/** The new side as the run left it; undefined before anything was merged. */
export function newSideOf(context: RunContext): NewSide | undefined {
  const { stores, mergedHead, options, source } = context;
  if (stores === undefined || mergedHead === undefined || source === undefined) return undefined;
  return {
    ...stores,
    source,
    into: options.into,
    mergedHead,
    ...(context.openedAt === undefined ? {} : { openedAt: context.openedAt }),
  };
}

/** The site of a run; undefined where a dump alone is rehearsed. */
export const siteOf = ({ options }: RunContext): Site | undefined => options.site;

/** Runs a site's hook once; a check says that it was done. A site that does without it gives its reason. */
export async function runHook(
  context: RunContext,
  tools: StepTools,
  step: string,
  name: HookName,
): Promise<Check | { readonly notExercised: string }> {
  const { hooks } = context;
  if (hooks === undefined) return noSite;
  if (!hooks.has(name)) return { notExercised: hooks.without(name) ?? `the run file has no hook ${name}` };
  const effect = hooks.effect(name, step, 'do', tools.fence);
  // A person who has settled that it was done has no output of it.
  const done = (await tools.effect<HookDone | undefined>(name, effect)) ?? {
    hook: name,
    dry: false,
    said: 'settled by a person',
  };
  return concludeCheck({
    id: `hook-${name}`,
    title: done.dry ? `The hook ${name} says what it would do` : `The hook ${name} has done its part`,
    looked: 1,
    expected: 'done',
    actual: 'done',
    evidence: { dry: done.dry, said: done.said.slice(-500) },
  });
}

/** Takes back what a hook has done, where it was done or begun. */
export async function undoHook(
  context: RunContext,
  tools: StepTools,
  step: string,
  name: HookName,
): Promise<void> {
  if (context.hooks?.has(name) !== true || tools.effectState(name) === undefined) return;
  await tools.effect(name, context.hooks.effect(name, step, 'undo', tools.fence));
}

/** Puts together what several parts of a step found; those without anything to do only count where all are so. */
export function together(
  ...parts: readonly (Check | readonly Check[] | { notExercised: string })[]
): readonly Check[] | { readonly notExercised: string } {
  const checks = parts.flatMap((part) => ('notExercised' in part ? [] : part));
  const reasons = parts.flatMap((part) => ('notExercised' in part ? [part.notExercised] : []));
  return checks.length === 0
    ? { notExercised: [...new Set(reasons)].join('; ') }
    : (checks as readonly Check[]);
}

export interface HandInput {
  readonly key: string;
  readonly role: Role;
  readonly asks: string;
  readonly evidence: string;
}

/** Asks the person of a role whether something is done, with evidence. */
export async function byHand(context: RunContext, tools: StepTools, input: HandInput): Promise<Check> {
  const { key, role, asks, evidence } = input;
  const who = siteOf(context)?.file.people[role] ?? role;
  const said = await tools.answer({ key, asks, who, answers: ['done', 'not-done'], evidence });
  const shown = said.evidence ?? '';
  return concludeCheck({
    id: `hand-${key}`,
    title: asks,
    looked: 1,
    expected: 'done',
    actual: said.answer,
    findings: [
      ...(said.answer === 'done'
        ? []
        : [
            { code: 'hand-not-done', message: `${said.by} says that it is not done`, next: `do it: ${asks}` },
          ]),
      ...(shown.trim() === ''
        ? [{ code: 'no-evidence', message: `${said.by} has shown nothing`, next: `show ${evidence}` }]
        : []),
    ],
    evidence: { by: said.by, at: said.at, shown },
  });
}

/** Forwards how much of a wait or a window is over. */
export const secondsOf =
  (context: RunContext, phase: string) =>
  (doneMs: number, totalMs: number): void =>
    void context.onEvent({
      type: 'progress',
      phase,
      rowsDone: Math.floor(doneMs / 1000),
      rowsTotal: Math.ceil(totalMs / 1000),
    });
