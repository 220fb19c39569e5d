import { Agent, request } from 'node:https';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { issueToken, type NodeFacts, type ServerRecord, skewSeconds } from '@cutover/transfer/node';
import type { HubConfig } from '../config.ts';
import type { HubNode } from '../move.ts';
import { unseal } from '../secrets.ts';

const timeoutMs = 15_000;
/** Measuring a site reads all of its names. */
const sizeTimeoutMs = 120_000;
const mostAnswerBytes = 4_000_000;
/** The longest that a node takes. */
const tokenMinutes = 15;

/** A node's word in the way of what was asked; `code` is the node's own. */
export class NodeRefusal extends CutoverError {
  readonly status: number;

  constructor(code: string, message: string, next: string, status: number) {
    super(code, message, {
      next,
      ...(status === 401 ? { exitCode: exitCodes.authenticationRefused } : {}),
    });
    this.status = status;
  }
}

/** No answer came; what was asked may have been done or not. */
export class NodeUnreachable extends CutoverError {}

export interface MoveRef {
  readonly id: string;
  readonly attempt: number;
}

/** What the hub asks of nodes; another way to move bytes is another adapter of this. */
export interface Nodes {
  facts(node: HubNode): Promise<{ readonly id: string; readonly freeBytes: number }>;
  /** Bytes that a destination must have room for. Throws NodeRefusal `server-unknown` where it does not lie there. */
  size(node: HubNode, site: string): Promise<number>;
  record(node: HubNode, site: string): Promise<ServerRecord>;
  /** The same move asked for twice is one transfer. */
  send(source: HubNode, destination: HubNode, site: string, move: MoveRef): Promise<ServerRecord>;
  /** Has the source ask the destination what became of a move that was left open. */
  ask(source: HubNode, destination: HubNode, site: string, move: MoveRef): Promise<ServerRecord>;
  cancelSending(source: HubNode, site: string): Promise<void>;
  cancelReceiving(destination: HubNode, site: string): Promise<void>;
  cleanUp(destination: HubNode, site: string): Promise<void>;
  /** Answers the name that the folder has in the archive. */
  archive(source: HubNode, site: string): Promise<string>;
  removeArchived(source: HubNode, site: string, name: string): Promise<void>;
}

/** Nodes over HTTPS, with the keys that the hub keeps. */
export class HttpsNodes implements Nodes {
  readonly #config: HubConfig;
  readonly #agent: Agent;
  readonly #userAgent: string;
  readonly #clock: () => Promise<Date>;

