import { createHash, type X509Certificate } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';

export type Element = NonNullable<ReturnType<DOMParser['parseFromString']>['documentElement']>;

export const namespaces = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

/** Why a response may not be believed: a code and a sentence without a value of it. */
export class ResponseRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ResponseRefused';
    this.code = code;
  }
}

export interface SignatureFacts {
  readonly on: 'Response' | 'Assertion';
  readonly algorithm: string;
  readonly digest: string;
  readonly canonicalization: string;
  readonly transforms: readonly string[];
  /** Local name of the element that it follows. */
  readonly after: string;
  /** SHA-256 of the certificate that it carries; nothing is verified by that one. */
  readonly carries: string | undefined;
}

/** What a signature covers of a response, parsed from the covered bytes alone. */
export interface SignedResponse {
  /** Undefined where only the assertion is signed. */
  readonly response: Element | undefined;
  readonly assertion: Element;
  readonly signatures: readonly SignatureFacts[];
}

const rsa: ReadonlySet<string> = new Set([
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
]);
const harmless: ReadonlySet<string> = new Set([
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
]);
const maxBytes = 1 << 20;

/**
 * Reads a SAML response as far as a signature of this certificate covers it, and nothing else of it: the key in
 * the document is not looked at, and a place that another element could have been moved to is refused rather
 * than interpreted. Throws ResponseRefused.
 */
export function readSignedResponse(text: string, certificate: X509Certificate): SignedResponse {
  const root = parse(text);
  const assertion = theAssertion(root);
  refuseTwins(root);
  const signatures = elementsOf(root, namespaces.signature, 'Signature');
  if (signatures.length === 0) throw new ResponseRefused('unsigned', 'there is no signature in it');
  const covered = new Map<Element, Element>();
  const facts: SignatureFacts[] = [];
  for (const signature of signatures) {
    const parent = signature.parentNode as Element;
    if ((parent !== root && parent !== assertion) || covered.has(parent)) {
      throw new ResponseRefused('signature-misplaced', 'a signature stands where none belongs');
    }
    covered.set(parent, coveredBy(text, signature, parent, certificate));
    facts.push(factsOf(signature, parent));
  }
  const response = covered.get(root);
  const own = covered.get(assertion);
  const read = own ?? (response === undefined ? undefined : theAssertion(response));
  if (read === undefined) throw new ResponseRefused('unsigned', 'no signature covers the assertion');
  return { response: root === assertion ? undefined : response, assertion: read, signatures: facts };
}

function parse(text: string): Element {
  if (Buffer.byteLength(text) > maxBytes)
    throw new ResponseRefused('too-large', 'it is too large for a response');
  if (/<!DOCTYPE|<!ENTITY/i.test(text))
    throw new ResponseRefused('dtd', 'it has a document type or entities');
  // Readers differ over what text with a comment inside is.
  if (text.includes('<!--')) throw new ResponseRefused('comment', 'there is a comment in it');
  if (/<\?(?!xml\s)/.test(text))
    throw new ResponseRefused('instruction', 'there is a processing instruction in it');
  try {
    const parser = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    });
    const root = parser.parseFromString(text, 'text/xml').documentElement;
    if (root !== null) return root;
  } catch {
    // Said below.
  }
  throw new ResponseRefused('unreadable', 'it is no XML');
}

/** The one assertion, where it belongs. */
function theAssertion(root: Element): Element {
  const all = elementsOf(root, namespaces.assertion, 'Assertion');
  const isResponse = root.localName === 'Response' && root.namespaceURI === namespaces.protocol;
  if (elementsOf(root, namespaces.assertion, 'EncryptedAssertion').length > 0)
    throw new ResponseRefused('encrypted', 'the assertion is encrypted for the service');
  const [assertion] = isResponse ? all : [root];
  const isAssertion = assertion?.localName === 'Assertion' && assertion.namespaceURI === namespaces.assertion;
  const expected = isResponse ? 1 : 0;
  if (assertion === undefined || !isAssertion || all.length !== expected) {
    throw new ResponseRefused('not-one-assertion', 'there is not exactly one assertion in it');
  }
  if (isResponse && assertion.parentNode !== root)
    throw new ResponseRefused('assertion-misplaced', 'the assertion stands where none belongs');
  return assertion;
}

/** Two elements of one ID: a signature over one could be taken for the other's. */
function refuseTwins(root: Element): void {
  const seen = new Set<string>();
  for (const element of [root, ...elementsOf(root, '*', '*')]) {
    for (const name of ['ID', 'Id', 'id']) {
      const id = element.getAttribute(name);
      if (id === null || id === '') continue;
      if (seen.has(id)) throw new ResponseRefused('id-twice', 'two elements have the same ID');
      seen.add(id);
    }
  }
}

function coveredBy(text: string, signature: Element, parent: Element, certificate: X509Certificate): Element {
  const refused = (why: string): ResponseRefused => new ResponseRefused('signature-wrong', why);
  const id = parent.getAttribute('ID') ?? '';
  const references = elementsOf(signature, namespaces.signature, 'Reference');
  if (id === '' || references.length !== 1 || references[0]!.getAttribute('URI') !== `#${id}`)
    throw refused('the signature is not over the element that it stands in');
  const algorithm = algorithmOf(signature, 'SignatureMethod');
  if (!rsa.has(algorithm)) throw refused('the signature is no RSA signature');
  const transforms = elementsOf(signature, namespaces.signature, 'Transform').map((one) =>
    one.getAttribute('Algorithm'),
  );
  if (!transforms.every((one) => harmless.has(one ?? '')))
    throw refused('the signature leaves parts of it out');
  const verifier = new SignedXml({ publicCert: certificate.toString(), getCertFromKeyInfo: () => null });
  let bytes: string | undefined;
  try {
    verifier.loadSignature(signature.toString());
    if (verifier.checkSignature(text)) [bytes] = verifier.getSignedReferences();
  } catch {
    bytes = undefined;
  }
  if (bytes === undefined)
    throw refused('the signature is not of this certificate, or the document was changed');
  const element = parse(bytes);
  if (element.getAttribute('ID') !== id || element.localName !== parent.localName)
    throw refused('the signature covers another element');
  return element;
}

function factsOf(signature: Element, parent: Element): SignatureFacts {
  let before = signature.previousSibling;
  while (before !== null && before.nodeType !== 1) before = before.previousSibling;
  const carried = elementsOf(signature, namespaces.signature, 'X509Certificate')[0]?.textContent;
  return {
    on: parent.localName as 'Response' | 'Assertion',
    algorithm: algorithmOf(signature, 'SignatureMethod'),
    digest: algorithmOf(signature, 'DigestMethod'),
    canonicalization: algorithmOf(signature, 'CanonicalizationMethod'),
    transforms: elementsOf(signature, namespaces.signature, 'Transform').map(
      (one) => one.getAttribute('Algorithm') ?? '',
    ),
    after: (before as Element | null)?.localName ?? '(first)',
    carries:
      carried === undefined || carried === null
        ? undefined
        : createHash('sha256').update(Buffer.from(carried, 'base64')).digest('hex'),
  };
}

function algorithmOf(signature: Element, name: string): string {
  return elementsOf(signature, namespaces.signature, name)[0]?.getAttribute('Algorithm') ?? '';
}

export function elementsOf(root: Element, namespace: string, name: string): Element[] {
  return [...root.getElementsByTagNameNS(namespace, name)] as Element[];
}
