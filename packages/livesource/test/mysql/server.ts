import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, run, scratchDir, stopProcess, until } from '@cutover/testkit';

export interface MySql {
  readonly dir: string;
  readonly port: number;
  /** Runs one of the root's client programs as the server's root account; its standard output. */
  client(name: string, args: readonly string[], input?: string | Buffer): Promise<Buffer>;
  stop(): Promise<void>;
}

/** Starts a private MySQL server of a folder that `.ci/debian-root` made, with an empty root password. */
export async function startMySql(root: string): Promise<MySql> {
  const { dir, remove } = await scratchDir('cutover-mysql-');
  const usr = join(root, 'tree/usr');
  const files = join(dir, 'files');
  await mkdir(files);
  const port = await freePort();
  const socket = join(dir, 's.sock');
  const options = [
    '--no-defaults',
    '--user=root',
    `--datadir=${join(dir, 'data')}`,
    `--basedir=${usr}`,
    `--lc-messages-dir=${usr}/share/mysql`,
    `--character-sets-dir=${usr}/share/mysql/charsets`,
    `--plugin-dir=${usr}/lib/mysql/plugin`,
    `--log-error=${join(dir, 'err.log')}`,
  ];
  await run(join(root, 'bin/mysqld'), ['--initialize-insecure', ...options].sort(noDefaultsFirst));
  const server = spawn(
    join(root, 'bin/mysqld'),
    [
      ...options,
      `--socket=${socket}`,
      `--port=${port}`,
      `--pid-file=${join(dir, 'pid')}`,
      '--bind-address=127.0.0.1',
      '--mysqlx=OFF',
      '--log-bin',
      '--server-id=9',
      `--secure-file-priv=${files}`,
    ],
    { stdio: 'ignore' },
  );
  const base = ['--no-defaults', '-uroot', '-S', socket];
  await until('mysqld', () =>
    run(join(root, 'bin/mysqladmin'), [...base, 'ping']).then(
      () => true,
      () => false,
    ),
  );
  return {
    dir,
    port,
    client: async (name, args, input) => {
      const running = run(join(root, 'bin', name), [...base, ...args], {
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

function noDefaultsFirst(a: string, b: string): number {
  return Number(b === '--no-defaults') - Number(a === '--no-defaults');
}
