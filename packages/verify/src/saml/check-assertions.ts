import type { X509Certificate } from 'node:crypto';
import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { type AssertionFacts, factsOf, nameIdOf } from './assertion-facts.ts';
import { type Capture, decodeCapture } from './capture.ts';
import { readSignedResponse, ResponseRefused, type SignedResponse } from './signed-response.ts';
import type { FactWaiver } from './waivers.ts';

/** What the new side is asked for: the same person, asked for by the service or not. */
export interface AssertionWanted {
  readonly nameId: string;
  readonly inResponseTo: string | undefined;
}

/**
 * The new side's response as XML; undefined where nobody has that NameID there, and a text under `couldNotTell`
 * where it could not be asked.
 */
export type Issue = (
  wanted: AssertionWanted,
) => Promise<{ readonly xml: string } | { readonly couldNotTell: string } | undefined>;

export interface AssertionsInput {
  readonly captures: readonly Capture[];
  /** Of the legacy site: captures are believed only as far as its signature covers them. */
  readonly certificate: X509Certificate;
  readonly newCertificate: X509Certificate;
  readonly issue: Issue;
  readonly waivers: readonly FactWaiver[];
}

/**
 * Holds captured responses of the legacy site against what the new one issues for the same person, fact by fact.
 * Every difference is a finding, unless it is waived; so is a waiver that nothing needed.
 */
export async function checkAssertions(input: AssertionsInput): Promise<Check> {
  const findings = new FindingList();
  const used = new Set<FactWaiver>();
  const why: string[] = [];
  let looked = 0;
  let facts = 0;
  for (const { name, bytes } of input.captures) {
    const legacy = read(name, () => decodeCapture(bytes), input.certificate, findings, 'capture-refused');
    if (legacy === undefined) continue;
    const nameId = nameIdOf(legacy);
    const issued =
      nameId === undefined ? undefined : await input.issue({ nameId, inResponseTo: askedFor(legacy) });
    if (issued === undefined) {
      findings.add({
        code: 'name-id-unknown',
        message: `${name}: nobody on the new side has the NameID ${JSON.stringify(nameId ?? null)}`,
        subject: name,
        expected: nameId ?? null,
        next: 'this person would get a second account at the service: look where the NameID was lost',
      });
      continue;
    }
    if ('couldNotTell' in issued) {
      why.push(`${name}: ${issued.couldNotTell}`);
      continue;
    }
    const now = read(name, () => issued.xml, input.newCertificate, findings, 'new-response-refused');
    if (now === undefined) continue;
    looked++;
    facts += compare(name, factsOf(legacy), factsOf(now), input.waivers, used, findings);
  }
  // Where something could not be compared, a waiver may be for that.
  if (why.length === 0)
    for (const waiver of input.waivers) if (!used.has(waiver)) findings.add(unusedWaiver(waiver));
  return concludeCheck({
    id: 'assertions',
    title: 'The new side asserts of people whom legacy was captured about exactly what legacy did',
    looked,
    expected: `${looked} assertions alike`,
    actual: `${facts} facts compared`,
    findings,
    evidence: {
      captures: input.captures.length,
      legacyCertificate: input.certificate.fingerprint256,
      legacyCertificateUntil: input.certificate.validTo,
      waived: Object.fromEntries([...used].map(({ fact, reason }) => [fact, reason])),
    },
    couldNotTell: why.length === 0 ? undefined : why.join('; '),
  });
}

function read(
  name: string,
  xml: () => string,
  certificate: X509Certificate,
  findings: FindingList,
  code: string,
): SignedResponse | undefined {
  try {
    return readSignedResponse(xml(), certificate);
  } catch (error) {
    if (!(error instanceof ResponseRefused)) throw error;
    findings.add({
      code,
      message: `${name}: ${error.message} (${error.code})`,
      subject: name,
      actual: error.code,
      next:
        code === 'capture-refused'
          ? 'capture it again as cutover verify nameids --collect says, and check which certificate legacy signs with'
          : 'the new side signs what this reader refuses: a service may refuse it too',
    });
    return undefined;
  }
}

function askedFor({ assertion }: SignedResponse): string | undefined {
  const [data] = assertion.getElementsByTagNameNS('*', 'SubjectConfirmationData');
  return data?.getAttribute('InResponseTo') ?? undefined;
}

/** Number of facts that were compared. */
function compare(
  name: string,
  legacy: AssertionFacts,
  now: AssertionFacts,
  waivers: readonly FactWaiver[],
  used: Set<FactWaiver>,
  findings: FindingList,
): number {
  const all = new Set([...legacy.keys(), ...now.keys()]);
  for (const fact of all) {
    const [before, after] = [legacy.get(fact) ?? '(absent)', now.get(fact) ?? '(absent)'];
    if (before === after) continue;
    const waiver = waivers.find((one) => one.fact === fact && one.legacy === before && one.new === after);
    if (waiver !== undefined) {
      used.add(waiver);
      continue;
    }
    findings.add({
      code: 'assertion-differs',
      message: `${name}: ${fact} was ${before} and is ${after}`,
      subject: fact,
      expected: before,
      actual: after,
      next: 'make them alike, or waive it with the reason why the service will not mind',
    });
  }
  return all.size;
}

function unusedWaiver(waiver: FactWaiver) {
  return {
    code: 'waiver-unused',
    message: `the waiver for ${waiver.fact} (${waiver.legacy} to ${waiver.new}) matches no difference`,
    subject: waiver.fact,
    next: 'take it out of the waiver file: it would hide another fault one day',
  };
}
