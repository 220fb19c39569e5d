import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { smallSampleDump } from '@cutover/laddr';
import { openPrivateStore } from '@cutover/stores';
import {
  describeWith,
  freePort,
  type MariaDb,
  run,
  type S3Server,
  startFaultProxy,
  startMariaDb,
  startS3,
  until,
} from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quickSite, type QuickSite } from './quick-site.ts';
import { bin } from './run.ts';

const began = ['run', '--config', 'cutover.toml', '--unrehearsed'];

let site: QuickSite;
beforeEach(async () => {
  site = await quickSite('cutover-faults-');
});
afterEach(() => site.remove());

/** The tree that was imported. */
const treeOf = async (dir = site.at('public.git')): Promise<string> =>
  (await run('git', ['-C', dir, 'rev-parse', 'legacy-import^{tree}'])).stdout.trim();

/** Begins a run and answers what it asks, up to and with the freeze; what comes next is the dump and its import. */
async function frozen(env: Record<string, string> = {}): Promise<void> {
  expect((await site.cli(began, env)).code).toBe(7);
  await site.answerAll();
  const ran = await site.cli(['resume', '--until', '08-freeze'], env);
  expect([ran.code, ran.stderr]).toEqual([0, expect.anything()]);
}

describeWith('mariadb', 'a legacy server that goes away in the middle of the last dump', () => {
  let db: MariaDb;
  let proxy: Server;
  let port: number;
  /** Bytes of answers after which the server is killed; none: never. */
  let killAfter = Infinity;
  beforeAll(async () => {
    db = await startMariaDb();
    await db.sql('CREATE DATABASE laddr CHARACTER SET utf8mb4');
    const sample = readFileSync(smallSampleDump);
    await db.sql(sample[0] === 0x1f ? gunzipSync(sample) : sample, { database: 'laddr' });
    await db.sql(
      "CREATE USER reader@'127.0.0.1'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON laddr.* TO reader@'127.0.0.1'; GRANT RELOAD, BINLOG MONITOR ON *.* TO reader@'127.0.0.1'",
    );
    proxy = createServer((client) => {
      const server: Socket = createConnection(db.port, '127.0.0.1');
      server.on('data', (chunk) => {
        killAfter -= chunk.length;
        if (killAfter < 0) void db.kill().catch(() => undefined);
        client.write(chunk);
      });
      client.on('data', (chunk) => server.write(chunk));
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const)
        one.on('error', () => undefined).on('close', () => other.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    ({ port } = proxy.address() as { port: number });
  });
  afterAll(async () => {
    await db.stop();
    proxy.close();
  });

  it('stops the run with nothing imported; once it is back the run goes on', async () => {
    site.write({
      source: `url = "mysql://reader@127.0.0.1:${port}/laddr?tls=off"\nreconnect-for = "100ms"\nas-of = 2026-01-01T00:00:00Z`,
      more: '[freeze]\nwindow = "1s"\ninterval = "200ms"\nsince = "1s"',
    });
    // The dump alone: what proves the freeze has tests of its own.
    expect((await site.cli(began)).code).toBe(7);
    await site.answerAll();
    expect((await site.cli(['resume', '--until', '07-go-no-go'])).code).toBe(0);
    killAfter = 40_000;
    const gone = await site.cli(['resume', '--only', '09-last-dump']);
    expect(killAfter).toBeLessThan(0);
    expect([gone.code, gone.stdout]).toEqual([
      expect.toSatisfy((code) => code === 7 || code === 3),
      expect.stringContaining('09-last-dump stopped the run'),
    ]);
    const attempts = site
      .journal()
      .filter(({ type, step }) => type === 'step-started' && step === '09-last-dump');
    expect(attempts).toHaveLength(3);
    await expect(treeOf()).rejects.toThrow();
    expect((await site.status()).state).toBe('failed');

    killAfter = Infinity;
    await db.restart();
    await until('mariadbd', () =>
      db.sql('SELECT 1').then(
        () => true,
        () => false,
      ),
    );
    expect((await site.cli(['resume', '--only', '09-last-dump'])).code).toBe(0);
    const imported = await site.cli(['resume', '--only', '10-import']);
    expect([imported.code, await treeOf()]).toEqual([0, expect.stringMatching(/^[0-9a-f]{40}$/)]);
  });
});

describeWith('s3', 'a store that answers 503', () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3();
  });
  afterAll(() => s3.stop());

  it('for a moment holds nothing up; for long stops the run, which goes on to the same tree once it is back', async () => {
    let failing: 'no' | 'some' | 'all' = 'no';
    let asked = 0;
    const proxy = await startFaultProxy(s3.endpoint, () => {
      asked++;
      return failing === 'all' || (failing === 'some' && asked % 4 === 0) ? '503' : undefined;
    });
    try {
      const env = { ...s3.environment, AWS_ENDPOINT_URL_S3: proxy.endpoint };
      const url = `s3://${await s3.makeBucket()}/private`;
      const settings = {
        endpoint: s3.endpoint,
        region: s3.region,
        credentials: s3.credentials,
        pathStyle: true,
      };
      await openPrivateStore(url, { create: true, s3: settings });
      site.write({ stores: `public = "public.git"\nprivate = "${url}"` });
      await frozen(env);
      failing = 'some';
      expect((await site.cli(['resume', '--until', '09-last-dump'], env)).code).toBe(0);
      failing = 'no';
      const going = site.begin(['resume', '--until', '12-merge'], env);
      // In the middle: the import has begun, and is not told to be over.
      while (
        !site
          .journal()
          .some(
            ({ type, step, key }) => type === 'effect-intended' && step === '10-import' && key === 'import',
          )
      )
        await new Promise((resolve) => setTimeout(resolve, 5));
      failing = 'all';
      expect([await going.ended, going.said()]).toEqual([
        expect.toSatisfy((code) => code === 7 || code === 5),
        expect.stringContaining('stopped the run'),
      ]);
      expect(proxy.made['503']).toBeGreaterThan(1);
      failing = 'no';
      expect((await site.cli(['resume', '--until', '13-reconcile'], env)).code).toBe(0);
      const other = await quickSite('cutover-faults-whole-');
      try {
        await run('cp', ['-r', site.at('cutover.toml'), other.dir]);
        other.write();
        await other.cli(began);
        await other.answerAll();
        expect((await other.cli(['resume', '--until', '10-import'])).code).toBe(0);
        expect(await treeOf()).toBe(await treeOf(other.at('public.git')));
      } finally {
        await other.remove();
      }
    } finally {
      await proxy.close();
    }
  });
});

