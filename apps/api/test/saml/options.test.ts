import { laddr } from '@cutover/laddr';
import { makeCertificate } from '@cutover/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificateHealth } from '../../src/saml/certificate-health.ts';
import { setUpSaml, type SamlOptions } from '../../src/saml/options.ts';
import { RequestMemory } from '../../src/saml/request-memory.ts';
import { escapeXml } from '../../src/saml/xml.ts';
import { startIdp, testCertificate } from '../support/idp.ts';
import { library } from '../support/library.ts';

let good: SamlOptions;
beforeAll(async () => {
  good = { issuer: 'legacy.example.org', host: 'team.slack.com', ...(await testCertificate()) };
});

describe('the options of the identity provider', () => {
  it('are held against each other before anything starts', async () => {
    const other = await makeCertificate();
    const short = await makeCertificate(365, 1024);
    const refused: [Partial<SamlOptions>, RegExp][] = [
      [{ key: other.key }, /not that of the key/],
      [{ key: 'secret' }, /no private key/],
      [short, /fewer than 2048 bits/],
      [{ certificate: 'x' }, /no certificate/],
      [{ sign: [] }, /neither/],
      [{ host: 'a/b' }, /no host name/],
      [{ issuer: ' ' }, /issuer/],
      [{ acsUrls: ['javascript:alert(1)'] }, /no URL/],
    ];
    for (const [options, message] of refused) {
      expect(() => setUpSaml(laddr, { ...good, ...options })).toThrow(message);
    }
    expect(() => setUpSaml(library, good)).toThrow(/says nothing of SAML/);
    expect(() => setUpSaml(laddr, { ...good, key: `secret${good.key}` })).not.toThrow(/secret/);
    expect(setUpSaml(laddr, good).service.acsUrls).toEqual(['https://team.slack.com/sso/saml']);
  });
});

describe('the certificate', () => {
  it('is a warning from 60 days before its end, and a fault after it', async () => {
    const setup = setUpSaml(laddr, { ...good, ...(await makeCertificate(90)) });
    const day = 24 * 60 * 60 * 1000;
    const at = (days: number) => {
      const { fault, warning } = certificateHealth(setup, Date.now() + days * day);
      return [fault?.code, warning?.code];
    };
    expect(at(1)).toEqual([undefined, undefined]);
    expect(at(31)).toEqual([undefined, 'saml-certificate-ends']);
    expect(at(91)).toEqual(['saml-certificate-invalid', undefined]);
    expect(at(-2)).toEqual(['saml-certificate-invalid', undefined]);
  });

  it('is told by the health of the site', async () => {
    const idp = await startIdp(await makeCertificate(30));
    const { status, json } = await idp.get('/api/health/ready');
    expect([status, json().warnings[0].code]).toEqual([200, 'saml-certificate-ends']);
    await idp.close();
  });
});

describe('text in XML', () => {
  it.each(['\0', 'a\u0008b', '\ud800', '\ufffe'])('refuses %j, which XML cannot hold', (text) => {
    expect(() => escapeXml(text)).toThrow(RangeError);
  });

  it('keeps a comment, an entity and white space as text', () => {
    expect(escapeXml('user<!-- -->@evil&amp;\r\n\t')).toBe('user&lt;!-- --&gt;@evil&amp;amp;&#xD;&#xA;&#x9;');
  });
});

describe('requests that were answered', () => {
  it('are remembered for their time, and the oldest forgotten at the limit', () => {
    const memory = new RequestMemory(1000, 2);
    expect([memory.take('a', 0), memory.take('a', 999), memory.take('a', 1001)]).toEqual([true, false, true]);
    expect([memory.take('b', 1002), memory.take('c', 1003), memory.take('a', 1004)]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
