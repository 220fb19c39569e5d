import { parseToml } from '@cutover/records';
import type { Step } from '@cutover/runs';
import { checkSignIn, type SignInAttempt } from '@cutover/verify';
import { type RunContext, storesOf, targetOf } from '../context.ts';
import { minute } from '../budgets.ts';

/** Signs in as an account whose legacy password is known. */
export const signInStep: Step<RunContext> = {
  id: '17-sign-in',
  title: 'Sign in with a legacy password',
  needs: ['14-deploy'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  repeatable: true,
  undo: { kind: 'none', because: 'it only replaces a legacy hash by a stronger one of the same password' },
  run: async (context) => {
    if (context.options.profile.target.accounts === undefined)
      return { notExercised: 'nobody signs in to the target' };
    return [
      await checkSignIn(
        (await targetOf(context)).url,
        context.options.signIn ?? (await knownAccount(context)),
      ),
    ];
  },
};

/** The first account of public fixtures that the source has. */
async function knownAccount(context: RunContext): Promise<SignInAttempt | undefined> {
  const { profile, into } = context.options;
  const accounts = profile.target.accounts;
  const known = profile.knownAccounts ?? [];
  if (accounts === undefined || known.length === 0) return undefined;
  const found = new Set<string>();
  for await (const file of storesOf(context).publicStore.readRecords(into)) {
    if (file.sheet !== accounts.sheet) continue;
    const login = parseToml(file.bytes.toString())[accounts.loginIndex];
    if (typeof login === 'string' && known.some((account) => account.login === login)) found.add(login);
  }
  return known.find((account) => found.has(account.login));
}
