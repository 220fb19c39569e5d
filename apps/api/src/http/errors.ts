import { CutoverError } from '@cutover/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { messagePage } from '../pages/list-page.ts';
import { ApiError, notFound } from './api-error.ts';
import { sendHtml, wantsJson } from './negotiate.ts';

/** What fastify itself refuses; its own messages may repeat what the client sent. */
const refusals: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['request-invalid', 'The request is not what this address takes.'],
  413: ['body-too-large', 'The body is too large.'],
  415: ['media-type-unsupported', 'Send JSON.'],
};

/** Errors as JSON or as a page; only those that are the server's fault are logged, with their stack. */
export function registerErrors(app: FastifyInstance, siteName: string): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const known = asApiError(error);
    if (known === undefined) {
      const { name, message, stack } = error;
      request.log.error(
        { error: { name, message, stack, code: 'code' in error ? error.code : undefined } },
        'failed',
      );
    } else if (known.statusCode >= 500) request.log.warn({ code: known.code }, 'unavailable');
    return sendError(
      request,
      reply,
      siteName,
      known ?? new ApiError(500, 'internal', 'Something went wrong on our side.'),
    );
  });
  app.setNotFoundHandler((request, reply) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead) return sendError(request, reply, siteName, notFound());
    reply.header('allow', 'GET, HEAD');
    const refusal = new ApiError(405, 'method-not-allowed', 'This address can only be read.');
    return sendError(request, reply, siteName, refusal);
  });
}

/** The private store does not answer, or others are always first. */
const storeIsAway: ReadonlySet<string> = new Set([
  'private-store-locked',
  'private-store-contended',
  'private-store-unreachable',
  'private-store-denied',
]);

function asApiError(error: FastifyError | Error): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof CutoverError && storeIsAway.has(error.code)) {
    return new ApiError(503, 'busy', 'The private store is busy. Try again.', 5);
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === undefined || status < 400 || status >= 500) return undefined;
  const [code, message] = refusals[status] ?? refusals[400]!;
  return new ApiError(status, code, message);
}

/** Tells a refusal in the client's language. Nothing but 410 is kept by caches. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  siteName: string,
  error: ApiError,
): FastifyReply {
  reply.code(error.statusCode).header('cache-control', cacheOf(error.statusCode));
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  if (!wantsJson(request)) {
    return sendHtml(reply, messagePage(siteName, titles[error.statusCode] ?? 'Refused', error.message));
  }
  return reply.header('vary', 'accept').send({ error: { code: error.code, message: error.message } });
}

const titles: Readonly<Record<number, string>> = {
  404: 'Not found',
  410: 'No longer here',
  500: 'Out of order',
  503: 'Not available',
};

function cacheOf(status: number): string {
  return status === 410 ? 'public, max-age=3600' : 'no-store';
}
