import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomFillSync } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '@cutover/testkit';

/**
 * `npx tsx packages/transfer/bench/nodes.ts`: highest resident memory and processor time of both nodes, new processes
 * for each, for 20 MB, for 2 GB in one file and in 20,000, and for 200,000 small files. `--only text`: those whose
 * name has the text.
 */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const dir = mkdtempSync(join(tmpdir(), 'cutover-bench-nodes-'));
const bin = fileURLToPath(new URL('../../../apps/cli/bin/cutover.js', import.meta.url));
const file = (name: string): string => join(dir, name);

const shapes: readonly (readonly [string, number, number])[] = [
  ['20 MB', 1, 20e6],
  ['2 GB in one file', 1, 2e9],
  ['2 GB in 20,000 files', 20_000, 100e3],
  ['200,000 files of 200 bytes', 200_000, 200],
];

function make(folder: string, files: number, bytes: number): void {
  const block = Buffer.alloc(Math.min(bytes, 1e6));
  for (let n = 0; n < files; n++) {
    const into = join(folder, String(Math.floor(n / 500)));
    if (n % 500 === 0) mkdirSync(into, { recursive: true });
    const out = openSync(join(into, String(n)), 'w');
    for (let done = 0; done < bytes; done += block.length) writeSync(out, randomFillSync(block));
    closeSync(out);
  }
}

const ports = [await freePort(), await freePort()] as const;
const url = (n: 0 | 1): string => `https://127.0.0.${n + 1}:${ports[n]}`;

function configure(n: 0 | 1): void {
  mkdirSync(file(`${n}/root`), { recursive: true });
  writeFileSync(file(`${n}/token`), randomBytes(32).toString('hex'), { mode: 0o600 });
  const config = {
    ...{ id: `node-${n}`, url: url(n), listen: { host: `127.0.0.${n + 1}`, port: ports[n] }, root: 'root' },
    tls: { certificate: '../cert.pem', key: '../key.pem', ca: '../cert.pem' },
    ...{ hub: { url: 'https://127.0.0.1:9' }, tokenId: 'key', tokenFile: 'token', silenceSeconds: 60 },
  };
  writeFileSync(file(`${n}/node.json`), JSON.stringify(config));
}

async function serve(n: 0 | 1): Promise<ChildProcess> {
  const args = [
    'node',
    'serve',
    '--quiet',
    '--config',
    file(`${n}/node.json`),
    '--state-dir',
    file(`${n}/state`),
  ];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

const run = (...args: string[]): string =>
  execFileSync(process.execPath, [bin, 'node', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** Of the process and of those that it has waited for: seconds; highest resident memory of itself, MB. */
function spentBy({ pid }: ChildProcess): { seconds: number; megabytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const ticks = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  const most = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return {
    seconds: ticks.reduce((sum, one) => sum + Number(one) / 100, 0),
    megabytes: Math.round(Number(most) / 1024),
  };
}

try {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=bench'],
      ...[
        '-addext',
        'subjectAltName=IP:127.0.0.1,IP:127.0.0.2',
        '-keyout',
        file('key.pem'),
        '-out',
        file('cert.pem'),
      ],
    ],
    { stdio: 'ignore' },
  );
  configure(0);
  configure(1);
  for (const [index, [what, files, bytes]] of shapes.entries()) {
    if (!what.includes(values.only)) continue;
    const uuid = `00000000-0000-4000-8000-00000000000${index}`;
    make(file(`0/root/${uuid}`), files, bytes);
    const nodes = [await serve(0), await serve(1)] as const;
    const began = nodes.map((node) => spentBy(node).seconds);
    const from = performance.now();
    writeFileSync(file('jwt'), run('token', '--config', file('1/node.json'), '--server', uuid), {
      mode: 0o600,
    });
    run(
      'send',
      '--config',
      file('0/node.json'),
      '--server',
      uuid,
      '--to',
      url(1),
      '--token-file',
      file('jwt'),
    );
    const seconds = (performance.now() - from) / 1000;
    const [source, destination] = nodes.map(spentBy);
    process.stdout.write(
      `${what}: source ${source?.megabytes} MB, ${((source?.seconds ?? 0) - began[0]!).toFixed(1)} s of processor; destination ${destination?.megabytes} MB, ${((destination?.seconds ?? 0) - began[1]!).toFixed(1)} s; ${seconds.toFixed(1)} s in all\n`,
    );
    for (const node of nodes) node.kill();
    await Promise.all(nodes.map((node) => new Promise((resolve) => node.once('exit', resolve))));
    for (const n of [0, 1]) rmSync(file(`${n}/root`), { recursive: true, force: true });
    for (const n of [0, 1]) mkdirSync(file(`${n}/root`));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
