import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { exitCodeOf, type Report } from '@cutover/core';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { describeWith, freePort, type MariaDb, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover, type Ran } from './run.ts';

const waivers = fileURLToPath(sampleWaivers);
const password = 'pa55-of-the-reader';

/** What a process loaded, by the coverage that node wrote of it. */
function loadedModules(coverageDir: string): string[] {
  return readdirSync(coverageDir).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverageDir, name), 'utf8')) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url);
  });
}

describeWith('mariadb', 'a live source', () => {
  let db: MariaDb;
  let name: string;
  let source: string[];
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  const env = { CUTOVER_SOURCE_PASSWORD: password };
  const at = (file: string): string => join(scratch.dir, file);
  const json = (ran: Ran): Report => JSON.parse(ran.stdout) as Report;
  const run = (args: readonly string[], more: Parameters<typeof cutover>[1] = { env }): Promise<Ran> =>
    cutover([...args], { cwd: scratch.dir, ...more });
  const stores = (which: string): string[] => [
    '--public',
    at(`${which}.git`),
    '--private',
    at(`${which}.private`),
  ];

  beforeAll(async () => {
    [db, scratch] = await Promise.all([startMariaDb(), scratchDir()]);
    name = await db.createDatabase();
    const sample = readFileSync(smallSampleDump);
    await db.sql(sample[0] === 0x1f ? gunzipSync(sample) : sample, { database: name });
    await db.sql(
      `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON \`${name}\`.* TO reader@'127.0.0.1'; GRANT RELOAD, BINLOG MONITOR ON *.* TO reader@'127.0.0.1';`,
    );
    source = ['--source', `mysql://reader@127.0.0.1:${db.port}/${name}?tls=off`];
  });
  afterAll(async () => {
    await db.stop();
    await scratch.remove();
  });

  it('gives the tree that the mariadb-dump of it gives', async () => {
    writeFileSync(at('dump.sql'), await db.dump([name]));
    const common = ['--json', '--waivers', waivers, '--as-of', '2027-01-01T00:00:00Z'];
    const fromDump = json(await run(['import', ...common, '--dump', at('dump.sql'), ...stores('dump')]));
    const ran = await run([
      'import',
      ...common,
      ...source,
      '--jobs',
      '2',
      '--keep-dump',
      at('kept.sql.gz'),
      ...stores('live'),
    ]);
    const live = json(ran);
    expect([ran.code, live.outcome]).toEqual([0, 'holds']);
    expect(live.details['tree']).toBe(fromDump.details['tree']);
    expect(live.details['tree']).toMatch(/^[0-9a-f]{40}$/);
    expect(live.tables).toEqual(fromDump.tables);
    expect(Object.keys(live.tables).length).toBeGreaterThan(5);
    const checks = Object.fromEntries(live.checks.map(({ id, outcome }) => [id, outcome]));
    expect(checks).toMatchObject({ source: 'holds', 'source-accounts': 'holds' });
    expect(live.details['source']).toMatchObject({
      snapshot: { method: 'global-lock' },
      withoutTransactions: { proof: expect.any(String) as unknown },
    });
    const again = json(
      await run(['import', ...common, ...source, '--since', at('kept.sql.gz'), ...stores('live')]),
    );
    expect(again.details).toMatchObject({
      moved: false,
      tree: live.details['tree'],
      delta: { changed: [], added: [], removed: [] },
    });
    expect(ran.stdout + ran.stderr).not.toContain(password);
    mkdirSync(at('.cutover/source-999999999-x'));
    const limited = await run(['import', '--json', ...source, '--limit', '1', ...stores('limited')]);
    expect(json(limited).checks.map(({ id }) => id)).not.toContain('source-accounts');
    // Neither this process's scratch dump nor one that a killed process left.
    expect(readdirSync(at('.cutover')).filter((entry) => entry.startsWith('source-'))).toEqual([]);
  }, 400_000);

  it('is rehearsed on like a dump, with what is known of it in the report', async () => {
    const ran = await run(['dry-run', '--json', '--waivers', waivers, ...source]);
    const report = json(ran);
    const outcomes = Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome]));
    for (const id of ['source', 'source-accounts', 'counts', 'ledger', 'redirects'])
      expect([id, outcomes[id]]).toEqual([id, 'holds']);
    expect(ran.code).toBe(exitCodeOf(report.outcome));
    const stored = JSON.parse(
      readFileSync(join(at('.cutover/runs'), String(report.details['runId']), 'report.json'), 'utf8'),
    ) as Report;
    expect(stored).toEqual(report);
  }, 400_000);

  it('is dumped into a file that the mariadb client restores', async () => {
    const ran = await run(['dump', '--json', ...source, '--out', at('archive.sql.gz'), '--jobs', '2']);
    expect([ran.code, json(ran).checks.map(({ id, outcome }) => `${id} ${outcome}`)]).toEqual([
      0,
      ['source holds', 'archive holds'],
    ]);
    const copy = await db.createDatabase();
    await db.sql(gunzipSync(readFileSync(at('archive.sql.gz'))), { database: copy });
    const plain = async (database: string) =>
      (await db.dump(['--skip-comments', '--order-by-primary', database]))
        .toString('latin1')
        .replaceAll(database, '');
    expect(await plain(copy)).toBe(await plain(name));
    const taken = await run(['dump', ...source, '--out', at('archive.sql.gz')]);
    expect([taken.code, taken.stderr]).toEqual([64, expect.stringContaining('dump-exists')]);
  });

  it('says before anything is read what the account lacks, and what that means', async () => {
    const whole = await run(['dump', '--preflight', '--json', ...source]);
    expect(whole.code).toBe(0);
    expect(json(whole).checks.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['source-privileges', 'holds'],
      ['source-tables', 'holds'],
    ]);
    await db.sql(`CREATE USER narrow@'127.0.0.1'; GRANT SELECT ON \`${name}\`.people TO narrow@'127.0.0.1'`);
    const narrow = ['--source', `mysql://narrow@127.0.0.1:${db.port}/${name}?tls=off`];
    const ran = await run(['dump', '--preflight', ...narrow], {});
    expect(ran.code).toBe(3);
    expect(ran.stdout).toMatch(/lacks SELECT on the database/);
    expect(ran.stdout).toMatch(/without RELOAD: .*digests/);
    const refused = await run(['dump', ...narrow, '--out', at('narrow.gz')], {});
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('source-privilege')]);
    const accepted = await run(['dump', ...narrow, '--out', at('narrow.gz'), '--accept-unproven'], {});
    expect([accepted.code, accepted.stdout]).toEqual([4, expect.stringContaining('could not tell')]);
  });

  it('counts and digests its rows for a verification, of a dump or of what is in the tree', async () => {
    writeFileSync(at('verify.sql'), await db.dump([name]));
    await run(['import', '--waivers', waivers, '--dump', at('verify.sql'), ...stores('verify')]);
    const verify = (): Promise<Ran> =>
      run([
        'verify',
        'counts',
        '--json',
        ...source,
        '--dump',
        at('verify.sql'),
        '--public',
        at('verify.git'),
      ]);
    const before = json(await verify());
    expect(before.checks.find(({ id }) => id === 'source-counts')).toMatchObject({
      outcome: 'holds',
      findings: [],
    });
    const tables = (
      await db.sql(
        `SELECT table_name FROM information_schema.tables WHERE table_schema = '${name}' AND table_name = 'people'`,
      )
    ).trim();
    expect(tables).toBe('people');
    await db.sql(`UPDATE people SET About = CONCAT(IFNULL(About, ''), '.') ORDER BY ID LIMIT 1`, {
      database: name,
    });
    const after = await verify();
    expect(after.code).toBe(1);
    expect(json(after).checks.find(({ id }) => id === 'source-counts')?.findings).toMatchObject([
      { code: 'rows-differ', subject: 'people' },
    ]);
  });

  it('reads what it took of the server again by other code, and holds that against what the server gave', async () => {
    const imported = await run(['import', '--waivers', waivers, ...source, ...stores('archived')]);
    expect(imported.code).toBe(0);
    const counted = json(await run(['verify', 'counts', '--json', ...source, ...stores('archived')]));
    expect(counted.checks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'source holds',
      'archive holds',
      'counts holds',
      'digests holds',
      'tree holds',
      'private-rows holds',
    ]);
  });

  /** How often the server has refused somebody. */
  const refusals = async (): Promise<number> =>
    Number((await db.sql(`SHOW GLOBAL STATUS LIKE 'Access_denied_errors'`)).split('\t')[1]);

  it.each([
    ['the environment', { env: { CUTOVER_SOURCE_PASSWORD: 'wr0ng-secret' } }, []],
    ['a file', {}, ['--source-password-file', 'wrong-password']],
    ['stdin', { input: 'wr0ng-secret\n' }, ['--password-from-stdin']],
  ])(
    'that refuses the password from %s ends with 2 after one attempt, and never shows it',
    async (_where, more, args) => {
      writeFileSync(at('wrong-password'), 'wr0ng-secret\n');
      const before = await refusals();
      const ran = await run(['dump', ...source, '--jobs', '4', '--out', at('refused.sql.gz'), ...args], more);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('source-refused')]);
      expect(await refusals()).toBe(before + 1);
      expect(ran.stdout + ran.stderr).not.toContain('wr0ng-secret');
      expect(existsSync(at('refused.sql.gz'))).toBe(false);
    },
  );

  it.each([
    ['dump', ['--out', 'x.gz']],
    ['import', ['--public', 'empty.git', '--private', 'none']],
    ['dry-run', []],
    ['verify counts', ['--dump', 'empty.sql', '--public', 'empty.git']],
  ])(
    'that refuses the password has %s end before it loads what it would have needed afterwards',
    async (command, args) => {
      execFileSync('git', ['init', '-q', '--bare', at('empty.git')]);
      writeFileSync(at('empty.sql'), '');
      const before = await refusals();
      const coverage = at(`coverage-${command}`);
      const ran = await run([...command.split(' '), ...source, ...args], {
        env: { CUTOVER_SOURCE_PASSWORD: 'wr0ng-secret', NODE_V8_COVERAGE: coverage, CUTOVER_SOURCES: '1' },
      });
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('source-refused')]);
      expect(await refusals()).toBe(before + 1);
      const loaded = loadedModules(coverage);
      const folder = (name: string): string =>
        name.startsWith('@cutover/')
          ? `/packages/${name.slice('@cutover/'.length)}/`
          : `/node_modules/${name}`;
      expect(loaded.filter((url) => url.includes('/packages/livesource/'))).not.toEqual([]);
      const needless = ['cutover', 'importer', 'laddr', 'records', 'stores', 'verify'].map(
        (name) => `@cutover/${name}`,
      );
      for (const name of [...needless, '@aws-sdk/', 'undici', 'zod', 'smol-toml'])
        expect(loaded.filter((url) => url.includes(folder(name)))).toEqual([]);
    },
  );

  it.each([
    ['import', ['--public', 'new.git', '--private', 'new']],
    ['dry-run', []],
    ['verify counts', ['--public', 'new.git']],
  ])('is not read by %s for a profile that there is not', async (command, args) => {
    const statements = async (): Promise<string> =>
      (await db.sql(`SHOW GLOBAL STATUS LIKE 'Com_savepoint'`)).split('\t')[1] ?? '';
    const before = await statements();
    const ran = await run([...command.split(' '), ...source, ...args, '--profile', 'other']);
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining('there is no profile other')]);
    expect(await statements()).toBe(before);
    expect(existsSync(at('new.git'))).toBe(false);
  });

  it.each([
    ['a password in its URL', 64, 'source-url-password', ['--source', 'mysql://me:s3cr3t@h/d']],
    ['no URL', 64, 'source-url', ['--source', 's3cr3t']],
    ['a dump beside it', 64, 'source-missing', ['--source', 'mysql://me@h/d', '--dump', 'x']],
    ['nothing at all', 64, 'source-missing', []],
  ])('given as %s is refused', async (_what, code, error, args) => {
    const ran = await run(['import', ...args, ...stores('refused')]);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(error)]);
    expect(ran.stdout + ran.stderr).not.toContain('s3cr3t');
  });

  it('that is not there is told at once, with exit 3', async () => {
    const ran = await run([
      'dump',
      '--source',
      `mysql://me@127.0.0.1:${await freePort()}/d`,
      '--out',
      at('none.gz'),
    ]);
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('source-unreachable')]);
  });
});
