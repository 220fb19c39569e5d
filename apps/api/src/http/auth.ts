import fastifyCookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { createHash, randomBytes } from 'node:crypto';
import { foldHandle } from '@cutover/records';
import type { StoredRecord } from '@cutover/records';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { endSession, sessionOf, startSession } from '../accounts/session.ts';
import { signIn } from '../accounts/sign-in.ts';
import { type ApiState, hasAccounts, type Loaded, type TargetWithAccounts } from '../load/state.ts';
import { type ApiOptions, defaultSignInLimit } from '../options.ts';
import { ApiError, notLoaded } from './api-error.ts';

interface Credentials {
  readonly login: string;
  readonly password: string;
}

const credentialsSchema = {
  type: 'object',
  required: ['login', 'password'],
  additionalProperties: false,
  properties: {
    login: { type: 'string', minLength: 1, maxLength: 320 },
    password: { type: 'string', minLength: 1, maxLength: 1024 },
  },
} as const;

/** Sign-in, sign-out and who is signed in, where the target has accounts. */
export async function registerAuth(
  app: FastifyInstance,
  options: ApiOptions,
  state: ApiState,
): Promise<void> {
  const { target } = options.profile;
  if (!hasAccounts(target)) return;
  await app.register(fastifyCookie, { secret: options.sessionSecret ?? randomBytes(32).toString('hex') });
  const assertMayTry = await signInLimiter(app, options);
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/api/auth/')) reply.header('cache-control', 'no-store');
  });

  app.post<{ Body: Credentials }>(
    '/api/auth/sign-in',
    { schema: { body: credentialsSchema } },
    async (request, reply) => {
      await assertMayTry(request);
      const { accounts, site } = accountsOf(state);
      const { login, password } = request.body;
      const context = { target, ...accounts, store: options.privateStore };
      const record = await signIn(login, password, context);
      if (record === undefined) throw signInRefused();
      startSession(reply, record.id);
      return accountView(target, site, record);
    },
  );

  app.get('/api/auth/me', async (request) => {
    const { site, records } = accountsOf(state);
    const id = sessionOf(request);
    const record = id === undefined ? undefined : records.byId(target.accounts.sheet, id);
    if (record === undefined || target.accounts.refusal(record) !== undefined) {
      throw new ApiError(401, 'not-signed-in', 'Nobody is signed in.');
    }
    return accountView(target, site, record);
  });

  app.post('/api/auth/sign-out', async (_request, reply) => {
    endSession(reply);
    return reply.code(204).send();
  });
}

/** The one answer to every sign-in that fails, whatever the reason. */
const signInRefused = (): ApiError =>
  new ApiError(401, 'sign-in-refused', 'There is no such login, or the password is wrong.');

function accountsOf(state: ApiState): Loaded & { accounts: NonNullable<Loaded['accounts']> } {
  const loaded = state.current;
  if (loaded?.accounts === undefined) throw notLoaded();
  return { ...loaded, accounts: loaded.accounts };
}

function accountView(
  target: TargetWithAccounts,
  site: Loaded['site'],
  record: StoredRecord,
): Record<string, unknown> {
  return { id: record.id, path: site.pathOf(target.accounts.sheet, record), record };
}

/** Counts tries by address and login, and by address; throws ApiError 429 with the seconds to wait. */
async function signInLimiter(
  app: FastifyInstance,
  options: ApiOptions,
): Promise<(request: FastifyRequest<{ Body: Credentials }>) => Promise<void>> {
  await app.register(rateLimit, { global: false });
  const limit = { ...defaultSignInLimit, ...options.signInLimit };
  const loginKey = (request: FastifyRequest): string =>
    // A digest, because keys stay in memory for as long as the window and a login may be an email address.
    createHash('sha256')
      .update(`${request.ip}\0${foldHandle((request.body as Credentials).login.trim())}`)
      .digest('base64');
  const limiters = [
    app.createRateLimit({ max: limit.perAddress, timeWindow: limit.windowMs }),
    app.createRateLimit({ max: limit.perLogin, timeWindow: limit.windowMs, keyGenerator: loginKey }),
  ];
  return async (request) => {
    for (const limiter of limiters) {
      const result = await limiter(request);
      if (!result.isAllowed && result.isExceeded) {
        throw new ApiError(429, 'too-many-tries', 'Too many tries. Wait a little.', result.ttlInSeconds);
      }
    }
  };
}