  constructor(config: HubConfig, version: string, clock: () => Promise<Date>) {
    this.#config = config;
    this.#clock = clock;
    this.#userAgent = `cutover-hub/${version}`;
    this.#agent = new Agent({
      keepAlive: true,
      ...(config.tls.ca === undefined ? {} : { ca: config.tls.ca }),
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async facts(node: HubNode): Promise<{ id: string; freeBytes: number }> {
    const before = await this.#clock();
    const facts = await this.#call<NodeFacts>(node, 'GET', '/api/node');
    if (facts.id !== node.id)
      throw new NodeRefusal(
        'other-node',
        `${node.url} calls itself ${facts.id}`,
        'mend the address of the node at the hub',
        409,
      );
    assertSameTime(node, new Date(facts.clock), before, await this.#clock());
    return facts;
  }

  async size(node: HubNode, site: string): Promise<number> {
    const path = `/api/servers/${site}/size`;
    return (await this.#call<{ bytes: number }>(node, 'GET', path, undefined, sizeTimeoutMs)).bytes;
  }

  record(node: HubNode, site: string): Promise<ServerRecord> {
    return this.#call(node, 'GET', `/api/servers/${site}`);
  }

  async send(source: HubNode, to: HubNode, site: string, move: MoveRef): Promise<ServerRecord> {
    return this.#call(source, 'POST', `/api/servers/${site}/transfer`, await this.#order(to, site, move));
  }

  async ask(source: HubNode, to: HubNode, site: string, move: MoveRef): Promise<ServerRecord> {
    return this.#call(source, 'POST', `/api/servers/${site}/transfer/ask`, await this.#order(to, site, move));
  }

  async cancelSending(source: HubNode, site: string): Promise<void> {
    await this.#call(source, 'DELETE', `/api/servers/${site}/transfer`);
  }

  async cancelReceiving(destination: HubNode, site: string): Promise<void> {
    await this.#call(destination, 'DELETE', `/api/transfers/${site}`);
  }

  async cleanUp(destination: HubNode, site: string): Promise<void> {
    await this.#call(destination, 'POST', `/api/transfers/${site}/clean-up`);
  }

  async archive(source: HubNode, site: string): Promise<string> {
    const { archived = '' } = await this.#call<ServerRecord>(source, 'POST', `/api/servers/${site}/archive`);
    return nameIn(archived);
  }

  async removeArchived(source: HubNode, site: string, name: string): Promise<void> {
    await this.#call(source, 'DELETE', `/api/servers/${site}/archive/${encodeURIComponent(name)}`);
  }

  async #order(to: HubNode, site: string, move: MoveRef): Promise<object> {
    const key = unseal(to.sealedKey, to.id, this.#config.secret);
    const hub = { url: this.#config.url };
    const node = { id: to.id, url: to.url, hub, token: key };
    // Nodes refuse what a clock that is ahead has issued: those of workers may differ, and the store has one.
    const token = await issueToken(node, site, tokenMinutes, move, await this.#clock());
    return { url: to.url, token: `Bearer ${token}`, server: { uuid: site }, move };
  }

  #call<T>(node: HubNode, method: string, path: string, body?: object, ms = timeoutMs): Promise<T> {
    const key = unseal(node.sealedKey, node.id, this.#config.secret);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${node.tokenId}.${key}`,
      'user-agent': this.#userAgent,
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return new Promise<T>((resolve, reject) => {
      const fail = (error: Error): void => reject(unreachable(node, error));
      const call = request(`${node.url}${path}`, {
        ...{ method, headers, agent: this.#agent, signal: AbortSignal.timeout(ms) },
      });
      call.once('error', fail);
      call.once('response', (response) => {
        let said = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          said += chunk;
          if (said.length > mostAnswerBytes) call.destroy(new Error('the answer is too long'));
        });
        response.once('error', fail);
        response.once('end', () => {
          try {
            resolve(answerOf<T>(node, response.statusCode ?? 0, said));
          } catch (error) {
            reject(error as Error);
          }
        });
      });
      call.end(text);
    });
  }
}

/** Throws NodeRefusal `clock-skew` where a node's clock, asked between two looks at the store's, is too far off. */
function assertSameTime(node: HubNode, clock: Date, before: Date, after: Date): void {
  const aheadMs = Math.max(0, +clock - +after) - Math.max(0, +before - +clock);
  if (!(Math.abs(aheadMs) > skewSeconds * 1000)) return;
  throw new NodeRefusal(
    'clock-skew',
    `${node.id} has clock skew: its clock says ${clock.toISOString()}, and that of the hub's queue ${after.toISOString()}, ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'before' : 'after'} it; ${skewSeconds} s are allowed, as tokens live by it`,
    `set the clocks of ${node.id} and of the database's host (NTP)`,
    409,
  );
}

/** Last part of a path of another host. */
export const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function answerOf<T>(node: HubNode, status: number, said: string): T {
  let body: { code?: string; message?: string; next?: string };
  try {
    body = JSON.parse(said) as typeof body;
  } catch {
    throw new NodeUnreachable('node-unreachable', `${node.id} answers ${status} without sense`, {
      next: `see whether a node of cutover answers at ${node.url}`,
    });
  }
  if (status >= 200 && status < 300) return body as T;
  if (status >= 500 && body.code === undefined)
    throw new NodeUnreachable('node-unreachable', `${node.id} answers ${status}`, {
      next: `see what is in the way at ${node.url}`,
    });
  throw new NodeRefusal(
    body.code ?? 'node-refuses',
    `${node.id} answers ${status}: ${body.message ?? said.slice(0, 200)}`,
    body.next ?? `see the log of ${node.id}`,
    status,
  );
}

const unreachable = (node: HubNode, error: Error): NodeUnreachable =>
  new NodeUnreachable('node-unreachable', `${node.id} does not answer at ${node.url}: ${messageOf(error)}`, {
    next: `see whether the node of ${node.id} runs, its address, port and certificate, and the link`,
    cause: error,
  });
