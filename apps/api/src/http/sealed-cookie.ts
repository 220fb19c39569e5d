import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface SealedCookie {
  readonly name: string;
  readonly path: string;
  readonly seconds: number;
}

/** Keeps something with the visitor for a while: signed, and of this cookie's name, so that none can stand for another. */
export function sealed(
  app: FastifyInstance,
  reply: FastifyReply,
  { name, path, seconds }: SealedCookie,
  value: object,
): void {
  const payload = JSON.stringify({ value, name, until: Date.now() + seconds * 1000 });
  const text = app.signCookie(`${name}.${Buffer.from(payload).toString('base64url')}`);
  reply.setCookie(name, text, { path, httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: seconds });
}

/** What was kept; undefined where it is absent, tampered with, of another cookie or over. */
export function readSealed<T>(
  app: FastifyInstance,
  request: FastifyRequest,
  { name }: SealedCookie,
): T | undefined {
  const cookie = request.cookies[name];
  const { valid, value } = cookie === undefined ? { valid: false, value: null } : app.unsignCookie(cookie);
  if (!valid || !value?.startsWith(`${name}.`)) return undefined;
  const payload = JSON.parse(Buffer.from(value.slice(name.length + 1), 'base64url').toString()) as {
    value: T;
    until: number;
  };
  return payload.until > Date.now() ? payload.value : undefined;
}
