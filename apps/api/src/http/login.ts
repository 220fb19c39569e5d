import type { FastifyInstance, FastifyReply } from 'fastify';
import { startSession } from '../accounts/session.ts';
import { loginPage } from '../pages/login-page.ts';
import { locationFault } from '../site/safe-location.ts';
import { ApiError } from './api-error.ts';
import type { Accounting } from './auth.ts';
import { sendHtml } from './negotiate.ts';
import { z } from 'zod';

export const loginPath = '/login';

const query = z.object({ return: z.string().max(8192).optional() });
const form = z.strictObject({
  login: z.string().min(1).max(320),
  password: z.string().min(1).max(1024),
  return: z.string().max(8192).optional(),
});

/** Where somebody who is not signed in is sent, to be sent on to `target` afterwards. */
export function toLogin(reply: FastifyReply, target: string): FastifyReply {
  return reply
    .code(303)
    .header('cache-control', 'no-store')
    .header('location', `${loginPath}?${new URLSearchParams({ return: target }).toString()}`)
    .send();
}

/** A path on this site, whatever was asked for. */
function safeReturn(target: string | undefined): string {
  return target === undefined || locationFault(target) !== undefined ? '/' : target;
}

/** Signing in without a script, for visitors whom Slack or a link sends here. */
export function registerLogin(app: FastifyInstance, siteName: string, accounting: Accounting): void {
  const hasGithub = accounting.hasGithub;
  app.get(loginPath, { schema: { hide: true } }, (request, reply) => {
    const parsed = query.safeParse(request.query);
    const target = safeReturn(parsed.success ? parsed.data.return : undefined);
    reply.header('cache-control', 'no-store');
    return sendHtml(reply, loginPage({ siteName, target, hasGithub }));
  });

  app.post(loginPath, { schema: { hide: true } }, async (request, reply) => {
    const parsed = form.safeParse(request.body);
    if (!parsed.success) throw new ApiError(400, 'request-invalid', 'Give a login and a password.');
    const { login, password } = parsed.data;
    const target = safeReturn(parsed.data.return);
    reply.header('cache-control', 'no-store');
    await accounting.assertMayTry(request, login);
    const record = await accounting.signIn(login, password);
    if (record === undefined) {
      reply.code(401);
      return sendHtml(reply, loginPage({ siteName, target, hasGithub, refused: true }));
    }
    startSession(reply, record.id);
    return reply.code(303).header('location', target).send();
  });
}
