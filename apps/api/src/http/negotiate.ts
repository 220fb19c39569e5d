import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whether the path is one of the API's, where everything is JSON. */
export function isApiPath(target: string): boolean {
  return /^\/api(?:[/?]|$)/.test(target);
}

/** Whether the client wants JSON: under `/api` always, elsewhere where it prefers it to HTML. */
export function wantsJson(request: FastifyRequest): boolean {
  if (isApiPath(request.raw.url ?? '/')) return true;
  return request.accepts().type(['html', 'json']) === 'json';
}

export function sendHtml(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('vary', 'accept').send(page);
}
