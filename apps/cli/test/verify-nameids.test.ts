import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { responseIssuer } from '@cutover/api';
import type { Report } from '@cutover/core';
import { laddr, sampleDump, sampleWaivers } from '@cutover/laddr';
import { parseToml, type PrivateRecord, type StoredRecord } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { makeCertificate, scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutover, serving } from './run.ts';

const sample = fileURLToPath(sampleDump);
const host = 'team.slack.example';
const fingerprint = (pem: string): string =>
  createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let stores: string[];
let env: Record<string, string>;
let waivers: string;
const at = (name: string): string => join(scratch.dir, name);

beforeAll(async () => {
  scratch = await scratchDir();
  stores = ['--public', at('public.git'), '--private', `file://${at('private')}`];
  await cutover(
    ['import', '--quiet', '--dump', sample, '--waivers', fileURLToPath(sampleWaivers), ...stores],
    {
      cwd: scratch.dir,
    },
  );
  const [legacy, fresh] = await Promise.all([makeCertificate(), makeCertificate()]);
  writeFileSync(at('legacy.pem'), legacy.certificate);
  writeFileSync(at('new.pem'), fresh.certificate);
  writeFileSync(at('new.key'), fresh.key, { mode: 0o600 });
  env = { CUTOVER_SAML_KEY_FILE: at('new.key') };
  const { record, privates } = await somebody();
  const issue = responseIssuer(laddr, {
    issuer: 'legacy.example.org',
    host,
    ...legacy,
    sign: ['response'],
    digest: 'sha1',
  });
  mkdirSync(at('captured'));
  writeFileSync(at('captured/one'), Buffer.from(issue(record, privates, '_asked')).toString('base64'));
  waivers = `[[waiver]]
fact = "Signature of Response certificate"
legacy = "${fingerprint(legacy.certificate)}"
new = "${fingerprint(fresh.certificate)}"
reason = "a new key, entered at the service on the night"
`;
});
afterAll(() => scratch.remove());

async function somebody(): Promise<{ record: StoredRecord; privates: Record<string, PrivateRecord> }> {
  const profiles = new Map<string, PrivateRecord>();
  for await (const row of (await openPrivateStore(at('private'))).read('profiles')) profiles.set(row.id, row);
  for await (const { sheet, bytes } of (await openPublicStore(at('public.git'))).readRecords(
    'legacy-import',
  )) {
    if (sheet !== 'people') continue;
    const record = parseToml(bytes.toString()) as StoredRecord;
    const profile = profiles.get(record.id);
    if (record['slackSamlNameId'] !== undefined && typeof profile?.['email'] === 'string')
      return { record, privates: { profiles: profile } };
  }
  throw new Error('the sample has nobody with an address');
}

async function verify(...args: string[]): Promise<{ code: number | null; report: Report; stderr: string }> {
  const { code, stdout, stderr } = await cutover(['verify', 'nameids', '--json', '--quiet', ...args], {
    cwd: scratch.dir,
    env,
  });
  return { code, stderr, report: JSON.parse(stdout) as Report };
}

const newSide = (sign: string, digest: string): string[] => [
  ...[
    '--captured',
    at('captured'),
    '--legacy-certificate',
    at('legacy.pem'),
    '--saml-certificate',
    at('new.pem'),
  ],
  ...[
    '--saml-host',
    host,
    '--saml-issuer',
    'legacy.example.org',
    '--saml-sign',
    sign,
    '--saml-digest',
    digest,
  ],
];

