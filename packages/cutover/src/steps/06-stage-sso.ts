import type { Step } from '@cutover/runs';
import { day } from '../budgets.ts';
import { asksPeople, type RunContext } from '../context.ts';
import { byHand, noPeople, noSite, siteOf } from '../parts.ts';

const hand = {
  who: 'sso',
  does: "Hand the new system's SAML metadata (address, entity id, certificate) to whoever runs the single sign-on, ready to be switched on the night; switch nothing yet.",
  evidence: 'the ticket or message with the metadata, and who confirmed it',
} as const;

/** Has the settings of the single sign-on ready before the night, when nobody may be there to ask. */
export const stageSsoStep: Step<RunContext> = {
  id: '06-stage-sso',
  title: 'Hand out the SAML metadata before it is needed',
  needs: ['01-preflight'],
  phase: 'T-1',
  budgetMs: 2 * day,
  repeatable: true,
  hand,
  undo: { kind: 'none', because: 'nothing is switched by it' },
  run: async (context, tools) => {
    if (siteOf(context) === undefined) return noSite;
    if (context.options.profile.identity === undefined)
      return { notExercised: 'the profile has no single sign-on' };
    if (!asksPeople(context)) return { notExercised: noPeople };
    const input = { key: 'staged', role: hand.who, asks: hand.does, evidence: hand.evidence };
    return [await byHand(context, tools, input)];
  },
};
