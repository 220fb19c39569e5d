import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Journaled, readJournal } from './journal.ts';

/** Runs of which the timings are remembered; the newest. */
const remembered = 10;
/** An earlier run tells something about one of this many bytes of input if it had about as many. */
const alike = 1.25;

/** How long the steps of a plan usually take, in milliseconds, by step id. */
export type Timings = ReadonlyMap<string, number>;

/**
 * Medians of the steps' durations in earlier runs of this plan with about the same input, from the journals
 * below the state directory. Steps that never ended have none; folders that are no runs are passed over.
 */
export async function usualTimings(stateDir: string, planHash: string, inputBytes: number): Promise<Timings> {
  const durations = new Map<string, number[]>();
  let used = 0;
  for await (const journal of journalsOf(stateDir, planHash)) {
    const started = journal.find((entry) => entry.type === 'run-started');
    if (!isAlike(started?.inputBytes, inputBytes)) continue;
    for (const entry of journal) {
      if (entry.type !== 'step-ended' || entry.notExercised !== undefined) continue;
      durations.set(entry.step, [...(durations.get(entry.step) ?? []), entry.durationMs]);
    }
    if (++used === remembered) break;
  }
  return new Map([...durations].map(([step, all]) => [step, median(all)]));
}

/**
 * How often the steps of a plan held in rehearsals that held as a whole, by step id; a step that was left out counts
 * where `leftOutCounts` takes its reason.
 */
export async function rehearsedSteps(
  stateDir: string,
  planHash: string,
  leftOutCounts: (reason: string) => boolean = () => false,
): Promise<ReadonlyMap<string, number>> {
  const steps = new Map<string, number>();
  for await (const journal of journalsOf(stateDir, planHash)) {
    const started = journal.find((entry) => entry.type === 'run-started');
    const held = journal.some((entry) => entry.type === 'run-ended' && entry.outcome === 'holds');
    if (started?.mode !== 'rehearsal' || !held) continue;
    const through = new Set<string>();
    for (const entry of journal)
      if (entry.type === 'step-ended') {
        const { outcome, notExercised } = entry;
        const counts = notExercised === undefined ? outcome === 'holds' : leftOutCounts(notExercised);
        if (counts) through.add(entry.step);
      }
    for (const step of through) steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  return steps;
}

async function* journalsOf(stateDir: string, planHash: string): AsyncGenerator<readonly Journaled[]> {
  const runsDir = join(stateDir, 'runs');
  const names = (await readdir(runsDir).catch(() => [])).sort().reverse();
  for (const name of names) {
    const journal = await readJournal(join(runsDir, name));
    if (journal.some((entry) => entry.type === 'run-started' && entry.planHash === planHash)) yield journal;
  }
}

function isAlike(before: number | undefined, now: number): boolean {
  if (before === undefined) return false;
  return before <= now * alike && now <= before * alike;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
