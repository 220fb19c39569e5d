import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import {
  describeWith,
  freePort,
  judgeWithOneLogin,
  judgeWithPysaml2,
  startSimpleSamlPhp,
  verifyWithXmlsec1,
} from '@cutover/testkit';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acsUrl,
  authnRequest,
  type Idp,
  issuer,
  password,
  postedBy,
  redirectQuery,
  startIdp,
  usernames,
} from '../support/idp.ts';

const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const entityId = 'https://slack.com';
/** White space at the edges is what judges treat differently; the profile's own rule for usernames has none. */
const numbers = [1, 2, 3, 4, 5];

interface Judged {
  readonly number: number;
  readonly requestId: string | undefined;
  readonly samlResponse: string;
  readonly xml: string;
}

let idp: Idp;
let metadata: string;
const responses: Judged[] = [];

beforeAll(async () => {
  idp = await startIdp({}, { origin: 'https://site.example' });
  metadata = (await idp.get('/api/saml/slack/metadata')).text;
  for (const number of numbers) {
    const cookie = await idp.signIn(usernames[number]!);
    const { id, xml } = authnRequest();
    for (const requestId of [undefined, id]) {
      const path = requestId === undefined ? 'launch' : `sso?${redirectQuery(xml)}`;
      const posted = postedBy(await idp.get(`/api/saml/slack/${path}`, { cookie }));
      responses.push({ number, requestId, samlResponse: posted.samlResponse, xml: posted.xml });
    }
  }
});
afterAll(() => idp.close());

