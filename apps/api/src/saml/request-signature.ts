import { verify, type X509Certificate } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { namespaces } from './xml.ts';

const hashOf: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': 'sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
};

/**
 * Whether the signature of a request in a query (saml-bindings 3.4.4.1) is of one of the certificates. It is
 * over the parameters as they came, in the standard's order, not over what decoding and encoding makes of them.
 */
export function verifyQuery(rawQuery: string, certificates: readonly X509Certificate[]): boolean {
  const raw = new Map<string, string>();
  for (const pair of rawQuery.split('&')) {
    const at = pair.indexOf('=');
    const name = at === -1 ? pair : pair.slice(0, at);
    // A parameter given twice could be signed in one place and read in the other.
    if (raw.has(name)) return false;
    raw.set(name, pair.slice(at + 1));
  }
  const [signature, algorithm] = [raw.get('Signature'), raw.get('SigAlg')];
  if (signature === undefined || algorithm === undefined || !raw.has('SAMLRequest')) return false;
  const signed = ['SAMLRequest', 'RelayState', 'SigAlg']
    .filter((name) => raw.has(name))
    .map((name) => `${name}=${raw.get(name)!}`)
    .join('&');
  const hash = hashOf[decode(algorithm)];
  if (hash === undefined) return false;
  const bytes = Buffer.from(decode(signature), 'base64');
  return certificates.some(({ publicKey }) => verify(hash, Buffer.from(signed), publicKey, bytes));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return '';
  }
}

/**
 * The root element of a signed document, as the bytes that the signature covers; undefined where the root is
 * not covered by exactly one signature that stands right below it. Whatever else the document holds (a signed
 * element moved elsewhere and another put in its place) is not handed on.
 */
export function signedRoot(text: string, certificates: readonly X509Certificate[]): string | undefined {
  try {
    const root = new DOMParser({ onError: stop }).parseFromString(text, 'text/xml').documentElement;
    const signatures = [...(root?.getElementsByTagNameNS(namespaces.signature, 'Signature') ?? [])];
    const [signature] = signatures;
    if (
      root === null ||
      signature === undefined ||
      signatures.length !== 1 ||
      signature.parentNode !== root
    ) {
      return undefined;
    }
    for (const certificate of certificates) {
      const covered = coveredBy(text, signature.toString(), certificate);
      if (covered === undefined) continue;
      const element = new DOMParser({ onError: stop }).parseFromString(covered, 'text/xml').documentElement;
      const isRoot =
        element?.getAttribute('ID') === root.getAttribute('ID') && element?.localName === root.localName;
      if (isRoot) return covered;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

function coveredBy(text: string, signature: string, certificate: X509Certificate): string | undefined {
  const verifier = new SignedXml({ publicCert: certificate.toString(), getCertFromKeyInfo: () => null });
  verifier.loadSignature(signature);
  if (!Object.hasOwn(hashOf, verifier.signatureAlgorithm ?? '')) return undefined;
  try {
    if (!verifier.checkSignature(text)) return undefined;
  } catch {
    return undefined;
  }
  const references = verifier.getSignedReferences();
  return references.length === 1 ? references[0] : undefined;
}

function stop(level: string, message: string): void {
  if (level !== 'warning') throw new Error(message);
}
