import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer as createTlsServer } from 'node:tls';
import { freePort } from '@cutover/testkit';
import { issueToken, readNodeConfig } from '@cutover/transfer/node';
import { bin } from './run.ts';

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

export interface HubCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly agent: string | undefined;
  readonly body: Record<string, unknown>;
}

/** Hosts of one test file: a certificate of theirs, a hub that writes down what it is told, and nodes. */
export async function hosts() {
  const dir = mkdtempSync(join(tmpdir(), 'cutover-nodes-'));
  const file = (name: string): string => join(dir, name);
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=nodes.test'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1,IP:127.0.0.2,IP:127.0.0.3'],
      ...['-keyout', file('key.pem'), '-out', file('cert.pem')],
    ],
    { stdio: 'ignore' },
  );
  const tls = { cert: readFileSync(file('cert.pem'), 'utf8'), key: readFileSync(file('key.pem'), 'utf8') };
  const hub = { calls: [] as HubCall[], url: '', status: 204 };
  const server = createServer(tls, (incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      hub.calls.push({
        path: incoming.url ?? '',
        authorization: incoming.headers.authorization,
        agent: incoming.headers['user-agent'],
        body: JSON.parse(body || '{}') as Record<string, unknown>,
      });
      response.writeHead(hub.status).end(hub.status === 204 ? '' : 'the hub is not well');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nodes: NodeHost[] = [];
  return {
    dir,
    hub,
    tls,
    node: async (id: string, address: string, more: object = {}, env = {}): Promise<NodeHost> => {
      const node = new NodeHost(dir, id, address, await freePort(), hub.url, more, env);
      nodes.push(node);
      await node.start();
      return node;
    },
    remove: async (): Promise<void> => {
      for (const node of nodes) await node.kill();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** `cutover node serve` as a process, with a root, a state folder and an address of its own. */
export class NodeHost {
  readonly url: string;
  readonly root: string;
  readonly config: string;
  /** Of calls to it: `token_id.token`. */
  key: string;
  readonly ca: string;
  readonly #state: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  log = '';

  constructor(
    dir: string,
    id: string,
    host: string,
    port: number,
    hubUrl: string,
    more: object,
    env: Record<string, string> = {},
  ) {
    this.#env = env;
    const own = join(dir, id);
    this.root = join(own, 'root');
    this.#state = join(own, 'state');
    mkdirSync(this.root, { recursive: true });
    this.url = `https://${host}:${port}`;
    const secret = `${id}-`.padEnd(40, 'secret');
    this.key = `key-of-${id}.${secret}`;
    writeFileSync(join(own, 'token'), secret, { mode: 0o600 });
    this.ca = readFileSync(join(dir, 'cert.pem'), 'utf8');
    this.config = join(own, 'node.json');
    writeFileSync(
      this.config,
      JSON.stringify({
        ...{ id, url: this.url, listen: { host, port }, root: 'root', hub: { url: hubUrl } },
        tls: { certificate: '../cert.pem', key: '../key.pem', ca: '../cert.pem' },
        ...{ tokenId: `key-of-${id}`, tokenFile: 'token', silenceSeconds: 3 },
        ...more,
      }),
    );
  }

  async start(): Promise<void> {
    const args = ['node', 'serve', '--json', '--config', this.config, '--state-dir', this.#state];
    const child = spawn(process.execPath, [bin, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#env },
    });
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error(`the node ended: ${this.log}`)));
    });
  }

  /** Ends it at once, as a crash does, or as it is told to. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' = 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return signal === 'SIGSTOP' ? null : gone;
  }

  /** Goes on with it after SIGSTOP. */
  wake(): void {
    this.#child?.kill('SIGCONT');
  }

  /** As `cutover node token` prints it. */
  async token(server: string): Promise<string> {
    return `Bearer ${await issueToken(readNodeConfig(this.config), server, 10)}`;
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const call = request(`${this.url}${path}`, {
        method,
        ca: this.ca,
        agent: false,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      });
      call.once('error', reject);
      call.once('response', (response) => {
        let said = '';
        response.on('data', (chunk: Buffer) => (said += chunk.toString()));
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: (said === '' ? {} : JSON.parse(said)) as Record<string, unknown>,
            headers: response.headers,
          }),
        );
      });
      call.end(text);
    });
  }

  async record(server: string): Promise<Record<string, unknown>> {
    return (await this.call('GET', `/api/servers/${server}`)).body;
  }
}

export interface Harm {
  /** The byte behind this is changed on the way there. */
  readonly mark?: string;
  /** The connection is cut where the archive is answered; with `for good` nothing is let through after that. */
  readonly cutAnswer?: 'once' | 'for good';
  /** Each connection that brings an archive is cut after so many bytes. */
  readonly cutAfter?: number;
}

/** The middle of connections to `target`, which does harm. */
export async function middle(tls: { cert: string; key: string }, target: string, harm: Harm) {
  const { hostname, port } = new URL(target);
  let dead = false;
  let bytes = 0;
  const server = createTlsServer(tls, (from) => {
    const to = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    let isArchive = false;
    let own = 0;
    from.on('data', (chunk: Buffer) => {
      if (dead) return from.destroy();
      isArchive ||= chunk.includes('POST /api/transfers');
      bytes += chunk.length;
      own += chunk.length;
      if (harm.cutAfter !== undefined && own > harm.cutAfter) return from.destroy();
      const at = harm.mark === undefined ? -1 : chunk.indexOf(harm.mark);
      if (at >= 0) chunk[at + harm.mark!.length] = chunk[at + harm.mark!.length]! ^ 1;
      to.write(chunk);
    });
    to.on('data', (chunk: Buffer) => {
      if (!isArchive || harm.cutAnswer === undefined) return void from.write(chunk);
      dead = harm.cutAnswer === 'for good';
      from.destroy();
    });
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.3', resolve));
  return {
    url: `https://127.0.0.3:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
