import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ClaimRequests } from '../accounts/claim-requests.ts';
import { matchGithubUser } from '../accounts/github-match.ts';
import type { Revocations } from '../accounts/revocations.ts';
import { startSession } from '../accounts/session.ts';
import { type AccountStore, takeOver } from '../accounts/take-over.ts';
import { assertSignedIn, signedIn } from '../accounts/who.ts';
import { GithubBusy, type GithubClient, GithubRefused, type GithubUser } from '../github/client.ts';
import { accountsOf, type ApiState, type LoadedAccounts } from '../load/state.ts';
import { githubPage } from '../pages/github-page.ts';
import { messagePage } from '../pages/list-page.ts';
import { locationFault } from '../site/safe-location.ts';
import { ApiError } from './api-error.ts';
import { claimOf, registerClaimLink } from './claim-link.ts';
import { accountView, type Accounting } from './auth.ts';
import { sendHtml } from './negotiate.ts';
import { readSealed, sealed } from './sealed-cookie.ts';
import { typed } from './typed.ts';

export interface GithubContext {
  readonly client: GithubClient;
  readonly state: ApiState;
  readonly revocations: Revocations;
  readonly store: AccountStore;
  readonly accounting: Accounting;
  readonly siteName: string;
  readonly origin: string | undefined;
  readonly linkSecret: string | undefined;
}

/** Between leaving for GitHub and coming back. */
const departures = { name: 'github', path: '/api/auth/github', seconds: 600 };
/** Between coming back and showing whose account it is. */
const arrivals = { name: 'github-user', path: '/', seconds: 1800 };

interface Departed {
  readonly state: string;
  readonly verifier: string;
  readonly target: string;
  /** Whoever links GitHub to their account afterwards. */
  readonly linkTo?: string;
}

interface Arrived {
  readonly user: GithubUser;
  readonly target: string;
}

