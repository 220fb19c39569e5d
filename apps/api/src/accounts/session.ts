import type { FastifyReply, FastifyRequest } from 'fastify';

const cookieName = 'session';
const lifetimeSeconds = 24 * 60 * 60;

/**
 * Sessions are signed cookies that hold an id and an expiry, so nothing has to be stored. Whoever steals
 * one keeps it until it expires, and signing out forgets it in this browser only.
 */
export function startSession(reply: FastifyReply, id: string, nowMs = Date.now()): void {
  const expires = Math.floor(nowMs / 1000) + lifetimeSeconds;
  reply.setCookie(cookieName, `1.${expires}.${id}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: 'auto',
    signed: true,
    maxAge: lifetimeSeconds,
  });
}

export function endSession(reply: FastifyReply): void {
  reply.clearCookie(cookieName, { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' });
}

/** Whose session the request carries; undefined where it has none, a tampered one or one that is over. */
export function sessionOf(request: FastifyRequest, nowMs = Date.now()): string | undefined {
  const cookie = request.cookies[cookieName];
  if (cookie === undefined) return undefined;
  const { valid, value } = request.unsignCookie(cookie);
  const match = valid ? /^1\.(\d+)\.(.+)$/.exec(value ?? '') : null;
  if (match === null) return undefined;
  return Number(match[1]) * 1000 > nowMs ? match[2] : undefined;
}
