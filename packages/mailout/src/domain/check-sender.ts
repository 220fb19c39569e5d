import { createPublicKey } from 'node:crypto';
import { type Check, type CheckInput, concludeCheck, CutoverError, type Finding } from '@cutover/core';
import { getDomain } from 'tldts';
import type { AskTexts } from './ask.ts';
import { askingTerms, mostQuestions, spfTerms, tagsOf } from './records.ts';

/** Who sends, as a receiver sees it. */
export interface SenderDomain {
  /** Domain of the address in From. */
  readonly from: string;
  /** Domain that bounces go to, which SPF is looked up for: `send.<from>` with Resend. */
  readonly returnPath: string;
  /** Name of the DKIM key: `resend` with Resend. */
  readonly selector: string;
  /** What the mail service asks to have included in SPF. */
  readonly include: string;
}

/** Resend's names, unless others are given. `from` is `address` or `Name <address>`. */
export function senderDomain(from: string, given: Partial<SenderDomain> = {}): SenderDomain {
  const domain = /@([^@<>\s]+?)>?\s*$/.exec(from)?.[1]?.toLowerCase() ?? '';
  return {
    from: domain,
    returnPath: `send.${domain}`,
    selector: 'resend',
    include: 'amazonses.com',
    ...given,
  };
}

/**
 * Looks at what receivers look at before they take a mail for wanted: SPF of the return path (RFC 7208), the DKIM
 * key (RFC 6376, RFC 8301), DMARC (RFC 7489) and whether one of the two is aligned with From. Nothing is sent.
 */
export async function checkSenderDomain(domain: SenderDomain, ask: AskTexts): Promise<Check[]> {
  return Promise.all([checkSpf(domain, ask), checkDkim(domain, ask), checkDmarc(domain, ask)]);
}

async function checkSpf({ returnPath, include }: SenderDomain, ask: AskTexts): Promise<Check> {
  const check = {
    id: 'sender-spf',
    title: 'SPF of the return path lets the mail service send',
    expected: `v=spf1 include:${include} ~all`,
  };
  return concluded(check, returnPath, async (add) => {
    const found = await spfOf(returnPath, ask);
    const next = `write one TXT record at ${returnPath}: v=spf1 include:${include} ~all`;
    if (found.length !== 1) {
      add(
        found.length === 0 ? 'spf-missing' : 'spf-twice',
        found.length === 0
          ? `${returnPath} has no SPF record`
          : `${returnPath} has ${found.length} SPF records, which counts as an error`,
        next,
      );
      return found;
    }
    const terms = spfTerms(found[0]!);
    const passes = ({ name, value, qualifier }: (typeof terms)[number]) =>
      qualifier === '+' && (name === 'include' || name === 'redirect') && value === include;
    if (!terms.some(passes))
      add('spf-not-included', `SPF of ${returnPath} does not include ${include}`, next);
    const all = terms.find(({ name }) => name === 'all');
    if (all === undefined ? !terms.some(({ name }) => name === 'redirect') : '+?'.includes(all.qualifier))
      add('spf-open', `SPF of ${returnPath} does not say no to anybody else`, 'end it with ~all or -all');
    const questions = await questionsOf(returnPath, ask, new Set());
    if (questions > mostQuestions)
      add(
        'spf-too-many-lookups',
        `SPF of ${returnPath} takes ${questions} lookups; receivers give up after ${mostQuestions}`,
        'include fewer others',
      );
    return found;
  });
}

const spfOf = async (name: string, ask: AskTexts): Promise<string[]> =>
  (await ask(name)).filter((text) => /^v=spf1(?: |$)/i.test(text));

/** Lookups that a receiver makes for a domain's SPF at most; a circle is too many. */
async function questionsOf(name: string, ask: AskTexts, path: ReadonlySet<string>): Promise<number> {
  if (path.has(name)) return mostQuestions + 1;
  let questions = 0;
  for (const term of (await spfOf(name, ask)).flatMap(spfTerms)) {
    if (!askingTerms.has(term.name)) continue;
    questions++;
    if (questions > mostQuestions) break;
    if (term.name === 'include' || term.name === 'redirect')
      questions += await questionsOf(term.value, ask, new Set([...path, name]));
  }
  return questions;
}

