import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { RequestLimit } from '../options.ts';
import { ApiError } from './api-error.ts';

/** What watches the process has to see it however busy it is. */
const watched = /^\/(?:metrics|api\/health(?:\/ready)?)(?:\?|$)/;

/**
 * Counts requests by address; throws ApiError 429 with the seconds to wait. Who comes from this machine without a
 * proxy in between is not counted: that is the proxy itself where nobody said that there is one, and all visitors
 * would share its number.
 */
export function registerRequestLimit(app: FastifyInstance, limit: RequestLimit | undefined): void {
  if (limit === undefined) return;
  const counts = new Counts(limit);
  app.addHook('onRequest', (request, _reply, done) => {
    const { ip } = request;
    // By the path as it was sent: asking a request for its route costs more than all else here.
    if (isLoopback(ip) || (request.method === 'GET' && watched.test(request.raw.url ?? ''))) return done();
    const waitMs = counts.add(networkOf(ip), Date.now());
    if (waitMs === 0) return done();
    done(
      new ApiError(429, 'too-many-requests', 'Too many requests. Wait a little.', Math.ceil(waitMs / 1000)),
    );
  });
}

/** Fixed windows; all counts of one window go at once. */
class Counts {
  readonly #limit: RequestLimit;
  #counts = new Map<string, number>();
  #endsAt = 0;

  constructor(limit: RequestLimit) {
    this.#limit = limit;
  }

  /** Milliseconds to wait; 0 where the request is within the limit. */
  add(key: string, now: number): number {
    if (now >= this.#endsAt) {
      this.#counts = new Map();
      this.#endsAt = now + this.#limit.windowMs;
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count > this.#limit.max ? Math.max(1, this.#endsAt - now) : 0;
  }
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || /^(?:::ffff:)?127\./.test(ip);
}

/** One household or machine has a whole /64 of addresses. */
function networkOf(ip: string): string {
  if (!ip.includes(':') || ip.includes('.') || !isIPv6(ip)) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail === undefined) return groups.slice(0, 4).join(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - groups.length - after.length }, () => '0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}
