import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Timing } from './measure.ts';

/** A private server to load the dump into with its own client; undefined, said by name, where there is none. */
export function mariaDbForLoad(
  dump: string,
  print: (line: string) => void,
): { run(): Timing; stop(): void } | undefined {
  if (
    spawnSync('sh', ['-c', 'command -v mariadbd && command -v mariadb && command -v mariadb-install-db'])
      .status !== 0
  ) {
    print('skipped: mariadb client load (mariadb is not installed)');
    return undefined;
  }
  const dir = mkdtempSync(join(tmpdir(), 'mysqldump-bench-db-'));
  const data = join(dir, 'data');
  const socket = join(dir, 's.sock');
  const user = userInfo().username;
  mkdirSync(join(dir, 'tmp'));
  spawnSync('mariadb-install-db', [
    '--no-defaults',
    `--user=${user}`,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
      `--user=${user}`,
      `--datadir=${data}`,
      `--tmpdir=${join(dir, 'tmp')}`,
      `--socket=${socket}`,
      '--skip-networking',
      '--innodb-buffer-pool-size=256M',
      '--innodb-flush-log-at-trx-commit=0',
    ],
    { stdio: 'ignore' },
  );
  const client = ['--no-defaults', '-uroot', '-S', socket];
  for (let i = 0; spawnSync('mariadb-admin', [...client, 'ping']).status !== 0; i++) {
    if (i > 300) throw new Error('mariadbd does not start');
    spawnSync('sleep', ['0.1']);
  }
  return {
    run: () => {
      spawnSync('mariadb', [...client, '-e', 'DROP DATABASE IF EXISTS b; CREATE DATABASE b']);
      const started = process.hrtime.bigint();
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', 'exec mariadb "$@" < "$DUMP"', 'sh', ...client, 'b'],
        { env: { ...process.env, DUMP: dump }, encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`mariadb: ${stderr}`);
      return { seconds: Number(process.hrtime.bigint() - started) / 1e9 };
    },
    stop: () => {
      server.kill('SIGTERM');
      spawnSync('sleep', ['1']);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
