import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const cookieName = 'session';
export const sessionLifetimeMs = 24 * 60 * 60 * 1000;

/** What a signed session cookie says. Times are in milliseconds since 1970. */
export interface Session {
  /** Of this one sign-in, random. */
  readonly sessionId: string;
  readonly personId: string;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
}

/** A session is a signed cookie: nothing is stored while it lives, only when it is ended before its time (see Revocations). */
export function startSession(reply: FastifyReply, personId: string, nowMs = Date.now()): void {
  const sessionId = randomBytes(16).toString('hex');
  reply.setCookie(cookieName, `2.${nowMs}.${nowMs + sessionLifetimeMs}.${sessionId}.${personId}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: 'auto',
    signed: true,
    maxAge: sessionLifetimeMs / 1000,
  });
}

export function endSession(reply: FastifyReply): void {
  reply.clearCookie(cookieName, { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' });
}

/** The session that the request carries; undefined where it has none, a tampered one or one that is over. */
export function sessionOf(request: FastifyRequest, nowMs = Date.now()): Session | undefined {
  const cookie = request.cookies[cookieName];
  if (cookie === undefined) return undefined;
  const { valid, value } = request.unsignCookie(cookie);
  const match = valid ? /^2\.(\d{1,15})\.(\d{1,15})\.([0-9a-f]{32})\.(.+)$/.exec(value ?? '') : null;
  if (match === null) return undefined;
  const [startedAtMs, expiresAtMs] = [Number(match[1]), Number(match[2])];
  if (expiresAtMs <= nowMs || expiresAtMs - startedAtMs !== sessionLifetimeMs) return undefined;
  return { sessionId: match[3]!, personId: match[4]!, startedAtMs, expiresAtMs };
}
