import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { openPrivateStore } from '@cutover/stores';
import {
  type Bind,
  describeWith,
  type FakeResend,
  scratchDir,
  startBind,
  startFakeResend,
} from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover, type Ran } from './run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let resend: FakeResend;
let dns: Bind;
let stores: string[];

beforeAll(async () => {
  scratch = await scratchDir();
  resend = await startFakeResend();
  dns = await startBind({ zones: { 'example.org': zone, 'amazonses.com': '@ IN TXT "v=spf1 -all"' } });
  stores = [
    '--public',
    join(scratch.dir, 'public.git'),
    '--private',
    `file://${join(scratch.dir, 'private')}`,
  ];
  const dump = ['--dump', fileURLToPath(smallSampleDump), '--waivers', fileURLToPath(sampleWaivers)];
  expect((await cutover(['import', '--branch', 'main', ...dump, ...stores], { cwd: scratch.dir })).code).toBe(
    0,
  );
});
afterAll(async () => {
  await resend.stop();
  await dns?.stop();
  await scratch.remove();
});

const key = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .publicKey.export({ format: 'der', type: 'spki' })
  .toString('base64');
const zone = `send IN TXT "v=spf1 include:amazonses.com ~all"
resend._domainkey IN TXT "p=${key}"
_dmarc IN TXT "v=DMARC1; p=none"`;

const secrets = () => ({
  CUTOVER_LINK_SECRET: 'a secret of thirty-two characters',
  CUTOVER_RESEND_API_KEY: resend.apiKey,
  CUTOVER_RESEND_URL: resend.url,
});

const mailout = (args: readonly string[], env: Record<string, string> = secrets()): Promise<Ran> =>
  cutover(
    [
      'mailout',
      ...stores,
      '--site',
      'https://example.org',
      '--from',
      'Site <hello@example.org>',
      '--resolver',
      dns.server,
      ...args,
    ],
    {
      cwd: scratch.dir,
      env,
    },
  );

interface Document {
  readonly people: number;
  readonly recipients: number;
  readonly leftOut: Record<string, number>;
  readonly toSend: number;
  readonly sample: { person: string; html: string; text: string }[];
  readonly journal: Record<string, number>;
}

const document = (ran: Ran): Document => JSON.parse(ran.stdout) as Document;