/** Signing in with GitHub, and the ways to an account for those whom GitHub alone does not identify here. */
export function registerGithub(app: FastifyInstance, context: GithubContext): void {
  const { client, state, revocations } = context;
  const redirectUri = (request: FastifyRequest): string =>
    `${context.origin ?? `${request.protocol}://${request.host}`}/api/auth/github/callback`;
  const depart = async (
    request: FastifyRequest,
    reply: FastifyReply,
    goal: Pick<Departed, 'target' | 'linkTo'>,
  ) => {
    const { url, departure } = await client.depart(redirectUri(request));
    sealed(app, reply, departures, { ...departure, ...goal } satisfies Departed);
    return url;
  };
  const api = typed(app);
  const described = (summary: string) => ({ schema: { summary, tags: ['accounts'] } });

  app.get('/api/auth/github', described('To GitHub, to sign in'), async (request, reply) => {
    const asked = (request.query as Record<string, unknown>)['return'];
    const target = typeof asked === 'string' && locationFault(asked) === undefined ? asked : '/';
    return reply
      .code(303)
      .header('location', await depart(request, reply, { target }))
      .send();
  });

  app.post(
    '/api/auth/github/link',
    described('Where to go to link GitHub to this account'),
    async (request, reply) => {
      const { record } = assertSignedIn(request, state, revocations);
      return { location: await depart(request, reply, { target: '/', linkTo: record.id }) };
    },
  );

  app.get('/api/auth/github/callback', described('Back from GitHub'), async (request, reply) => {
    const departed = readSealed<Departed>(app, request, departures);
    reply.clearCookie(departures.name, { path: departures.path });
    if (departed === undefined) throw refused();
    const query = new URLSearchParams(request.raw.url!.split(/\?(.*)/s)[1] ?? '');
    const user = await arrive(client, query, departed, redirectUri(request));
    return welcome(request, reply, user, departed);
  });

  async function welcome(request: FastifyRequest, reply: FastifyReply, user: GithubUser, departed: Departed) {
    const loaded = accountsOf(state);
    if (departed.linkTo !== undefined) {
      const person = signedIn(request, state, revocations);
      if (person === undefined || person.record.id !== departed.linkTo) throw refused();
      await takeOver(person.record, user, loaded, context.store);
      return reply.code(303).header('location', departed.target).send();
    }
    const claim = claimOf(app, request, reply, context.linkSecret);
    if (claim !== undefined) {
      const record = loaded.records.byId(loaded.target.accounts.sheet, claim.person);
      if (record === undefined || loaded.accounts.directory.refusalOf(record) !== undefined) throw barred();
      await takeOver(record, user, loaded, context.store);
      startSession(reply, record.id);
      return reply.code(303).header('location', departed.target).send();
    }
    const match = matchGithubUser(user, loaded);
    if (match.kind === 'linked' || match.kind === 'email') {
      if (loaded.accounts.directory.refusalOf(match.record) !== undefined) throw barred();
      if (match.kind === 'email') await takeOver(match.record, user, loaded, context.store);
      startSession(reply, match.record.id);
      return reply.code(303).header('location', departed.target).send();
    }
    sealed(app, reply, arrivals, { user, target: departed.target } satisfies Arrived);
    return reply.code(303).header('location', '/login/github').send();
  }

  const pending = (request: FastifyRequest): Arrived & { loaded: LoadedAccounts } => {
    const arrived = readSealed<Arrived>(app, request, arrivals);
    if (arrived === undefined) throw new ApiError(401, 'github-first', 'Sign in with GitHub first.');
    return { ...arrived, loaded: accountsOf(state) };
  };

  const pick = async (request: FastifyRequest, reply: FastifyReply, id: string) => {
    const { user, loaded } = pending(request);
    const match = matchGithubUser(user, loaded);
    const record = match.kind === 'several' ? match.records.find((one) => one.id === id) : undefined;
    if (record === undefined)
      throw new ApiError(403, 'not-among-yours', 'This is none of the accounts to pick from.');
    await takeOver(record, user, loaded, context.store);
    return enter(reply, loaded, record);
  };

  const claim = async (request: FastifyRequest, reply: FastifyReply, login: string, password: string) => {
    const { user, loaded } = pending(request);
    await context.accounting.assertMayTry(request, login);
    const record = await context.accounting.signIn(login, password);
    if (record === undefined) {
      throw new ApiError(401, 'sign-in-refused', 'There is no such login, or the password is wrong.');
    }
    await takeOver(record, user, loaded, context.store);
    return enter(reply, loaded, record);
  };

  const enter = (reply: FastifyReply, loaded: LoadedAccounts, record: Parameters<typeof accountView>[1]) => {
    reply.clearCookie(arrivals.name, { path: arrivals.path });
    startSession(reply, record.id);
    return accountView(loaded, record);
  };

  const claims = new ClaimRequests(context.store);
  /** The same for every login, so that nobody learns which there are. */
  const review = async (request: FastifyRequest, login: string, message: string): Promise<void> => {
    const { user, loaded } = pending(request);
    await context.accounting.assertMayTry(request, `review ${user.id}`);
    const record = loaded.accounts.directory.find(login);
    if (record === undefined || loaded.accounts.directory.hasGithub(record.id)) return;
    if (loaded.accounts.directory.refusalOf(record) !== undefined) return;
    const { id: githubUserId, login: githubLogin, emails } = user;
    await claims.open({ personId: record.id, githubUserId, githubLogin, email: emails[0] ?? null, message });
  };

  app.get('/api/auth/github/pending', described('Whose account it may be'), (request) => {
    const { user, loaded } = pending(request);
    const match = matchGithubUser(user, loaded);
    const records = 'records' in match ? match.records : 'record' in match ? [match.record] : [];
    return {
      kind: match.kind,
      login: user.login,
      candidates: records.map((record) => accountView(loaded, record)),
    };
  });
  api.post(
    '/api/auth/github/pick',
    { schema: { summary: 'Picks one of several accounts', tags: ['accounts'], body: picked } },
    (request, reply) => pick(request, reply, request.body.id),
  );
  api.post(
    '/api/auth/github/claim',
    { schema: { summary: 'Claims an account by its old password', tags: ['accounts'], body: claimed } },
    (request, reply) => claim(request, reply, request.body.login, request.body.password),
  );
  api.post(
    '/api/auth/github/review',
    { schema: { summary: 'Asks staff for an account', tags: ['accounts'], body: reviewed } },
    async (request, reply) => {
      await review(request, request.body.login, request.body.message ?? '');
      return reply.code(202).send({ status: 'asked' });
    },
  );

  if (context.linkSecret !== undefined)
    registerClaimLink(app, { secret: context.linkSecret, state, siteName: context.siteName });

  app.get('/login/github', { schema: { hide: true } }, (request, reply) => {
    const { user, loaded } = pending(request);
    reply.header('cache-control', 'no-store');
    return sendHtml(
      reply,
      githubPage({ siteName: context.siteName, login: user.login, match: matchGithubUser(user, loaded) }),
    );
  });
  app.post('/login/github', { schema: { hide: true } }, async (request, reply) => {
    const { target } = pending(request);
    const form = pageForm.safeParse(request.body);
    if (!form.success) throw new ApiError(400, 'request-invalid', 'Go back and fill in the form.');
    reply.header('cache-control', 'no-store');
    const { data } = form;
    if (data.do === 'review') {
      await review(request, data.login, data.message ?? '');
      const said = 'Staff will look at it. Sign in with GitHub again in a few days.';
      return sendHtml(reply, messagePage(context.siteName, 'Thank you', said));
    }
    if (data.do === 'pick') await pick(request, reply, data.id);
    else await claim(request, reply, data.login, data.password);
    return reply.code(303).header('location', target).send();
  });
}

const picked = z.strictObject({ id: z.string().max(100) });
const claimed = z.strictObject({ login: z.string().min(1).max(320), password: z.string().min(1).max(1024) });
const reviewed = z.strictObject({
  login: z.string().min(1).max(320),
  message: z.string().max(2000).optional(),
});
const pageForm = z.discriminatedUnion('do', [
  picked.extend({ do: z.literal('pick') }),
  claimed.extend({ do: z.literal('claim') }),
  reviewed.extend({ do: z.literal('review') }),
]);

const refused = (): ApiError =>
  new ApiError(400, 'github-refused', 'Signing in with GitHub was not completed. Start again.');
const barred = (): ApiError => new ApiError(403, 'account-refused', 'This account cannot sign in.');

async function arrive(client: GithubClient, query: URLSearchParams, departed: Departed, redirectUri: string) {
  try {
    return await client.arrive(query, departed, redirectUri);
  } catch (error) {
    if (error instanceof GithubBusy) {
      throw new ApiError(
        503,
        'github-busy',
        'GitHub asks us to wait. Try again later.',
        error.retryAfterSeconds,
      );
    }
    if (error instanceof GithubRefused) throw refused();
    throw error;
  }
}
