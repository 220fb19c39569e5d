import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, makeCertificate, scratchDir, type TestCertificate } from '@cutover/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkAssertions,
  decodeCapture,
  type FactWaiver,
  factsOf,
  nameIdOf,
  readCaptures,
  readCertificate,
  readFactWaivers,
  readSignedResponse,
  ResponseRefused,
} from '../src/index.ts';
import { type LegacyResponse, legacyTemplate, signWithXmlsec1 } from './support/legacy-idp.ts';

describeWith('xmlsec', 'captured responses', () => {
  let legacy: TestCertificate;
  let other: TestCertificate;
  let certificate: X509Certificate;
  let signed: Record<'Response' | 'Assertion', string>;

  const make = (given: LegacyResponse = {}, by = legacy) => signWithXmlsec1(legacyTemplate(given), by);
  const refusedAs = (xml: string): string | undefined => {
    try {
      readSignedResponse(xml, certificate);
      return undefined;
    } catch (error) {
      if (!(error instanceof ResponseRefused)) throw error;
      return error.code;
    }
  };

  beforeAll(async () => {
    legacy = await makeCertificate();
    other = await makeCertificate();
    certificate = new X509Certificate(legacy.certificate);
    signed = { Response: await make(), Assertion: await make({ sign: 'Assertion' }) };
  });

  it.each(['Response', 'Assertion'] as const)('are read where the %s is signed, and only as far', (on) => {
    const facts = factsOf(readSignedResponse(signed[on], certificate));
    expect(facts.get('NameID')).toBe('Jane.Doe_99');
    expect(facts.get('Signed')).toBe(`["${on}"]`);
    expect(facts.get(`Signature of ${on} algorithm`)).toMatch(/rsa-sha1$/);
    expect(facts.get(`Signature of ${on} placement`)).toBe('after Issuer');
    expect(facts.get('Conditions NotBefore')).toBe('-30 s');
    expect(facts.get('Conditions NotOnOrAfter')).toBe('300 s');
    expect(facts.get('Audience')).toBe('(absent)');
    expect(facts.get('Attributes in order')).toBe('["User.Email","User.Username","first_name","last_name"]');
    expect(facts.has('Response Destination')).toBe(on === 'Response');
  });

  it('keep names with any letters byte for byte', async () => {
    for (const nameId of ['Zoë:Čapek-7', 'Олена', 'e\u0301']) {
      const response = readSignedResponse(await make({ nameId, sign: 'Assertion' }), certificate);
      expect(nameIdOf(response)).toBe(nameId);
    }
  });

  describe.each(['Response', 'Assertion'] as const)('signed on the %s, are refused', (on) => {
    const part = (xml: string): { assertion: string; signature: string } => ({
      assertion: /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)![0],
      signature: /<ds:Signature .*<\/ds:Signature>/s.exec(xml)![0],
    });
    const evil = (xml: string): string => xml.replaceAll('Jane.Doe_99', 'admin');
    const cases: [string, (xml: string) => string, string][] = [
      ['a changed NameID', evil, 'signature-wrong'],
      ['a changed time', (xml) => xml.replaceAll('12:05:00', '13:05:00'), 'signature-wrong'],
      ['no signature', (xml) => xml.replace(part(xml).signature, ''), 'unsigned'],
      ['a comment in the NameID', (xml) => xml.replaceAll('Jane.Doe', 'Jane<!-- -->.Doe'), 'comment'],
      ['a comment anywhere', (xml) => xml.replace('<samlp:Status>', '<samlp:Status><!--x-->'), 'comment'],
      ['a DTD', (xml) => `<!DOCTYPE r [<!ENTITY e "x">]>${xml.replace(/<\?xml[^>]*>\s*/, '')}`, 'dtd'],
      [
        'a processing instruction',
        (xml) => xml.replace('<samlp:Status>', '<?x y?><samlp:Status>'),
        'instruction',
      ],
      [
        'a second assertion before it',
        (xml) =>
          xml.replace(
            '<saml:Assertion ',
            `${evil(part(xml).assertion).replace('_a1', '_a2')}<saml:Assertion `,
          ),
        'not-one-assertion',
      ],
      [
        'a second assertion after it',
        (xml) =>
          xml.replace(
            '</samlp:Response>',
            `${evil(part(xml).assertion).replace('_a1', '_a2')}</samlp:Response>`,
          ),
        'not-one-assertion',
      ],
      [
        'the signed one wrapped in an object of the signature',
        (xml) => {
          const { assertion, signature } = part(xml);
          const object = `<ds:Object>${assertion}</ds:Object></ds:Signature>`;
          const forged = evil(assertion).replace('_a1', '_a2').replace(signature, '');
          return xml.replace(assertion, `${forged}${signature.replace('</ds:Signature>', object)}`);
        },
        'not-one-assertion',
      ],
      [
        'the signed one wrapped in an extension',
        (xml) =>
          xml.replace(/(<saml:Assertion .*<\/saml:Assertion>)/s, '<samlp:Extensions>$1</samlp:Extensions>'),
        'assertion-misplaced',
      ],
      [
        'two elements of one ID',
        (xml) => xml.replace('<samlp:Status>', `<samlp:Status ID="_a1">`),
        'id-twice',
      ],
      [
        'a signature that points elsewhere',
        (xml) => xml.replace(/Reference URI="#_[ra]1"/, 'Reference URI=""'),
        'signature-wrong',
      ],
      [
        'a signature somewhere else',
        (xml) =>
          xml
            .replace(part(xml).signature, '')
            .replace('</samlp:Status>', `${part(xml).signature}</samlp:Status>`),
        'signature-misplaced',
      ],
      [
        'a signature by a shared secret',
        (xml) => xml.replace('xmldsig#rsa-sha1', 'xmldsig#hmac-sha1'),
        'signature-wrong',
      ],
      [
        'a transform that leaves parts out',
        (xml) =>
          xml.replace(
            '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
            '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>',
          ),
        'signature-wrong',
      ],
      ['no XML', (xml) => xml.slice(0, -5), 'unreadable'],
      ['another document', () => '<html/>', 'not-one-assertion'],
      [
        'an encrypted assertion',
        (xml) => xml.replaceAll('saml:Assertion', 'saml:EncryptedAssertion'),
        'encrypted',
      ],
    ];
    it.each(cases)('%s', (_name, change, code) => {
      const changed = change(signed[on]);
      expect(changed).not.toBe(signed[on]);
      expect(refusedAs(changed)).toBe(code);
    });
  });

  it('are refused where another key signed them, whatever certificate they carry', async () => {
    expect(refusedAs(await make({}, other))).toBe('signature-wrong');
  });

  it('are decoded from what browsers show', () => {
    const xml = signed.Response;
    const base64 = Buffer.from(xml).toString('base64');
    for (const text of [
      xml,
      base64,
      base64.replaceAll(/(.{76})/g, '$1\r\n'),
      encodeURIComponent(base64),
      `RelayState=x&SAMLResponse=${encodeURIComponent(base64)}`,
    ])
      expect(decodeCapture(Buffer.from(`${text}\n`))).toBe(xml.trim());
    for (const text of ['', 'not base64!', Buffer.from('plain').toString('base64'), '%zz'])
      expect(() => decodeCapture(Buffer.from(text))).toThrow(ResponseRefused);
  });

  describe('held against the new side', () => {
    const check = async (
      now: LegacyResponse | undefined,
      waivers: FactWaiver[] = [],
      captured = signed.Response,
    ) => {
      const xml = now === undefined ? undefined : await make(now, other);
      const found = await checkAssertions({
        captures: [{ name: 'jane', bytes: Buffer.from(captured) }],
        certificate,
        newCertificate: new X509Certificate(other.certificate),
        issue: () => Promise.resolve(xml === undefined ? undefined : { xml }),
        waivers,
      });
      return found;
    };
    /** The key changes with every installation: this difference is always meant. */
    const keyWaiver = (): FactWaiver => ({
      fact: 'Signature of Response certificate',
      legacy: new X509Certificate(legacy.certificate).fingerprint256.replaceAll(':', '').toLowerCase(),
      new: new X509Certificate(other.certificate).fingerprint256.replaceAll(':', '').toLowerCase(),
      reason: 'a new key, entered at the service on the night',
    });

    it('holds where all is alike but what is waived', async () => {
      const found = await check({}, [keyWaiver()]);
      expect(found).toMatchObject({ outcome: 'holds', looked: 1 });
      expect((await check({})).findings.map(({ subject }) => subject)).toEqual([
        'Signature of Response certificate',
      ]);
    });

    it.each<[string, LegacyResponse | undefined, string]>([
      ['a lower-cased NameID', { nameId: 'jane.doe_99' }, 'NameID'],
      ['another attribute', { email: 'jane@example.com' }, 'Attribute User.Email'],
      ['another algorithm', { sha: '256' }, 'Signature of Response algorithm'],
      ['another signed part', { sign: 'Assertion' }, 'Signed'],
      ['an answer that nobody asked for', { inResponseTo: '_q1' }, 'SubjectConfirmation 1 InResponseTo'],
    ])('fails on %s', async (_name, now, fact) => {
      const found = await check(now, [keyWaiver()]);
      expect(found.outcome).toBe('fails');
      expect(found.findings.map(({ subject }) => subject)).toContain(fact);
    });

    it('fails where nobody has the NameID, where a capture is refused, and where a waiver is left over', async () => {
      expect((await check(undefined)).findings[0]?.code).toBe('name-id-unknown');
      const forged = signed.Response.replaceAll('Jane.Doe_99', 'admin');
      expect((await check({}, [], forged)).findings[0]).toMatchObject({ code: 'capture-refused' });
      const left = { fact: 'Audience', legacy: '(absent)', new: '["x"]', reason: 'r' };
      expect((await check({}, [keyWaiver(), left])).findings[0]).toMatchObject({
        code: 'waiver-unused',
        subject: 'Audience',
      });
      const wrongValue = { ...keyWaiver(), new: 'something else' };
      expect((await check({}, [wrongValue])).findings.map(({ code }) => code)).toEqual([
        'assertion-differs',
        'waiver-unused',
      ]);
    });

    it('is unknown without captures, and where the new side cannot be asked', async () => {
      const base = { certificate, newCertificate: certificate, waivers: [] };
      const issue = () => Promise.resolve({ couldNotTell: 'no answer' });
      expect((await checkAssertions({ ...base, captures: [], issue })).outcome).toBe('unknown');
      const captures = [{ name: 'jane', bytes: Buffer.from(signed.Response) }];
      expect((await checkAssertions({ ...base, captures, issue })).outcome).toBe('unknown');
    });
  });
});