describe('a disk that is full', () => {
  it.for([
    ['that of the stores', 'stores', '.cutover'],
    ["that of the run's own folder", '', 'state'],
  ] as const)(
    '%s stops the run with what to do; with room it goes on [needs mount]',
    async ([, stores, state], context) => {
      const full = stores === '' ? site.at(state) : site.at(stores);
      mkdirSync(full);
      const mount = (...args: string[]): void => void execFileSync('mount', args, { stdio: 'ignore' });
      try {
        mount('-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', full);
      } catch {
        return context.skip('a small file system cannot be mounted here');
      }
      try {
        if (stores !== '') {
          await run('git', ['init', '-q', '--bare', join(full, 'public.git')]);
          mkdirSync(join(full, 'private'));
          site.write({ stores: 'public = "stores/public.git"\nprivate = "stores/private"' });
        }
        const at = ['--state-dir', state];
        expect((await site.cli([...began, ...at])).code).toBe(7);
        await site.answerAll(state);
        expect((await site.cli(['resume', '--until', '08-freeze', ...at])).code).toBe(0);
        const used = Number(
          execFileSync('df', ['--output=used', '-k', full], { encoding: 'utf8' }).split('\n')[1],
        );
        mount('-o', `remount,size=${used + 64}k`, full);
        const ran = await site.cli(['resume', '--until', '12-merge', ...at]);
        expect([ran.code, ran.stdout + ran.stderr]).toEqual([
          7,
          expect.stringMatching(/ENOSPC|no space left/i),
        ]);
        expect(ran.stdout + ran.stderr).toMatch(/free space|make space/);
        mount('-o', 'remount,size=2g', full);
        expect((await site.cli(['resume', '--until', '13-reconcile', ...at])).code).toBe(0);
      } finally {
        execFileSync('umount', [full]);
      }
    },
  );
});

describe('a webhook that is down', () => {
  it('changes nothing about the run, which says that nobody was told', async () => {
    const env = { CUTOVER_WEBHOOK: `http://127.0.0.1:${await freePort()}/needle-in-vain` };
    // The preflight asks whether it answers; it goes down after that.
    await site.cli(began);
    await site.answerAll();
    const ran = await site.cli(['resume', '--until', '06-stage-sso'], env);
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('the webhook was not told')]);
    expect(ran.stdout + ran.stderr).not.toContain('needle-in-vain');
  });
});

describe('a clock that jumps', () => {
  const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
  it.skipIf(!existsSync(library) && process.env['CUTOVER_REQUIRE_SERVICES'] !== '1')(
    'is written down and told, and ends no wait early [needs libfaketime]',
    async () => {
      writeFileSync(site.at('clock'), '+0\n');
      const env = {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: site.at('clock'),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      };
      site.write({ top: `at = ${new Date(Date.now() + 3_600_000).toISOString()}` });
      await site.cli(began);
      await site.answerAll();
      const going = site.begin(['resume', '--wait'], env);
      await until('the wait', async () => (await site.status()).status.waitingFor?.staying === true);
      writeFileSync(site.at('clock'), '+2h\n');
      await until('the jump', () =>
        Promise.resolve(
          site.journal().some(({ type, seconds }) => type === 'clock-jumped' && Number(seconds) > 7000),
        ),
      );
      expect((await site.status()).status.waitingFor).toMatchObject({ kind: 'time', step: '07-go-no-go' });
      going.child.kill('SIGTERM');
      expect(await going.ended).toBe(6);
      expect(going.said()).toContain('the clock of this machine jumped by 7');
    },
  );
});

