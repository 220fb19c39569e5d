import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, run, scratchDir, stopProcess, until } from './processes.ts';

/** A real PostgreSQL server on loopback, without passwords. */
export interface Postgres {
  readonly port: number;
  /** Makes a database and answers its address. */
  createDatabase(): Promise<string>;
  /** One statement, as psql prints its rows: unaligned, a line each. */
  sql(text: string, database?: string): Promise<string>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Shuts it down, where it is up, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Where Debian puts the server's programs: not on the PATH. */
export function postgresPrograms(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base)
    ? readdirSync(base).sort((one, other) => Number(other) - Number(one))
    : [];
  return versions.map((version) => join(base, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** It refuses to run as root: then it is run as nobody. */
const nobody = 65_534;
const other = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

export async function startPostgres(): Promise<Postgres> {
  const bin = postgresPrograms();
  if (bin === undefined) throw new Error('PostgreSQL is not installed');
  const { dir, remove } = await scratchDir('cutover-postgres-');
  chmodSync(dir, 0o700);
  if (other.uid !== undefined) chownSync(dir, other.uid, other.gid);
  const data = join(dir, 'data');
  const port = await freePort();
  const env = { PATH: process.env['PATH'], HOME: dir, LC_ALL: 'C.UTF-8' };
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...other, env, cwd: dir },
  );
  const settings = {
    ...{ listen_addresses: '127.0.0.1', port, unix_socket_directories: '', shared_buffers: '32MB' },
    // A crash of the server is survived without it; only one of the machine is not.
    ...{ fsync: 'off', synchronous_commit: 'on', max_connections: 100 },
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = (): ChildProcess =>
    spawn(join(bin, 'postgres'), ['-D', data, ...args], { ...other, env, cwd: dir, stdio: 'ignore' });
  const sql = async (text: string, database = 'postgres'): Promise<string> => {
    const base = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(port)];
    const { stdout } = await run(join(bin, 'psql'), [...base, '-U', 'postgres', '-d', database, '-c', text]);
    return stdout;
  };
  const isUp = (): Promise<boolean> =>
    sql('SELECT 1').then(
      () => true,
      () => false,
    );
  let server = start();
  await until('PostgreSQL', isUp);
  let databases = 0;
  return {
    port,
    sql,
    createDatabase: async () => {
      const name = `t${++databases}_${process.pid}`;
      await sql(`CREATE DATABASE ${name}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    kill: async () => {
      const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
      // Its children end with it, as on a crash.
      server.kill('SIGQUIT');
      await gone;
    },
    restart: async () => {
      // Without waiting for those that are connected.
      server.kill('SIGINT');
      await stopProcess(server);
      server = start();
      await until('PostgreSQL', isUp);
    },
    stop: async () => {
      server.kill('SIGQUIT');
      await stopProcess(server);
      await remove();
    },
  };
}
