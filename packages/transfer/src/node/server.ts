import { mkdirSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import Fastify, { type FastifyInstance } from 'fastify';
import { takeLock } from '../receive/lock.ts';
import type { NodeConfig } from './config.ts';
import { Node } from './node.ts';
import { checkNodeKey } from './node-token.ts';
import { controlling, receiving } from './routes.ts';

export interface NodeOptions {
  readonly config: NodeConfig;
  readonly stateDir: string;
  readonly version: string;
  /** Where the log goes, a JSON line each; no header and no body is in it. */
  readonly log?: NodeJS.WritableStream;
}

export interface RunningNode {
  /** Where it listens. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A node: sends servers to others, and receives them. Goes on first with what the last process left.
 *
 * @throws CutoverError `move-held` (exit 5), `node-listen` (exit 3)
 */
export async function startNode({ config, stateDir, version, log }: NodeOptions): Promise<RunningNode> {
  const dir = join(stateDir, 'node');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const release = await takeLock(join(dir, 'lock'), `node ${config.id}`, false);
  try {
    const node = new Node(config, { stateDir, dir }, `cutover-node/${version} (id:${config.id})`);
    const app = await appOf(config, node, version, log);
    await node.goOn();
    await listen(app, config);
    const { address, port } = app.server.address() as AddressInfo;
    return {
      url: `https://${address.includes(':') ? `[${address}]` : address}:${port}`,
      close: async () => {
        await node.close();
        app.server.closeAllConnections();
        await app.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function listen(app: FastifyInstance, { listen: { host, port } }: NodeConfig): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new CutoverError('node-listen', `the node cannot listen on ${host}:${port}: ${messageOf(cause)}`, {
      next: 'see what else listens there, and whether the address is of this host',
      exitCode: exitCodes.preflightFailed,
      cause,
    });
  }
}

async function appOf(
  config: NodeConfig,
  node: Node,
  version: string,
  log: NodeJS.WritableStream | undefined,
): Promise<FastifyInstance> {
  const app = Fastify({
    serverFactory: (handler) => {
      try {
        const { certificate: cert, key } = config.tls;
        return createServer({ cert, key, minVersion: 'TLSv1.2', requestTimeout: 0 }, handler);
      } catch (cause) {
        throw new CutoverError('node-config', `certificate and key are not fit: ${messageOf(cause)}`, {
          next: 'name a certificate and its key in PEM in tls of the configuration',
          exitCode: exitCodes.preflightFailed,
        });
      }
    },
    logger: log === undefined ? false : { level: 'info', stream: log },
  });
  app.setErrorHandler((thrown, request, reply) => {
    const { status, body } = answerOf(thrown);
    if (status === 500) request.log.error(thrown);
    else request.log.warn({ code: body.code }, body.message);
    return reply.status(status).send(body);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({ code: 'no-such-call', message: 'a node knows no such call' }),
  );
  await app.register(cors, {
    origin: [...config.origins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type'],
  });
  await app.register(multipart, { limits: { fileSize: Infinity, files: 1, fields: 1, parts: 2 } });
  receiving(app, config, node);
  await app.register((part: FastifyInstance, _options, done: () => void) => {
    part.addHook('onRequest', (request, _reply, next) => {
      checkNodeKey(request.headers.authorization, config);
      next();
    });
    controlling(part, node, version);
    done();
  });
  return app;
}

/** By code of the error; a conflict with what is so, where nothing is named. */
const statuses: Readonly<Record<string, number>> = {
  'token-refused': 401,
  'token-expired': 401,
  'clock-skew': 401,
  'node-key-refused': 401,
  'bad-request': 400,
  'archive-incomplete': 400,
  'timed-out': 408,
  'archive-too-large': 413,
  'checksum-mismatch': 422,
  'archive-failed': 422,
  'archive-damaged': 422,
  'post-setup-failed': 422,
  'special-file': 422,
  'link-lost': 400,
  'no-room': 507,
  'disk-full': 507,
};

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
}

function answerOf(thrown: unknown): { status: number; body: ErrorBody } {
  if (thrown instanceof CutoverError) {
    const { code, message, next } = thrown;
    return { status: statuses[code] ?? 409, body: { code, message, next } };
  }
  const { statusCode } = thrown as { statusCode?: number };
  if (statusCode !== undefined && statusCode < 500)
    return { status: statusCode, body: { code: 'bad-request', message: messageOf(thrown) } };
  return { status: 500, body: { code: 'bug', message: 'the node failed; its log says why' } };
}
