import { createSign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { makeCertificate, type TestCertificate } from '@cutover/testkit';
import { SignedXml } from 'xml-crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authnRequest, type Idp, postedBy, startIdp, usernames } from '../support/idp.ts';

let service: TestCertificate;
let stranger: TestCertificate;
let idp: Idp;
let cookie: string;
beforeAll(async () => {
  [service, stranger] = await Promise.all([makeCertificate(), makeCertificate()]);
  idp = await startIdp({ requestCertificates: [service.certificate] });
  cookie = await idp.signIn(usernames[1]!);
});
afterAll(() => idp.close());

const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

function signedQuery(xml: string, { key }: TestCertificate, algorithm = sha256): string {
  const SAMLRequest = deflateRawSync(xml).toString('base64');
  const query = new URLSearchParams({ SAMLRequest, RelayState: 'a b~c', SigAlg: algorithm }).toString();
  const signature = createSign(algorithm.endsWith('sha1') ? 'sha1' : 'sha256')
    .update(query)
    .sign(key, 'base64');
  return `${query}&Signature=${encodeURIComponent(signature)}`;
}

function signedXml(xml: string, { key, certificate }: TestCertificate): string {
  const signer = new SignedXml({
    privateKey: key,
    publicCert: certificate,
    signatureAlgorithm: sha256,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  const transforms = [
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
  ];
  signer.addReference({
    xpath: '/*',
    transforms,
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: "/*/*[local-name(.)='Issuer']", action: 'after' },
  });
  return signer.getSignedXml();
}

const get = async (query: string): Promise<number> =>
  (await idp.get(`/api/saml/slack/sso?${query}`, { cookie })).status;

const post = async (xml: string): Promise<number> => {
  const body = new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return (await idp.post('/api/saml/slack/sso', body, headers)).status;
};

describe('where the service signs its requests, HTTP-Redirect', () => {
  it('answers a signed one, by its old address too', async () => {
    expect(await get(signedQuery(authnRequest().xml, service))).toBe(200);
    const moved = await idp.get(`/connectors/slack/login?${signedQuery(authnRequest().xml, service)}`);
    expect(postedBy(await idp.get(String(moved.headers['location']), { cookie })).relayState).toBe('a b~c');
  });

  it.each<[string, () => string]>([
    [
      'no signature',
      () =>
        new URLSearchParams({
          SAMLRequest: deflateRawSync(authnRequest().xml).toString('base64'),
        }).toString(),
    ],
    ["another's signature", () => signedQuery(authnRequest().xml, stranger)],
    ['another RelayState', () => signedQuery(authnRequest().xml, service).replace('a+b', 'a+c')],
    [
      'another request under the signature',
      () => {
        const other = signedQuery(authnRequest().xml, service);
        return signedQuery(authnRequest().xml, service).replace(
          /SAMLRequest=[^&]+/,
          /SAMLRequest=[^&]+/.exec(other)![0],
        );
      },
    ],
    [
      'a second request beside the signed one',
      () => `${signedQuery(authnRequest().xml, service)}&SAMLRequest=AAAA`,
    ],
    ['SHA-1', () => signedQuery(authnRequest().xml, service, 'http://www.w3.org/2000/09/xmldsig#rsa-sha1')],
  ])('refuses one with %s', async (_what, query) => {
    expect(await get(query())).toBe(400);
  });
});

describe('where the service signs its requests, HTTP-POST', () => {
  it('takes a signed one', async () => {
    expect(await post(signedXml(authnRequest().xml, service))).toBe(303);
  });

  const strip = (xml: string): string => xml.replace(/<ds:Signature .*<\/ds:Signature>/s, '');
  const evil = { id: '_evil', acs: 'https://evil.example/acs' };
  const insert = (outer: string, inner: string): string =>
    outer.replace('</samlp:AuthnRequest>', `${inner}</samlp:AuthnRequest>`);
  const signature = (xml: string): string => /<ds:Signature .*<\/ds:Signature>/s.exec(xml)![0];

  it.each<[string, () => string]>([
    ['no signature', () => authnRequest().xml],
    ["another's signature", () => signedXml(authnRequest().xml, stranger)],
    [
      'a changed byte',
      () => signedXml(authnRequest().xml, service).replace('Version="2.0"', 'Version="2.0" IsPassive="1"'),
    ],
    [
      'the signed request wrapped in another',
      () =>
        insert(
          authnRequest(evil).xml,
          `<samlp:Extensions>${signedXml(authnRequest().xml, service)}</samlp:Extensions>`,
        ),
    ],
    [
      'the signature moved up, the signed request below it',
      () => {
        const signed = signedXml(authnRequest().xml, service);
        return insert(
          authnRequest(evil).xml,
          signature(signed).replace(
            '</ds:Signature>',
            `<ds:Object>${strip(signed)}</ds:Object></ds:Signature>`,
          ),
        );
      },
    ],
    [
      'the signature moved up, the signed request beside it',
      () => {
        const signed = signedXml(authnRequest().xml, service);
        return insert(authnRequest(evil).xml, signature(signed) + strip(signed));
      },
    ],
    [
      'two roots of one id',
      () => {
        const signed = signedXml(authnRequest({ id: '_twice' }).xml, service);
        return insert(authnRequest({ ...evil, id: '_twice' }).xml, signature(signed) + strip(signed));
      },
    ],
    ['two signatures', () => signedXml(signedXml(authnRequest().xml, service), service)],
    [
      'a reference to nothing',
      () => signedXml(authnRequest().xml, service).replace(/URI="#[^"]+"/, 'URI="#elsewhere"'),
    ],
    [
      'a reference to everything',
      () => signedXml(authnRequest().xml, service).replace(/URI="#[^"]+"/, 'URI=""'),
    ],
  ])('refuses one with %s', async (_what, xml) => {
    expect(await post(xml())).toBe(400);
  });
});
