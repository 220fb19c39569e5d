import { deflateRawSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { laddr } from '@cutover/laddr';
import type { StoredRecord } from '@cutover/records';
import { makeCertificate, type TestCertificate } from '@cutover/testkit';
import type { ApiOptions } from '../../src/index.ts';
import type { SamlOptions } from '../../src/saml/options.ts';
import { type Answer, type Fixture, startTestApi, type TestApi } from './start.ts';

export const issuer = 'legacy.example.org';
export const host = 'team.slack.example';
export const acsUrl = `https://${host}/sso/saml`;
export const password = 'correct horse battery';

const uuid = (number: number): string => `00000000-0000-8000-8000-${String(number).padStart(12, '0')}`;

/** Members whose usernames are as awkward as legacy allowed, by number. */
export const usernames: Readonly<Record<number, string>> = {
  1: 'Jane.Doe_99',
  2: 'Zoë:Čapek-7',
  3: 'Олена',
  4: 'jane.doe_99x',
  5: 'a&<b>"c\'d',
  6: ' edge\tof\r\nspace ',
};

const people: StoredRecord[] = [
  ...Object.entries(usernames).map(([number, username]) => ({
    id: uuid(Number(number)),
    slug: `member-${number}`,
    legacyId: Number(number),
    legacyHandle: username,
    slackSamlNameId: username,
    firstName: 'Jané <b>',
    lastName: 'Doe & Sons',
    accountLevel: 'User',
  })),
  { id: uuid(90), slug: 'nameless', legacyHandle: 'nameless', accountLevel: 'User' },
  { id: uuid(91), slug: 'gone', legacyHandle: 'gone', slackSamlNameId: 'gone', accountLevel: 'Disabled' },
  { id: uuid(92), slug: 'off', legacyHandle: 'off', slackSamlNameId: 'off', accountLevel: 'User' },
  { id: uuid(93), slug: 'staff', legacyHandle: 'staff', slackSamlNameId: 'staff', accountLevel: 'Staff' },
];

const hash = createHash('sha1').update(password).digest('hex');
export const members = {
  sheets: { people },
  privates: {
    profiles: people.map(({ id, legacyHandle }, index) => ({
      id,
      email: index === 1 ? 'Mixed.Case@Example.org' : `member${index + 1}@example.org`,
      newsletter: false,
      ...(legacyHandle === 'off' ? { disabled: true } : {}),
    })),
    'legacy-passwords': people.map(({ id }) => ({ id, hash })),
  },
};

let made: Promise<TestCertificate> | undefined;
/** One certificate for all tests of a file: making a key takes a while. */
export const testCertificate = (): Promise<TestCertificate> => (made ??= makeCertificate());

export interface Idp extends TestApi {
  readonly certificate: string;
  /** A session's cookie. */
  signIn(login: string): Promise<string>;
}

/** The API as the identity provider of the first profile's service. */
export async function startIdp(
  saml: Partial<SamlOptions> = {},
  options: Partial<ApiOptions> = {},
  fixture: Fixture = members,
): Promise<Idp> {
  const { key, certificate } = await testCertificate();
  const api = await startTestApi({
    profile: laddr,
    ...fixture,
    options: { saml: { issuer, host, key, certificate, ...saml }, ...options },
  });
  return {
    ...api,
    certificate,
    signIn: async (login) => {
      const answer = await api.post('/api/auth/sign-in', { login, password });
      if (answer.status !== 200) throw new Error(`${login} was not let in: ${answer.text}`);
      return cookieOf(answer);
    },
  };
}

export function cookieOf(answer: Answer): string {
  return String(answer.headers['set-cookie']).split(';', 1)[0]!;
}

export interface Posted {
  readonly action: string;
  readonly samlResponse: string;
  readonly xml: string;
  readonly relayState: string | undefined;
}

/** The form that the page posts to the service. */
export function postedBy(answer: Answer): Posted {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  const value = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(answer.text)?.[1];
    return found
      ?.replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  };
  const samlResponse = value(/name="SAMLResponse" value="([^"]*)"/)!;
  return {
    action: value(/<form method="post" action="([^"]*)"/)!,
    samlResponse,
    xml: Buffer.from(samlResponse, 'base64').toString(),
    relayState: value(/name="RelayState" value="([^"]*)"/),
  };
}

export interface RequestInput {
  readonly id?: string;
  readonly issuer?: string;
  readonly acs?: string | undefined;
  readonly issueInstant?: string;
  readonly attributes?: string;
  readonly inside?: string;
}

let requests = 0;

/** A service's AuthnRequest. */
export function authnRequest(input: RequestInput = {}): { id: string; xml: string } {
  const id = input.id ?? `_request${++requests}`;
  const acs = 'acs' in input ? input.acs : acsUrl;
  const at = input.issueInstant ?? new Date().toISOString();
  const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${at}"${acs === undefined ? '' : ` AssertionConsumerServiceURL="${acs}"`} ${input.attributes ?? ''}><saml:Issuer>${input.issuer ?? 'https://slack.com'}</saml:Issuer>${input.inside ?? ''}</samlp:AuthnRequest>`;
  return { id, xml };
}

/** The query of HTTP-Redirect. */
export function redirectQuery(xml: string, relayState?: string): string {
  const query = new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64') });
  if (relayState !== undefined) query.set('RelayState', relayState);
  return query.toString();
}
