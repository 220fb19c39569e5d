import { isDeepStrictEqual } from 'node:util';
import { type Outcome, withoutProbe, World } from './world.ts';

export type Way = 'run' | 'back';

/** A run, or its way back, that nobody killed. */
export interface Whole {
  readonly way: Way;
  /** Before and after each line of its journal, in order. */
  readonly moments: readonly string[];
  readonly outcome: Outcome;
}

/** Throws where it does not hold: nothing could be compared with it then. */
export async function goWhole(way: Way): Promise<Whole> {
  const world = await World.make();
  try {
    let said = await world.goOn('run');
    if (way === 'back') said = await world.goOn('back');
    const outcome = await world.outcome(said);
    if (said.outcome !== 'holds' || world.asked.length > 0)
      throw new Error(`not even whole it holds: ${JSON.stringify(outcome.said)}`);
    return { way, moments: world.moments(way), outcome };
  } finally {
    await world.remove();
  }
}

export interface Killed {
  readonly moment: string;
  /** Effects for which a person was asked. */
  readonly asked: readonly string[];
  /** In what it differs from the whole run; empty where it does not. */
  readonly faults: readonly string[];
}

/** Kills a run at the n-th moment, goes on with it, and holds what is there then against the whole run. */
export async function killAt({ way, moments, outcome: whole }: Whole, at: number): Promise<Killed> {
  const moment = moments[at]!;
  const faults: string[] = [];
  const world = await World.make();
  try {
    if (way === 'back') await world.goOn('run');
    if ((await world.go(way, at)) !== undefined) faults.push('it was not killed');
    if (world.moments(way).at(-1) !== moment) faults.push(`it was killed ${world.moments(way).at(-1)}`);
    const now = await world.outcome(await world.goOn(way));
    const of = ({ said, ...rest }: Outcome): Record<string, unknown> => ({
      ...rest,
      outcome: said.outcome,
      open: said.open,
      stoppedBy: said.stoppedBy,
      // A way back lists what its last process took back.
      ...(way === 'run' ? { steps: said.steps } : {}),
    });
    const expected = of(whole);
    for (const [what, is] of Object.entries(of(now)))
      if (!isDeepStrictEqual(is, expected[what]))
        faults.push(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(expected[what])}`);
    const asks = opensEffect(moment);
    if (world.asked.length !== (asks ? 1 : 0))
      faults.push(`a person was asked ${world.asked.length} times: ${world.asked.join(', ')}`);
    return { moment, asked: [...world.asked], faults };
  } finally {
    await world.remove();
  }
}

/** Whether a crash at this moment leaves an effect open of which nobody but a person can tell whether it is there. */
function opensEffect(moment: string): boolean {
  const [when, type, , key = ''] = moment.split(' ');
  const isOpen =
    (when === 'after' && type === 'effect-intended') || (when === 'before' && type === 'effect-done');
  return isOpen && withoutProbe.includes(key.replace('undo:', ''));
}
