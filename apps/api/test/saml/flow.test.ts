import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acsUrl,
  authnRequest,
  cookieOf,
  host,
  type Idp,
  issuer,
  password,
  postedBy,
  redirectQuery,
  startIdp,
  usernames,
} from '../support/idp.ts';

let idp: Idp;
let cookie: string;
beforeAll(async () => {
  idp = await startIdp({}, { origin: 'https://site.example' });
  cookie = await idp.signIn(usernames[1]!);
});
afterAll(() => idp.close());

const launch = '/api/saml/slack/launch';
const sso = (xml: string, relayState?: string): string =>
  `/api/saml/slack/sso?${redirectQuery(xml, relayState)}`;
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const attribute = (name: string, value: string): string =>
  `<saml:Attribute Name="${name}"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${value}</saml:AttributeValue></saml:Attribute>`;

describe('what is asserted', () => {
  it('is what legacy asserted, byte for byte, but for times and ids', async () => {
    const { id, xml: asked } = authnRequest();
    const { xml } = postedBy(await idp.get(sso(asked), { cookie }));
    const at = Date.parse(/IssueInstant="([^"]+)"/.exec(xml)![1]!);
    const when = (seconds: number): string =>
      new Date(at + seconds * 1000).toISOString().replace('.000Z', 'Z');
    const plain = xml
      .replaceAll(/<ds:Signature .*?<\/ds:Signature>/gs, '')
      .replaceAll(/(ID|SessionIndex)="_[0-9a-f]{40}"/g, '$1="#"');
    expect(plain).toBe(
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="#" Version="2.0" IssueInstant="${when(0)}" Destination="${acsUrl}" InResponseTo="${id}">` +
        `<saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
        `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="#" Version="2.0" IssueInstant="${when(0)}"><saml:Issuer>${issuer}</saml:Issuer>` +
        `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="${host}" SPNameQualifier="https://slack.com">Jane.Doe_99</saml:NameID>` +
        `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${when(300)}" Recipient="${acsUrl}" InResponseTo="${id}"/></saml:SubjectConfirmation></saml:Subject>` +
        `<saml:Conditions NotBefore="${when(-30)}" NotOnOrAfter="${when(300)}"/>` +
        `<saml:AuthnStatement AuthnInstant="${when(0)}" SessionIndex="#"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
        `<saml:AttributeStatement>${attribute('User.Email', 'member1@example.org')}${attribute('User.Username', 'Jane.Doe_99')}${attribute('first_name', 'Jané &lt;b&gt;')}${attribute('last_name', 'Doe &amp; Sons')}</saml:AttributeStatement>` +
        '</saml:Assertion></samlp:Response>',
    );
  });

  it.each(Object.entries(usernames))(
    'has the username of member %s as it is: %j',
    async (_number, username) => {
      const posted = postedBy(await idp.get(launch, { cookie: await idp.signIn(username) }));
      const { DOMParser } = await import('@xmldom/xmldom');
      const nameIds = new DOMParser()
        .parseFromString(posted.xml, 'text/xml')
        .getElementsByTagName('saml:NameID');
      expect([nameIds.length, nameIds[0]?.textContent, nameIds[0]?.childNodes.length]).toEqual([
        1,
        username,
        1,
      ]);
    },
  );

  it.each([
    ['both', undefined, 2],
    ['the response', ['response'] as const, 1],
    ['the assertion', ['assertion'] as const, 1],
  ])('is signed as configured: %s', async (_what, sign, signatures) => {
    const other = await startIdp({ sign });
    const { xml } = postedBy(await other.get(launch, { cookie: await other.signIn(usernames[1]!) }));
    expect(xml.split('<ds:Signature ').length - 1).toBe(signatures);
    expect(xml).toContain('xmldsig-more#rsa-sha256');
    expect(xml).not.toContain('rsa-sha1');
    const inAssertion = /<saml:Assertion.*<ds:Signature /s.test(xml);
    expect(inAssertion).toBe(sign?.[0] !== 'response');
    await other.close();
  });

  it('names an audience, and uses the digest of legacy, only where configured', async () => {
    const other = await startIdp({ audience: 'https://slack.com', digest: 'sha1' });
    const { xml } = postedBy(await other.get(launch, { cookie: await other.signIn(usernames[1]!) }));
    expect(xml).toContain('<saml:Audience>https://slack.com</saml:Audience>');
    expect(xml).toContain('xmldsig#rsa-sha1');
    await other.close();
  });
});

describe('a launch from this site', () => {
  it('leads to the channel that the old address named, in one hop and over signing in', async () => {
    const old = await idp.get('/chat?channel=a%26b');
    expect([old.status, old.headers['location']]).toEqual([302, `${launch}?channel=a%26b`]);
    const login = await idp.get(`${launch}?channel=a%26b`);
    const returning = encodeURIComponent(`${launch}?channel=a%26b`);
    expect([login.status, login.headers['location']]).toEqual([303, `/login?return=${returning}`]);
    const body = new URLSearchParams({ login: usernames[1]!, password, return: `${launch}?channel=a%26b` });
    const answer = await idp.post('/login', body.toString(), form);
    expect([answer.status, answer.headers['location']]).toEqual([303, `${launch}?channel=a%26b`]);
    const posted = postedBy(await idp.get(`${launch}?channel=a%26b`, { cookie: cookieOf(answer) }));
    expect([posted.action, posted.relayState]).toEqual([acsUrl, `https://${host}/messages/a%26b/`]);
    expect(posted.xml).not.toContain('InResponseTo');
  });

  it('is a page that may post to the service and do nothing else, and is not kept', async () => {
    const { headers } = await idp.get(launch, { cookie });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none';script-src 'sha256-[^']+';style-src 'sha256-[^']+';base-uri 'none';form-action https:\/\/team\.slack\.example;frame-ancestors 'none'$/,
    );
    expect(headers['cache-control']).toBe('no-store');
  });

  it('asserts nobody without a NameID, and nobody who may not sign in', async () => {
    const answer = await idp.get(launch, {
      cookie: await idp.signIn('nameless'),
      accept: 'application/json',
    });
    expect([answer.status, answer.json().error.code]).toEqual([403, 'no-name-id']);
    await expect(idp.signIn('gone')).rejects.toThrow('not let in');
    await expect(idp.signIn('off')).rejects.toThrow('not let in');
  });
});

