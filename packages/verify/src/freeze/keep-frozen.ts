import { type Check, concludeCheck, messageOf } from '@cutover/core';
import type { HttpCanary } from './canary.ts';
import { type FreezeProof, proveFreeze } from './prove-freeze.ts';
import type { Sql } from './sql.ts';

/** Connections to a legacy system for one look at it. */
export interface FreezeConnections {
  readonly sql: Sql;
  readonly database: string;
  /** See `FreezeInput`. */
  readonly seesEveryTable: boolean;
  readonly application?: Sql | undefined;
  close(): Promise<void>;
}

/** A legacy system as a run gets at it. Each look opens its own connections: a run outlasts what servers keep open. */
export interface FrozenSystem {
  readonly canary?: HttpCanary | undefined;
  readonly open: () => Promise<FreezeConnections>;
}

export interface FreezeWindow {
  /** Milliseconds; `defaultWindowMs` where it is not said. */
  readonly windowMs?: number | undefined;
  readonly intervalMs?: number | undefined;
  readonly onProgress?: (doneMs: number, totalMs: number) => void;
}

/**
 * What the step that freezes runs: watches the system for the window. `proof` is there where all checks hold; it is
 * plain JSON, for the step to keep in the journal. Connections that cannot be opened throw, here where nobody relies
 * on the freeze yet.
 */
export async function beginFreeze(
  system: FrozenSystem,
  window: FreezeWindow = {},
): Promise<{ readonly checks: readonly Check[]; readonly proof: FreezeProof | undefined }> {
  return look(system, window);
}

/**
 * What every later step asks before it begins, up to and with the flip: one look without a window, held against the
 * proof, so that a thaw in between shows even where it was frozen again. A system that cannot be asked is unknown,
 * which does not hold either. A step's `check` can return this as it is.
 */
export async function checkStillFrozen(system: FrozenSystem, proof: FreezeProof): Promise<readonly Check[]> {
  try {
    return (await look(system, { windowMs: 0, since: proof })).checks;
  } catch (error) {
    return [
      concludeCheck({
        id: 'freeze-still',
        title: 'The legacy system is as it was when it was frozen',
        looked: 0,
        expected: proof.at,
        actual: undefined,
        couldNotTell: `the legacy server cannot be asked: ${messageOf(error)}`,
      }),
    ];
  }
}

/** A step of a plan, as far as the freeze is concerned. */
interface GuardedStep<C> {
  readonly id: string;
  check?(context: C): Promise<readonly Check[]>;
}

export interface FreezeSpan<C> {
  /** The step that freezes: those after it are guarded. */
  readonly after: string;
  /** The last step that is guarded: the one that flips. */
  readonly until: string;
  /** The frozen system and its proof; undefined where nothing was frozen, as in a rehearsal on a dump. */
  frozen(context: C): { readonly system: FrozenSystem; readonly proof: FreezeProof } | undefined;
}

/**
 * The steps of a plan, of which those in the span ask first whether the system is still frozen; what they asked
 * before is asked after that, and only where it is. Throws RangeError where a step of the span is not in the plan.
 */
export function whileFrozen<C, S extends GuardedStep<C>>(
  steps: readonly S[],
  { after, until, frozen }: FreezeSpan<C>,
): S[] {
  const first = steps.findIndex(({ id }) => id === after);
  const last = steps.findIndex(({ id }) => id === until);
  if (first === -1 || last <= first) throw new RangeError(`no steps after ${after} until ${until}`);
  return steps.map((step, at) => {
    if (at <= first || at > last) return step;
    const check = async (context: C): Promise<readonly Check[]> => {
      const known = frozen(context);
      const still = known === undefined ? [] : await checkStillFrozen(known.system, known.proof);
      if (still.some(({ outcome }) => outcome !== 'holds')) return still;
      return [...still, ...((await step.check?.(context)) ?? [])];
    };
    return { ...step, check };
  });
}

async function look(
  { canary, open }: FrozenSystem,
  { windowMs, intervalMs, onProgress, since }: FreezeWindow & { readonly since?: FreezeProof },
): ReturnType<typeof proveFreeze> {
  const connections = await open();
  try {
    const { sql, database, seesEveryTable, application } = connections;
    return await proveFreeze({
      ...{ sql, database, seesEveryTable, application, canary, since },
      ...(windowMs === undefined ? {} : { windowMs }),
      ...(intervalMs === undefined ? {} : { intervalMs }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    await connections.close();
  }
}
