import { createHash } from 'node:crypto';
import fastifyFormbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import { foldHandle } from '@cutover/records';
import type { StoredRecord } from '@cutover/records';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Revocations } from '../accounts/revocations.ts';
import { endSession, sessionOf, startSession } from '../accounts/session.ts';
import { VerificationsBusy } from '../accounts/passwords.ts';
import { signIn } from '../accounts/sign-in.ts';
import { assertSignedIn } from '../accounts/who.ts';
import { accountsOf, type ApiState, hasAccounts, type LoadedAccounts } from '../load/state.ts';
import { type ApiOptions, defaultSignInLimit } from '../options.ts';
import { ApiError } from './api-error.ts';
import { registerLogin } from './login.ts';
import { typed } from './typed.ts';

/** What every way to sign in shares. */
export interface Accounting {
  readonly hasGithub: boolean;
  /** Counts a try; throws ApiError 429 with the seconds to wait. */
  assertMayTry(request: FastifyRequest, login: string): Promise<void>;
  /** Undefined where it is refused; throws ApiError 503 where too many wait already, for every login alike. */
  signIn(login: string, password: string): Promise<StoredRecord | undefined>;
}

const credentials = z.strictObject({
  login: z.string().min(1).max(320),
  password: z.string().min(1).max(1024),
});

/** Sign-in, sign-out and who is signed in, where the target has accounts. */
export async function registerAuth(
  app: FastifyInstance,
  options: ApiOptions,
  state: ApiState,
  revocations: Revocations,
): Promise<Accounting | undefined> {
  const { target } = options.profile;
  if (!hasAccounts(target)) return undefined;
  const accounting: Accounting = {
    hasGithub: options.github !== undefined && target.accounts.github !== undefined,
    assertMayTry: await signInLimiter(app, options),
    signIn: async (login, password) => {
      const { accounts } = accountsOf(state);
      try {
        return await signIn(login, password, { target, ...accounts, store: options.privateStore });
      } catch (error) {
        if (!(error instanceof VerificationsBusy)) throw error;
        throw new ApiError(503, 'sign-in-busy', 'Too many sign in at once. Try again in a moment.', 5);
      }
    },
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/api/auth/')) reply.header('cache-control', 'no-store');
    done();
  });
  const api = typed(app);

  api.post(
    '/api/auth/sign-in',
    { schema: { summary: 'Signs in with a login and a password', tags: ['accounts'], body: credentials } },
    async (request, reply) => {
      const { login, password } = request.body;
      await accounting.assertMayTry(request, login);
      const record = await accounting.signIn(login, password);
      if (record === undefined) throw signInRefused();
      startSession(reply, record.id);
      return accountView(accountsOf(state), record);
    },
  );

  api.get(
    '/api/auth/me',
    { schema: { summary: 'Who is signed in', tags: ['accounts'] } },
    async (request) => {
      const { record, loaded } = assertSignedIn(request, state, revocations);
      return accountView(loaded, record);
    },
  );

  api.post(
    '/api/auth/sign-out',
    { schema: { summary: 'Ends this session, for whoever may have its cookie', tags: ['accounts'] } },
    async (request, reply) => {
      const session = sessionOf(request);
      if (session !== undefined && !revocations.has(session)) await revocations.end(session);
      endSession(reply);
      return reply.code(204).send();
    },
  );

  api.post(
    '/api/auth/sign-out-everywhere',
    { schema: { summary: 'Ends all sessions of whoever is signed in', tags: ['accounts'] } },
    async (request, reply) => {
      const { record } = assertSignedIn(request, state, revocations);
      await revocations.endAll(record.id);
      endSession(reply);
      return reply.code(204).send();
    },
  );
  await app.register(async (scope) => {
    await scope.register(fastifyFormbody);
    registerLogin(scope, target.name, accounting);
  });
  return accounting;
}

/** The one answer to every sign-in that fails, whatever the reason. */
const signInRefused = (): ApiError =>
  new ApiError(401, 'sign-in-refused', 'There is no such login, or the password is wrong.');

/** A signed-in person as the API tells it. */
export function accountView({ target, site }: LoadedAccounts, record: StoredRecord): Record<string, unknown> {
  return { id: record.id, path: site.pathOf(target.accounts.sheet, record), record };
}

/** Counts tries by address and login, and by address; throws ApiError 429 with the seconds to wait. */
async function signInLimiter(app: FastifyInstance, options: ApiOptions): Promise<Accounting['assertMayTry']> {
  await app.register(rateLimit, { global: false });
  const limit = { ...defaultSignInLimit, ...options.signInLimit };
  // A digest, because keys stay in memory for as long as the window and a login may be an email address.
  const keys = new WeakMap<FastifyRequest, string>();
  const limiters = [
    app.createRateLimit({ max: limit.perAddress, timeWindow: limit.windowMs }),
    app.createRateLimit({
      max: limit.perLogin,
      timeWindow: limit.windowMs,
      keyGenerator: (request) => keys.get(request)!,
    }),
  ];
  return async (request, login) => {
    const key = createHash('sha256').update(`${request.ip}\0${foldHandle(login.trim())}`);
    keys.set(request, key.digest('base64'));
    for (const limiter of limiters) {
      const result = await limiter(request);
      if (!result.isAllowed && result.isExceeded) {
        throw new ApiError(429, 'too-many-tries', 'Too many tries. Wait a little.', result.ttlInSeconds);
      }
    }
  };
}
