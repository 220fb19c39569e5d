import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whether the path is one of the API's, where everything is JSON. */
export function isApiPath(target: string): boolean {
  return /^\/api(?:[/?]|$)/.test(target);
}

/** Whether the client wants JSON: under `/api` always but where people are sent, elsewhere where it prefers it to HTML. */
export function wantsJson(request: FastifyRequest): boolean {
  const url = request.raw.url ?? '/';
  // Browsers are sent to these by other sites, so people read what they say.
  if (isApiPath(url) && !/^\/api\/(?:saml|auth\/github)(?:\/|\?|$)/.test(url)) return true;
  return request.accepts().type(['html', 'json']) === 'json';
}

/** Whether the client shows a picture, a sound or a film, and no page. */
export function wantsMedia(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '';
  return /\b(?:image|audio|video)\//i.test(accept) && !/\b(?:text\/html|application\/json)\b/i.test(accept);
}

/** A page, with the headers that a page needs; `policy` is another Content-Security-Policy than that of all pages. */
export function sendHtml(reply: FastifyReply, page: string, policy?: string): FastifyReply {
  reply.headers(reply.server.documentHeaders);
  if (policy !== undefined) reply.header('content-security-policy', policy);
  return reply.type('text/html; charset=utf-8').header('vary', 'accept').send(page);
}

/**
 * Records as JSON. Texts of ASCII alone, which nearly all are, are copied into bytes as they stand; given as a text,
 * each character of them would be looked at again, and those of the headers with them.
 */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  const text = JSON.stringify(value);
  const isAscii = Buffer.byteLength(text) === text.length;
  reply.type('application/json; charset=utf-8');
  return reply.send(isAscii ? Buffer.from(text, 'latin1') : text);
}
