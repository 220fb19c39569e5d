import { mkdirSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { takeLock } from '../receive/lock.ts';
import type { NodeConfig } from './config.ts';
import { streamEvents } from './events.ts';
import type { Part } from './incoming.ts';
import { Moves } from './moves.ts';
import { checkNodeKey, checkToken, moveRef } from './node-token.ts';

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
    const moves = new Moves(config, dir, `cutover-node/${version} (id:${config.id})`);
    const app = await appOf(config, moves, version, log);
    await moves.goOn();
    await listen(app, config);
    const { address, port } = app.server.address() as AddressInfo;
    return {
      url: `https://${address.includes(':') ? `[${address}]` : address}:${port}`,
      close: async () => {
        await moves.close();
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
  moves: Moves,
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
  receiving(app, config, moves);
  await app.register((part: FastifyInstance, _options, done: () => void) => {
    part.addHook('onRequest', (request, _reply, next) => {
      checkNodeKey(request.headers.authorization, config);
      next();
    });
    controlling(part, moves, version);
    done();
  });
  return app;
}

/** What a source calls, with the token that it was given. */
function receiving(app: FastifyInstance, config: NodeConfig, moves: Moves): void {
  app.post('/api/transfers', async (request) => {
    const claims = await checkToken(request.headers.authorization, config);
    const bytes = Number(request.headers['x-archive-bytes']);
    if (!Number.isSafeInteger(bytes) || bytes <= 0)
      throw badRequest('X-Archive-Bytes: how long it is at most');
    if (!request.isMultipart()) throw badRequest('multipart/form-data with archive and checksum');
    request.raw.socket.setTimeout(2 * config.silenceSeconds * 1000, () => request.raw.socket.destroy());
    return moves.receive(claims, bytes, request.parts() as AsyncIterable<Part>);
  });
  // Asks how it stands, and uses nothing up: before the archive, and where its answer was lost.
  app.get('/api/transfers/:id', async (request) => {
    const id = idOf(request);
    const claims = await checkToken(request.headers.authorization, config, true);
    if (claims.server !== id) throw forbidden();
    const { bytes } = request.query as { bytes?: string };
    if (bytes !== undefined) {
      moves.assertCurrent(claims);
      moves.assertWelcome(id, Number(bytes));
    }
    const { state, unsafe, bytesDone } = moves.records.get(id);
    return { state, unsafe, bytesDone };
  });
}

const transferBody = z.strictObject({
  url: z.url({ protocol: /^https$/ }),
  token: z.string().regex(/^Bearer \S+$/),
  server: z.strictObject({ uuid: z.guid().toLowerCase() }),
  move: moveRef.optional(),
});
const installingBody = z.strictObject({ installing: z.boolean() });

/** What the hub or an administrator calls, with the node's key. */
function controlling(app: FastifyInstance, moves: Moves, version: string): void {
  app.get('/api/node', () => ({ version, ...moves.facts() }));
  app.get('/api/servers', () => ({ servers: moves.records.all().map(({ id }) => moves.records.show(id)) }));
  app.get('/api/servers/:id', (request) => moves.records.show(idOf(request)));
  app.get('/api/servers/:id/events', (request, reply) =>
    streamEvents(moves.records, idOf(request), request, reply),
  );
  app.put('/api/servers/:id/installing', (request) =>
    moves.setInstalling(idOf(request), bodyOf(installingBody, request).installing),
  );
  app.post('/api/servers/:id/transfer', async (request, reply) => {
    const id = idOf(request);
    const { url, token, server, move } = bodyOf(transferBody, request);
    if (server.uuid !== id) throw badRequest('the same server in the path and in server.uuid');
    return reply.status(202).send(moves.send(id, { url, token }, move));
  });
  app.delete('/api/servers/:id/transfer', (request) => moves.cancelSending(idOf(request)));
  app.post('/api/servers/:id/archive', (request) => moves.archive(idOf(request)));
  app.delete('/api/transfers/:id', (request) => moves.cancelReceiving(idOf(request)));
  app.post('/api/transfers/:id/clean-up', (request) => moves.cleanUp(idOf(request)));
}

function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  const parsed = z.guid().toLowerCase().safeParse(id);
  if (!parsed.success) throw badRequest('the UUID of a server in the path');
  return parsed.data;
}

function bodyOf<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  const parsed = schema.safeParse(request.body);
  // What was sent may hold a token: only where it is wrong is said.
  if (!parsed.success)
    throw badRequest(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
    );
  return parsed.data;
}

const badRequest = (wanted: string): CutoverError =>
  new CutoverError('bad-request', `the call must have ${wanted}`, { next: 'see docs/operations/nodes.md' });

const forbidden = (): CutoverError =>
  new CutoverError('token-refused', 'the token is for another server', {
    next: 'get a token for this server',
  });

/** By code of the error; a conflict with what is so, where nothing is named. */
const statuses: Readonly<Record<string, number>> = {
  'token-refused': 401,
  'node-key-refused': 401,
  'bad-request': 400,
  'archive-incomplete': 400,
  'timed-out': 408,
  'archive-too-large': 413,
  'checksum-mismatch': 422,
  'archive-failed': 422,
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
