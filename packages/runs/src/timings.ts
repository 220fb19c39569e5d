import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from './run-directory.ts';

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
  const runsDir = join(stateDir, 'runs');
  const names = (await readdir(runsDir).catch(() => [])).sort().reverse();
  const durations = new Map<string, number[]>();
  let used = 0;
  for (const name of names) {
    const journal = await readJournal(join(runsDir, name));
    const started = journal.find((entry) => entry.type === 'run-started');
    if (started?.planHash !== planHash || !isAlike(started.inputBytes, inputBytes)) continue;
    for (const entry of journal) {
      if (entry.type !== 'step-ended') continue;
      durations.set(entry.step, [...(durations.get(entry.step) ?? []), entry.durationMs]);
    }
    if (++used === remembered) break;
  }
  return new Map([...durations].map(([step, all]) => [step, median(all)]));
}

/** A run's journal; a last line that a crash cut off is left out. Empty where there is none. */
export async function readJournal(runDir: string): Promise<JournalEntry[]> {
  const text = await readFile(join(runDir, 'journal.jsonl'), 'utf8').catch(() => '');
  const entries: JournalEntry[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      entries.push(JSON.parse(line) as JournalEntry);
    } catch {
      break;
    }
  }
  return entries;
}

function isAlike(before: number | undefined, now: number): boolean {
  if (before === undefined) return false;
  return before <= now * alike && now <= before * alike;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
