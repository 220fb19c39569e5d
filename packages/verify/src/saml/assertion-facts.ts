import { type Element, elementsOf, namespaces, type SignedResponse } from './signed-response.ts';

/** What a service can see of an assertion, by name, in order; what differs from one issue to the next is left out. */
export type AssertionFacts = ReadonlyMap<string, string>;

const absent = '(absent)';

/** The NameID's value, byte for byte. */
export function nameIdOf({ assertion }: SignedResponse): string | undefined {
  return elementsOf(assertion, namespaces.assertion, 'NameID')[0]?.textContent ?? undefined;
}

/**
 * The whole assertion as facts: values as they are, moments as seconds from the assertion's own, ids by whether they
 * are there. A response that no signature covers is not read.
 */
export function factsOf(signed: SignedResponse): AssertionFacts {
  const { assertion, response } = signed;
  const facts = new Map<string, string>();
  const issuedMs = Date.parse(assertion.getAttribute('IssueInstant') ?? '');
  const set = (name: string, value: string | null | undefined): void => void facts.set(name, value ?? absent);
  const moment = (name: string, element: Element | undefined, attribute: string): void =>
    set(name, fromIssue(element?.getAttribute(attribute), issuedMs));
  const all = (name: string, root: Element = assertion): Element[] =>
    elementsOf(root, namespaces.assertion, name);

  describeResponse(response, set);
  set('Version', assertion.getAttribute('Version'));
  describeIssuer('Issuer', childOf(assertion, 'Issuer'), set);
  const nameIds = all('NameID');
  set('NameID count', String(nameIds.length));
  set('NameID', nameIds[0]?.textContent);
  for (const attribute of ['Format', 'NameQualifier', 'SPNameQualifier', 'SPProvidedID'])
    set(`NameID ${attribute}`, nameIds[0]?.getAttribute(attribute));
  for (const [index, confirmation] of all('SubjectConfirmation').entries()) {
    const [data] = all('SubjectConfirmationData', confirmation);
    const name = `SubjectConfirmation ${index + 1}`;
    set(`${name} Method`, confirmation.getAttribute('Method'));
    set(`${name} Recipient`, data?.getAttribute('Recipient'));
    set(`${name} InResponseTo`, presence(data?.getAttribute('InResponseTo')));
    set(`${name} Address`, data?.getAttribute('Address'));
    moment(`${name} NotBefore`, data, 'NotBefore');
    moment(`${name} NotOnOrAfter`, data, 'NotOnOrAfter');
  }
  const [conditions] = all('Conditions');
  moment('Conditions NotBefore', conditions, 'NotBefore');
  moment('Conditions NotOnOrAfter', conditions, 'NotOnOrAfter');
  set('Conditions', namesOf(conditions));
  set('Audience', listed(all('Audience').map((one) => one.textContent ?? '')));
  describeStatement(all('AuthnStatement')[0], set, moment);
  set('AuthnContext', listed(all('AuthnContextClassRef').map((one) => one.textContent ?? '')));
  describeAttributes(all('Attribute'), set);
  set('Order of parts', namesOf(assertion));
  describeSignatures(signed, set);
  return facts;
}

type Set_ = (name: string, value: string | null | undefined) => void;

function describeResponse(response: Element | undefined, set: Set_): void {
  // What no signature covers could be anybody's.
  if (response === undefined) return;
  set('Response Destination', response.getAttribute('Destination'));
  set('Response InResponseTo', presence(response.getAttribute('InResponseTo')));
  set('Response Consent', response.getAttribute('Consent'));
  set('Response Version', response.getAttribute('Version'));
  describeIssuer('Response Issuer', childOf(response, 'Issuer'), set);
  const codes = elementsOf(response, namespaces.protocol, 'StatusCode');
  set('Response Status', listed(codes.map((one) => one.getAttribute('Value') ?? '')));
}

function describeIssuer(name: string, issuer: Element | undefined, set: Set_): void {
  set(name, issuer?.textContent);
  set(`${name} Format`, issuer?.getAttribute('Format'));
}

function describeStatement(
  statement: Element | undefined,
  set: Set_,
  moment: (name: string, element: Element | undefined, attribute: string) => void,
): void {
  moment('AuthnInstant', statement, 'AuthnInstant');
  set('SessionIndex', presence(statement?.getAttribute('SessionIndex')));
  moment('SessionNotOnOrAfter', statement, 'SessionNotOnOrAfter');
}

function describeAttributes(attributes: readonly Element[], set: Set_): void {
  set('Attributes in order', listed(attributes.map((one) => one.getAttribute('Name') ?? '')));
  const seen = new Map<string, number>();
  for (const attribute of attributes) {
    const plain = `Attribute ${attribute.getAttribute('Name')}`;
    const times = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, times);
    const name = times === 1 ? plain : `${plain} (${times})`;
    const values = elementsOf(attribute, namespaces.assertion, 'AttributeValue');
    set(name, listed(values.map((one) => one.textContent ?? '')));
    set(`${name} NameFormat`, attribute.getAttribute('NameFormat'));
    set(`${name} FriendlyName`, attribute.getAttribute('FriendlyName'));
    const types = values.map(
      (one) => one.getAttributeNS('http://www.w3.org/2001/XMLSchema-instance', 'type') ?? '',
    );
    set(`${name} type`, listed(types));
  }
}

function describeSignatures({ signatures }: SignedResponse, set: Set_): void {
  set('Signed', listed(signatures.map(({ on }) => on).sort()));
  for (const one of signatures) {
    const name = `Signature of ${one.on}`;
    set(`${name} algorithm`, one.algorithm);
    set(`${name} digest`, one.digest);
    set(`${name} canonicalization`, one.canonicalization);
    set(`${name} transforms`, listed(one.transforms));
    set(`${name} placement`, `after ${one.after}`);
    set(`${name} certificate`, one.carries ?? 'not carried');
  }
}

function fromIssue(moment: string | null | undefined, issuedMs: number): string | undefined {
  if (moment === null || moment === undefined || moment === '') return undefined;
  const seconds = Math.round((Date.parse(moment) - issuedMs) / 1000);
  return Number.isNaN(seconds) ? `no time: ${moment}` : `${seconds} s`;
}

function presence(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : '(there)';
}

function listed(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : JSON.stringify(values);
}

function childOf(element: Element, name: string): Element | undefined {
  return children(element).find((one) => one.localName === name && one.namespaceURI === namespaces.assertion);
}

function namesOf(element: Element | undefined): string | undefined {
  return element === undefined ? undefined : listed(children(element).map((one) => one.localName ?? ''));
}

function children(element: Element): Element[] {
  return [...element.childNodes].filter((node) => node.nodeType === 1) as Element[];
}
