import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError } from '@cutover/core';
import type { Flag, RunControl } from './control.ts';
import type { Answer, EffectState, Wait } from './journal.ts';
import type { Lease } from './lease.ts';
import type { RunDirectory } from './run-directory.ts';
import { findAnswer, type Question, Waiting } from './waiting.ts';

/** Something outside the run's own folder that a step changes. */
export interface Effect<T> {
  /** Whether it is there, and with what result. Without it, a person is asked where a crash left that open. */
  readonly probe?: () => Promise<{ readonly result: T } | undefined>;
  /**
   * Does it. An error of which `data.nothingDone` is true says that nothing of it is there; after any other,
   * the effect is looked for before it is done again.
   */
  readonly do: () => Promise<T>;
}

/** What a step is given by the engine beside what the plan's steps share. */
export interface StepTools {
  readonly signal: AbortSignal;
  /** Token of the lease; undefined where there is none. */
  readonly fence: number | undefined;
  /** Does something once, whatever happens: recorded before and after, looked for after a crash. */
  effect<T>(key: string, effect: Effect<T>): Promise<T>;
  /** How far an effect of the step itself has come, for its undo: undefined where it was never begun. */
  effectState(key: string): EffectState['state'] | undefined;
  /** What an effect of the step itself has given, for its undo; undefined where it has not ended. */
  effectResult(key: string): unknown;
  /** What the step was answered, for its undo. */
  answered(key: string): Answer | undefined;
  /** The tools of another step that is taken back on trial, whose own undo stays as it is. */
  onTrial(step: string): StepTools;
  /** A person's answer: one given before, the command line's, one typed now, or the run waits for it. */
  answer(question: Question): Promise<Answer>;
  /** Waits until a moment, in milliseconds since the epoch. */
  waitUntil(atMs: number, asks: string): Promise<void>;
  /** Waits while somebody has raised this flag. */
  waitWhile(flag: Flag, asks: string): Promise<void>;
  pause(ms: number): Promise<void>;
  /** Says, once, that the new side has something that is not the importer's. */
  pointOfNoReturn(found: { readonly at: string; readonly what: string }): Promise<void>;
}

/** Asks the person at the terminal; undefined where nobody is there. */
export type Ask = (question: Question, step: string) => Promise<Omit<Answer, 'key' | 'at'> | undefined>;

export interface ToolsMeans {
  readonly ask?: Ask | undefined;
  readonly run: RunDirectory;
  readonly control: RunControl;
  readonly effects: Map<string, EffectState>;
  readonly answers: Map<string, Answer>;
  readonly lease?: Lease | undefined;
  readonly fence?: number | undefined;
  /** Keeps the process waiting instead of ending it where it waits for a person or a time. */
  readonly wait: boolean;
  /** The command that goes on with what is stopped or waits. */
  readonly goOn: string;
  /** Told when a wait begins and when it is over. */
  readonly onWait: (wait: Wait | undefined) => Promise<void>;
  readonly onPointOfNoReturn: (found: { readonly at: string; readonly what: string }) => Promise<void>;
}

const pollMs = 250;

/** The engine's side of one step. `prefix` keeps the effects of its undo apart from its own. */
export function toolsFor(means: ToolsMeans, step: string, prefix = ''): StepTools {
  const { control } = means;
  return {
    signal: control.signal,
    fence: means.fence,
    effect: (key, effect) => doOnce(means, step, `${prefix}${key}`, effect),
    effectState: (key) => means.effects.get(`${step}/${key}`)?.state,
    effectResult: (key) => {
      const known = means.effects.get(`${step}/${key}`);
      return known?.state === 'done' ? known.result : undefined;
    },
    answered: (key) => means.answers.get(`${step}/${key}`),
    onTrial: (other) => toolsFor(means, other, 'trial:'),
    answer: (question) => answerOf(means, step, { ...question, key: `${step}/${prefix}${question.key}` }),
    waitUntil: (atMs, asks) => waitUntil(means, step, atMs, asks),
    waitWhile: (flag, asks) => waitWhile(means, step, flag, asks),
    pause: async (ms) => {
      await sleep(ms, undefined, { signal: control.signal }).catch(() => undefined);
      control.assertGoingOnNow();
    },
    pointOfNoReturn: means.onPointOfNoReturn,
  };
}

