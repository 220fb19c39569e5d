import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
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
  stop(): Promise<void>;
}

/** Starts a private MariaDB on a socket and a loopback port, with an empty root password. `serverArgs` are passed on. */
export async function startMariaDb(options: { serverArgs?: readonly string[] } = {}): Promise<MariaDb> {
  const { dir, remove } = await scratchDir('cutover-mariadb-');
  const user = userInfo().username;
  const data = join(dir, 'data');
  const temp = join(dir, 'tmp');
  const socket = join(dir, 's.sock');
  await mkdir(temp, { recursive: true });
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
  const port = await freePort();
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
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
    ],
    { stdio: 'ignore' },
  );
  const base = ['--no-defaults', '-uroot', '-S', socket];
  await until('mariadbd', () =>
    run('mariadb-admin', [...base, 'ping']).then(
      () => true,
      () => false,
    ),
  );

  const sql: MariaDb['sql'] = (text, { database, args = [] } = {}) =>
    new Promise((resolve, reject) => {
      const client = spawn('mariadb', [
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
      (await run('mariadb-dump', [...base, ...args], { encoding: 'buffer', maxBuffer: 2 ** 31 - 1 })).stdout,
    createDatabase: async (charset = 'utf8mb4') => {
      const name = `t${++databases}_${process.pid}`;
      await sql(`CREATE DATABASE \`${name}\` CHARACTER SET ${charset}`);
      return name;
    },
    stop: async () => {
      await stopProcess(server);
      await remove();
    },
  };
}
