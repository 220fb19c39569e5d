import { SignedXml } from 'xml-crypto';
import type { SamlSetup } from './options.ts';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const algorithms = {
  sha256: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  sha1: {
    signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
  },
} as const;

/**
 * Signs the root element of a document, named by its ID, where SAML wants the signature: right after the
 * root's Issuer (saml-core 5.4, and the schemas of Response and Assertion).
 */
export function signRoot(document: string, setup: Pick<SamlSetup, 'key' | 'certificate' | 'digest'>): string {
  const chosen = algorithms[setup.digest];
  const signer = new SignedXml({
    privateKey: setup.key,
    publicCert: setup.certificate.toString(),
    signatureAlgorithm: chosen.signature,
    canonicalizationAlgorithm: exclusive,
    getKeyInfoContent: (input) => SignedXml.getKeyInfoContent(input ?? {}),
  });
  signer.addReference({ xpath: '/*', transforms: [enveloped, exclusive], digestAlgorithm: chosen.digest });
  signer.computeSignature(document, {
    prefix: 'ds',
    location: { reference: "/*/*[local-name(.)='Issuer']", action: 'after' },
  });
  return signer.getSignedXml();
}
