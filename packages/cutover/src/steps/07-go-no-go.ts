import { type Check, concludeCheck, type Finding } from '@cutover/core';
import { bytesOf } from '@cutover/importer';
import type { Step } from '@cutover/runs';
import { hour } from '../budgets.ts';
import { asksPeople, type RunContext } from '../context.ts';
import { checkSite } from '../site/check-site.ts';
import { checkVolumes } from '../site/preflight/check-volumes.ts';
import { keyOf, noPeople, noSite, siteOf } from '../parts.ts';

/** Waits for the window, looks at everything outside once more, and asks each by name: go or no-go. */
export const goNoGoStep: Step<RunContext> = {
  id: '07-go-no-go',
  title: 'Ask everybody by name: go or no-go',
  needs: ['01-preflight'],
  phase: 'T-0',
  budgetMs: hour,
  repeatable: true,
  hand: {
    who: 'everybody named in `go` of the run file',
    does: 'Read the report so far and say go or no-go.',
    evidence: 'their answer, recorded by name',
  },
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context, tools) => {
    const site = siteOf(context);
    if (site === undefined) return noSite;
    const { at, go } = site.file;
    if (context.mode === 'real' && at !== undefined)
      await tools.waitUntil(Date.parse(at), `the window begins at ${at}`);
    // The preflight is as old as the calendar is long.
    const again = context.mode === 'real' ? await checkAgain(context) : [];
    if (again.some(({ outcome }) => outcome !== 'holds')) return again;
    if (!asksPeople(context)) return { notExercised: noPeople };
    const findings: Finding[] = [];
    const said: Record<string, string> = {};
    for (const who of go) {
      const answer = await tools.answer({
        key: `go-${keyOf(who)}`,
        asks: `${who}: go or no-go?`,
        who,
        answers: ['go', 'no-go'],
      });
      said[who] = `${answer.answer} (${answer.at})`;
      if (answer.answer === 'go') continue;
      findings.push({ code: 'no-go', message: `${who} says no-go`, subject: who });
    }
    return [
      ...again,
      concludeCheck({
        id: 'go-no-go',
        title: 'Everybody who was asked says go',
        looked: go.length,
        expected: go,
        actual: said,
        findings,
      }),
    ];
  },
};

async function checkAgain(context: RunContext): Promise<readonly Check[]> {
  const { checks, sourceBytes } = await checkSite(context);
  const bytes = Math.max(sourceBytes, await bytesOf(context.dump));
  return [...checks, await checkVolumes(context, bytes)];
}
