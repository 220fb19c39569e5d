import { CutoverError, exitCodes } from '@cutover/core';
import type { Step } from '@cutover/runs';
import { hour } from '../budgets.ts';
import { asksPeople, type RunContext } from '../context.ts';
import { byHand, noPeople, noSite, siteOf } from '../parts.ts';

const hand = {
  who: 'sso',
  does: "Change the single sign-on's settings to the new system: address, entity id and certificate that were handed out.",
  evidence: 'a screenshot of the settings, or the log line of a sign-in with them',
} as const;

/** What nobody but a person at the settings page can switch. */
export const switchSsoStep: Step<RunContext> = {
  id: '20-switch-sso',
  title: "Change the single sign-on's settings to the new system",
  needs: ['19-flip'],
  phase: 'T-0',
  budgetMs: hour,
  repeatable: true,
  hand,
  undo: {
    kind: 'undo',
    title: "Change the single sign-on's settings back to the legacy system, by hand",
    run: async (context, tools) => {
      const site = siteOf(context);
      if (site === undefined || tools.answered('switched')?.answer !== 'done') return;
      const said = await tools.answer({
        key: 'switched-back',
        asks: "Change the single sign-on's settings back to the legacy system.",
        who: site.file.people.sso ?? hand.who,
        answers: ['done', 'not-done'],
        evidence: hand.evidence,
      });
      if (said.answer === 'done') return;
      throw new CutoverError('hand-not-done', `${said.by} says that the settings were not changed back`, {
        next: 'change them, answer done, and run cutover rollback again',
        exitCode: exitCodes.stoppedByFault,
      });
    },
  },
  run: async (context, tools) => {
    if (siteOf(context) === undefined) return noSite;
    if (context.options.profile.identity === undefined)
      return { notExercised: 'the profile has no single sign-on' };
    if (!asksPeople(context)) return { notExercised: noPeople };
    const input = { key: 'switched', role: hand.who, asks: hand.does, evidence: hand.evidence };
    return [await byHand(context, tools, input)];
  },
};
