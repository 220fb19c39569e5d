import type { FastifyInstance } from 'fastify';

/**
 * One line a request: id, method, path, status, time. Neither headers nor bodies, addresses or query
 * values are ever handed to the logger, so nothing private can be logged by mistake.
 */
export function registerRequestLog(app: FastifyInstance, isLogged: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  if (!isLogged) return;
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        path: loggablePath(request.originalUrl),
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    );
    done();
  });
}

/** The path with names of query parameters; a segment that may be an email address, or the token of a link in a mail, is not told. */
export function loggablePath(target: string): string {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const names = [...new URLSearchParams(query).keys()].map((name) => (mayBePrivate(name) ? '…' : name));
  // What comes after these opens something, for whoever has it.
  const safe = path
    .replace(/^\/(claim|unsubscribe)\/.*/s, '/$1/…')
    .split('/')
    .map((segment) => (mayBePrivate(segment) ? '…' : segment))
    .join('/');
  return names.length === 0 ? safe : `${safe}?${names.join('&')}`;
}

function mayBePrivate(text: string): boolean {
  return /@|%40|%2540/i.test(text);
}