/** One byte changed in each place that matters, so that the document stays readable. */
const changes: [string, (xml: string) => string][] = [
  ['the NameID', (xml) => xml.replace(/(<saml:NameID[^>]*>.)./u, '$1X')],
  ['an attribute', (xml) => xml.replace('member', 'nember')],
  ['the address of the recipient', (xml) => xml.replace('Recipient="http', 'Recipient="httq')],
  ['the end of its time', (xml) => xml.replace(/NotOnOrAfter="20(\d\d)/g, 'NotOnOrAfter="21$1')],
  ['the issuer', (xml) => xml.replaceAll('legacy.example.org', 'legacy.example.orh')],
  [
    'every digest',
    (xml) => xml.replaceAll(/DigestValue>(.)/g, (_, c: string) => `DigestValue>${c === 'A' ? 'B' : 'A'}`),
  ],
  [
    'every signature value',
    (xml) =>
      xml.replaceAll(/SignatureValue>(.)/g, (_, c: string) => `SignatureValue>${c === 'A' ? 'B' : 'A'}`),
  ],
];

interface Verdict {
  readonly accepted: boolean;
  readonly nameId?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What every judge of single responses has to say. */
function judgedBy(judge: (response: Judged) => Promise<Verdict>): void {
  it('accepts every member, asked for or not, under the very username', async () => {
    expect(responses.length).toBe(numbers.length * 2);
    const verdicts = await Promise.all(responses.map(judge));
    for (const [index, verdict] of verdicts.entries()) {
      const username = usernames[responses[index]!.number];
      expect(verdict).toMatchObject({ accepted: true, nameId: username });
      if (verdict.attributes !== undefined) expect(verdict.attributes['User.Username']).toEqual([username]);
    }
  });

  it.each(changes)('refuses it when a byte of %s changes', async (_what, change) => {
    for (const response of responses.slice(1, 2)) {
      const xml = change(response.xml);
      expect(xml).not.toBe(response.xml);
      const samlResponse = Buffer.from(xml).toString('base64');
      expect(await judge({ ...response, xml, samlResponse })).toMatchObject({ accepted: false });
    }
  });
}

describeWith('xmlsec', 'xmlsec1 as the judge of signatures', () => {
  judgedBy(async ({ xml, number }) => {
    const fault = await verifyWithXmlsec1(xml, idp.certificate);
    return { accepted: fault === undefined, nameId: usernames[number]! };
  });
});

describeWith('pysaml2', 'pysaml2 as the judge', () => {
  judgedBy((response) =>
    judgeWithPysaml2({ ...response, acsUrl, entityId, issuer, metadata, certificate: idp.certificate }),
  );
});

describeWith('onelogin', 'python3-saml as the judge', () => {
  judgedBy((response) =>
    judgeWithOneLogin({ ...response, acsUrl, entityId, issuer, metadata, certificate: idp.certificate }),
  );
});

describe('node-saml as the judge', () => {
  judgedBy(async ({ samlResponse, requestId }) => {
    const saml = new SAML({
      callbackUrl: acsUrl,
      issuer: entityId,
      idpCert: idp.certificate,
      entryPoint: 'https://site.example/api/saml/slack/sso',
      idpIssuer: issuer,
      audience: false,
      wantAuthnResponseSigned: true,
      wantAssertionsSigned: true,
      acceptedClockSkewMs: 0,
      validateInResponseTo:
        requestId === undefined ? ValidateInResponseTo.never : ValidateInResponseTo.always,
    });
    if (requestId !== undefined) await saml.cacheProvider.saveAsync(requestId, new Date().toISOString());
    try {
      const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: samlResponse });
      return { accepted: true, nameId: profile!.nameID };
    } catch {
      return { accepted: false };
    }
  });
});

describeWith('simplesamlphp', 'SimpleSAMLphp as a real service', () => {
  let service: Awaited<ReturnType<typeof startSimpleSamlPhp>>;
  let site: Idp;
  const agent = new Agent();

  beforeAll(async () => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    site = await startIdp({
      acsUrls: [`${origin}/module.php/saml/sp/saml2-acs.php/default-sp`],
      entityIds: [`${origin}/metadata`],
    });
    const ssoUrl = `${site.url}/connectors/slack/login`;
    service = await startSimpleSamlPhp({ issuer, ssoUrl, certificate: site.certificate, port });
  });
  afterAll(async () => {
    await agent.close();
    await service.stop();
    await site.close();
  });

  /** A browser: keeps cookies by host and port, and goes where it is sent. */
  function browser() {
    const jars = new Map<string, Map<string, string>>();
    const send = async (url: string, form?: Record<string, string | undefined>) => {
      const { origin } = new URL(url);
      const jar = jars.get(origin) ?? new Map<string, string>();
      jars.set(origin, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const fields = Object.entries(form ?? {}).filter(
        (field): field is [string, string] => field[1] !== undefined,
      );
      const answer = await request(url, {
        dispatcher: agent,
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'text/html',
          cookie,
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form === undefined ? {} : { body: new URLSearchParams(fields).toString() }),
      });
      for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
        const [name = '', value = ''] = set.split(';', 1)[0]!.split(/=(.*)/s);
        jar.set(name, value);
      }
      const text = await answer.body.text();
      const location = answer.headers['location'];
      return {
        url,
        status: answer.statusCode,
        text,
        headers: answer.headers,
        next: typeof location === 'string' ? new URL(location, url).href : undefined,
      };
    };
    const follow = async (url: string, form?: Record<string, string | undefined>) => {
      let at = await send(url, form);
      for (let hops = 0; at.next !== undefined && hops < 10; hops++) at = await send(at.next);
      return at;
    };
    return { follow };
  }

  it('begins at the address that Slack was given, signs in on the way, and knows the member', async () => {
    for (const number of [1, 2, 5]) {
      const { follow } = browser();
      const login = await follow(service.loginUrl);
      expect([login.status, new URL(login.url).pathname]).toEqual([200, '/login']);
      const target = new URL(login.url).searchParams.get('return')!;
      const page = await follow(`${site.url}/login`, { login: usernames[number]!, password, return: target });
      const posted = postedBy({
        status: page.status,
        headers: page.headers,
        text: page.text,
        json: () => undefined,
      });
      expect(posted.action).toBe(service.acsUrl);
      const who = await follow(posted.action, {
        SAMLResponse: posted.samlResponse,
        RelayState: posted.relayState,
      });
      expect(JSON.parse(who.text)).toMatchObject({
        nameId: usernames[number],
        format,
        nameQualifier: 'team.slack.example',
        spNameQualifier: 'https://slack.com',
        attributes: {
          'User.Username': [usernames[number]],
          first_name: ['Jané <b>'],
          last_name: ['Doe & Sons'],
        },
      });
    }
  });

  it.each(changes)('refuses a response when a byte of %s changes', async (_what, change) => {
    const { follow } = browser();
    const login = await follow(service.loginUrl);
    const target = new URL(login.url).searchParams.get('return')!;
    const page = await follow(`${site.url}/login`, { login: usernames[1]!, password, return: target });
    const posted = postedBy({
      status: page.status,
      headers: page.headers,
      text: page.text,
      json: () => undefined,
    });
    const SAMLResponse = Buffer.from(change(posted.xml)).toString('base64');
    const refused = await follow(posted.action, { SAMLResponse, RelayState: posted.relayState });
    expect(refused.text).not.toContain('nameId');
    const again = await follow(service.loginUrl);
    expect(new URL(again.url).origin).toBe(site.url);
  });
});
