import { type MailLink, readMailLink, type StoredRecord } from '@cutover/records';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accountsOf, type ApiState } from '../load/state.ts';
import { goOnPage, linkPage } from '../pages/link-page.ts';
import { titleOf } from '../pages/record-page.ts';
import { ApiError } from './api-error.ts';
import { sendHtml } from './negotiate.ts';
import { readSealed, sealed } from './sealed-cookie.ts';

/** Between pressing the button and coming back from GitHub. */
const claims = { name: 'claim', path: '/api/auth/github', seconds: 1800 };

/**
 * A link that was mailed to the account's address: who has it may give the account to their GitHub user. It
 * takes a button on a page of ours that names the account, so that nobody is led into another's account by a
 * link alone; and it is over once the account has a GitHub user.
 */
export function registerClaimLink(
  app: FastifyInstance,
  { secret, state, siteName }: { secret: string; state: ApiState; siteName: string },
): void {
  const claimable = (request: FastifyRequest): { token: string; record: StoredRecord } => {
    const token = (request.params as { '*': string })['*'];
    const link = readMailLink(secret, 'claim', token, Date.now());
    const { records, target, accounts } = accountsOf(state);
    const record = link === undefined ? undefined : records.byId(target.accounts.sheet, link.person);
    const isOver =
      record === undefined ||
      accounts.directory.hasGithub(record.id) ||
      accounts.directory.refusalOf(record) !== undefined;
    if (isOver) {
      const said = 'This link does not work any more. Sign in with GitHub, or ask staff for the account.';
      throw new ApiError(410, 'claim-over', said);
    }
    return { token, record };
  };

  app.get('/claim/*', { schema: { hide: true } }, (request, reply) => {
    const { token, record } = claimable(request);
    reply.header('cache-control', 'no-store');
    return sendHtml(
      reply,
      linkPage({
        siteName,
        title: 'Take over your account',
        text: `This link is for the account “${titleOf(record)}”. If it is yours, go on, and sign in with your own GitHub account.`,
        action: `/claim/${token}`,
        button: 'This is my account',
      }),
    );
  });

  app.post('/claim/*', { schema: { hide: true } }, (request, reply) => {
    const { token } = claimable(request);
    sealed(app, reply, claims, { token });
    reply.header('cache-control', 'no-store');
    return sendHtml(
      reply,
      goOnPage(siteName, 'Take over your account', '/api/auth/github', 'Go on to GitHub'),
    );
  });
}

/** What somebody who comes back from GitHub had claimed before, once; the link must still hold. */
export function claimOf(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string | undefined,
): MailLink | undefined {
  const kept = readSealed<{ token: string }>(app, request, claims);
  if (kept === undefined || secret === undefined) return undefined;
  reply.clearCookie(claims.name, { path: claims.path });
  const link = readMailLink(secret, 'claim', kept.token, Date.now());
  if (link === undefined) throw new ApiError(410, 'claim-over', 'The link does not work any more.');
  return link;
}
