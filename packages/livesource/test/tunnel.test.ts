import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  describeWith,
  freePort,
  type MariaDb,
  scratchDir,
  type Sshd,
  startMariaDb,
  startSshd,
  stopProcess,
  until,
} from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSourceUrl } from '../src/index.ts';
import { contentsOf, take } from './support.ts';

const manual = readFileSync(new URL('../../../docs/operations/live-source.md', import.meta.url), 'utf8');

describeWith('sshd', 'the tunnel as it is documented', () => {
  let db: MariaDb;
  let sshd: Sshd;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let port: number;
  const tunnels: ChildProcess[] = [];
  beforeAll(async () => {
    [db, scratch, port] = await Promise.all([startMariaDb(), scratchDir(), freePort()]);
    sshd = await startSshd({ forwardTo: db.port });
  });
  afterAll(async () => {
    for (const tunnel of tunnels) await stopProcess(tunnel);
    await Promise.all([db.stop(), sshd.stop(), scratch.remove()]);
  });

  /** The manual's command with the places of this test, run by a shell. */
  function ssh(target = db.port): { tunnel: ChildProcess; said: () => string } {
    const documented = /^ssh (-N .*) &$/m.exec(manual)?.[1];
    const command = documented
      ?.replace('127.0.0.1:3307:127.0.0.1:3306', `127.0.0.1:${port}:127.0.0.1:${target}`)
      .replace('you@legacy.example.org', `${sshd.user}@127.0.0.1`);
    expect(command).toContain(`:${target} ${sshd.user}@127.0.0.1`);
    const ours = `-F none -p ${sshd.port} -i ${sshd.keyFile} -o IdentitiesOnly=yes -o UserKnownHostsFile=${sshd.knownHostsFile} -o StrictHostKeyChecking=yes`;
    const tunnel = spawn('sh', ['-c', `exec ssh ${ours} ${command}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    tunnels.push(tunnel);
    let errors = '';
    tunnel.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    return { tunnel, said: () => errors };
  }

  const listening = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });

  const through = (user: string, database: string): ReturnType<typeof parseSourceUrl> => {
    const documented = /'(mysql:\/\/cutover@127\.0\.0\.1:3307\/legacy\?tls=off)'/.exec(manual)?.[1] ?? '';
    return parseSourceUrl(
      documented.replace('cutover', user).replace('3307', String(port)).replace('legacy', database),
    );
  };

  it('leads to the server, and reading goes on when it broke and was made again', async () => {
    const name = await db.createDatabase();
    await db.sql(
      `CREATE TABLE keyed (id int PRIMARY KEY, v varchar(200)); INSERT INTO keyed SELECT seq, REPEAT(MD5(seq), 6) FROM seq_1_to_6000;
       CREATE USER cutover@'127.0.0.1' IDENTIFIED BY 'pa55'; GRANT SELECT ON \`${name}\`.* TO cutover@'127.0.0.1'`,
      { database: name },
    );
    const { tunnel } = ssh();
    await until('the tunnel', listening);
    let broken: Promise<void> | undefined;
    const manifest = await take(scratch.dir, through('cutover', name), {
      password: 'pa55',
      pageRows: 200,
      onEvent: (event) => {
        if (event.type === 'progress' && (event.rowsDone ?? 0) > 2000)
          broken ??= stopProcess(tunnel).then(() => void ssh());
      },
    });
    await broken;
    expect(manifest.reconnects).toBeGreaterThan(0);
    expect(manifest.tables).toMatchObject([{ rows: 6000, rereads: 0, resumes: 1 }]);
    expect((await contentsOf(join(scratch.dir, 'archive.sql.gz'))).tables['keyed']?.rows).toHaveLength(6000);
  });

  it('leads nowhere else with a key that may do this alone', async () => {
    for (const tunnel of tunnels) await stopProcess(tunnel);
    const { said } = ssh(sshd.port);
    await until('the tunnel', listening);
    await expect(take(scratch.dir, through('cutover', 'd'))).rejects.toMatchObject({ exitCode: 3 });
    await until('a word', () => Promise.resolve(/administratively prohibited/.test(said())));
  });
});
