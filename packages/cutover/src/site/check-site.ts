import { execFile } from 'node:child_process';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Check, concludeCheck, CutoverError, exitCodes, type Finding, messageOf } from '@cutover/core';
import { checkAuthoritative } from '@cutover/verify';
import { day } from '../budgets.ts';
import type { RunContext } from '../context.ts';
import { missingSettings } from './run-file.ts';
import type { Site } from './site.ts';

const run = promisify(execFile);
/** Longer than any of the calls of a preflight may take, in milliseconds. */
const patienceMs = 10_000;
const clockSkewMs = 5000;
const diskMargin = 512 * 2 ** 20;
/** Bytes on the volumes of the run and of both stores, a byte of the source. */
const diskFactor = 6;

/**
 * Everything outside this machine that can be known to be wrong before anything is changed. The legacy server comes
 * first, alone: a password that it refuses ends it at once (exit 2), without another try. The others are asked
 * side by side, so that all of it takes seconds.
 */
export async function checkSite(context: RunContext): Promise<readonly Check[]> {
  const site = context.options.site;
  if (site === undefined) return [];
  const settings = checkSettings(context, site);
  const source = await checkSource(site);
  const rest = await Promise.all([
    checkVolumes(context, site, source.bytes),
    checkTarget(site),
    checkRemote(site),
    checkSaml(site),
    checkMail(site),
    checkWebhook(site),
    checkDns(context, site),
    checkLease(context, site),
  ]);
  return [settings, ...source.checks, ...rest.flat()];
}

function checkSettings(context: RunContext, { file }: Site): Check {
  const missing = missingSettings(file, context.options.profile.identity !== undefined);
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
  site: Site,
): Promise<{ readonly checks: readonly Check[]; readonly bytes: number }> {
  if (site.sourceChecks === undefined) return { checks: [], bytes: 0 };
  try {
    return await site.sourceChecks();
  } catch (error) {
    if (error instanceof CutoverError && error.exitCode === exitCodes.authenticationRefused) throw error;
    const { code = 'source-unreachable', next = 'see whether the server answers' } = error as CutoverError;
    const found = one('preflight-source', 'The legacy server can be read', {
      finding: { code, message: messageOf(error), next },
    });
    return { checks: [found], bytes: 0 };
  }
}

async function checkVolumes(context: RunContext, { file }: Site, sourceBytes: number): Promise<Check[]> {
  const places = [context.dir, file.stores.public, localDir(file.stores.private)];
  const findings: Finding[] = [];
  const free: Record<string, number> = {};
  const need = diskMargin + diskFactor * sourceBytes;
  for (const place of places) {
    if (place === undefined) continue;
    try {
      const { bavail, bsize } = await statfs(place);
      free[place] = bavail * bsize;
    } catch (error) {
      findings.push({ code: 'volume-unknown', message: `${place}: ${messageOf(error)}`, next: 'make it' });
      continue;
    }
    if (free[place] >= need) continue;
    findings.push({
      code: 'disk-too-small',
      message: `${place} has ${free[place]} bytes free, about ${need} are needed`,
      next: 'free space there, or put it on another volume',
    });
  }
  return [
    concludeCheck({
      id: 'preflight-volumes',
      title: 'Every volume has room for the estimate, with a margin',
      looked: Object.keys(free).length,
      expected: need,
      actual: free,
      findings,
    }),
  ];
}