describeWith('bind', 'cutover mailout', () => {
  it('by default sends nothing: who, why not the others, and a sample as files for their owner alone', async () => {
    const ran = await mailout(['--json']);
    expect(ran.code, ran.stderr).toBe(0);
    const { people, recipients, leftOut, toSend, sample } = document(ran);
    expect(Object.values(leftOut).reduce((a, b) => a + b, recipients)).toBe(people);
    expect([recipients > 0, toSend]).toEqual([true, recipients]);
    expect(sample).toHaveLength(Math.min(10, recipients));
    for (const { html, text } of sample) {
      expect(readFileSync(html, 'utf8')).toContain('https://example.org/claim/');
      expect(readFileSync(text, 'utf8')).toContain('To: ');
      expect(statSync(html).mode & 0o077).toBe(0);
    }
    expect(ran.stdout + ran.stderr).not.toMatch(/@(?!cutover)[\w-]+\.\w/);
    expect([resend.requests, readdirSync(join(scratch.dir, '.cutover', 'mailout', 'reminder'))]).toEqual([
      0,
      ['previews'],
    ]);
  });

  it.each([
    ['--send without a count', ['--send'], {}, 64, /would be sent/],
    ['a wrong count', ['--send', '--confirm', '99999'], {}, 64, /99999 was confirmed/],
    ['--confirm without --send', ['--confirm', '1'], {}, 64, /goes with --send/],
    ['--to-test with --send', ['--send', '--to-test', 'a@example.org'], {}, 64, /without --send/],
    ['no link secret', [], { CUTOVER_LINK_SECRET: 'short' }, 64, /CUTOVER_LINK_SECRET/],
    ['no key', ['--send', '--confirm', '1'], { CUTOVER_RESEND_API_KEY: '' }, 64, /CUTOVER_RESEND_API_KEY/],
    ['a site with a path', ['--site', 'https://example.org/new'], {}, 64, /no origin/],
    ['an unknown mail', ['--template', 'none'], {}, 64, /reminder, passwords-end/],
    ['a batch that Resend does not take', ['--batch', '101'], {}, 64, /at most 100/],
    [
      'a key that Resend refuses',
      ['--send', '--confirm', '1'],
      { CUTOVER_RESEND_API_KEY: 're_other' },
      2,
      /does not tell/,
    ],
  ])('%s is refused and nothing is sent', async (_what, args, env, code, message) => {
    const ran = await mailout(args, { ...secrets(), ...env });
    expect(ran.stderr).toMatch(message);
    expect([ran.code, resend.requests]).toEqual([code, 0]);
    expect(readdirSync(join(scratch.dir, '.cutover', 'mailout', 'reminder'))).toEqual(['previews']);
  });

  it('a sender whose domain is not ready is shown before, and sends nothing', async () => {
    await dns.setZone('example.org', zone.replace('v=DMARC1', 'v=DMARC9'));
    const looked = await mailout([]);
    expect([looked.code, looked.stdout]).toEqual([
      1,
      expect.stringContaining('has 0 DMARC records') as string,
    ]);
    const sent = await mailout(['--send', '--confirm', '1']);
    expect([sent.code, sent.stderr]).toEqual([
      3,
      expect.stringMatching(/_dmarc\.example\.org.*mailout-sender/s) as string,
    ]);
    const nobody = await mailout(['--send', '--confirm', '1', '--from', 'a@example.com']);
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('nobody answers') as string]);
    const known = await mailout(['--without-sender-checks', '--json']);
    expect([known.code, known.stderr]).toEqual([0, expect.stringContaining('not looked at') as string]);
    await dns.setZone('example.org', zone);
    expect(resend.accepted).toEqual([]);
  });

  it('--to-test sends one mail to that address, with links that belong to nobody', async () => {
    const ran = await mailout(['--to-test', 'me@example.org', '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(resend.accepted.map(({ to }) => to)).toEqual(['me@example.org']);
    const { html } = resend.accepted.pop()!.mail as { html: string };
    const payload = /\/claim\/([\w-]+)\./.exec(html)![1]!;
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toContain('test');
  });

  it('a list that Resend does not offer has to be done without by word', async () => {
    resend.suppressed = { status: 404, name: 'not_found' };
    const before = await mailout(['--send', '--confirm', '1']);
    expect([before.code, before.stderr]).toEqual([
      4,
      expect.stringContaining('--without-resend-list') as string,
    ]);
    resend.suppressed = [];
    expect(resend.accepted).toEqual([]);
  });

  it('--send with the count sends, goes on where --limit ended, and then has nobody left', async () => {
    const total = document(await mailout(['--json'])).toSend;
    const first = await mailout(['--send', '--confirm', '2', '--limit', '2', '--json']);
    expect([first.code, document(first).journal]).toMatchObject([0, { accepted: 2 }]);
    const rest = await mailout(['--send', '--confirm', String(total - 2), '--batch', '100', '--json']);
    expect([rest.code, document(rest).journal]).toMatchObject([0, { accepted: total }]);
    expect(new Set(resend.accepted.map(({ to }) => to.toLowerCase())).size).toBe(total);
    expect(resend.accepted).toHaveLength(total);
    const again = await mailout(['--send', '--json']);
    expect([again.code, document(again).toSend, resend.accepted.length]).toEqual([0, 0, total]);
    for (const { mail } of resend.accepted)
      expect(mail['headers']).toMatchObject({ 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' });
  });

  it('--events counts what came of them, and a refusal in another campaign has exit code 1', async () => {
    resend.accepted[0]!.event = 'bounced';
    const events = await mailout(['--events', '--json']);
    expect([events.code, JSON.parse(events.stdout)]).toMatchObject([0, { events: { bounced: 1 } }]);
    const warned = document(await mailout(['--campaign', 'passwords-end', '--json']));
    expect(warned.leftOut).toMatchObject({ bounced: 1 });
    resend.refusedAddresses.add(resend.accepted.at(-1)!.to);
    const ran = await mailout([
      '--campaign',
      'passwords-end',
      '--send',
      '--confirm',
      String(warned.toSend),
      '--json',
    ]);
    expect([ran.code, document(ran).journal]).toMatchObject([1, { refused: 1, accepted: warned.toSend - 1 }]);
  });

  it('--only takes ids and row names', async () => {
    const list = join(scratch.dir, 'only.txt');
    writeFileSync(list, 'people/999999\n');
    expect(
      document(await mailout(['--only', list, '--campaign', 'third', '--template', 'reminder', '--json']))
        .toSend,
    ).toBe(0);
    const store = await openPrivateStore(join(scratch.dir, 'private'));
    expect(await store.keptFile('audit', 'mailout-reminder.json')).toBeDefined();
  });
});
