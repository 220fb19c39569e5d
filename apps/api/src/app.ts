import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fastifyCookie from '@fastify/cookie';
import fastifyFormbody from '@fastify/formbody';
import accepts from '@fastify/accepts';
import { CutoverError } from '@cutover/core';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { registerAuth } from './http/auth.ts';
import { registerContent } from './http/content.ts';
import { registerDocs, registerOpenApi } from './http/docs.ts';
import { RecordFiles } from './http/files.ts';
import { registerMetrics } from './http/metrics.ts';
import { registerErrors } from './http/errors.ts';
import { GithubClient } from './github/client.ts';
import { registerGithub } from './http/github.ts';
import { registerStaff } from './http/staff.ts';
import { registerHealth } from './http/health.ts';
import { registerUnsubscribe } from './http/unsubscribe.ts';
import { registerInternal, registerInternalFallback } from './http/internal.ts';
import { registerRequestLog } from './http/request-log.ts';
import { registerRequestLimit } from './http/request-limit.ts';
import { registerSaml } from './http/saml.ts';
import { registerSecurity } from './http/security.ts';
import { Revocations } from './accounts/revocations.ts';
import { registerWrites } from './http/writes.ts';
import { useZod } from './http/typed.ts';
import { type SamlSetup, setUpSaml } from './saml/options.ts';
import { ApiState } from './load/state.ts';
import { type ApiOptions, assertApiOptions } from './options.ts';

const bodyLimitBytes = 16 * 1024;

/**
 * The API over the two stores, with the branch's records loaded. Throws CutoverError `api-options-invalid`,
 * `route-reserved`, and with `strict` whatever keeps the API from being ready.
 */
export async function buildApp(
  options: ApiOptions,
): Promise<FastifyInstance & { readonly drain: () => Promise<void> }> {
  assertApiOptions(options);
  assertRoutesFree(options);
  const saml = options.saml === undefined ? undefined : setUpSaml(options.profile, options.saml);
  const github = options.github === undefined ? undefined : new GithubClient(options.github);
  const revocations = new Revocations(options.privateStore);
  const state = new ApiState(options, revocations);
  await state.load();
  const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  const app: FastifyInstance = fastify({
    ...(options.logger === undefined
      ? { logger: false }
      : { loggerInstance: options.logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    // What comes while others are answered for the last time is answered, too.
    return503OnClosing: false,
    // Node looks for clients that are too slow once in this while.
    http: {
      connectionsCheckingInterval: 1000,
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
    },
    trustProxy: options.trustProxy ?? false,
    rewriteUrl: (request) => decodableTarget(request.url ?? '/'),
  });
  app.removeContentTypeParser('text/plain');
  useZod(app);
  registerRequestLog(app, options.logger !== undefined);
  await registerOpenApi(app, options.profile.target, options.version);
  registerMetrics(app, { state, saml, github });
  await app.register(accepts);
  registerErrors(app, options.profile.target.name);
  await registerSecurity(app, options.origin);
  registerRequestLimit(app, options.requestLimit);
  registerStopping(app, state);
  registerHealth(app, options, state, saml);
  registerInternal(app, options, state);
  registerInternalFallback(app);
  // Only what knows somebody looks at cookies.
  await app.register(async (scope) => {
    await scope.register(fastifyCookie, { secret: options.sessionSecret ?? randomBytes(32).toString('hex') });
    await registerPeople(scope, options, { state, revocations, saml, github });
  });
  registerDocs(app, options.profile.target);
  const { publicStore, privateStore } = options;
  registerContent(app, options, state, new RecordFiles(publicStore.dir, privateStore));
  const drain = async (): Promise<void> => {
    state.stop();
    await sleep(options.drainMs ?? 0);
  };
  return Object.assign(app, { drain });
}

interface People {
  readonly state: ApiState;
  readonly revocations: Revocations;
  readonly saml: SamlSetup | undefined;
  readonly github: GithubClient | undefined;
}

/** Everything that is about who somebody is. */
async function registerPeople(
  app: FastifyInstance,
  options: ApiOptions,
  { state, revocations, saml, github }: People,
): Promise<void> {
  const accounting = await registerAuth(app, options, state, revocations);
  if (accounting !== undefined) {
    const { privateStore: store, profile, origin } = options;
    if (options.writable === true) registerWrites(app, { options, state, revocations });
    registerStaff(app, { state, revocations, store });
    if (options.linkSecret !== undefined) await registerUnsubscribe(app, options, options.linkSecret);
    if (github !== undefined && accounting.hasGithub) {
      const shared = { client: github, state, revocations, store, accounting, origin };
      await app.register(async (scope) => {
        await scope.register(fastifyFormbody);
        registerGithub(scope, { ...shared, siteName: profile.target.name, linkSecret: options.linkSecret });
      });
    }
  }
  if (saml !== undefined) {
    const { origin, profile } = options;
    await app.register(async (scope) => {
      await scope.register(fastifyFormbody, { bodyLimit: 96 * 1024 });
      registerSaml(scope, { setup: saml, state, revocations, siteName: profile.target.name, origin });
    });
  }
}

/** Once the API is about to stop no connection is kept, so that none is open when it does. */
function registerStopping(app: FastifyInstance, state: ApiState): void {
  app.addHook('onRequest', (_request, reply, done) => {
    if (state.isStopping) reply.header('connection', 'close');
    done();
  });
}

/** Paths below `/api` that are the API's own, so no route of a target may lie there. */
const reserved = [
  '/health',
  '/auth',
  '/_internal',
  '/api',
  '/saml',
  '/docs',
  '/login',
  '/staff',
  '/metrics',
  '/claim',
  '/unsubscribe',
];

function assertRoutesFree({ profile: { target } }: ApiOptions): void {
  const taken = target.routes.find(({ path }) => reserved.some((own) => `${path}/`.startsWith(`${own}/`)));
  if (taken === undefined) return;
  throw new CutoverError('route-reserved', `the target's route ${taken.path} is one of the API's own`, {
    next: `choose a path that does not begin with ${reserved.join(', ')}`,
  });
}

/**
 * Escapes the percent signs of segments that cannot be decoded: such a URL is an unknown one and gets the
 * same page, where the router would refuse it before any handler.
 */
function decodableTarget(target: string): string {
  if (!target.includes('%')) return target;
  const [path = '', ...query] = target.split('?');
  const segments = path.split('/').map((segment) => {
    try {
      decodeURIComponent(segment);
      return segment;
    } catch {
      return segment.replaceAll('%', '%25');
    }
  });
  return [segments.join('/'), ...query].join('?');
}
