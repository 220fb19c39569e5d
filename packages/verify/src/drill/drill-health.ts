import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, concludeCheck, CutoverError, exitCodes } from '@cutover/core';
import type { Alarm, AlarmState } from './alarm.ts';
import type { DrillSite } from './drill-site.ts';

export interface DrillInput {
  readonly site: DrillSite;
  readonly alarm: Alarm;
  /** Named in what the site logs, so that its alarm can be told from another. */
  readonly id: string;
  /** The alarm has to come within this, from when the site began to say that it is not ready. */
  readonly withinMs: number;
  /** The site has to be ready again within this, from when it was mended. */
  readonly mendWithinMs: number;
  readonly intervalMs: number;
  /** Ends the waiting; what was broken is mended all the same. */
  readonly signal?: AbortSignal;
  readonly onPhase?: (phase: string) => void;
}

/** What a drill came to, in seconds; undefined where it did not come to it. */
export interface Drilled {
  /** From breaking it until it was seen from outside. */
  readonly brokenAfter?: number | undefined;
  /** From then until the alarm. */
  readonly alarmAfter?: number | undefined;
  /** From mending it until it was ready. */
  readonly mendedAfter?: number | undefined;
  readonly interrupted: boolean;
}

/** Beyond what the drill itself waits for, the site mends itself: whoever drills may be gone by then. */
const spareMs = 60_000;

/** Throws CutoverError `drill-alarm-up` or `drill-alarm-unknown`: an alarm that is up already cannot be heard to ring. */
export async function assertQuiet(alarm: Alarm): Promise<void> {
  const state = await alarm.look();
  if (state === 'quiet') return;
  throw state === 'raised'
    ? new CutoverError(
        'drill-alarm-up',
        `${alarm.place} says that the alarm is up before anything was broken`,
        {
          next: 'wait until it has ended, or mend what it is about; is the text that it is known by in every answer?',
          exitCode: exitCodes.preflightFailed,
        },
      )
    : new CutoverError(
        'drill-alarm-unknown',
        `${alarm.place} does not tell about the alarm: ${state.unknown}`,
        {
          next: 'look at the address or command of the alarm',
          exitCode: exitCodes.preflightFailed,
        },
      );
}

/**
 * Breaks the readiness of a site, waits until that is seen and until the alarm is up, and mends it whatever
 * happens meanwhile. Throws what the site refuses the drill with; nothing is broken then.
 */
export async function drillHealth(input: DrillInput): Promise<{ checks: Check[]; drilled: Drilled }> {
  const { site, alarm, id, withinMs, mendWithinMs, signal, onPhase } = input;
  alarm.reset();
  let seen: Waited;
  let heard: Waited = {};
  let mended: Waited;
  // Where its answer is lost it may be broken, so that it is gone on with.
  await site.break(id, (withinMs * 2 + mendWithinMs + spareMs) / 1000);
  try {
    onPhase?.('broken; waiting until that is seen from outside');
    seen = await waitFor(input, withinMs, async () =>
      (await site.isReady()) === false ? 'raised' : 'quiet',
    );
    if (seen.afterMs !== undefined) {
      onPhase?.(`it says that it is not ready; waiting for the alarm at ${alarm.place}`);
      heard = await waitFor(input, withinMs, () => alarm.look());
    }
  } finally {
    onPhase?.('mending it');
    // Not with the signal: what was broken is mended however often somebody asks to stop.
    mended = await waitFor({ intervalMs: Math.min(input.intervalMs, 1000) }, mendWithinMs, async () =>
      (await site.mend()) && (await site.isReady()) === true ? 'raised' : 'quiet',
    );
  }
  const drilled: Drilled = {
    brokenAfter: inSeconds(seen.afterMs),
    alarmAfter: inSeconds(heard.afterMs),
    mendedAfter: inSeconds(mended.afterMs),
    interrupted: signal?.aborted === true && heard.afterMs === undefined,
  };
  return {
    checks: [judgeBroken(input, drilled), judgeAlarm(input, drilled, heard), judgeMended(input, drilled)],
    drilled,
  };
}

interface Waited {
  readonly afterMs?: number;
  /** Of the last look, where it could not tell. */
  readonly unknown?: string;
}

/** Looks until what is waited for is up, the time is over, or somebody stops it. What comes too late did not come. */
async function waitFor(
  { intervalMs, signal }: Pick<DrillInput, 'intervalMs' | 'signal'>,
  forMs: number,
  look: () => Promise<AlarmState>,
): Promise<Waited> {
  const from = performance.now();
  let last: AlarmState = 'quiet';
  while (signal?.aborted !== true) {
    last = await look();
    const afterMs = performance.now() - from;
    if (afterMs > forMs) break;
    if (last === 'raised') return { afterMs };
    const pauseMs = Math.min(intervalMs, forMs - afterMs);
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
  return typeof last === 'object' ? last : {};
}

const inSeconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.round(ms / 100) / 10;

function judgeBroken({ withinMs }: DrillInput, { brokenAfter, interrupted }: Drilled): Check {
  return concludeCheck({
    id: 'drill-broken',
    title: 'The site says that it is not ready while its health is broken',
    looked: 1,
    expected: 'not ready',
    actual: brokenAfter === undefined ? 'ready' : `not ready after ${brokenAfter} s`,
    couldNotTell: interrupted && brokenAfter === undefined ? 'it was stopped before' : undefined,
    findings:
      brokenAfter === undefined && !interrupted
        ? [
            {
              code: 'drill-not-seen',
              message: `the site took the drill and still said that it is ready for ${withinMs / 1000} s`,
              next: 'is there more than one process behind that address, or a cache? Give --via the address of one',
            },
          ]
        : [],
  });
}

function judgeAlarm({ withinMs, alarm }: DrillInput, drilled: Drilled, heard: Waited): Check {
  const { brokenAfter, alarmAfter, interrupted } = drilled;
  const limit = `${withinMs / 1000} s`;
  const couldNotTell = interrupted
    ? 'it was stopped before'
    : brokenAfter === undefined
      ? 'the site was never seen to be broken'
      : heard.unknown;
  return concludeCheck({
    id: 'drill-alarm',
    title: `The alarm is up within ${limit}`,
    looked: 1,
    expected: `within ${limit}`,
    actual: alarmAfter === undefined ? 'not up' : `up after ${alarmAfter} s`,
    evidence: { place: alarm.place },
    couldNotTell,
    findings:
      alarmAfter === undefined && couldNotTell === undefined
        ? [
            {
              code: 'drill-no-alarm',
              message: `the site was not ready for ${limit}, and ${alarm.place} said nothing of an alarm`,
              next: 'follow the alarm from the ping on: is the site pinged, does a miss count, where does it go to?',
            },
          ]
        : [],
  });
}

function judgeMended({ mendWithinMs }: DrillInput, { mendedAfter }: Drilled): Check {
  return concludeCheck({
    id: 'drill-mended',
    title: 'The site is ready again',
    looked: 1,
    expected: `within ${mendWithinMs / 1000} s`,
    actual: mendedAfter === undefined ? 'not ready' : `ready after ${mendedAfter} s`,
    findings:
      mendedAfter === undefined
        ? [
            {
              code: 'drill-not-mended',
              message: `the site was told that the drill is over and was not ready within ${mendWithinMs / 1000} s`,
              next: 'see its /api/health/ready; a reason `drill` ends by itself, or with a restart',
            },
          ]
        : [],
  });
}
