import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, scratchDir, type TestCertificate } from '@cutover/testkit';

export interface LegacyResponse {
  readonly nameId?: string;
  readonly sign?: 'Response' | 'Assertion';
  readonly inResponseTo?: string | undefined;
  readonly sha?: '1' | '256';
  readonly email?: string;
}

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';

/** An unsigned response like legacy's, with an empty signature for xmlsec1 to fill in. */
export function legacyTemplate(given: LegacyResponse = {}): string {
  const {
    nameId = 'Jane.Doe_99',
    sign = 'Response',
    inResponseTo,
    sha = '1',
    email = 'jane@example.org',
  } = given;
  const at = (seconds: number): string =>
    new Date(Date.UTC(2026, 4, 1, 12) + seconds * 1000).toISOString().replace('.000Z', 'Z');
  const signature = (id: string): string => {
    const [method, digest] =
      sha === '1'
        ? ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#sha1']
        : ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmlenc#sha256'];
    return `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="${method}"/><ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="${digest}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>`;
  };
  const answering = inResponseTo === undefined ? '' : ` InResponseTo="${inResponseTo}"`;
  const acs = 'https://team.slack.example/sso/saml';
  const attribute = (name: string, value: string): string =>
    `<saml:Attribute Name="${name}"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${value}</saml:AttributeValue></saml:Attribute>`;
  return `<samlp:Response xmlns:samlp="${protocol}" xmlns:saml="${assertion}" ID="_r1" Version="2.0" IssueInstant="${at(0)}" Destination="${acs}"${answering}><saml:Issuer>legacy.example.org</saml:Issuer>${sign === 'Response' ? signature('_r1') : ''}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:saml="${assertion}" ID="_a1" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>legacy.example.org</saml:Issuer>${sign === 'Assertion' ? signature('_a1') : ''}<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="team.slack.example" SPNameQualifier="https://slack.com">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${at(300)}" Recipient="${acs}"${answering}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(-30)}" NotOnOrAfter="${at(300)}"></saml:Conditions><saml:AuthnStatement AuthnInstant="${at(0)}" SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${attribute('User.Email', email)}${attribute('User.Username', nameId)}${attribute('first_name', 'Jane')}${attribute('last_name', 'Doe')}</saml:AttributeStatement></saml:Assertion></samlp:Response>`;
}

/** Signs with xmlsec1, which shares nothing with what reads it. */
export async function signWithXmlsec1(
  template: string,
  { key, certificate }: TestCertificate,
): Promise<string> {
  const { dir, remove } = await scratchDir('cutover-sign-');
  try {
    const [input, output] = [join(dir, 'in.xml'), join(dir, 'out.xml')];
    const [keyFile, pem] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    await Promise.all([writeFile(input, template), writeFile(keyFile, key), writeFile(pem, certificate)]);
    const ids = ['Response', 'Assertion'].flatMap((name) => ['--id-attr:ID', name]);
    await run('xmlsec1', ['--sign', '--privkey-pem', `${keyFile},${pem}`, ...ids, '--output', output, input]);
    return await readFile(output, 'utf8');
  } finally {
    await remove();
  }
}
