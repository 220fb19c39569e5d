/**
 * Tries a MySQL server by hand: `.ci/debian-root sid FOLDER mysql-server-core mysql-client-core -- mysql-client`
 * gets one, `npx tsx packages/livesource/test/mysql/try.ts FOLDER` holds what is read live, and what its own mysqldump writes with
 * its usual options, against each other. Not in CI: Debian's sid is another version every few weeks.
 */
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CutoverError } from '@cutover/core';
import { parseSourceUrl, Session } from '../../src/index.ts';
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
  await holds('mysqldump --tab', async () => {
    const dir = join(db.dir, 'files');
    await db.client('mysqldump', [`--tab=${dir}`, 'kinds']);
    if ((await readdir(dir)).length === 0) return 'no files';
    return difference(await contentsOf(dir), expected, true);
  });
}

async function signIns(db: MySql): Promise<void> {
  const password = 'pa55-of-the-reader';
  const sql = `CREATE USER reader@'127.0.0.1' IDENTIFIED WITH caching_sha2_password BY '${password}'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON kinds.* TO reader@'127.0.0.1'; GRANT RELOAD, REPLICATION CLIENT ON *.* TO reader@'127.0.0.1';`;
  await db.client('mysql', ['-e', sql]);
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
  for (const query of ['tls=off', `tls-ca=${ca}&tls-name=${name}`]) {
    await holds(`a wrong password, ${query.slice(0, 7)}`, async () => {
      const error = (await Session.open(url(query), { password: 'wr0ng' }).catch(
        (one: unknown) => one,
      )) as CutoverError;
      return error.exitCode === 2 && error.code === 'source-refused'
        ? undefined
        : `${error.code} ${error.exitCode}`;
    });
  }
  await holds('an account that may only read', async () => {
    const manifest = await take(db.dir, url('tls=off'), {
      password,
      jobs: 3,
      out: join(db.dir, 'reader.sql.gz'),
    });
    return manifest.snapshot.method === 'global-lock' && manifest.notIncluded.length === 0
      ? undefined
      : JSON.stringify([manifest.snapshot, manifest.notIncluded]);
  });
}

const [root] = process.argv.slice(2);
if (root === undefined) throw new Error('give the folder that .ci/debian-root made');
const db = await startMySql(root);
try {
  process.stdout.write(await db.client('mysql', ['-NBe', 'SELECT VERSION()']));
  await db.client('mysql', ['-e', 'CREATE DATABASE kinds CHARACTER SET utf8mb4']);
  await db.client(
    'mysql',
    ['--default-character-set=utf8mb4', 'kinds'],
    await readFile(new URL('kinds.sql', import.meta.url), 'utf8'),
  );
  await readers(db);
  await signIns(db);
} finally {
  await db.stop();
}
process.exitCode = failures === 0 ? 0 : 1;
