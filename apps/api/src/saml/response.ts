import { randomBytes } from 'node:crypto';
import type { PrivateRecord, StoredRecord } from '@cutover/records';
import type { SamlSetup } from './options.ts';
import { signRoot } from './sign.ts';
import { joinXml, namespaces, Xml, xml } from './xml.ts';

/** What a response answers. */
export interface Recipient {
  readonly acsUrl: string;
  /** Undefined: nobody asked, the visitor came from this site. */
  readonly inResponseTo?: string | undefined;
}

export interface Subject {
  readonly record: StoredRecord;
  readonly nameId: string;
  readonly privates: Readonly<Record<string, PrivateRecord | undefined>>;
}

/** A signed Response about a person, as XML. Throws a RangeError where a value cannot be written in XML. */
export function assertPerson(
  setup: SamlSetup,
  subject: Subject,
  recipient: Recipient,
  nowMs = Date.now(),
): string {
  const unsigned = assertion(setup, subject, recipient, nowMs).text;
  const asserted = setup.sign.includes('assertion') ? signRoot(unsigned, setup) : unsigned;
  return respond(
    setup,
    recipient,
    [xml`<samlp:StatusCode Value="${status('Success')}"/>`, new Xml(asserted)],
    nowMs,
  );
}

/** A signed Response that says why nobody is asserted (saml-core 3.2.2.2), for a service that asked. */
export function refuse(
  setup: SamlSetup,
  reason: 'NoPassive' | 'InvalidNameIDPolicy',
  recipient: Recipient,
  nowMs = Date.now(),
): string {
  const code = xml`<samlp:StatusCode Value="${status('Responder')}"><samlp:StatusCode Value="${status(reason)}"/></samlp:StatusCode>`;
  return respond({ ...setup, sign: ['response'] }, recipient, [code], nowMs);
}

const status = (name: string): string => `urn:oasis:names:tc:SAML:2.0:status:${name}`;

function respond(
  setup: SamlSetup,
  { acsUrl, inResponseTo }: Recipient,
  [code, asserted]: readonly [Xml, Xml?],
  nowMs: number,
): string {
  const { text } =
    xml`<samlp:Response xmlns:samlp="${namespaces.protocol}" xmlns:saml="${namespaces.assertion}" ID="${newId()}" Version="2.0" IssueInstant="${instant(nowMs)}" Destination="${acsUrl}"${answering(inResponseTo)}><saml:Issuer>${setup.issuer}</saml:Issuer><samlp:Status>${code}</samlp:Status>${asserted}</samlp:Response>`;
  return setup.sign.includes('response') ? signRoot(text, setup) : text;
}

function assertion(
  setup: SamlSetup,
  subject: Subject,
  { acsUrl, inResponseTo }: Recipient,
  nowMs: number,
): Xml {
  const { part, service } = setup;
  const notBefore = instant(nowMs - part.validBeforeSeconds * 1000);
  const notOnOrAfter = instant(nowMs + part.validAfterSeconds * 1000);
  const audience =
    setup.audience === undefined
      ? undefined
      : xml`<saml:AudienceRestriction><saml:Audience>${setup.audience}</saml:Audience></saml:AudienceRestriction>`;
  return joinXml([
    xml`<saml:Assertion xmlns:saml="${namespaces.assertion}" ID="${newId()}" Version="2.0" IssueInstant="${instant(nowMs)}"><saml:Issuer>${setup.issuer}</saml:Issuer>`,
    xml`<saml:Subject><saml:NameID Format="${part.nameIdFormat}" NameQualifier="${service.nameQualifier}" SPNameQualifier="${part.spNameQualifier}">${subject.nameId}</saml:NameID>`,
    xml`<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${notOnOrAfter}" Recipient="${acsUrl}"${answering(inResponseTo)}/></saml:SubjectConfirmation></saml:Subject>`,
    xml`<saml:Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}">${audience}</saml:Conditions>`,
    xml`<saml:AuthnStatement AuthnInstant="${instant(nowMs)}" SessionIndex="${newId()}"><saml:AuthnContext><saml:AuthnContextClassRef>${part.authnContext}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    attributes(setup, subject),
    xml`</saml:Assertion>`,
  ]);
}

function attributes({ part }: SamlSetup, { record, privates }: Subject): Xml {
  const statements = part
    .attributes(record, privates)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        xml`<saml:Attribute Name="${name}"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${value}</saml:AttributeValue></saml:Attribute>`,
    );
  // An AttributeStatement without an attribute does not fit the schema.
  if (statements.length === 0) return new Xml('');
  return xml`<saml:AttributeStatement>${joinXml(statements)}</saml:AttributeStatement>`;
}

function answering(id: string | undefined): Xml {
  return id === undefined ? new Xml('') : xml` InResponseTo="${id}"`;
}

/** 160 random bits, which is what saml-core 1.3.4 asks for; an XML id begins with no digit. */
function newId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/** UTC to the second, as SAML writes it. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
