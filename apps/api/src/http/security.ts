import { createHash, timingSafeEqual } from 'node:crypto';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { styleSource } from '../pages/layout.ts';
import { ApiError } from './api-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Other sites may send to this route. */
    crossSite?: boolean;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** What a page is sent with besides the headers of every answer; see `sendHtml`. */
    documentHeaders: Readonly<Record<string, string>>;
  }
}

/** What means something for any answer: it may be opened as it is, framed, embedded or led on from. */
const ofEveryAnswer: Readonly<Record<string, string>> = {
  // JSON, tables and redirects need nothing from anywhere; a page says what it needs.
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const ofOneAnswer = new Set(['content-type', 'content-length', 'date', 'connection']);

/** Headers for every answer, and the guard of everything that changes something. */
export async function registerSecurity(app: FastifyInstance, origin: string | undefined): Promise<void> {
  app.decorate('documentHeaders', await documentHeaders());
  const everywhere = Object.entries(ofEveryAnswer);
  app.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of everywhere) reply.header(name, value);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && request.routeOptions.config.crossSite !== true) assertSameOrigin(request, origin);
    done();
  });
}

/** They are the same for all pages, so they are worked out once. */
async function documentHeaders(): Promise<Record<string, string>> {
  const probe = fastify();
  await probe.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [styleSource],
        // Pictures in what people wrote lie anywhere.
        imgSrc: ["'self'", 'https:', 'http:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether all of a domain is on TLS is for whoever runs the proxy to say.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
  probe.get('/', () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  const own = Object.entries(headers).filter(([name]) => !ofOneAnswer.has(name));
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
}

/**
 * Against requests forged by other sites. Browsers send `Origin` or `Sec-Fetch-Site` with what changes
 * something, and a page cannot take them away; a program that sends neither has no cookie of anybody else.
 * Throws ApiError 403 `cross-site`.
 */
function assertSameOrigin(request: FastifyRequest, expected: string | undefined): void {
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const own = expected ?? `${request.protocol}://${request.host}`;
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeignSite || (origin !== undefined && origin !== own)) {
    throw new ApiError(403, 'cross-site', 'This can only be done from the site itself.');
  }
}

/** Compares secrets in a time that tells nothing about either, their lengths included. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
