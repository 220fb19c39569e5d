import { generateKeyPairSync } from 'node:crypto';
import { type Bind, describeWith, startBind } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askTexts, checkSenderDomain, senderDomain } from '../src/index.ts';

const from = 'The site <hello@example.org>';

/** A key as DKIM writes it, in pieces that a TXT record may have. */
const keyOf = (modulusLength: number): string =>
  generateKeyPairSync('rsa', { modulusLength })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64')
    .replaceAll(/.{1,200}/g, '"$&" ')
    .trim();
const [strong, weak] = [keyOf(2048), keyOf(512)];

const good = {
  spf: 'send IN TXT "v=spf1 include:amazonses.com ~all"',
  dkim: `resend._domainkey IN TXT "v=DKIM1; k=rsa; p=" ${strong}`,
  dmarc: '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.org"',
};

describeWith('bind', 'the domain of a sender', () => {
  let bind: Bind;
  beforeAll(async () => {
    bind = await startBind({
      zones: { 'example.org': '', 'amazonses.com': '@ IN TXT "v=spf1 ip4:192.0.2.0/24 -all"' },
    });
  });
  afterAll(() => bind?.stop());

  const look = async (records: readonly string[], sender = senderDomain(from)) => {
    await bind.setZone('example.org', records.join('\n'));
    const checks = await checkSenderDomain(sender, askTexts([bind.server]));
    return {
      outcomes: Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome])),
      codes: checks.flatMap(({ findings }) => findings.map(({ code }) => code)),
    };
  };

  it('holds with the records that the mail service asks for', async () => {
    expect(await look(Object.values(good))).toEqual({
      outcomes: { 'sender-spf': 'holds', 'sender-dkim': 'holds', 'sender-dmarc': 'holds' },
      codes: [],
    });
  });

  it('takes the DMARC record of the organisation for a sender below it', async () => {
    const sender = senderDomain('hello@news.example.org');
    const records = [
      'send.news IN TXT "v=spf1 include:amazonses.com -all"',
      `resend._domainkey.news IN TXT "p=" ${strong}`,
      good.dmarc,
    ];
    expect((await look(records, sender)).codes).toEqual([]);
    expect((await look(records.slice(0, 2), sender)).codes).toEqual(['dmarc-missing']);
  });

  const circle = Array.from(
    { length: 12 },
    (_, i) => `s${i} IN TXT "v=spf1 include:s${i + 1}.example.org ?all"`,
  );
  it.each([
    ['no SPF', { spf: '' }, 'spf-missing'],
    ['another text in its place', { spf: 'send IN TXT "v=spf10 include:amazonses.com ~all"' }, 'spf-missing'],
    ['SPF twice', { spf: `${good.spf}\nsend IN TXT "v=spf1 -all"` }, 'spf-twice'],
    ['SPF of another service', { spf: 'send IN TXT "v=spf1 include:example.net ~all"' }, 'spf-not-included'],
    [
      'SPF that refuses the service',
      { spf: 'send IN TXT "v=spf1 -include:amazonses.com -all"' },
      'spf-not-included',
    ],
    ['SPF open to all', { spf: 'send IN TXT "v=spf1 include:amazonses.com +all"' }, 'spf-open'],
    ['SPF without an end', { spf: 'send IN TXT "v=spf1 include:amazonses.com"' }, 'spf-open'],
    [
      'SPF that asks too often',
      {
        spf: ['send IN TXT "v=spf1 include:amazonses.com include:s0.example.org -all"', ...circle].join('\n'),
      },
      'spf-too-many-lookups',
    ],
    [
      'SPF in a circle',
      { spf: 'send IN TXT "v=spf1 include:amazonses.com include:send.example.org -all"' },
      'spf-too-many-lookups',
    ],
    ['no key', { dkim: '' }, 'dkim-missing'],
    ['two keys', { dkim: `${good.dkim}\nresend._domainkey IN TXT "p=" ${weak}` }, 'dkim-missing'],
    ['a revoked key', { dkim: 'resend._domainkey IN TXT "v=DKIM1; p="' }, 'dkim-revoked'],
    ['a key that is none', { dkim: 'resend._domainkey IN TXT "p=bm9uZQ=="' }, 'dkim-unreadable'],
    ['a weak key', { dkim: `resend._domainkey IN TXT "p=" ${weak}` }, 'dkim-weak'],
    ['a key that is only tried', { dkim: `resend._domainkey IN TXT "t=s:y; p=" ${strong}` }, 'dkim-testing'],
    ['no DMARC', { dmarc: '' }, 'dmarc-missing'],
    ['DMARC twice', { dmarc: `${good.dmarc}\n_dmarc IN TXT "v=DMARC1; p=reject"` }, 'dmarc-missing'],
    ['DMARC without a policy', { dmarc: '_dmarc IN TXT "v=DMARC1; pct=10"' }, 'dmarc-policy'],
    ['DMARC with an unknown policy', { dmarc: '_dmarc IN TXT "v=DMARC1; p=maybe"' }, 'dmarc-policy'],
  ])('%s is found', async (_what, fault, code) => {
    expect((await look(Object.values({ ...good, ...fault }))).codes).toEqual([code]);
  });

  it('bounces that go to another organisation are not aligned', async () => {
    const sender = senderDomain(from, { returnPath: 'amazonses.com', include: 'amazonses.com' });
    expect((await look(Object.values(good), sender)).codes).toContain('dmarc-not-aligned');
  });

  it('nobody who answers is unknown, not missing', async () => {
    const checks = await checkSenderDomain(senderDomain('hello@example.com'), askTexts([bind.server]));
    expect(checks.map(({ outcome, couldNotTell }) => [outcome, couldNotTell])).toEqual(
      checks.map(() => ['unknown', expect.stringMatching(/nobody answers .*REFUSED/) as string]),
    );
  });
});