async function doOnce<T>(means: ToolsMeans, step: string, key: string, effect: Effect<T>): Promise<T> {
  const { run, effects } = means;
  const name = `${step}/${key}`;
  means.control.assertGoingOnNow();
  const known = effects.get(name);
  if (known?.state === 'done') return known.result as T;
  if (known?.state === 'intended') {
    if (effect.probe === undefined) throw unsettled(step, name);
    const found = await effect.probe();
    if (found !== undefined) return done(means, step, key, found.result, 'found');
  }
  // Whoever was fenced out does nothing more.
  await means.lease?.assertHeld();
  if (known === undefined)
    await run.journal({
      type: 'effect-intended',
      step,
      key,
      ...(means.fence === undefined ? {} : { fence: means.fence }),
    });
  effects.set(name, { state: 'intended' });
  try {
    return await done(means, step, key, await effect.do(), 'done');
  } catch (error) {
    if (error instanceof CutoverError && error.data['nothingDone'] === true) {
      await run.journal({ type: 'effect-undone', step, key });
      effects.delete(name);
    }
    throw error;
  }
}

async function done<T>(
  means: ToolsMeans,
  step: string,
  key: string,
  result: T,
  how: 'done' | 'found',
): Promise<T> {
  await means.run.journal({
    type: 'effect-done',
    step,
    key,
    how,
    ...(result === undefined ? {} : { result }),
  });
  means.effects.set(`${step}/${key}`, { state: 'done', result });
  return result;
}

function unsettled(step: string, name: string): Waiting {
  return new Waiting(
    {
      step,
      kind: 'settle',
      key: name,
      asks: `${name} was begun and nobody can say whether it was done; nothing is repeated blindly`,
    },
    `look, then say so: cutover resume --settled ${name}=done, or =undone to have it done again`,
  );
}

async function answerOf(means: ToolsMeans, step: string, question: Question): Promise<Answer> {
  const { run, answers } = means;
  const known = answers.get(question.key);
  const take = async (answer: Answer): Promise<Answer> => {
    await run.journal({ type: 'answered', step, ...answer });
    answers.set(answer.key, answer);
    return answer;
  };
  if (known !== undefined) {
    // Whoever said no may have said yes since.
    const later = await findAnswer(run.dir, question.key);
    const changed = later !== undefined && later.at > known.at && question.answers.includes(later.answer);
    return changed ? take(later) : known;
  }
  const wait: Wait = {
    step,
    kind: 'answer',
    key: question.key,
    asks: question.evidence === undefined ? question.asks : `${question.asks} (show: ${question.evidence})`,
    answers: question.answers,
    ...(question.evidence === undefined ? {} : { evidence: question.evidence }),
    ...(question.who === undefined ? {} : { who: question.who }),
  };
  for (let told = false; ;) {
    const left = await findAnswer(run.dir, question.key);
    if (left !== undefined && question.answers.includes(left.answer)) {
      if (told) await means.onWait(undefined);
      return take(left);
    }
    if (!told) {
      const said = await means.ask?.(question, step);
      if (said !== undefined) return take({ key: question.key, at: new Date().toISOString(), ...said });
      if (!means.wait) throw new Waiting(wait, answerCommand(question, means.goOn));
      await means.onWait(wait);
      told = true;
    }
    await nap(means);
  }
}

function answerCommand({ key, answers, evidence, who }: Question, goOn: string): string {
  const by = who ?? 'NAME';
  const show = evidence === undefined ? '' : ' --evidence TEXT';
  return `when it is so: cutover answer ${key} ${answers.join('|')} --by '${by}'${show}, then ${goOn}`;
}

/**
 * By the wall clock for what is left of it when it begins, then by the steady one: a clock that jumps meanwhile
 * ends no wait early.
 */
async function waitUntil(means: ToolsMeans, step: string, atMs: number, asks: string): Promise<void> {
  const until = new Date(atMs).toISOString();
  const deadline = performance.now() + atMs - Date.now();
  if (performance.now() >= deadline) return;
  const wait: Wait = { step, kind: 'time', asks, until };
  if (!means.wait) throw new Waiting(wait, `come back at ${until}: ${means.goOn}`);
  await means.onWait(wait);
  while (performance.now() < deadline) await nap(means, Math.min(pollMs, deadline - performance.now()));
  await means.onWait(undefined);
}

async function waitWhile(means: ToolsMeans, step: string, flag: Flag, asks: string): Promise<void> {
  if (!means.control.isFlagged(flag)) return;
  const wait: Wait = { step, kind: 'postponed', asks };
  if (!means.wait) throw new Waiting(wait, `cutover ${flag} --off, then ${means.goOn}`);
  await means.onWait(wait);
  while (means.control.isFlagged(flag)) await nap(means);
  await means.onWait(undefined);
}

async function nap(means: ToolsMeans, ms = pollMs): Promise<void> {
  await sleep(ms, undefined, { signal: means.control.signal }).catch(() => undefined);
  means.control.assertGoingOnNow();
}
