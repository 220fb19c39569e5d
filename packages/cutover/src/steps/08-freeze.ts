import type { Step } from '@cutover/runs';
import { beginFreeze, type FreezeProof } from '@cutover/verify';
import { hour } from '../budgets.ts';
import { actsOutside, type RunContext } from '../context.ts';
import { kept, momentOf, runHook, secondsOf, siteOf, together, undoHook } from '../parts.ts';

const id = '08-freeze';

/** Puts the maintenance page up, stops writes to the legacy system, and watches that none comes through. */
export const freezeStep: Step<RunContext> = {
  id,
  title: 'Freeze the legacy system, and prove that it is frozen',
  needs: ['07-go-no-go'],
  phase: 'T-0',
  budgetMs: hour,
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Let the legacy system take writes again, and take the maintenance page down',
    run: async (context, tools) => {
      await undoHook(context, tools, id, 'freeze');
      await undoHook(context, tools, id, 'maintenance');
    },
  },
  run: async (context, tools) => {
    const site = siteOf(context);
    const hooks = together(
      await runHook(context, tools, id, 'maintenance'),
      await runHook(context, tools, id, 'freeze'),
    );
    if ('notExercised' in hooks) return hooks;
    const { frozen, file } = site!;
    if (!actsOutside(context)) return hooks;
    if (frozen === undefined) return hooks;
    const frozenMs = await momentOf(tools, 'frozen');
    // What was begun before the freeze is let come to its end.
    const settled = frozenMs + file.freeze.since;
    if (settled > Date.now()) await tools.pause(settled - Date.now());
    const { checks, proof } = await beginFreeze(frozen, {
      windowMs: file.freeze.window,
      intervalMs: file.freeze.interval,
      onProgress: secondsOf(context, 'seconds watched'),
    });
    if (proof !== undefined) context.freezeProof = proof;
    return kept([...(hooks as readonly (typeof checks)[number][]), ...checks], proof ?? null);
  },
  restore: (context, proof) => {
    if (proof !== null) context.freezeProof = proof as FreezeProof;
    return Promise.resolve();
  },
};
