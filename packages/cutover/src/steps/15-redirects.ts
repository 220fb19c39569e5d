import { type Expectation, readExpectations } from '@cutover/importer';
import type { Step } from '@cutover/runs';
import { checkRedirectRules, checkRedirects, type RowUrls } from '@cutover/verify';
import { type RunContext, targetOf } from '../context.ts';
import { expectationsPath } from '../run-import.ts';
import { minute } from '../budgets.ts';

/** Asks the new system for every legacy URL that the dump implies. */
export const redirectsStep: Step<RunContext> = {
  id: '15-redirects',
  title: 'Follow every legacy URL',
  needs: ['14-deploy'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    const { profile, sample } = context.options;
    const path = expectationsPath(context);
    let total = 0;
    for await (const { urls } of readExpectations(path)) total += urls?.length ?? 0;
    return [
      checkRedirectRules(profile.urls, profile.target),
      await checkRedirects((await targetOf(context)).url, rowUrls(readExpectations(path)), {
        sample,
        total,
        onProgress: (done) =>
          void context.onEvent({
            type: 'progress',
            phase: 'redirects',
            rowsDone: done,
            rowsTotal: sample ?? total,
          }),
      }),
    ];
  },
};

async function* rowUrls(expectations: AsyncIterable<Expectation>): AsyncGenerator<RowUrls> {
  for await (const { row, urls } of expectations) if (urls !== undefined) yield { row, urls };
}
