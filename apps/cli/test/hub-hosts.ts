import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addNode,
  enqueue,
  listMoves,
  type Move,
  openStore,
  readHubConfig,
  type ShownMove,
} from '@cutover/hub';
import { freePort } from '@cutover/testkit';
import { NodeHost } from './node-hosts.ts';
import { bin, cutover, type Ran } from './run.ts';

/** A worker as a process of its own. */
export class WorkerHost {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  log = '';

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [bin, 'worker', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    this.ended = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  /** A crash, or what the system does to it. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }
}

/** `cutover moves serve` as a process of its own. */
export class ServeHost {
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;
  log = '';

  constructor(options: readonly string[]) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const args = [bin, 'moves', 'serve', '--json', ...this.#options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error(`the hub ended: ${this.log}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }
}

/** A hub with nodes on loopback addresses, each with a root, a state folder and a key from the hub. */
export class HubHosts {
  readonly dir = mkdtempSync(join(tmpdir(), 'cutover-hub-'));
  readonly nodes = new Map<string, NodeHost>();
  readonly workers: WorkerHost[] = [];
  readonly config: string;
  readonly stateDir: string;
  readonly #hubUrl: string;

  constructor(databaseUrl: string | undefined, more: object = {}, hubUrl = 'https://127.0.0.1:1') {
    this.#hubUrl = hubUrl;
    const file = (name: string): string => join(this.dir, name);
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=hub.test'],
        ...['-addext', 'subjectAltName=IP:127.0.0.1,IP:127.0.0.2,IP:127.0.0.3,IP:127.0.0.4'],
        ...['-keyout', file('key.pem'), '-out', file('cert.pem')],
      ],
      { stdio: 'ignore' },
    );
    execFileSync('chmod', ['600', file('key.pem')]);
    writeFileSync(file('hub-secret'), randomBytes(32).toString('hex'), { mode: 0o600 });
    if (databaseUrl !== undefined) writeFileSync(file('database'), databaseUrl, { mode: 0o600 });
    this.config = file('hub.json');
    this.stateDir = file('hub-state');
    writeFileSync(
      this.config,
      JSON.stringify({
        ...{ url: hubUrl, secretFile: 'hub-secret' },
        tls: { ca: 'cert.pem', certificate: 'cert.pem', key: 'key.pem' },
        ...(databaseUrl === undefined ? {} : { databaseUrlFile: 'database' }),
        ...{ leaseSeconds: 2, backoffSeconds: 0.2, patienceSeconds: 20, stuckSeconds: 60 },
        ...more,
      }),
    );
  }

  get options(): string[] {
    return ['--config', this.config, '--state-dir', this.stateDir];
  }

  moves(part: string, ...args: string[]): Promise<Ran> {
    return cutover(['moves', part, ...this.options, ...args]);
  }

  /** What a command answers as JSON. Throws what it printed where it fails. */
  async json<T>(part: string, ...args: string[]): Promise<T> {
    const ran = await this.moves(part, '--json', ...args);
    if (ran.code !== 0) throw new Error(`moves ${part}: ${ran.code} ${ran.stderr}`);
    return JSON.parse(ran.stdout) as T;
  }

  /** A node that the hub knows, running. */
  async node(id: string, address: string, more: object = {}, env = {}): Promise<NodeHost> {
    const config = { tokenId: `${id}-key`, ...more };
    const node = new NodeHost(this.dir, id, address, await freePort(), this.#hubUrl, config, env);
    const keyFile = join(this.dir, id, 'token');
    const hub = readHubConfig(this.config);
    const { key, tokenId } = await this.withStore((store) =>
      addNode(store, { id, url: node.url, limit: 4 }, hub),
    );
    node.key = `${tokenId}.${key}`;
    writeFileSync(keyFile, `${key}\n`, { mode: 0o600 });
    await node.start();
    this.nodes.set(id, node);
    return node;
  }

  worker(...args: string[]): WorkerHost {
    const worker = new WorkerHost([...this.options, ...args]);
    this.workers.push(worker);
    return worker;
  }

  /** A site's folder on a node. */
  site(node: string, uuid: string, bytes = 200_000): void {
    const folder = join(this.nodes.get(node)!.root, uuid);
    mkdirSync(join(folder, 'files'), { recursive: true });
    for (let n = 0; n < 5; n++) writeFileSync(join(folder, 'files', String(n)), `${uuid} ${n}`);
    writeFileSync(join(folder, 'large'), randomBytes(bytes));
  }

  /** Nodes below whose root a site lies under its name. */
  whereIs(uuid: string): string[] {
    return [...this.nodes].filter(([, { root }]) => existsSync(join(root, uuid))).map(([id]) => id);
  }

  /** Names that a node has put aside of a site. */
  aside(node: string, uuid: string): string[] {
    const archive = join(this.nodes.get(node)!.root, '.cutover-node/archive');
    return existsSync(archive) ? readdirSync(archive).filter((name) => name.startsWith(uuid)) : [];
  }

  /** As the command does, without a process for each. */
  async enqueue(site: string, source: string, destination: string | null, more: object = {}): Promise<Move> {
    const request = { site, source, destination, askedBy: 'test', key: null, priority: 0, maxAttempts: 30 };
    return this.withStore(async (store) => (await enqueue(store, { ...request, ...more })).move);
  }

  list(): Promise<ShownMove[]> {
    return this.withStore((store) => listMoves(store, {}, 60));
  }

  async withStore<T>(work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> {
    const store = await openStore({ config: readHubConfig(this.config), stateDir: this.stateDir });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  async remove(): Promise<void> {
    for (const worker of this.workers) await worker.kill();
    for (const node of this.nodes.values()) await node.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
