import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Check, Report } from '@cutover/core';
import { smallSampleDump } from '@cutover/laddr';
import { openPrivateStore } from '@cutover/stores';
import {
  type Bind,
  describeWith,
  type FakeResend,
  freePort,
  makeCertificate,
  type MariaDb,
  run,
  scratchDir,
  type Sshd,
  startBind,
  startFakeResend,
  startMariaDb,
  startSshd,
  startStandIn,
} from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cutover } from './run.ts';
import { health, startSite, type StandInSite } from './site-stand-in.ts';

const password = 'pa55-of-the-reader';
const zone = 'site.test';
const records = (ttl: number, address = '192.0.2.10'): string => `@ ${ttl} IN A ${address}`;
const sample = (): Buffer => {
  const bytes = readFileSync(smallSampleDump);
  return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
};

/** Parts of the run file that a fault replaces, and the environment. */
type Parts = Record<
  'source' | 'public' | 'private' | 'stores' | 'target' | 'dns' | 'saml' | 'mail' | 'hooks',
  string
>;

describeWith('bind', 'the preflight of a site', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let db: MariaDb;
  let sshd: Sshd;
  let bind: Bind;
  let resend: FakeResend;
  let target: StandInSite;
  let webhook: StandInSite;
  let env: Record<string, string>;
  let whole: Parts;
  const at = (name: string): string => join(scratch.dir, name);

  beforeAll(async () => {
    scratch = await scratchDir('cutover-preflight-');
    [db, sshd, bind, resend, target, webhook] = await Promise.all([
      startMariaDb(),
      startSshd(),
      startBind({ zones: { [zone]: records(3600) } }),
      startFakeResend(),
      startSite(health({ version: '1.2.3', environment: 'production' })),
      startSite((_request, response) => response.end()),
    ]);
    await db.sql('CREATE DATABASE laddr CHARACTER SET utf8mb4');
    await db.sql(sample(), { database: 'laddr' });
    const user = "reader@'127.0.0.1'";
    await db.sql(
      `CREATE USER ${user} IDENTIFIED BY '${password}'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON laddr.* TO ${user}; GRANT RELOAD, BINLOG MONITOR ON *.* TO ${user}; CREATE USER few@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT SELECT ON laddr.tags TO few@'127.0.0.1'`,
    );
    await run('git', ['init', '-q', '--bare', at('public.git')]);
    await run('git', ['init', '-q', '--bare', at('remote.git')]);
    mkdirSync(at('private'));
    for (const [name, days] of [
      ['saml', 365],
      ['ending', 3],
    ] as const) {
      const { key, certificate } = await makeCertificate(days);
      writeFileSync(at(`${name}.key`), key);
      writeFileSync(at(`${name}.pem`), certificate);
    }
    env = {
      CUTOVER_SOURCE_PASSWORD: password,
      CUTOVER_DEPLOY_KEY_FILE: sshd.keyFile,
      CUTOVER_SAML_KEY_FILE: at('saml.key'),
      CUTOVER_RESEND_API_KEY: resend.apiKey,
      CUTOVER_WEBHOOK: `${webhook.url}/needle-in-vain`,
      OPS_TOKEN: 'hay',
    };
    whole = {
      source: `url = "mysql://reader@127.0.0.1:${db.port}/laddr?tls=off"`,
      public: 'public = "public.git"',
      private: 'private = "private"',
      stores: `remote = "${sshd.address(at('remote.git'))}"\nknown-hosts = "${sshd.knownHostsFile}"`,
      target: `url = "${target.url}"\nversion = "1.2.3"`,
      dns: `name = "${zone}"\nauthoritative = ["${bind.server}"]\nold-addresses = ["192.0.2.10"]\nnew-addresses = ["192.0.2.20"]\nold-ttl = 3600\nlow-ttl = 60`,
      saml: 'certificate = "saml.pem"',
      mail: `url = "${resend.url}"`,
      hooks: '[hooks.open]\nshell = "true"\nenv = ["OPS_TOKEN"]',
    };
  });
  afterEach(async () => {
    target.answer = health({ version: '1.2.3', environment: 'production' });
    webhook.answer = (_request, response) => response.end();
    await bind.setZone(zone, records(3600));
  });
  afterAll(async () => {
    await Promise.all([db.stop(), sshd.stop(), bind.stop(), resend.stop(), target.close(), webhook.close()]);
    await scratch.remove();
  });

  const runFile = (changed: Partial<Parts>): string => {
    const {
      source,
      public: repository,
      private: store,
      stores,
      target: to,
      dns,
      saml,
      mail,
      hooks,
    } = {
      ...whole,
      ...changed,
    };
    const without = ['inventory', 'stragglers', 'backup', 'prove-backup', 'lower-ttl', 'raise-ttl', 'freeze']
      .concat(['maintenance', 'deploy', 'flip'])
      .map((name) => `${name} = "not here"`);
    return `name = "stand-in"
environment = "production"
at = 2026-01-01T00:00:00Z
go = ["Ann"]
[source]
${source}
[stores]
${repository}
${store}
${stores}
[target]
${to}
[dns]
${dns}
[saml]
${saml}
[mail]
${mail}
[people]
lead = "Ann"
operations = "Ben"
sso = "Cem"
[without]
${without.join('\n')}
${hooks}
`;
  };

  interface Looked {
    readonly code: number | null;
    readonly said: string;
    /** Checks that do not hold, with the codes of their findings, or why nobody could tell. */
    readonly open: Record<string, unknown>;
    readonly checks: readonly Check[];
  }

  async function preflight(changed: Partial<Parts> = {}, more: Record<string, string> = {}): Promise<Looked> {
    writeFileSync(at('cutover.toml'), runFile(changed));
    const ran = await cutover(['preflight', '--config', 'cutover.toml', '--json'], {
      cwd: scratch.dir,
      env: { ...env, ...more },
    });
    if (ran.stdout === '') return { code: ran.code, said: ran.stderr, open: {}, checks: [] };
    const { checks } = JSON.parse(ran.stdout) as Report;
    const open = checks
      .filter(({ outcome }) => outcome !== 'holds')
      .map(({ id, findings, couldNotTell }) => [
        id,
        findings.length > 0 ? [...new Set(findings.map(({ code }) => code))].join() : couldNotTell,
      ]);
    const said = ran.stdout + ran.stderr;
    return { code: ran.code, said, open: Object.fromEntries(open) as Record<string, unknown>, checks };
  }

  it('holds where all is well, changes nothing, and shows no secret', async () => {
    const { code, open, checks, said } = await preflight();
    expect([code, open]).toEqual([0, {}]);
    const ids = checks.map(({ id }) => id).filter((id) => !id.startsWith('source-'));
    expect(ids.sort()).toEqual(
      [
        ...['clock', 'disk', 'lease', 'mail', 'port', 'programs', 'remote', 'saml', 'schema', 'settings'],
        ...['site-stores', 'stores', 'target', 'webhook'],
      ]
        .map((name) => `preflight-${name}`)
        .concat('routing-authoritative'),
    );
    expect(said).not.toMatch(new RegExp(`needle-in-vain|hay|${password}|${resend.apiKey}`));
    expect(readdirSync(at('private')).filter((name) => name.startsWith('.preflight'))).toEqual([]);
    for (const name of ['public.git', 'remote.git'])
      expect((await run('git', ['-C', at(name), 'for-each-ref'])).stdout).toBe('');
  });

  describe('of the source', () => {
    const attempts = async (): Promise<number> =>
      Number((await db.sql("SHOW GLOBAL STATUS LIKE 'Aborted_connects'")).split('\t')[1]);

    it('ends with 2 at the first refusal of a password, and asks nobody else', async () => {
      const [before, told] = [await attempts(), webhook.posted.length];
      const { code, said, checks } = await preflight({}, { CUTOVER_SOURCE_PASSWORD: 'wrong' });
      expect([code, checks, await attempts()]).toEqual([2, [], before + 1]);
      expect(said).toContain('source-refused');
      // The webhook hears that the run has stopped; nobody asked it whether it answers.
      const sentences = webhook.posted.slice(told).join();
      expect(sentences).toContain('stopped the run');
      expect(sentences).not.toContain('asks whether this address answers');
    });

    it.each<[string, () => Promise<Partial<Parts>>, Record<string, unknown>]>([
      [
        'a server that is not there',
        async () => ({ source: `url = "mysql://reader@127.0.0.1:${await freePort()}/laddr?tls=off"` }),
        { 'preflight-source': 'source-unreachable' },
      ],
      [
        'an account that may not read all',
        () =>
          Promise.resolve({
            source: `url = "mysql://few@127.0.0.1:${db.port}/laddr?tls=off"`,
          }),
        { 'source-privileges': expect.anything(), 'preflight-schema': 'table-missing' },
      ],
    ])('finds %s', async (_name, plant, expected) => {
      const { code, open } = await preflight(await plant());
      expect([code, open]).toEqual([3, expected]);
    });

    it('finds a freeze that could not be proven in the night', async () => {
      const hooks = `${whole.hooks}\n[hooks.freeze]\nshell = "true"`;
      const { code, open, checks } = await preflight({ hooks });
      expect([code, open]).toEqual([
        3,
        { 'preflight-settings': 'setting-missing', 'preflight-freeze': 'freeze-not-provable' },
      ]);
      const findings = checks.flatMap((check) => check.findings);
      expect(findings.map(({ subject, message }) => subject ?? message)).toEqual([
        'source.application-url',
        'source.canary-url',
        'the server keeps no binary log',
      ]);
      const source = `${whole.source}\ncanary-url = "${target.url}"\napplication-url = "mysql://few@127.0.0.1:${db.port}/laddr?tls=off"`;
      const wrong = await preflight({ hooks, source }, { CUTOVER_APPLICATION_PASSWORD: 'wrong' });
      expect([wrong.code, wrong.open]).toEqual([3, { 'preflight-freeze': 'freeze-not-provable' }]);
      const why = wrong.checks.find(({ id }) => id === 'preflight-freeze')!.findings[0]!.message;
      expect(why).toMatch(/refuses|denied/i);
    });

    it('finds a column that the profile does not know', async () => {
      await db.sql('ALTER TABLE tags ADD Salt int; CREATE TABLE odd (ID int)', { database: 'laddr' });
      const { code, open, said } = await preflight();
      await db.sql('ALTER TABLE tags DROP Salt; DROP TABLE odd', { database: 'laddr' });
      expect([code, open]).toEqual([3, { 'preflight-schema': 'schema-drift' }]);
      expect(said).toMatch(/column tags\.Salt is not known[\s\S]*table odd is not known/);
    });

    it.each<[string, (sql: string) => string | undefined, Record<string, unknown>]>([
      [
        'a dump that is cut off',
        (sql) => sql.slice(0, sql.length / 2),
        { 'preflight-dump': expect.anything() },
      ],
      [
        'a dump without its last line',
        (sql) => sql.replace(/-- Dump completed.*\n/, ''),
        { 'preflight-dump': expect.stringContaining('closing line') },
      ],
      ['a dump that is not there', () => undefined, { 'preflight-dump': expect.anything() }],
    ])('finds %s', async (_name, plant, expected) => {
      const text = plant(sample().toString('latin1'));
      if (text !== undefined) writeFileSync(at('planted.sql.gz'), gzipSync(Buffer.from(text, 'latin1')));
      const name = text === undefined ? 'nowhere.sql' : 'planted.sql.gz';
      const { code, open } = await preflight({ source: `dump = ["${name}"]` });
      expect([code, open]).toEqual([3, expected]);
    });
  });

  it('finds volumes that are too small, and one that is mounted for reading only [needs mount]', async (context) => {
    for (const name of ['small.git', 'small']) mkdirSync(at(name));
    const mount = (...args: string[]): void => void execFileSync('mount', args, { stdio: 'ignore' });
    try {
      mount('-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', at('small'));
      mount('-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', at('small.git'));
    } catch {
      return context.skip('a small file system cannot be mounted here');
    }
    try {
      await run('git', ['init', '-q', '--bare', at('small.git')]);
      mount('-o', 'remount,ro', at('small.git'));
      const places = { public: 'public = "small.git"', private: 'private = "small"' };
      const { code, open, checks } = await preflight(places);
      expect([code, open]).toEqual([
        3,
        { 'preflight-disk': 'disk-too-small', 'preflight-site-stores': 'store-unwritable' },
      ]);
      const subjects = (id: string) =>
        checks.find((check) => check.id === id)?.findings.map((one) => one.subject);
      expect(subjects('preflight-disk')).toEqual([at('small.git'), at('small')]);
      expect(subjects('preflight-site-stores')).toEqual([at('small.git')]);
    } finally {
      for (const name of ['small.git', 'small']) execFileSync('umount', [at(name)]);
    }
  });

  it('finds a store that keeps no writers apart, and one that is not there', async () => {
    const standIn = await startStandIn({ versioned: true, ifMatch: 'ignored', ifNoneMatch: 'ignored' });
    standIn.put('private/profiles.jsonl', '', new Date());
    try {
      const { code, open } = await preflight(
        { private: 'private = "s3://bucket/private"', public: 'public = "nowhere.git"' },
        {
          AWS_ENDPOINT_URL_S3: standIn.endpoint,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'a',
          AWS_SECRET_ACCESS_KEY: 'b',
        },
      );
      expect(code).toBe(3);
      expect(open['preflight-site-stores']).toBe('public-store-missing,private-store-unconditional');
      expect(open['preflight-lease']).toMatch(/cannot be opened/);
    } finally {
      await standIn.close();
    }
  });

  it('finds who else acts on the stores', async () => {
    const store = await openPrivateStore(pathToFileURL(at('private')).href);
    const lease = store.lease(30_000);
    await lease.acquire('run elsewhere');
    const { code, open, said } = await preflight();
    await lease.release();
    expect([code, open]).toEqual([3, { 'preflight-lease': 'lease-held' }]);
    expect(said).toContain('run elsewhere');
  });

  it('names every setting and variable that is missing, in one list', async () => {
    const { code, open, checks } = await preflight(
      {
        target: '',
        stores: '',
        hooks:
          '[hooks.lower-ttl]\nhttp = { do = { url = "http://127.0.0.1:9/", headers-from-env = { authorization = "NOT_SET" } } }',
      },
      { CUTOVER_SAML_KEY_FILE: '', CUTOVER_RESEND_API_KEY: '' },
    );
    expect(code).toBe(3);
    const settings = checks.find(({ id }) => id === 'preflight-settings');
    expect(settings?.findings.map(({ message }) => message.replace(/[: ].*/, ''))).toEqual([
      'target.url',
      'hooks.open',
      'CUTOVER_SAML_KEY_FILE',
      'CUTOVER_RESEND_API_KEY',
      'NOT_SET',
    ]);
    expect(open).toMatchObject({ 'preflight-saml': expect.anything(), 'preflight-mail': expect.anything() });
  });

  describe('of the services', () => {
    /** Faults that have nothing to do with each other, planted together: each is found by its own check. */
    it.each<[string, () => Promise<[Partial<Parts>, Record<string, string>]>, Record<string, unknown>]>([
      [
        'the wrong version, TTL, key of SAML, key for mail, deploy key and webhook',
        async () => {
          target.answer = health({ version: '1.2.2', environment: 'production' });
          webhook.answer = (_request, response) => response.writeHead(404).end();
          await bind.setZone(zone, records(86_400));
          return [
            {},
            {
              CUTOVER_SAML_KEY_FILE: at('ending.key'),
              CUTOVER_RESEND_API_KEY: 're_wrong',
              CUTOVER_DEPLOY_KEY_FILE: sshd.strangersKeyFile,
            },
          ];
        },
        {
          'preflight-target': 'target-version',
          'preflight-saml': 'saml-key-mismatch',
          'preflight-mail': 'mail-key',
          'preflight-remote': 'remote-refuses',
          'preflight-webhook': 'webhook',
          'routing-authoritative': 'dns-ttl-too-long',
        },
      ],
      [
        'another environment, another clock, another address, a certificate that ends, a repository that is not there',
        async () => {
          target.answer = health({ version: '1.2.3', environment: 'staging' }, { clockMs: -60_000 });
          await bind.setZone(zone, records(3600, '192.0.2.99'));
          return [
            {
              saml: 'certificate = "ending.pem"',
              stores: whole.stores.replace('remote.git', 'nowhere.git'),
            },
            { CUTOVER_SAML_KEY_FILE: at('ending.key') },
          ];
        },
        {
          'preflight-target': 'target-environment',
          'preflight-clock': 'clock-skew',
          'preflight-saml': 'saml-certificate-ends',
          'preflight-remote': 'remote-refuses',
          'routing-authoritative': expect.stringContaining('dns-'),
        },
      ],
      [
        'a target and a mail service that do not answer, a host that is not known, no certificate',
        async () => {
          const port = await freePort();
          writeFileSync(at('no-hosts'), '');
          return [
            {
              target: `url = "http://127.0.0.1:${port}"`,
              mail: `url = "http://127.0.0.1:${port}"`,
              stores: whole.stores.replace(sshd.knownHostsFile, 'no-hosts'),
              saml: 'certificate = "cutover.toml"',
            },
            {},
          ];
        },
        {
          'preflight-target': 'target-unreachable',
          'preflight-mail': expect.stringMatching(/127\.0\.0\.1/),
          'preflight-remote': 'remote-refuses',
          'preflight-saml': 'saml-unreadable',
        },
      ],
    ])('finds %s', async (_name, plant, expected) => {
      const { code, open, checks } = await preflight(...(await plant()));
      expect([code, open]).toEqual([3, expected]);
      for (const { findings } of checks) for (const { next } of findings) expect(next).toMatch(/\w+ \w+/);
    });

    it('finds a branch that the remote has moved on with', async () => {
      const commit = (dir: string, text: string) => {
        const git = (...args: string[]) =>
          execFileSync('git', ['-C', at(dir), '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
            encoding: 'utf8',
          }).trim();
        const tree = git('hash-object', '-w', '-t', 'tree', '/dev/null');
        git('update-ref', 'refs/heads/main', git('commit-tree', tree, '-m', text));
      };
      commit('public.git', 'here');
      commit('remote.git', 'there');
      const { code, open, said } = await preflight();
      for (const dir of ['public.git', 'remote.git'])
        await run('git', ['-C', at(dir), 'update-ref', '-d', 'refs/heads/main']);
      expect([code, open]).toEqual([3, { 'preflight-remote': 'remote-refuses' }]);
      expect(said).toContain('has to be a descendant');
    });
  });
});
