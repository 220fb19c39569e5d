import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CutoverError } from '@cutover/core';
import { describeWith, type MariaDb, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkPrivileges,
  parseGrants,
  parseSourceUrl,
  readPrivileges,
  Session,
  shownAddress,
} from '../src/index.ts';
import { allKinds } from './kinds.ts';
import { addressOf, generalLog, startProxy, take } from './support.ts';

describe('a source URL', () => {
  it.each([
    ['mysql://me@db.example.org/site', 'me@db.example.org:3306/site', 'verify'],
    ['mysql://me@db.example.org:3307/site?tls=off', 'me@db.example.org:3307/site', 'off'],
    ['mariadb://me%40x@[::1]/a%20b', 'me@x@::1:3306/a b', 'verify'],
    ['mysql://me@localhost/site?socket=/run/mysqld.sock', 'me@/run/mysqld.sock/site', 'off'],
  ])('%s is %s, certificates %s', (url, shown, tls) => {
    const address = parseSourceUrl(url);
    expect([shownAddress(address), address.tls]).toEqual([shown, tls]);
  });

  it.each([
    '',
    'site.sql',
    'postgres://me@h/d',
    'mysql://h/d',
    'mysql://me@h',
    'mysql://me@h/a/b',
    'mysql://me@h/d?ssl=0',
    'mysql://me@h/d?tls=maybe',
    'mysql://me@h/%zz',
  ])('is not "%s"', (url) => {
    expect(() => parseSourceUrl(url)).toThrowError(
      expect.objectContaining({ code: 'source-url', exitCode: 64 }),
    );
  });

  it('with a password is refused without repeating it', () => {
    const refused = ((): CutoverError => {
      try {
        parseSourceUrl('mysql://me:s3cr3t-word@h/d');
      } catch (error) {
        return error as CutoverError;
      }
      throw new Error('it was taken');
    })();
    expect(refused).toMatchObject({ code: 'source-url-password', exitCode: 64 });
    expect(JSON.stringify(refused) + String(refused) + (refused.stack ?? '')).not.toContain('s3cr3t');
  });
});

describe('grants', () => {
  const held = (lines: string[], database = 'site_1'): string =>
    [...parseGrants(lines, database).held].sort().join();
  it('count where they cover the whole database', () => {
    expect(
      held(['GRANT USAGE ON *.* TO `me`@`h`', 'GRANT SELECT, LOCK TABLES ON `site\\_1`.* TO `me`@`h`']),
    ).toBe('LOCK TABLES,SELECT,USAGE');
    expect(held(['GRANT SELECT ON `site_1`.* TO `me`@`h`'], 'siteX1')).toBe('SELECT');
    expect(held(['GRANT SELECT ON `site\\_1`.* TO `me`@`h`'], 'siteX1')).toBe('');
    expect(held(['GRANT SELECT ON `%`.* TO `me`@`h`'])).toBe('SELECT');
    expect(
      held([
        'GRANT SELECT ON `site_1`.`people` TO `me`@`h`',
        'GRANT SELECT (`ID`) ON `site_1`.`tags` TO `me`@`h`',
        'GRANT SELECT ON `other`.* TO `me`@`h`',
      ]),
    ).toBe('');
    expect(held(['GRANT RELOAD, REPLICATION CLIENT ON *.* TO `me`@`h`'])).toBe(
      'BINLOG MONITOR,RELOAD,REPLICATION CLIENT,SLAVE MONITOR',
    );
  });
  it('of everything are those that the scope can have', () => {
    expect(held(['GRANT ALL PRIVILEGES ON `site_1`.* TO `me`@`h`'])).toBe(
      'EVENT,LOCK TABLES,SELECT,SHOW VIEW,TRIGGER',
    );
    expect(held(['GRANT ALL PRIVILEGES ON *.* TO `root`@`h` WITH GRANT OPTION'])).toContain('RELOAD');
  });
  it('that come from a role which is not listed leave it open', () => {
    const byRole = parseGrants(['GRANT `reader` TO `me`@`h`', 'GRANT USAGE ON *.* TO `me`@`h`'], 'd');
    expect(checkPrivileges(byRole).outcome).toBe('unknown');
    expect(checkPrivileges(parseGrants(['GRANT USAGE ON *.* TO `me`@`h`'], 'd'))).toMatchObject({
      outcome: 'fails',
      findings: [{ subject: 'SELECT' }],
    });
    expect(checkPrivileges(parseGrants(['GRANT SELECT ON `d`.* TO `me`@`h`'], 'd'))).toMatchObject({
      outcome: 'holds',
      evidence: { missing: { RELOAD: expect.any(String) as unknown } },
    });
  });
});