describe('a machine', () => {
  /** A run whose processes were all killed within a hook, as by a restart. */
  async function killed(): Promise<void> {
    site.write({ maintenance: 'echo $$ >hook.pid; touch entered; sleep 30', more: '[lease]\nttl = "2s"' });
    const going = site.begin([...began, '--wait']);
    await site.untilState('waiting');
    await site.answerAll();
    while (!existsSync(site.at('entered'))) await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(-going.child.pid!, 'SIGKILL');
    await going.ended;
    process.kill(-Number(readFileSync(site.at('hook.pid'), 'utf8')), 'SIGKILL');
    site.write({ more: '[lease]\nttl = "2s"' });
  }
  const startedTwice = () =>
    site.journal().filter(({ type, step }) => type === 'step-started' && step === '08-freeze').length;

  it('that was restarted goes on, although its numbers are those of other processes now', async () => {
    await killed();
    // After a restart another process has the number: this one.
    const pidFile = join(site.runDir(), 'run.pid');
    const [, second] = readFileSync(pidFile, 'utf8').split('\n');
    writeFileSync(pidFile, `${process.pid}\n${second!.replace(/ .*\//, ' another-start/')}\n`);
    const lease = site.at('private/lease/run.json');
    const held = JSON.parse(readFileSync(lease, 'utf8')) as Record<string, unknown>;
    writeFileSync(
      lease,
      JSON.stringify({ ...held, pid: process.pid, boot: 'another-start', expiresAt: '2099-01-01T00:00:00Z' }),
    );
    expect((await site.status()).state).toBe('died');
    // It had no time for a report.
    const said = (await site.cli(['status'])).stdout;
    const [, named] = /^ {2}(?:report|log): (.+)$/m.exec(said)!;
    expect(existsSync(named!)).toBe(true);
    const ran = await site.cli(['resume', '--until', '14-deploy']);
    expect([ran.code, startedTwice()]).toEqual([0, 2]);
    expect(existsSync(site.at('maintenance'))).toBe(true);
  });

  it('that another one takes over from is refused while it is alive, and followed once its lease has run out', async () => {
    site.write({ more: '[lease]\nttl = "2s"' });
    const going = site.begin([...began, '--wait']);
    await site.untilState('waiting');
    cpSync(site.at('.cutover'), site.at('elsewhere'), { recursive: true });
    const elsewhere = (...args: string[]) =>
      run(
        'unshare',
        [
          '--uts',
          'sh',
          '-c',
          `hostname elsewhere; exec "$0" "$@"`,
          process.execPath,
          bin,
          ...args,
          '--state-dir',
          'elsewhere',
        ],
        {
          cwd: site.dir,
        },
      ).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          said: error.stdout + error.stderr,
        }),
      );
    const refused = await elsewhere('resume', '--config', 'cutover.toml');
    expect([refused.code, refused.said]).toEqual([5, expect.stringMatching(/run-goes-on|lease-held/)]);
    process.kill(-going.child.pid!, 'SIGKILL');
    await going.ended;
    // It may have been about to renew its lease; whether it is gone for good only people can tell from elsewhere.
    rmSync(site.at('private/.lock'), { force: true });
    // Silent for a minute, it is taken for gone there; a clock that says so is as good.
    const status = join(site.at('elsewhere'), 'runs', site.runDir().split('/').at(-1)!, 'status.json');
    const shown = JSON.parse(readFileSync(status, 'utf8')) as Record<string, unknown>;
    writeFileSync(status, JSON.stringify({ ...shown, updatedAt: '2026-01-01T00:00:00Z' }));
    await site.answerAll('elsewhere');
    // Until then it is refused at once, and how long all this took is the machine's affair.
    const lease = site.at('private/lease/run.json');
    await until('the end of its lease', async () => {
      const held = JSON.parse(readFileSync(lease, 'utf8')) as { expiresAt: string };
      return Date.parse(held.expiresAt) < Date.now();
    });
    const taken = await elsewhere('resume', '--config', 'cutover.toml', '--until', '14-deploy');
    expect([taken.code, taken.said]).toEqual([0, expect.anything()]);
    expect(readFileSync(join(status, '..', 'journal.jsonl'), 'utf8')).toMatch(
      /"by":"process \d+ on elsewhere"/,
    );
  });
});
