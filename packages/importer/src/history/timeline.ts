import { compareKeys } from '../keys.ts';
import type { CurrentLine, RevisionLine } from './lines.ts';

/** All that is known of one row: as it is, its earlier states, and those of its parts. */
export interface Group {
  readonly name: string;
  current?: CurrentLine;
  readonly revisions: RevisionLine[];
  /** By the part's own row name. */
  readonly parts: Map<string, Part>;
}

export interface Part {
  current?: CurrentLine;
  readonly revisions: RevisionLine[];
}

/** A moment at which the row, or a part of it, got a state. */
export interface Entry {
  readonly at: number;
  readonly by: string | undefined;
  readonly line: CurrentLine | RevisionLine;
}

/**
 * A row's states in the order in which they were. One without a date has that of the one that was kept before it, or
 * after it where it is the first; the row as it is comes last, whatever its date. None has a date: nothing.
 */
export function timelineOf(
  revisions: readonly RevisionLine[],
  current: CurrentLine | undefined,
): readonly Entry[] {
  const kept = [...revisions].sort((a, b) => compareKeys([a.number], [b.number]));
  const lines = current === undefined ? kept : [...kept, current];
  const first = lines.find(({ at }) => at !== undefined)?.at;
  if (first === undefined) return [];
  let before = first;
  const dated = lines.map((line) => {
    before = line.at ?? before;
    return { at: before, by: line.by, line };
  });
  const past = current === undefined ? dated : dated.slice(0, -1);
  // Sorting is stable: of one second, the order in which they were kept.
  past.sort((a, b) => a.at - b.at);
  if (current === undefined) return past;
  const last = dated.at(-1)!;
  return [...past, { ...last, at: Math.max(last.at, past.at(-1)?.at ?? 0) }];
}

/** Several timelines as one; of one second, parts before what they are parts of. */
export function mergeTimelines(timelines: readonly (readonly Entry[])[]): Entry[] {
  return timelines.flat().sort((a, b) => a.at - b.at);
}