const localDir = (url: string | undefined): string | undefined =>
  url === undefined || url.startsWith('s3:') ? undefined : url.replace(/^file:\/\//, '');

interface Health {
  readonly version?: string;
  readonly environment?: string;
}

/** Reachable, of the right version and environment, and with a clock that agrees with ours. */
async function checkTarget({ file }: Site): Promise<Check[]> {
  const { url, version } = file.target;
  if (url === undefined) return [];
  const title = 'The new system answers, and is the one that is meant';
  let answer: Response;
  let health: Health;
  try {
    answer = await fetch(new URL('/api/health', url), { signal: AbortSignal.timeout(patienceMs) });
    health = (await answer.json()) as Health;
  } catch (error) {
    const finding = { code: 'target-unreachable', message: `${url}: ${messageOf(error)}`, next: 'start it' };
    return [one('preflight-target', title, { finding })];
  }
  const findings: Finding[] = [];
  if (!answer.ok) findings.push({ code: 'target-not-healthy', message: `${url} answers ${answer.status}` });
  for (const [what, wanted, found] of [
    ['version', version, health.version],
    ['environment', health.environment === undefined ? undefined : file.environment, health.environment],
  ] as const) {
    if (wanted === undefined || wanted === found) continue;
    findings.push({
      code: `target-${what}`,
      message: `${url} has the ${what} ${found ?? 'unknown'}, not ${wanted}`,
      next: `deploy the right one, or mend target.${what} in the run file`,
    });
  }
  const date = answer.headers.get('date');
  const skewMs = date === null ? undefined : Math.abs(Date.parse(date) - Date.now());
  return [
    concludeCheck({
      id: 'preflight-target',
      title,
      looked: 1,
      expected: { version, environment: file.environment },
      actual: health,
      findings,
    }),
    one('preflight-clock', 'The clocks of this machine and of the new system agree', {
      ...(skewMs === undefined ? { couldNotTell: `${url} does not say what time it is` } : {}),
      ...(skewMs !== undefined && skewMs > clockSkewMs
        ? {
            finding: {
              code: 'clock-skew',
              message: `the clocks are ${Math.round(skewMs / 1000)} s apart`,
              next: 'set both by NTP',
            },
          }
        : {}),
    }),
  ];
}

/** A push that changes nothing there: whether the deploy key may write. */
async function checkRemote({ file, environment }: Site): Promise<Check[]> {
  const { remote, public: dir, into } = file.stores;
  if (remote === undefined || dir === undefined) return [];
  const key = environment['CUTOVER_DEPLOY_KEY_FILE'];
  const ssh = `ssh -o BatchMode=yes -o ConnectTimeout=8${key === undefined ? '' : ` -i ${key} -o IdentitiesOnly=yes`}`;
  const head = await run('git', ['-C', dir, 'rev-parse', '--verify', '-q', into]).catch(() => undefined);
  const title = 'The remote accepts the deploy key';
  if (head === undefined)
    return [one('preflight-remote', title, { couldNotTell: `${into} has nothing yet that could be pushed` })];
  try {
    await run('git', ['-C', dir, 'push', '--dry-run', '--quiet', remote, `${into}:refs/heads/${into}`], {
      timeout: patienceMs,
      env: { ...process.env, GIT_SSH_COMMAND: ssh, GIT_TERMINAL_PROMPT: '0' },
    });
    return [one('preflight-remote', title, {})];
  } catch (error) {
    const message = (error as { stderr?: string }).stderr?.trim() || messageOf(error);
    const finding = { code: 'remote-refuses', message, next: 'add the deploy key there, with write access' };
    return [one('preflight-remote', title, { finding })];
  }
}

async function checkSaml({ file, environment }: Site): Promise<Check[]> {
  if (file.saml === undefined) return [];
  const title = 'Key and certificate for SAML belong together and have time left';
  const keyFile = environment['CUTOVER_SAML_KEY_FILE'];
  if (keyFile === undefined)
    return [one('preflight-saml', title, { couldNotTell: 'CUTOVER_SAML_KEY_FILE is not set' })];
  try {
    const certificate = new X509Certificate(await readFile(file.saml.certificate));
    const key = createPrivateKey(await readFile(keyFile));
    const findings: Finding[] = [];
    if (!certificate.checkPrivateKey(key))
      findings.push({
        code: 'saml-key-mismatch',
        message: 'the key is not that of the certificate',
        next: 'give the pair that the identity provider was told of',
      });
    const leftDays = Math.floor((Date.parse(certificate.validTo) - Date.now()) / day);
    if (leftDays < file.saml.days)
      findings.push({
        code: 'saml-certificate-ends',
        message: `the certificate ends in ${leftDays} days (${certificate.validTo})`,
        next: 'make a new one: docs/operations/saml-certificate.md',
      });
    return [
      concludeCheck({
        id: 'preflight-saml',
        title,
        looked: 2,
        expected: `${file.saml.days} days`,
        actual: `${leftDays} days`,
        findings,
      }),
    ];
  } catch (error) {
    const finding = { code: 'saml-unreadable', message: messageOf(error), next: 'give both as PEM files' };
    return [one('preflight-saml', title, { finding })];
  }
}

async function checkMail({ file, environment }: Site): Promise<Check[]> {
  if (file.mail === undefined) return [];
  const title = 'The key for mail is taken';
  const key = environment['CUTOVER_RESEND_API_KEY'];
  if (key === undefined)
    return [one('preflight-mail', title, { couldNotTell: 'CUTOVER_RESEND_API_KEY is not set' })];
  try {
    const answer = await fetch(new URL('/domains', file.mail.url), {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(patienceMs),
    });
    if (answer.ok) return [one('preflight-mail', title, {})];
    const message = `${new URL(file.mail.url).host} answers ${answer.status}`;
    return [
      one('preflight-mail', title, { finding: { code: 'mail-key', message, next: 'give a valid key' } }),
    ];
  } catch (error) {
    return [one('preflight-mail', title, { couldNotTell: messageOf(error) })];
  }
}

async function checkWebhook({ tryWebhook }: Site): Promise<Check[]> {
  if (tryWebhook === undefined) return [];
  const lost = await tryWebhook();
  const title = 'The webhook answers';
  if (lost === undefined) return [one('preflight-webhook', title, {})];
  const finding = { code: 'webhook', message: lost, next: 'mend the address, or go without --webhook' };
  return [one('preflight-webhook', title, { finding })];
}

/** Before the TTL was lowered it may be the old one. */
async function checkDns(context: RunContext, { file: { dns } }: Site): Promise<Check[]> {
  if (dns === undefined) return [];
  const maxTtlSeconds = context.ttlLoweredMs === undefined ? dns.oldTtl : dns.lowTtl;
  return [await checkAuthoritative({ ...dns, addresses: dns.oldAddresses, maxTtlSeconds })];
}

/** In a real run the run itself holds it, or it would not have come this far. */
async function checkLease(context: RunContext, { file }: Site): Promise<Check[]> {
  if (context.mode === 'real' || file.stores.private === undefined) return [];
  const title = 'Nothing else acts on the stores';
  try {
    const { openPrivateStore } = await import('@cutover/stores');
    const holder = await (await openPrivateStore(file.stores.private)).leaseHolder();
    if (holder === undefined) return [one('preflight-lease', title, {})];
    const finding = {
      code: 'lease-held',
      message: `${holder} acts on them`,
      next: 'wait for it, or abort it',
    };
    return [one('preflight-lease', title, { finding })];
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    const finding = { code: error.code, message: error.message, next: error.next };
    return [one('preflight-lease', title, { finding })];
  }
}

function one(
  id: string,
  title: string,
  found: { readonly finding?: Finding; readonly couldNotTell?: string },
): Check {
  const { finding, couldNotTell } = found;
  return concludeCheck({
    id,
    title,
    looked: couldNotTell === undefined ? 1 : 0,
    expected: 'so',
    actual: finding?.message ?? couldNotTell ?? 'so',
    findings: finding === undefined ? [] : [finding],
    couldNotTell,
  });
}
