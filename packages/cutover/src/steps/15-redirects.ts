import { type Expectation, readExpectations } from '@cutover/importer';
import type { Step } from '@cutover/runs';
import { checkRedirectRules, checkRedirects, type RowUrls, sampleUrls } from '@cutover/verify';
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
    const all = (): AsyncGenerator<RowUrls> => rowUrls(readExpectations(path));
    const drawn = sample === undefined ? undefined : await sampleUrls(all(), sample, 'rehearsal');
    const total = drawn?.rows.length ?? (await countUrls(all()));
    return [
      checkRedirectRules(profile.urls, profile.target),
      await checkRedirects((await targetOf(context)).url, drawn?.rows ?? all(), {
        ...(drawn === undefined ? {} : { source: () => ({ evidence: { sampleOf: drawn.total } }) }),
        onProgress: (done) =>
          void context.onEvent({
            type: 'progress',
            phase: 'redirects',
            rowsDone: done,
            rowsTotal: total,
          }),
      }),
    ];
  },
};

async function* rowUrls(expectations: AsyncIterable<Expectation>): AsyncGenerator<RowUrls> {
  for await (const { row, urls } of expectations) if (urls !== undefined) yield { row, urls };
}

async function countUrls(rows: AsyncIterable<RowUrls>): Promise<number> {
  let count = 0;
  for await (const { urls } of rows) count += urls.length;
  return count;
}
