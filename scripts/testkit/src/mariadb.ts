import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, run, scratchDir, stopProcess, until } from './processes.ts';

export interface MariaDb {
  readonly socket: string;
  readonly port: number;
  /** Standard output of `mariadb-dump` with these arguments, as bytes. */
  dump(args: readonly string[]): Promise<Buffer>;
  /** Runs SQL as root and gives what the client prints (tab-separated, no headings). */
  sql(text: string | Buffer, options?: { database?: string; args?: readonly string[] }): Promise<string>;
  /** A new empty database; its name. */
  createDatabase(charset?: string): Promise<string>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Shuts it down, where it is up, and starts it again; resolves while it is still coming up. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface MariaDbOptions {
  /** Passed on to the server. */
  readonly serverArgs?: readonly string[];
  /** Where the programs are: the system's without, else a folder that `.ci/debian-root` made. */
  readonly root?: string | undefined;
}

/** Starts a private MariaDB on a socket and a loopback port, with an empty root password. */
export async function startMariaDb(options: MariaDbOptions = {}): Promise<MariaDb> {
  const { root } = options;
  const program = (name: string): string => (root === undefined ? name : join(root, 'bin', name));
  const { dir, remove } = await scratchDir('cutover-mariadb-');
  const user = userInfo().username;
  const data = join(dir, 'data');
  const temp = join(dir, 'tmp');
  const socket = join(dir, 's.sock');
  await mkdir(temp, { recursive: true });
  if (root === undefined) await installData(user, data, temp);
  else await installDataOf(root, user, data, temp);
  const port = await freePort();
  const serverArgs = [
    '--no-defaults',
    ...(root === undefined ? [] : placesOf(root)),
    `--user=${user}`,
    `--datadir=${data}`,
    `--tmpdir=${temp}`,
    `--socket=${socket}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=16M',
    '--innodb-flush-log-at-trx-commit=0',
    '--max-allowed-packet=256M',
    `--log-error=${join(dir, 'err.log')}`,
    ...(options.serverArgs ?? []),
  ];
  const start = () => spawn(program('mariadbd'), serverArgs, { stdio: 'ignore' });
  let server = start();
  const base = ['--no-defaults', '-uroot', '-S', socket];
  await until('mariadbd', () =>
    run(program('mariadb-admin'), [...base, 'ping']).then(
      () => true,
      () => false,
    ),
  );

  const sql: MariaDb['sql'] = (text, { database, args = [] } = {}) =>
    new Promise((resolve, reject) => {
      const client = spawn(program('mariadb'), [
        ...base,
        '--batch',
        '--skip-column-names',
        '--max-allowed-packet=256M',
        ...args,
        ...(database === undefined ? [] : [database]),
      ]);
      const out: Buffer[] = [];
      let errors = '';
      client.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      client.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      client.stdin.on('error', () => undefined);
      client.once('error', reject);
      client.once('close', (code) =>
        code === 0 ? resolve(Buffer.concat(out).toString()) : reject(new Error(`mariadb: ${errors.trim()}`)),
      );
      client.stdin.end(text);
    });

  let databases = 0;
  return {
    socket,
    port,
    sql,
    dump: async (args) =>
      (await run(program('mariadb-dump'), [...base, ...args], { encoding: 'buffer', maxBuffer: 2 ** 31 - 1 }))
        .stdout,
    createDatabase: async (charset = 'utf8mb4') => {
      const name = `t${++databases}_${process.pid}`;
      await sql(`CREATE DATABASE \`${name}\` CHARACTER SET ${charset}`);
      return name;
    },
    kill: async () => {
      const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
      server.kill('SIGKILL');
      await gone;
    },
    restart: async () => {
      await stopProcess(server);
      server = start();
    },
    stop: async () => {
      await stopProcess(server);
      await remove();
    },
  };
}

async function installData(user: string, data: string, temp: string): Promise<void> {
  await run('mariadb-install-db', [
    '--no-defaults',
    `--user=${user}`,
    `--datadir=${data}`,
    // Installations side by side would trip over each other's files in the shared one.
    `--tmpdir=${temp}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]);
}

/** Options by which a server below another root finds its own files. */
function placesOf(root: string): string[] {
  const usr = join(root, 'tree', 'usr');
  return [
    `--basedir=${usr}`,
    `--lc-messages-dir=${join(usr, 'share/mariadb')}`,
    `--character-sets-dir=${join(usr, 'share/mariadb/charsets')}`,
    `--plugin-dir=${join(usr, 'lib/mysql/plugin')}`,
  ];
}

/** What mariadb-install-db does, whose script looks for the programs where the system has them. */
async function installDataOf(root: string, user: string, data: string, temp: string): Promise<void> {
  const scripts = [
    'mariadb_system_tables.sql',
    'mariadb_performance_tables.sql',
    'mariadb_system_tables_data.sql',
    'maria_add_gis_sp_bootstrap.sql',
    'mariadb_sys_schema.sql',
  ].map((name) => readFile(join(root, 'tree/usr/share/mariadb', name), 'utf8'));
  const sql = `CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n${(await Promise.all(scripts)).join('')}`;
  await mkdir(data, { recursive: true });
  const installing = run(join(root, 'bin/mariadbd'), [
    '--no-defaults',
    '--bootstrap',
    `--user=${user}`,
    `--datadir=${data}`,
    `--tmpdir=${temp}`,
    '--log-warnings=0',
    '--skip-name-resolve',
    '--max-allowed-packet=8M',
    '--net-buffer-length=16K',
    ...placesOf(root),
  ]);
  installing.child.stdin?.end(sql);
  await installing;
}