async function checkDkim({ from, selector }: SenderDomain, ask: AskTexts): Promise<Check> {
  const name = `${selector}._domainkey.${from}`;
  const check = {
    id: 'sender-dkim',
    title: 'The DKIM key of the sender is published',
    expected: `a public key at ${name}`,
  };
  return concluded(check, name, async (add) => {
    const texts = await ask(name);
    const next = `write the record that the mail service shows for ${from}`;
    const keys = texts.map(tagsOf).filter((tags) => tags?.has('p') === true);
    if (keys.length !== 1) {
      add('dkim-missing', `${name} has ${keys.length} DKIM keys; it must have one`, next);
      return [];
    }
    const tags = keys[0]!;
    const type = tags.get('k') ?? 'rsa';
    const size = keySize(type, tags.get('p')!);
    if (tags.get('p') === '') add('dkim-revoked', `the key at ${name} is revoked`, next);
    else if (size === undefined) add('dkim-unreadable', `the key at ${name} cannot be read`, next);
    else if (type === 'rsa' && size < 1024)
      add('dkim-weak', `the key at ${name} has ${size} bits; receivers want 1024 at least`, next);
    if (tags.get('t')?.split(':').includes('y') === true)
      add('dkim-testing', `the key at ${name} says that it is only being tried (t=y)`, next);
    return [size === undefined ? 'no key' : `${type}, ${size} bits`];
  });
}

/** Bits of a key as DKIM writes it; undefined where it is none. */
function keySize(type: string, base64: string): number | undefined {
  const key = Buffer.from(base64.replaceAll(/\s+/g, ''), 'base64');
  // RFC 8463: the 32 bytes themselves.
  if (type === 'ed25519') return key.length === 32 ? 256 : undefined;
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' }).asymmetricKeyDetails?.modulusLength;
  } catch {
    return undefined;
  }
}

async function checkDmarc({ from, returnPath }: SenderDomain, ask: AskTexts): Promise<Check> {
  const organization = getDomain(from) ?? from;
  const check = {
    id: 'sender-dmarc',
    title: 'DMARC of the sender is published, and what is signed and sent is aligned with From',
    expected: 'one record v=DMARC1; p=none, quarantine or reject',
  };
  return concluded(check, `_dmarc.${from}`, async (add) => {
    const own = await dmarcOf(from, ask);
    const found = own.length > 0 || organization === from ? own : await dmarcOf(organization, ask);
    const next = `write one TXT record at _dmarc.${organization}: v=DMARC1; p=none; rua=mailto:…`;
    if (found.length !== 1) {
      add('dmarc-missing', `${from} has ${found.length} DMARC records; it must have one`, next);
      return found;
    }
    const tags = tagsOf(found[0]!);
    const policy = tags?.get('p')?.toLowerCase() ?? '';
    if (!['none', 'quarantine', 'reject'].includes(policy))
      add('dmarc-policy', `the DMARC record of ${from} has no policy that receivers know`, next);
    // DKIM is signed with From's own domain, which is aligned in either mode; SPF has to be only where it is not.
    if (getDomain(returnPath) !== organization)
      add(
        'dmarc-not-aligned',
        `bounces go to ${returnPath}, which is not of ${organization}`,
        'give the mail service a return path below the domain of From',
      );
    return found;
  });
}

const dmarcOf = async (name: string, ask: AskTexts): Promise<string[]> =>
  (await ask(`_dmarc.${name}`)).filter((text) => /^v\s*=\s*DMARC1\s*(?:;|$)/.test(text));

/** Makes a check of what is found at a name; where nobody answers, it could not be told. */
async function concluded(
  check: Pick<CheckInput, 'id' | 'title' | 'expected'>,
  name: string,
  look: (add: (code: string, message: string, next: string) => void) => Promise<readonly string[]>,
): Promise<Check> {
  const findings: Finding[] = [];
  let actual: readonly string[] = [];
  let couldNotTell: string | undefined;
  try {
    actual = await look((code, message, next) => findings.push({ code, message, subject: name, next }));
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'dns-no-answer') throw error;
    couldNotTell = error.message;
  }
  return concludeCheck({ ...check, looked: 1, actual: actual.join('; '), findings, couldNotTell });
}