describe('files beside captures', () => {
  it('are read, and refused by name', async () => {
    const scratch = await scratchDir();
    const at = (name: string): string => join(scratch.dir, name);
    try {
      mkdirSync(at('c'));
      writeFileSync(at('c/.hidden'), 'x');
      writeFileSync(at('c/b'), '2');
      writeFileSync(at('c/a'), '1');
      expect((await readCaptures(at('c'))).map(({ name }) => name)).toEqual(['a', 'b']);
      await expect(readCaptures(at('none'))).rejects.toMatchObject({ code: 'captures-unreadable' });
      writeFileSync(at('w'), '[[waiver]]\nfact = "a"\nlegacy = "b"\nnew = "c"\nreason = "d"\n');
      expect(await readFactWaivers(at('w'))).toEqual([{ fact: 'a', legacy: 'b', new: 'c', reason: 'd' }]);
      for (const text of [
        '[[waiver]]\nfact = "a"\n',
        'waivers = 1\n',
        '=',
        '[[waiver]]\nfact="a"\nlegacy="b"\nnew="c"\nreason=" "\n',
      ]) {
        writeFileSync(at('w'), text);
        await expect(readFactWaivers(at('w'))).rejects.toMatchObject({ code: 'waivers-invalid' });
      }
      expect(() => readCertificate('x')).toThrow(/no certificate/);
    } finally {
      await scratch.remove();
    }
  });
});
