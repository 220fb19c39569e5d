import fastifyFormbody from '@fastify/formbody';
import { readMailLink } from '@cutover/records';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { linkPage } from '../pages/link-page.ts';
import { messagePage } from '../pages/list-page.ts';
import type { ApiOptions } from '../options.ts';
import { notFound } from './api-error.ts';
import { sendHtml } from './negotiate.ts';

/**
 * Unsubscribing by a link, without a login and without records being loaded. Looking changes nothing, as mail
 * programs look at links by themselves; a POST does, from anywhere (RFC 8058: one click in the mail program,
 * as a form of either kind, without cookies, and answered without a redirect). The token alone decides.
 */
export async function registerUnsubscribe(
  app: FastifyInstance,
  { profile: { target }, privateStore }: Pick<ApiOptions, 'profile' | 'privateStore'>,
  secret: string,
): Promise<void> {
  const { mail } = target;
  if (mail === undefined) return;
  const personOf = (request: FastifyRequest): string => {
    const token = (request.params as { '*': string })['*'];
    const link = readMailLink(secret, 'unsubscribe', token, Date.now());
    if (link === undefined) throw notFound();
    return link.person;
  };
  await app.register(async (scope) => {
    await scope.register(fastifyFormbody);
    scope.addContentTypeParser('multipart/form-data', { parseAs: 'string' }, (_request, _body, done) => {
      done(null, undefined);
    });
    scope.get('/unsubscribe/*', { schema: { hide: true } }, (request, reply) => {
      personOf(request);
      reply.header('cache-control', 'no-store');
      return sendHtml(
        reply,
        linkPage({
          siteName: target.name,
          title: 'Unsubscribe',
          text: 'We will not write to this address any more. The account stays as it is.',
          action: request.url,
          button: 'Unsubscribe',
        }),
      );
    });
    scope.post(
      '/unsubscribe/*',
      { schema: { hide: true }, config: { crossSite: true } },
      async (request, reply) => {
        const now = new Date().toISOString();
        await privateStore.update(mail.sheet, personOf(request), (current) =>
          current === undefined ? undefined : mail.unsubscribe(current, now),
        );
        reply.header('cache-control', 'no-store');
        return sendHtml(
          reply,
          messagePage(target.name, 'Unsubscribed', 'We will not write to you any more.'),
        );
      },
    );
  });
}
