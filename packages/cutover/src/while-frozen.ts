import type { Step } from '@cutover/runs';
import { whileFrozen } from '@cutover/verify';
import type { RunContext } from './context.ts';

/** Every step between the freeze and the flip asks first whether the legacy system is still frozen. */
export const whileStillFrozen = (steps: readonly Step<RunContext>[]): Step<RunContext>[] =>
  whileFrozen<RunContext, Step<RunContext>>(steps, {
    after: '08-freeze',
    until: '19-flip',
    frozen: ({ freezeProof, options: { site } }) =>
      freezeProof === undefined || site?.frozen === undefined
        ? undefined
        : { system: site.frozen, proof: freezeProof },
  });
