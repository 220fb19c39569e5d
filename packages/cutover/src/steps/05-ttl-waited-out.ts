import type { Step } from '@cutover/runs';
import { checkAuthoritative, checkResolvers } from '@cutover/verify';
import { day } from '../budgets.ts';
import { actsOutside, type RunContext } from '../context.ts';
import { noSite, siteOf } from '../parts.ts';

/** Waits as long as resolvers may remember the old TTL, and looks whether all tell the short one. */
export const ttlWaitedOutStep: Step<RunContext> = {
  id: '05-ttl-waited-out',
  title: 'Wait the old TTL out, and see the short one everywhere',
  needs: ['03-lower-ttl'],
  phase: 'T-1',
  budgetMs: 7 * day,
  retry: { attempts: 3, pauseMs: 2000 },
  repeatable: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context, tools) => {
    const dns = siteOf(context)?.file.dns;
    if (dns === undefined)
      return siteOf(context) === undefined ? noSite : { notExercised: 'no name moves (dns in the run file)' };
    if (!actsOutside(context)) return { notExercised: 'hooks are dry in this rehearsal: no TTL was lowered' };
    const loweredMs = context.ttlLoweredMs;
    if (loweredMs !== undefined)
      await tools.waitUntil(loweredMs + dns.oldTtl * 1000, `the old TTL of ${dns.oldTtl} s is waited out`);
    const input = {
      ...dns,
      addresses: dns.oldAddresses,
      maxTtlSeconds: dns.lowTtl,
      ...(loweredMs === undefined
        ? {}
        : { lowered: { at: new Date(loweredMs).toISOString(), fromSeconds: dns.oldTtl } }),
    };
    const checks = [await checkAuthoritative(input)];
    if (dns.resolvers.length > 0) checks.push(await checkResolvers(input));
    return checks;
  },
};
