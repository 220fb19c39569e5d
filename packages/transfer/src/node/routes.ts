import { CutoverError } from '@cutover/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Need, unsaid } from './archive.ts';
import { assertServer } from './arrivals.ts';
import { blockEncoding } from './blocks.ts';
import type { NodeConfig } from './config.ts';
import type { Part } from './incoming.ts';
import type { Node } from './node.ts';
import { checkNodeKey, checkToken, moveRef } from './node-token.ts';

/** What a source calls, with the token that it was given. */
export function receiving(app: FastifyInstance, config: NodeConfig, node: Node): void {
  app.post('/api/transfers', async (request) => {
    const { headers, raw } = request;
    // Who has no right to it learns nothing more.
    await node.arrivals.authorise(headers.authorization);
    const bytes = sizeIn(headers['x-archive-bytes'], 'X-Archive-Bytes: how long it is at most');
    const offset = sizeIn(headers['x-archive-offset'], 'X-Archive-Offset: from which byte on it comes') ?? 0;
    const encoding = headers['x-archive-encoding'];
    if (encoding !== undefined && encoding !== blockEncoding)
      throw badRequest(`X-Archive-Encoding ${blockEncoding}, or none`);
    if (!request.isMultipart()) throw badRequest('multipart/form-data with archive and checksum');
    raw.socket.setTimeout(2 * config.silenceSeconds * 1000, () => raw.socket.destroy());
    const gone = new AbortController();
    raw.once('close', () => {
      if (!raw.complete) gone.abort(new Error('the connection was closed'));
    });
    const need: Need | undefined =
      bytes === undefined
        ? undefined
        : {
            bytes,
            treeBytes: sizeIn(headers['x-tree-bytes'], 'X-Tree-Bytes') ?? bytes,
            names: sizeIn(headers['x-archive-names'], 'X-Archive-Names') ?? unsaid,
          };
    const parts = request.parts() as AsyncIterable<Part>;
    return node.arrivals.receive(headers.authorization, need, {
      ...{ offset, encoding, parts, gone: gone.signal },
    });
  });
  // Asks how it stands, and uses nothing up: before the archive, between connections, and where its answer was lost.
  app.get('/api/transfers/:id', async (request) => {
    const { authorization } = request.headers;
    const query = request.query as Record<string, string | undefined>;
    const bytes = sizeIn(query['bytes'], '?bytes=');
    // Who is about to begin is told that the token has ended before the source is locked, not after.
    const begins = query['begin'] === 'true' || bytes !== undefined;
    const claims = await (begins
      ? node.arrivals.authorise(authorization)
      : checkToken(authorization, config, true));
    assertServer(claims, idOf(request));
    const need: Need | undefined =
      bytes === undefined
        ? undefined
        : {
            bytes,
            treeBytes: sizeIn(query['tree'], '&tree=') ?? bytes,
            names: sizeIn(query['names'], '&names=') ?? unsaid,
          };
    return node.arrivals.standing(claims, { need, goingOn: query['continue'] === 'true' });
  });
  // By the source with its token: it gives up. By the hub or an administrator with the node's key: it is cancelled.
  app.delete('/api/transfers/:id', async (request) => {
    const { authorization } = request.headers;
    if (authorization?.includes(`Bearer ${config.tokenId}.`) === true) {
      checkNodeKey(authorization, config);
      return node.arrivals.cancel(idOf(request));
    }
    const claims = await checkToken(authorization, config, true);
    assertServer(claims, idOf(request));
    return node.arrivals.giveUp(claims);
  });
}

const bearer = z.string().regex(/^Bearer \S+$/);
const httpsUrl = z.url({ protocol: /^https$/ });
const transferBody = z.strictObject({
  url: httpsUrl,
  token: bearer,
  server: z.strictObject({ uuid: z.guid().toLowerCase() }),
  move: moveRef.optional(),
});
const retryBody = z.strictObject({ url: httpsUrl.optional(), token: bearer, move: moveRef.optional() });
const installingBody = z.strictObject({ installing: z.boolean() });

/** What the hub or an administrator calls, with the node's key. */
export function controlling(app: FastifyInstance, node: Node, version: string): void {
  const { records, departures, arrivals } = node;
  app.get('/api/node', () => ({ version, ...node.facts() }));
  app.get('/api/servers', () => ({ servers: records.all().map(({ id }) => records.show(id)) }));
  app.get('/api/servers/:id', (request) => records.show(idOf(request)));
  app.get('/api/servers/:id/size', (request) => departures.size(idOf(request)));
  app.get('/api/servers/:id/events', (request, reply) => node.events.stream(idOf(request), request, reply));
  app.put('/api/servers/:id/installing', (request) =>
    node.setInstalling(idOf(request), bodyOf(installingBody, request).installing),
  );
  app.post('/api/servers/:id/transfer', async (request, reply) => {
    const id = idOf(request);
    const { url, token, server, move } = bodyOf(transferBody, request);
    if (server.uuid !== id) throw badRequest('the same server in the path and in server.uuid');
    return reply.status(202).send(departures.send(id, { url, token }, move));
  });
  app.post('/api/servers/:id/transfer/retry', async (request, reply) => {
    const { url, token, move } = bodyOf(retryBody, request);
    return reply.status(202).send(departures.retry(idOf(request), { url, token }, move));
  });
  app.post('/api/servers/:id/transfer/ask', (request) => {
    const { url, token } = bodyOf(transferBody, request);
    return departures.ask(idOf(request), { url, token });
  });
  app.delete('/api/servers/:id/transfer', (request) => departures.cancel(idOf(request)));
  app.post('/api/servers/:id/discard', (request) => departures.discard(idOf(request)));
  app.post('/api/servers/:id/unlock', (request) => departures.unlock(idOf(request)));
  app.post('/api/servers/:id/archive', (request) => departures.archive(idOf(request)));
  app.delete('/api/servers/:id/archive/:name', (request) =>
    departures.removeArchived(idOf(request), (request.params as { name: string }).name),
  );
  app.post('/api/transfers/:id/clean-up', (request) => arrivals.cleanUp(idOf(request)));
}

function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  const parsed = z.guid().toLowerCase().safeParse(id);
  if (!parsed.success) throw badRequest('the UUID of a server in the path');
  return parsed.data;
}

function sizeIn(text: string | string[] | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  const size = Number(text);
  if (!/^\d+$/.test(String(text)) || !Number.isSafeInteger(size)) throw badRequest(what);
  return size;
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
