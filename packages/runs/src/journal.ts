import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '@cutover/core';

/** What a person said who was asked. */
export interface Answer {
  readonly key: string;
  readonly by: string;
  readonly answer: string;
  /** What they showed for it: a sentence, a ticket, a file's digest. */
  readonly evidence?: string;
  readonly at: string;
}

/** What a run waits for, and since when. */
export interface Wait {
  readonly step: string;
  readonly kind: 'answer' | 'settle' | 'time' | 'postponed';
  /** Which answer or effect. */
  readonly key?: string;
  /** For people: what is waited for. */
  readonly asks: string;
  /** Who is to answer. */
  readonly who?: string;
  readonly answers?: readonly string[];
  /** What is to be shown with the first of them. */
  readonly evidence?: string;
  readonly until?: string;
}

/** A line of `journal.jsonl`: what was about to happen, and what had happened. Flushed to disk before the run goes on. */
export type JournalEntry =
  | {
      readonly type: 'run-started';
      readonly runId: string;
      readonly plan: string;
      readonly planHash: string;
      readonly mode: string;
      /** Bytes of the source, by which the timings of runs can be compared. */
      readonly inputBytes?: number;
      readonly unrehearsed?: string;
    }
  | { readonly type: 'run-resumed'; readonly by: string; readonly fence?: number }
  | { readonly type: 'step-started'; readonly step: string; readonly attempt?: number }
  | { readonly type: 'effect-intended'; readonly step: string; readonly key: string; readonly fence?: number }
  | {
      readonly type: 'effect-done';
      readonly step: string;
      readonly key: string;
      readonly how: 'done' | 'found' | 'settled';
      readonly result?: unknown;
    }
  /** Nothing of it is there: who did it knows, or a person has looked. */
  | { readonly type: 'effect-undone'; readonly step: string; readonly key: string }
  | ({ readonly type: 'answered'; readonly step: string } & Answer)
  | ({ readonly type: 'waiting' } & Wait)
  | {
      readonly type: 'step-ended';
      readonly step: string;
      readonly outcome: string;
      readonly durationMs: number;
      readonly checks: readonly Check[];
      readonly kept?: unknown;
      readonly notExercised?: string;
      readonly withheld?: string;
    }
  | { readonly type: 'step-failed'; readonly step: string; readonly code: string; readonly message: string }
  | { readonly type: 'undo-started'; readonly step: string }
  | { readonly type: 'step-undone'; readonly step: string }
  | { readonly type: 'clock-jumped'; readonly seconds: number }
  /** The new side was written to by somebody else than the importer: `when` and what. */
  | { readonly type: 'point-of-no-return'; readonly when: string; readonly what: string }
  | { readonly type: 'rolled-back'; readonly to: string | null }
  | { readonly type: 'run-ended'; readonly outcome: string };

export type Journaled = JournalEntry & { readonly at: string };

/** How far a step has come, by the journal. */
export interface StepState {
  readonly startedAt: string;
  ended?: Extract<JournalEntry, { type: 'step-ended' }>;
}

export interface EffectState {
  state: 'intended' | 'done';
  result?: unknown;
}

/** What a journal says of its run. */
export interface RunHistory {
  readonly started: Extract<Journaled, { type: 'run-started' }> | undefined;
  readonly steps: ReadonlyMap<string, StepState>;
  /** By step and key: `18-flip/dns`. */
  readonly effects: ReadonlyMap<string, EffectState>;
  readonly answers: ReadonlyMap<string, Answer>;
  /** Steps that were undone, in the order in which they were. */
  readonly undone: readonly string[];
  /** The last thing that ended or stopped it, if nothing came after that. */
  readonly ended: string | undefined;
  readonly pointOfNoReturn: { readonly at: string; readonly what: string } | undefined;
}

/** The state that a journal's entries add up to. An undone step has never been, with its effects and answers. */
export function replay(entries: readonly Journaled[]): RunHistory {
  const steps = new Map<string, StepState>();
  const effects = new Map<string, EffectState>();
  const answers = new Map<string, Answer>();
  let undone: string[] = [];
  let started: RunHistory['started'];
  let ended: string | undefined;
  let pointOfNoReturn: RunHistory['pointOfNoReturn'];
  for (const entry of entries) {
    ended = entry.type === 'run-ended' ? entry.outcome : undefined;
    switch (entry.type) {
      case 'run-started':
        started = entry;
        break;
      case 'step-started':
        steps.set(entry.step, { startedAt: entry.at });
        undone = undone.filter((step) => step !== entry.step);
        break;
      case 'step-ended':
        (steps.get(entry.step) ?? begin(steps, entry.step, entry.at)).ended = entry;
        break;
      case 'effect-intended':
        effects.set(`${entry.step}/${entry.key}`, { state: 'intended' });
        break;
      case 'effect-done':
        effects.set(`${entry.step}/${entry.key}`, { state: 'done', result: entry.result });
        break;
      case 'effect-undone':
        effects.delete(`${entry.step}/${entry.key}`);
        break;
      case 'answered':
        answers.set(entry.key, entry);
        break;
      case 'point-of-no-return':
        pointOfNoReturn ??= { at: entry.when, what: entry.what };
        break;
      case 'rolled-back':
        pointOfNoReturn = undefined;
        break;
      case 'step-undone':
        steps.delete(entry.step);
        undone.push(entry.step);
        for (const map of [effects, answers])
          for (const key of [...map.keys()]) if (key.startsWith(`${entry.step}/`)) map.delete(key);
        break;
      default:
    }
  }
  return { started, steps, effects, answers, undone, ended, pointOfNoReturn };
}

function begin(steps: Map<string, StepState>, step: string, startedAt: string): StepState {
  const state: StepState = { startedAt };
  steps.set(step, state);
  return state;
}

/** A run's journal; a last line that a crash cut off is left out. Empty where there is none. */
export async function readJournal(runDir: string): Promise<Journaled[]> {
  const text = await readFile(join(runDir, 'journal.jsonl'), 'utf8').catch(() => '');
  return parseJournal(text).entries;
}

/** The entries, and how many bytes hold them: what follows was cut off by a crash. */
export function parseJournal(text: string): { readonly entries: Journaled[]; readonly wholeBytes: number } {
  const entries: Journaled[] = [];
  let wholeBytes = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      entries.push(JSON.parse(line) as Journaled);
    } catch {
      break;
    }
    wholeBytes += Buffer.byteLength(line) + 1;
  }
  return { entries, wholeBytes };
}
