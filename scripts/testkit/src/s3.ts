import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { freePort, run, scratchDir, stopProcess, until } from './processes.ts';
import { cephConfig } from './s3-config.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What a process of its own needs in its environment to reach this server. */
  readonly environment: Readonly<Record<string, string>>;
  /** A name that no bucket has yet. */
  bucketName(): string;
  /** Makes a bucket; its name. */
  makeBucket(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a private Ceph of one monitor and one OSD in memory, with its S3 gateway, on loopback. About two
 * seconds. Everything runs in the foreground as children of this process, so that `stop` leaves none behind.
 */
export async function startS3(): Promise<S3Server> {
  const { dir, remove } = await scratchDir('cutover-s3-');
  const [port, monitorPort] = [await freePort(), await freePort()];
  for (const folder of ['mon', 'osd', 'rgw', 'run', 'log']) await mkdir(join(dir, folder));
  const conf = join(dir, 'ceph.conf');
  await writeFile(conf, cephConfig(dir, port, monitorPort));
  const keyring = join(dir, 'keyring');
  const client = ['-c', conf, '--keyring', keyring];
  const ceph = (...args: string[]) => run('ceph', [...client, ...args], { env: plain() });
  const children: ReturnType<typeof spawn>[] = [];
  const start = (program: string, args: readonly string[]) => {
    const child = spawn(program, ['-f', ...args, ...client], { stdio: 'ignore', env: plain() });
    child.once('error', () => undefined);
    children.push(child);
  };
  const stop = async () => {
    // The gateway first: without its monitor it would wait for it.
    for (const child of children.reverse()) await stopProcess(child, 3000);
    await remove();
  };
  try {
    await makeKeys(keyring);
    await makeMonitor(dir, conf, keyring, monitorPort);
    start('ceph-mon', ['-i', 'a']);
    await until('the monitor', () => ceph('mon', 'stat').then(yes, no));
    await run('ceph-osd', [...client, '-i', '0', '--mkfs', '--osd-uuid', uuid()], { env: plain() });
    await ceph('osd', 'new', (await readFile(join(dir, 'osd', 'fsid'), 'utf8')).trim(), '0');
    start('ceph-osd', ['-i', '0']);
    await ceph('osd', 'crush', 'add', 'osd.0', '1', 'root=default', 'host=h');
    await until('the OSD', async () => (await ceph('osd', 'stat')).stdout.includes('1 up'));
    start('radosgw', ['-n', 'client.rgw']);
    await until('the S3 gateway', () => answers(port));
    const credentials = {
      accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
      secretAccessKey: randomBytes(20).toString('hex'),
    };
    const user = ['--uid=t', '--display-name=t', `--access-key=${credentials.accessKeyId}`];
    await run(
      'radosgw-admin',
      [
        ...client,
        '-n',
        'client.rgw',
        'user',
        'create',
        ...user,
        `--secret-key=${credentials.secretAccessKey}`,
      ],
      { env: plain() },
    );
    let buckets = 0;
    const endpoint = `http://127.0.0.1:${port}`;
    const bucketName = () => `test-${process.pid}-${++buckets}`;
    return {
      endpoint,
      region: 'us-east-1',
      credentials,
      environment: {
        AWS_ENDPOINT_URL_S3: endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
      bucketName,
      makeBucket: async () => {
        const name = bucketName();
        const url = `${endpoint}/${name}`;
        const answer = await fetch(url, { method: 'PUT', headers: signedPut(url, credentials) });
        if (!answer.ok) throw new Error(`bucket ${name}: ${answer.status} ${await answer.text()}`);
        return name;
      },
      stop,
    };
  } catch (error) {
    const logs = await tails(join(dir, 'log'));
    await stop();
    throw new Error(`the private S3 server did not start: ${String(error)}\n${logs}`, { cause: error });
  }
}

/** Headers of a PUT without a body, signed the second way (AWS Signature Version 2), which is a line of code. */
function signedPut(
  url: string,
  { accessKeyId, secretAccessKey }: S3Server['credentials'],
): Record<string, string> {
  const date = new Date().toUTCString();
  const text = `PUT\n\n\n\nx-amz-date:${date}\n${new URL(url).pathname}`;
  const signature = createHmac('sha1', secretAccessKey).update(text).digest('base64');
  return { 'x-amz-date': date, authorization: `AWS ${accessKeyId}:${signature}` };
}

const yes = () => true;
const no = () => false;
const uuid = () => crypto.randomUUID();

/** Ceph's programs read their configuration from the environment too; a developer's own must not count. */
function plain(): NodeJS.ProcessEnv {
  const { CEPH_ARGS: _args, CEPH_CONF: _conf, CEPH_KEYRING: _keyring, ...env } = process.env;
  return env;
}

async function makeKeys(keyring: string): Promise<void> {
  const make = (name: string, caps: readonly string[], create = false) =>
    run('ceph-authtool', [
      ...(create ? ['--create-keyring'] : []),
      keyring,
      '--gen-key',
      '-n',
      name,
      ...caps.flatMap((cap) => ['--cap', ...cap.split('=')] as string[]),
    ]);
  await make('mon.', ['mon=allow *'], true);
  await make('client.admin', ['mon=allow *', 'osd=allow *']);
  await make('osd.0', ['mon=allow profile osd', 'osd=allow *']);
  await make('client.rgw', ['mon=allow rw', 'osd=allow rwx']);
}

async function makeMonitor(dir: string, conf: string, keyring: string, port: number): Promise<void> {
  const map = join(dir, 'monmap');
  const fsid = /^fsid = (.*)$/m.exec(await readFile(conf, 'utf8'))![1]!;
  await run('monmaptool', ['--create', '--addv', 'a', `[v2:127.0.0.1:${port}]`, '--fsid', fsid, map]);
  await run('ceph-mon', ['-c', conf, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring]);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function tails(dir: string): Promise<string> {
  const names = await readdir(dir).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8').catch(() => '')));
  return names.map((name, i) => `${name}: ${texts[i]!.slice(-800)}`).join('\n');
}