describe('cutover verify nameids', () => {
  it('holds everybody against the dump, and the branch against its own past', async () => {
    const { code, report } = await verify(...stores, '--dump', sample);
    expect([code, report.checks.map(({ id, outcome }) => [id, outcome])]).toEqual([
      0,
      [
        ['name-ids', 'holds'],
        ['name-id-reuse', 'holds'],
      ],
    ]);
  });

  it('compares whole assertions, and holds once what is meant is waived', async () => {
    const different = await verify(...stores, ...newSide('both', 'sha256'));
    expect(different.code).toBe(1);
    const subjects = different.report.checks
      .find(({ id }) => id === 'assertions')!
      .findings.map((one) => one.subject);
    expect(subjects).toEqual(
      expect.arrayContaining([
        'Signed',
        'Signature of Response algorithm',
        'Signature of Response certificate',
      ]),
    );
    expect(subjects).not.toContain('NameID');
    writeFileSync(at('waivers.toml'), waivers);
    const alike = await verify(...stores, ...newSide('response', 'sha1'), '--waivers', at('waivers.toml'));
    expect([alike.code, alike.report.checks.at(-1)]).toMatchObject([0, { id: 'assertions', looked: 1 }]);
    writeFileSync(at('waivers.toml'), waivers.replace('certificate', 'placement'));
    const unused = await verify(...stores, ...newSide('response', 'sha1'), '--waivers', at('waivers.toml'));
    expect([unused.code, unused.report.checks.at(-1)!.findings.map(({ code }) => code)]).toEqual([
      1,
      ['assertion-differs', 'waiver-unused'],
    ]);
  });

  it('asks a running identity provider with a test session, as the service would', async () => {
    const { record } = await somebody();
    const privates = await openPrivateStore(at('private'));
    const hash = createHash('sha1').update('a test password').digest('hex');
    await privates.update('legacy-passwords', record.id, () => ({ id: record.id, hash }));
    const saml = [
      '--saml-host',
      host,
      '--saml-issuer',
      'legacy.example.org',
      '--saml-certificate',
      at('new.pem'),
    ];
    const served = await serving(
      [
        ...['serve', '--json', '--port', '0', ...stores, ...saml],
        ...['--saml-sign', 'response', '--saml-digest', 'sha1'],
      ],
      { env, cwd: scratch.dir },
    );
    try {
      const signedIn = await fetch(`${served.url}/api/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: record['legacyHandle'], password: 'a test password' }),
      });
      expect(signedIn.status).toBe(200);
      const cookie = signedIn.headers
        .getSetCookie()
        .map((one) => one.split(';', 1)[0]!)
        .join('; ');
      writeFileSync(at('waivers.toml'), waivers);
      const args = [
        ...['--captured', at('captured'), '--legacy-certificate', at('legacy.pem')],
        ...['--saml-certificate', at('new.pem'), '--waivers', at('waivers.toml')],
        ...['--idp', `${served.url}/api/saml/slack/launch`],
      ];
      const ask = (session: string, ...more: string[]) =>
        cutover(['verify', 'nameids', '--json', '--quiet', ...args, ...more], {
          cwd: scratch.dir,
          env: { CUTOVER_IDP_COOKIE: session },
        });
      // Twice: a request that the service would make has an id of its own each time.
      for (let time = 0; time < 2; time++) {
        const ran = await ask(cookie, '--saml-host', host);
        const { checks } = JSON.parse(ran.stdout) as Report;
        expect([ran.code, checks[0]?.findings, checks[0]?.couldNotTell]).toEqual([0, [], undefined]);
        expect(checks[0]?.looked).toBe(1);
      }
      const asItself = await ask(cookie);
      expect([asItself.code, asItself.stdout]).toEqual([4, expect.stringContaining('--saml-host')]);
      const stranger = await ask('session=nobody', '--saml-host', host);
      expect([stranger.code, stranger.stderr]).toEqual([2, expect.stringContaining('CUTOVER_IDP_COOKIE')]);
      expect(asItself.stdout + asItself.stderr).not.toContain(cookie);
    } finally {
      await served.stop();
    }
  });

  it('explains how to capture', async () => {
    const { code, stdout } = await cutover(['verify', 'nameids', '--collect']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Preserve log[\s\S]*SAMLResponse/)]);
  });

  it.each([
    [[], /nothing to look at/],
    [['--captured', '.'], /--legacy-certificate/],
    [['--captured', '.', '--legacy-certificate', 'legacy.pem'], /--saml options/],
    [['--captured', '.', '--legacy-certificate', 'legacy.pem', '--idp', 'http://x'], /CUTOVER_IDP_COOKIE/],
  ])('refuses %j with 64', async (args, message) => {
    const { code, stderr } = await cutover(['verify', 'nameids', ...args], { cwd: scratch.dir });
    expect([code, stderr]).toEqual([64, expect.stringMatching(message)]);
  });
});
