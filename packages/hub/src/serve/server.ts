import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HubConfig } from '../config.ts';
import { openStore } from '../hub.ts';
import { cancel, enqueue, listMoves } from '../queue.ts';
import type { MoveStore } from '../store/store.ts';
import { checkApiToken, nodeBy } from './authorize.ts';
import { takeReport } from './reports.ts';
import { streamMoves } from './stream.ts';

export interface ServeOptions {
  readonly config: HubConfig;
  readonly stateDir: string;
  readonly log?: NodeJS.WritableStream;
}

/**
 * The hub's HTTPS side: what nodes report, and the queue for other programs. Any number of them may run.
 *
 * @throws CutoverError `hub-config`, `hub-listen` (exit 3)
 */
export async function serveHub(options: ServeOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { config } = options;
  const { listen } = config;
  if (listen === undefined || config.tls.certificate === undefined || config.tls.key === undefined)
    throw new CutoverError(
      'hub-config',
      'the hub cannot listen without listen, tls.certificate and tls.key',
      {
        next: 'name them in the configuration; see docs/operations/moves.md',
        exitCode: exitCodes.preflightFailed,
      },
    );
  const store = await openStore(options);
  try {
    const app = appOf(config, store, options.log);
    await app.listen(listen).catch((cause: unknown) => {
      throw new CutoverError(
        'hub-listen',
        `the hub cannot listen on ${listen.host}:${listen.port}: ${messageOf(cause)}`,
        {
          next: 'see what else listens there, and whether the address is of this host',
          exitCode: exitCodes.preflightFailed,
          cause,
        },
      );
    });
    const { address, port } = app.server.address() as AddressInfo;
    return {
      url: `https://${address.includes(':') ? `[${address}]` : address}:${port}`,
      close: async () => {
        app.server.closeAllConnections();
        await app.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function appOf(config: HubConfig, store: MoveStore, log: NodeJS.WritableStream | undefined): FastifyInstance {
  const { certificate: cert = '', key = '' } = config.tls;
  const app = Fastify({
    serverFactory: (handler) => createServer({ cert, key, minVersion: 'TLSv1.2' }, handler),
    logger: log === undefined ? false : { level: 'info', stream: log },
  }) as unknown as FastifyInstance;
  app.setErrorHandler((thrown, request, reply) => {
    const { status, body } = answerOf(thrown);
    if (status === 500) request.log.error(thrown);
    return reply.status(status).send(body);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({ code: 'no-such-call', message: 'the hub knows no such call' }),
  );
  for (const outcome of ['success', 'failure'] as const)
    app.post(`/api/remote/servers/:id/transfer/${outcome}`, async (request, reply) => {
      const nodes = await store.read((rows) => rows.nodes());
      const node = nodeBy(request.headers.authorization, nodes, config.secret);
      const said = reportBody.safeParse(request.body);
      await takeReport(store, node, idOf(request), outcome, said.data?.move?.id);
      return reply.status(204).send();
    });
  void app.register((part, _options, done) => {
    part.addHook('onRequest', (request, _reply, next) => {
      checkApiToken(request.headers.authorization, config.apiToken);
      next();
    });
    queueCalls(part, config, store);
    done();
  });
  return app;
}

/** What a node says besides is in its record. */
const reportBody = z.object({ move: z.object({ id: z.guid() }).optional() });

const moveBody = z.strictObject({
  site: z.guid().toLowerCase(),
  from: z.string(),
  to: z.string().optional(),
  key: z.string().min(1).max(200).optional(),
  askedBy: z.string().min(1).max(200),
  priority: z.number().int().min(-999_999).max(999_999).default(0),
  attempts: z.number().int().min(1).max(100).optional(),
});

function queueCalls(app: FastifyInstance, config: HubConfig, store: MoveStore): void {
  app.get('/api/moves', async (request) => {
    const { site } = request.query as { site?: string };
    const moves = await listMoves(store, { site, limit: 1000 }, config.stuckSeconds);
    return { moves };
  });
  app.get('/api/moves/events', async (request, reply) =>
    streamMoves(
      await store.read(({ now }) => Promise.resolve(now)),
      (endedSince) => listMoves(store, { endedSince: endedSince.toISOString() }, config.stuckSeconds),
      request,
      reply,
    ),
  );
  app.get('/api/moves/:id', async (request) => {
    const id = idOf(request);
    const [move] = await listMoves(store, { ids: [id] }, config.stuckSeconds);
    if (move === undefined)
      throw new CutoverError('move-unknown', `there is no move ${id}`, { next: 'GET /api/moves' });
    return move;
  });
  app.post('/api/moves', async (request, reply) => {
    const parsed = moveBody.safeParse(request.body);
    if (!parsed.success)
      throw new CutoverError('bad-request', z.prettifyError(parsed.error).replaceAll('\n', ' '), {
        next: 'see docs/operations/moves.md',
      });
    const { site, from, to = null, key = null, askedBy, priority, attempts } = parsed.data;
    const { move, isNew } = await enqueue(store, {
      ...{ site, source: from, destination: to, key, askedBy, priority },
      maxAttempts: attempts ?? config.attempts,
    });
    return reply.status(isNew ? 201 : 200).send(move);
  });
  app.delete('/api/moves/:id', async (request) => {
    const { by = 'the API' } = request.query as { by?: string };
    return cancel(store, idOf(request), by);
  });
}

function idOf(request: FastifyRequest): string {
  const parsed = z
    .guid()
    .toLowerCase()
    .safeParse((request.params as { id: string }).id);
  if (parsed.success) return parsed.data;
  throw new CutoverError('bad-request', 'the path has no UUID', { next: 'see docs/operations/moves.md' });
}

/** By code of the error; a conflict with what is so, where nothing is named. */
const statuses: Readonly<Record<string, number>> = {
  'node-key-refused': 401,
  'api-token-refused': 401,
  'bad-request': 400,
  'not-yours': 403,
  'move-unknown': 404,
  'node-unknown': 422,
  'same-node': 422,
  'hub-database': 503,
};

function answerOf(thrown: unknown): { status: number; body: object } {
  if (thrown instanceof CutoverError) {
    const { code, message, next } = thrown;
    return { status: statuses[code] ?? 409, body: { code, message, next } };
  }
  const { statusCode } = thrown as { statusCode?: number };
  if (statusCode !== undefined && statusCode < 500)
    return { status: statusCode, body: { code: 'bad-request', message: messageOf(thrown) } };
  return { status: 500, body: { code: 'bug', message: 'the hub failed; its log says why' } };
}
