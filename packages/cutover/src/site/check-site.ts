import { type Check, concludeCheck, CutoverError, exitCodes, messageOf } from '@cutover/core';
import { checkAuthoritative } from '@cutover/verify';
import type { RunContext } from '../context.ts';
import { checkServerSchema } from './check-dump.ts';
import { checkFreezeProof } from './preflight/check-freeze.ts';
import { checkRemote } from './preflight/check-remote.ts';
import { checkMail, checkSaml, checkWebhook } from './preflight/check-services.ts';
import { checkSiteStores } from './preflight/check-stores.ts';
import { checkTarget } from './preflight/check-target.ts';
import { one } from './preflight/one.ts';
import { missingSettings, missingVariables } from './missing-settings.ts';
import type { Site } from './site.ts';

/**
 * Everything outside this machine that can be known to be wrong before anything is changed, and of how many bytes
 * the source is, as far as the legacy server knows. The legacy server comes first, alone: a password that it
 * refuses ends it at once (exit 2), without another try. The others are asked side by side, so that all of it takes
 * seconds.
 */
export async function checkSite(
  context: RunContext,
): Promise<{ readonly checks: readonly Check[]; readonly sourceBytes: number }> {
  const site = context.options.site;
  if (site === undefined) return { checks: [], sourceBytes: 0 };
  const settings = checkSettings(context, site);
  const source = await checkSource(context, site);
  const rest = await Promise.all([
    checkSiteStores(site, context.mode === 'real'),
    checkFreezeProof(site),
    checkTarget(site),
    checkRemote(context, site),
    checkSaml(site),
    checkMail(site),
    checkWebhook(site),
    checkDns(context, site),
  ]);
  return { checks: [settings, ...source.checks, ...rest.flat()], sourceBytes: source.bytes };
}

function checkSettings(context: RunContext, { file, environment }: Site): Check {
  const missing = [
    ...missingSettings(file, context.options.profile.identity !== undefined),
    ...missingVariables(file, environment),
  ];
  return concludeCheck({
    id: 'preflight-settings',
    title: 'Every setting that the run needs is there',
    looked: 1,
    expected: 0,
    actual: missing.length,
    findings: missing.map((one) => ({
      code: 'setting-missing',
      message: one,
      subject: one.replace(/:.*/, ''),
      next: 'add it to the run file; docs/operations/cutover.md says what it is for',
    })),
  });
}

async function checkSource(
  context: RunContext,
  site: Site,
): Promise<{ readonly checks: readonly Check[]; readonly bytes: number }> {
  if (site.sourceChecks === undefined) return { checks: [], bytes: 0 };
  try {
    const { checks, bytes, schema } = await site.sourceChecks();
    return { checks: [...checks, await checkServerSchema(context, schema)], bytes };
  } catch (error) {
    if (error instanceof CutoverError && error.exitCode === exitCodes.authenticationRefused) throw error;
    const { code = 'source-unreachable', next = 'see whether the server answers' } = error as CutoverError;
    const found = one('preflight-source', 'The legacy server can be read', {
      finding: { code, message: messageOf(error), next },
    });
    return { checks: [found], bytes: 0 };
  }
}

/** Before the TTL was lowered it may be the old one. */
async function checkDns(context: RunContext, { file: { dns } }: Site): Promise<Check[]> {
  if (dns === undefined) return [];
  const maxTtlSeconds = context.ttlLoweredMs === undefined ? dns.oldTtl : dns.lowTtl;
  return [await checkAuthoritative({ ...dns, addresses: dns.oldAddresses, maxTtlSeconds })];
}
