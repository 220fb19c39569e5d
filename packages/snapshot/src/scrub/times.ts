import type { ScrubKey } from '../key.ts';

const secondsADay = 86_400;
/** A shift is at least longer than a month, so that no time stays in its month, and always into the past. */
const leastShiftDays = 32;
const shiftRangeDays = 700;
/** Days of a year that a record may begin on: its later times stay in the same year. */
const firstDays = 220;

/** How far a person's records are moved into the past, in seconds. */
export function shiftOf(key: ScrubKey, owner: string): number {
  const draws = key.draws('shift', owner);
  return leastShiftDays * secondsADay + draws.below(shiftRangeDays * secondsADay);
}

/** The year that the first time of a record comes to lie in. */
export function shiftedYear(earliest: string, shift: number): number {
  return new Date(Date.parse(earliest) - shift * 1000).getUTCFullYear();
}

export interface TimesInput {
  readonly key: ScrubKey;
  readonly id: string;
  /** Field to time, ISO 8601 UTC. */
  readonly times: Readonly<Record<string, string>>;
  readonly shift: number;
  /** The year they shall lie in: `shiftedYear`, or another where too few share it. */
  readonly year: number;
}

/**
 * The times of one record: the first is moved by the person's shift, those after it follow in the same order
 * (equal ones come apart) at made-up distances, because a distance that is kept identifies like a time. None
 * keeps the month, the second of the day or the distance that it had.
 */
export function shiftTimes({ key, id, times, shift, year }: TimesInput): Record<string, string> {
  const moments = Object.entries(times)
    .map(([field, time]) => ({ field, at: Math.floor(Date.parse(time) / 1000) }))
    .sort((a, b) => a.at - b.at);
  const first = moments[0];
  if (first === undefined) return {};
  const start = Date.UTC(year, 0, 1) / 1000;
  const draws = key.draws('times', id);
  let last = first.at - shift;
  if (last < start || last >= start + firstDays * secondsADay)
    last = start + draws.below(firstDays * secondsADay);
  const end = Date.UTC(year + 1, 0, 1) / 1000 - 1;
  const shifted: Record<string, string> = {};
  const step = Math.floor((end - start - firstDays * secondsADay) / moments.length);
  let before: number | undefined;
  for (const { field, at } of moments) {
    const original = at - (before ?? at);
    const draw = () =>
      before === undefined ? start + draws.below(firstDays * secondsADay) : last + 1 + draws.below(step);
    let next = before === undefined ? last : draw();
    for (let tries = 0; tries < 100 && tellsOf(next, at, next - last, original); tries++) next = draw();
    last = next;
    before = at;
    shifted[field] = new Date(last * 1000).toISOString().replace('.000Z', 'Z');
  }
  return shifted;
}

/** Whether a made-up time happens to keep what the original can be found by. */
function tellsOf(next: number, original: number, gap: number, originalGap: number): boolean {
  return (
    next % secondsADay === original % secondsADay ||
    new Date(next * 1000).toISOString().slice(0, 7) === new Date(original * 1000).toISOString().slice(0, 7) ||
    (originalGap > 0 && gap === originalGap)
  );
}
