import type { Step } from '@cutover/runs';
import { hour } from '../budgets.ts';
import type { RunContext } from '../context.ts';
import { kept, lookForNewWrites, momentOf, runHook, siteOf, undoHook } from '../parts.ts';

const id = '22-open';

/** Takes the maintenance page from the new side: from here on people write there. */
export const openStep: Step<RunContext> = {
  id,
  title: 'Open the new system for everybody',
  needs: ['14-deploy'],
  phase: 'T-0',
  budgetMs: hour,
  repeatable: true,
  irreversible: 'lets people write on the new side, which going back would have to carry',
  undo: {
    kind: 'undo',
    title: 'Close the new system for writes',
    run: (context, tools) => undoHook(context, tools, id, 'open'),
  },
  run: async (context, tools) => {
    const done = await runHook(context, tools, id, 'open');
    if ('notExercised' in done) return done;
    context.openedAt = new Date(await momentOf(tools, 'opened')).toISOString();
    const { watch } = siteOf(context)!.file;
    for (let leftMs = watch.afterOpen; leftMs > 0; leftMs -= watch.interval) {
      if (await lookForNewWrites(context, tools)) break;
      await tools.pause(Math.min(watch.interval, leftMs));
    }
    return kept([done], context.openedAt);
  },
  restore: (context, at) => {
    context.openedAt = at as string;
    return Promise.resolve();
  },
};