describe('a request of the service', () => {
  it.each(['redirect', 'post'])('waits while the member signs in: HTTP-%s', async (binding) => {
    const { id, xml } = authnRequest({ acs: undefined });
    let answer;
    if (binding === 'redirect') answer = await idp.get(sso(xml, 'state of slack'));
    else {
      const fields = { SAMLRequest: Buffer.from(xml).toString('base64'), RelayState: 'state of slack' };
      const headers = { ...form, origin: `https://${host}`, 'sec-fetch-site': 'cross-site' };
      answer = await idp.post('/api/saml/slack/sso', new URLSearchParams(fields).toString(), headers);
      expect(answer.headers['location']).toMatch(/^\/api\/saml\/slack\/resume\?/);
      answer = await idp.get(String(answer.headers['location']));
    }
    const target = new URL(String(answer.headers['location']), idp.url).searchParams.get('return')!;
    expect(target).toMatch(/^\/api\/saml\/slack\/resume\?/);
    const posted = postedBy(await idp.get(target, { cookie }));
    expect([posted.action, posted.relayState]).toEqual([acsUrl, 'state of slack']);
    expect(posted.xml).toContain(`InResponseTo="${id}"`);
    expect((await idp.get(target, { cookie })).status).toBe(400);
    expect((await idp.get(`${target}x`, { cookie })).status).toBe(400);
  });

  it('arrives whole by the address that the service was given before the move', async () => {
    const { id, xml } = authnRequest();
    const moved = await idp.get(`/connectors/slack/login?${redirectQuery(xml, 'a b')}`);
    const posted = postedBy(await idp.get(String(moved.headers['location']), { cookie }));
    expect(posted.xml).toContain(`InResponseTo="${id}"`);
    expect(posted.relayState).toBe('a b');
  });

  it('is answered once', async () => {
    const { xml } = authnRequest();
    expect((await idp.get(sso(xml), { cookie })).status).toBe(200);
    const again = await idp.get(sso(xml), { cookie, accept: 'application/json' });
    expect([again.status, again.json().error.code]).toEqual([400, 'saml-replayed']);
  });

  const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
  const expansion = '<!DOCTYPE a [<!ENTITY b "https://slack.com">]>';
  const refusals: [string, string, () => string][] = [
    ['is too old', 'saml-expired', () => authnRequest({ issueInstant: ago(301) }).xml],
    ['comes from the future', 'saml-expired', () => authnRequest({ issueInstant: ago(-120) }).xml],
    ['has no time', 'saml-expired', () => authnRequest({ issueInstant: 'soon' }).xml],
    ['is of another service', 'saml-issuer', () => authnRequest({ issuer: 'https://evil.example' }).xml],
    [
      'has a comment in its issuer',
      'saml-issuer',
      () => authnRequest({ issuer: 'https://slack.com<!-- -->' }).xml,
    ],
    ['wants the answer elsewhere', 'saml-acs', () => authnRequest({ acs: 'https://evil.example/acs' }).xml],
    [
      'wants it at an address that begins alike',
      'saml-acs',
      () => authnRequest({ acs: `${acsUrl}.evil.example` }).xml,
    ],
    [
      'wants it at an address in another case',
      'saml-acs',
      () => authnRequest({ acs: acsUrl.toUpperCase() }).xml,
    ],
    [
      'wants it by another binding',
      'saml-acs',
      () =>
        authnRequest({ attributes: 'ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"' })
          .xml,
    ],
    ['has entities', 'saml-unreadable', () => expansion + authnRequest({ issuer: '&b;' }).xml],
    [
      'has a document type alone',
      'saml-unreadable',
      () => `<!DOCTYPE a SYSTEM "file:///etc/passwd">${authnRequest().xml}`,
    ],
    ['has an id that is no id', 'saml-unreadable', () => authnRequest({ id: '1&quot; x=&quot;' }).xml],
    [
      'is another kind of request',
      'saml-unreadable',
      () => authnRequest().xml.replaceAll('AuthnRequest', 'LogoutRequest'),
    ],
    ['is cut short', 'saml-unreadable', () => authnRequest().xml.slice(0, -9)],
    [
      'unpacks to more than a request has',
      'saml-unreadable',
      () => authnRequest({ inside: ' '.repeat(1 << 20) }).xml,
    ],
    ['is nothing', 'saml-unreadable', () => ''],
  ];
  it.each(refusals)('that %s is refused', async (_what, code, xml) => {
    const answer = await idp.get(sso(xml()), { cookie, accept: 'application/json' });
    expect([answer.status, answer.json().error.code]).toEqual([400, code]);
  });

  it.each([
    ['no request', '/api/saml/slack/sso'],
    ['no base64', '/api/saml/slack/sso?SAMLRequest=%3Cxml%3E'],
    ['base64 of noise', '/api/saml/slack/sso?SAMLRequest=AAAA'],
    ['two requests', `/api/saml/slack/sso?SAMLRequest=AAAA&SAMLRequest=BBBB`],
    [
      'a RelayState without end',
      `/api/saml/slack/sso?${redirectQuery(authnRequest().xml, 'x'.repeat(3000))}`,
    ],
    ['a forged resumption', '/api/saml/slack/resume?request=saml.e30.x'],
    ['no resumption', '/api/saml/slack/resume'],
  ])('that is %s is refused', async (_what, path) => {
    expect((await idp.get(path, { cookie })).status).toBe(400);
  });

  it('that wants a fresh sign-in gets one', async () => {
    const early = authnRequest({
      attributes: 'ForceAuthn="true"',
      issueInstant: new Date(Date.now() + 5000).toISOString(),
    });
    const answer = await idp.get(sso(early.xml), { cookie });
    expect([answer.status, answer.headers['location']]).toEqual([303, expect.stringMatching(/^\/login\?/)]);
    const { xml } = authnRequest({ attributes: 'ForceAuthn="true"', issueInstant: ago(200) });
    expect((await idp.get(sso(xml), { cookie })).status).toBe(200);
  });

  it('that wants nobody to be asked is told that nobody is signed in', async () => {
    const { id, xml } = authnRequest({ attributes: 'IsPassive="1"' });
    const posted = postedBy(await idp.get(sso(xml)));
    expect(posted.xml).toContain('status:NoPassive');
    expect(posted.xml).toContain(`InResponseTo="${id}"`);
    expect(posted.xml).not.toContain('Assertion ');
  });

  it('that wants another format of NameID is told that there is none', async () => {
    const policy = (format: string) => `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:${format}"/>`;
    const email = authnRequest({ inside: policy('1.1:nameid-format:emailAddress') });
    expect(postedBy(await idp.get(sso(email.xml), { cookie })).xml).toContain('status:InvalidNameIDPolicy');
    const any = authnRequest({ inside: policy('1.1:nameid-format:unspecified') });
    expect(postedBy(await idp.get(sso(any.xml), { cookie })).xml).toContain('Jane.Doe_99');
  });
});

describe('metadata', () => {
  it('names the issuer, the addresses on this site and the certificate, and the next one where there is one', async () => {
    const { text, headers } = await idp.get('/api/saml/slack/metadata');
    const der = idp.certificate.replaceAll(/-----[^-]+-----|\s/g, '');
    expect(headers['content-type']).toContain('application/samlmetadata+xml');
    expect(text).toContain(`entityID="${issuer}"`);
    expect(text).toContain('Location="https://site.example/api/saml/slack/sso"');
    expect(text.split(`<ds:X509Certificate>${der}<`).length - 1).toBe(1);
    const rotating = await startIdp({ nextCertificate: idp.certificate });
    const both = (await rotating.get('/api/saml/slack/metadata')).text;
    expect(both.split('<md:KeyDescriptor').length - 1).toBe(2);
    await rotating.close();
  });
});