describeWith('mariadb', 'a server', () => {
  let db: MariaDb;
  let name: string;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  const password = 'pa55-of-the-reader';
  beforeAll(async () => {
    scratch = await scratchDir();
    const certs = makeCertificates(scratch.dir);
    db = await startMariaDb({
      serverArgs: [
        '--log-bin',
        '--server-id=7',
        `--ssl-ca=${certs.ca}`,
        `--ssl-cert=${certs.cert}`,
        `--ssl-key=${certs.key}`,
      ],
    });
    name = await db.createDatabase();
    await db.sql(allKinds, { database: name, args: ['--default-character-set=utf8mb4'] });
    await db.sql(`CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON \`${name}\`.* TO reader@'127.0.0.1'; GRANT RELOAD, BINLOG MONITOR, SLAVE MONITOR ON *.* TO reader@'127.0.0.1';
      CREATE USER narrow@'127.0.0.1'; GRANT SELECT ON \`${name}\`.texts TO narrow@'127.0.0.1'; CREATE USER tls@'127.0.0.1' REQUIRE SSL; GRANT SELECT ON \`${name}\`.* TO tls@'127.0.0.1';
      CREATE USER plain@'127.0.0.1'; GRANT SELECT ON \`${name}\`.* TO plain@'127.0.0.1';`);
  });
  afterAll(async () => {
    await db.stop();
    await scratch.remove();
  });

  it('that refuses the password is asked once, and the error does not hold it', async () => {
    const proxy = await startProxy(db.port);
    const refused = await take(scratch.dir, addressOf(proxy, name, 'reader'), {
      password: 'wr0ng-secret',
      jobs: 4,
    }).catch((error: unknown) => error as CutoverError);
    expect(refused).toMatchObject({ code: 'source-refused', exitCode: 2 });
    expect(proxy.connections).toBe(1);
    const told = [JSON.stringify(refused), String(refused), String((refused as CutoverError).cause)].join();
    expect(told).not.toContain('wr0ng-secret');
    await proxy.close();
  });

  it('that got no password says so, and where to give one', async () => {
    const proxy = await startProxy(db.port);
    await expect(take(scratch.dir, addressOf(proxy, name, 'reader'))).rejects.toMatchObject({
      code: 'source-refused',
      exitCode: 2,
      message: expect.stringContaining('no password was given') as unknown,
      next: expect.stringContaining('CUTOVER_SOURCE_PASSWORD') as unknown,
    });
    await proxy.close();
  });

  it('that is not there, or has no such database, is told from one that refuses', async () => {
    const proxy = await startProxy(db.port);
    await proxy.close();
    await expect(take(scratch.dir, addressOf(proxy, name))).rejects.toMatchObject({
      code: 'source-unreachable',
      exitCode: 3,
    });
    await expect(take(scratch.dir, addressOf(db, 'no_such'))).rejects.toMatchObject({
      code: 'source-database',
      exitCode: 3,
    });
    await expect(take(scratch.dir, addressOf(db, await db.createDatabase()))).rejects.toMatchObject({
      code: 'source-empty',
      exitCode: 3,
    });
  });

  it('that hides tables from the account is not read, unless somebody answers for it', async () => {
    await expect(take(scratch.dir, addressOf(db, name, 'narrow'))).rejects.toMatchObject({
      code: 'source-privilege',
      exitCode: 3,
      message: expect.stringContaining('SELECT') as unknown,
    });
    const manifest = await take(scratch.dir, addressOf(db, name, 'narrow'), { acceptUnproven: true });
    expect(manifest.tables.map((table) => table.name)).toEqual(['texts']);
    expect(manifest.notIncluded.join()).toMatch(/triggers.*events/);
  });

  it('gets nothing but statements that read, from an account that may do nothing else', async () => {
    let manifest!: Awaited<ReturnType<typeof take>>;
    const statements = await generalLog(db, async () => {
      manifest = await take(scratch.dir, addressOf(db, name, 'reader'), {
        password,
        jobs: 3,
        pageRows: 5,
        maxLoad: 1000,
      });
    });
    expect(statements.length).toBeGreaterThan(300);
    const reading =
      /^(SELECT |SHOW |SET NAMES |SET SESSION |START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY$|ROLLBACK$|SAVEPOINT |ROLLBACK TO SAVEPOINT |FLUSH TABLES WITH READ LOCK$|LOCK TABLES (`.+` READ(, |$))+|UNLOCK TABLES$)/;
    const own = /^(SET GLOBAL general_log|SET sql_log_bin)/;
    expect(statements.filter((sql) => !reading.test(sql) && !own.test(sql))).toEqual([]);
    expect(
      statements.filter((sql) => /\b(INTO (OUT|DUMP)FILE|FOR UPDATE|LOCK IN SHARE MODE)\b/i.test(sql)),
    ).toEqual([]);
    expect(manifest.notIncluded).toEqual([]);
    expect(manifest.snapshot).toMatchObject({
      method: 'global-lock',
      binlog: { file: expect.any(String) as unknown },
    });
    expect(JSON.stringify(manifest)).not.toContain(password);
  });

  it('shows what the account may', async () => {
    const session = await Session.open(addressOf(db, name, 'reader'), { password });
    const { held } = await readPrivileges(session, name);
    expect([...held].sort()).toEqual([
      'BINLOG MONITOR',
      'EVENT',
      'LOCK TABLES',
      'RELOAD',
      'SELECT',
      'SHOW VIEW',
      'SLAVE MONITOR',
      'TRIGGER',
    ]);
    await expect(session.query('CREATE TABLE x (id int)')).rejects.toMatchObject({ errno: 1142 });
    await session.close();
  });

  const url = (user: string, query: string): ReturnType<typeof parseSourceUrl> =>
    parseSourceUrl(`mysql://${user}@127.0.0.1:${db.port}/${name}?${query}`);

  it('has to prove who it is', async () => {
    const ca = encodeURIComponent(join(scratch.dir, 'certs/ca.pem'));
    const session = await Session.open(url('tls', `tls-ca=${ca}&tls-name=legacy.example.org`));
    expect(await session.query(`SHOW STATUS LIKE 'Ssl_version'`)).toEqual([
      ['Ssl_version', expect.stringMatching(/^TLSv1\.[23]$/)],
    ]);
    await session.close();
    for (const query of [
      '',
      `tls-ca=${ca}`,
      `tls-ca=${ca}&tls-name=other.example.org`,
      'tls-name=legacy.example.org',
    ]) {
      await expect(Session.open(url('tls', query)), query).rejects.toMatchObject({
        code: 'source-certificate',
        exitCode: 3,
      });
    }
    await expect(Session.open(url('tls', 'tls-ca=/none.pem'))).rejects.toMatchObject({
      code: 'source-authorities',
      exitCode: 64,
    });
    await expect(Session.open(url('tls', 'tls=off'))).rejects.toMatchObject({ exitCode: 2 });
  });

  it('that offers no encryption is refused, unless that was said', async () => {
    const plain = await startMariaDb();
    try {
      const database = await plain.createDatabase();
      const address = { ...addressOf(plain, database), tls: 'verify' as const };
      await expect(Session.open(address)).rejects.toMatchObject({ code: 'source-no-tls', exitCode: 3 });
      await (await Session.open(addressOf(plain, database))).close();
    } finally {
      await plain.stop();
    }
  });
});

function makeCertificates(dir: string): { ca: string; cert: string; key: string } {
  const certs = join(dir, 'certs');
  mkdirSync(certs);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: certs, stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=a test authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=legacy.example.org',
    '-addext',
    'subjectAltName=DNS:legacy.example.org',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    'server.pem',
  );
  return { ca: join(certs, 'ca.pem'), cert: join(certs, 'server.pem'), key: join(certs, 'server.key') };
}
