import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Revocations } from '../accounts/revocations.ts';
import { signedIn, type SignedIn } from '../accounts/who.ts';
import type { ApiState } from '../load/state.ts';
import { postPage, postPagePolicy } from '../pages/post-page.ts';
import { type AuthnRequest, readAuthnRequest, RequestRefused } from '../saml/authn-request.ts';
import { metadata } from '../saml/metadata.ts';
import type { SamlSetup } from '../saml/options.ts';
import { RequestMemory } from '../saml/request-memory.ts';
import { assertPerson, type Recipient, refuse } from '../saml/response.ts';
import { ApiError } from './api-error.ts';
import { toLogin } from './login.ts';
import { sendHtml } from './negotiate.ts';

/** How long somebody may take over signing in, once the service has asked. */
const resumeMs = 15 * 60_000;
const maxPostBytes = 96 * 1024;

export interface SamlContext {
  readonly setup: SamlSetup;
  readonly state: ApiState;
  readonly revocations: Revocations;
  readonly siteName: string;
  /** The site's origin, where it is configured. */
  readonly origin: string | undefined;
}

interface Serving extends SamlContext {
  readonly answered: RequestMemory;
}

const samlFields = z.object({ SAMLRequest: z.string().min(1), RelayState: z.string().optional() });

/** The identity provider for one service: metadata, the service's requests, launches from this site. */
export function registerSaml(app: FastifyInstance, context: SamlContext): void {
  const serving: Serving = { ...context, answered: new RequestMemory(resumeMs + 10 * 60_000) };
  const base = `/api/saml/${context.setup.part.name}`;
  const described = (summary: string) => ({ schema: { summary, tags: ['saml'] } });

  app.get(`${base}/metadata`, described('The identity provider, as services read it'), (request, reply) => {
    const origin = context.origin ?? `${request.protocol}://${request.host}`;
    return reply
      .type('application/samlmetadata+xml')
      .header('cache-control', 'public, max-age=3600')
      .send(metadata(context.setup, origin));
  });

  app.get(`${base}/sso`, described('A request of the service, HTTP-Redirect'), (request, reply) =>
    answerRedirect(request, reply, serving),
  );

  // The service's own page posts here, so the request is another site's by design; it changes nothing, and a
  // browser sends no session with it.
  app.post(
    `${base}/sso`,
    {
      ...described('A request of the service, HTTP-POST'),
      config: { crossSite: true },
      bodyLimit: maxPostBytes,
    },
    async (request, reply) => {
      const fields = samlFields.safeParse(request.body);
      if (!fields.success) throw notARequest();
      const { SAMLRequest: samlRequest, RelayState: relayState } = fields.data;
      const asked = await received(serving, { binding: 'post', samlRequest, relayState });
      return reply
        .code(303)
        .header('cache-control', 'no-store')
        .header('location', resumePath(app, serving, asked))
        .send();
    },
  );

  app.get(`${base}/resume`, described('Goes on after signing in'), (request, reply) => {
    const asked = readResume(app, (request.query as Record<string, unknown>)['request']);
    if (asked === undefined) throw notARequest();
    return answerRequest(request, reply, asked, serving, request.raw.url!);
  });

  app.get(`${base}/launch`, described('To the service, from this site'), (request, reply) => {
    const query = queryOf(request);
    // The address that the service was given before the move leads here, requests and all.
    if (query.has('SAMLRequest')) return answerRedirect(request, reply, serving);
    const person = signedIn(request, context.state, context.revocations);
    if (person === undefined) return toLogin(reply, request.raw.url!);
    const { setup } = context;
    const relayState = setup.part.relayState(query, setup.host);
    return sendAssertion(request, reply, {
      ...serving,
      person,
      recipient: { acsUrl: setup.service.acsUrls[0]! },
      relayState,
    });
  });

  async function answerRedirect(request: FastifyRequest, reply: FastifyReply, serving: Serving) {
    const query = queryOf(request);
    const fields = samlFields.safeParse(Object.fromEntries(query));
    if (!fields.success) throw notARequest();
    const { SAMLRequest: samlRequest, RelayState: relayState } = fields.data;
    const rawQuery = request.raw.url!.split(/\?(.*)/s)[1] ?? '';
    const asked = await received(serving, { binding: 'redirect', samlRequest, relayState, rawQuery });
    return answerRequest(request, reply, asked, serving, resumePath(app, serving, asked));
  }
}

const notARequest = (): ApiError =>
  new ApiError(400, 'saml-request', 'This is no request for signing in. Start again from the service.');

async function received(
  { setup }: Serving,
  input: Parameters<typeof readAuthnRequest>[0],
): Promise<AuthnRequest> {
  try {
    return await readAuthnRequest(input, setup);
  } catch (error) {
    if (error instanceof RequestRefused) throw new ApiError(400, `saml-${error.code}`, error.message);
    throw error;
  }
}

/** Asserts who is signed in; sends everybody else to sign in and back to `resume`. */
function answerRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: AuthnRequest,
  serving: Serving,
  resume: string,
): FastifyReply {
  const { setup, state, revocations } = serving;
  const recipient: Recipient = { acsUrl: asked.acsUrl, inResponseTo: asked.id };
  if (asked.wrongNameIdFormat) {
    return sendResponse(reply, serving, refuse(setup, 'InvalidNameIDPolicy', recipient), asked);
  }
  const person = signedIn(request, state, revocations);
  const isFresh = person !== undefined && person.session.startedAtMs >= asked.issuedAtMs;
  if (person === undefined || (asked.forceAuthn && !isFresh)) {
    if (asked.isPassive) return sendResponse(reply, serving, refuse(setup, 'NoPassive', recipient), asked);
    return toLogin(reply, resume);
  }
  if (!serving.answered.take(asked.id)) {
    throw new ApiError(
      400,
      'saml-replayed',
      'This request was answered already. Start again from the service.',
    );
  }
  return sendAssertion(request, reply, { ...serving, person, recipient, relayState: asked.relayState });
}

function sendAssertion(
  request: FastifyRequest,
  reply: FastifyReply,
  input: Serving & { person: SignedIn; recipient: Recipient; relayState: string | undefined },
): FastifyReply {
  const { setup, person, recipient, relayState } = input;
  const { record, loaded } = person;
  const nameId = record[setup.identity.field];
  if (setup.identity.sheet !== loaded.target.accounts.sheet || typeof nameId !== 'string' || nameId === '') {
    throw new ApiError(403, 'no-name-id', 'Your account has no name by which the service would know you.');
  }
  const privates = loaded.accounts.directory.privatesOf(record.id);
  let response: string;
  try {
    response = assertPerson(setup, { record, nameId, privates }, recipient);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ApiError(
      403,
      'name-id-unwritable',
      'Your account has a value that cannot be told to the service.',
    );
  }
  request.log.info({ service: setup.part.name, person: record.id }, 'asserted');
  return sendResponse(reply, input, response, { acsUrl: recipient.acsUrl, relayState });
}

function sendResponse(
  reply: FastifyReply,
  { siteName }: SamlContext,
  response: string,
  { acsUrl, relayState }: { readonly acsUrl: string; readonly relayState: string | undefined },
): FastifyReply {
  reply.header('cache-control', 'no-store');
  const fields = { SAMLResponse: Buffer.from(response).toString('base64'), RelayState: relayState };
  const page = postPage({ siteName, title: 'One moment', action: acsUrl, fields });
  return sendHtml(reply, page, postPagePolicy(acsUrl));
}

/** The query, each name once: a parameter given twice is no parameter that anybody should choose from. */
function queryOf(request: FastifyRequest): URLSearchParams {
  const query = new URLSearchParams(request.raw.url!.split(/\?(.*)/s)[1] ?? '');
  if (new Set(query.keys()).size !== query.size) throw notARequest();
  return query;
}

/** The judged request, signed by this site, so that it can wait in a URL while somebody signs in. */
function resumePath(app: FastifyInstance, { setup }: Serving, asked: AuthnRequest): string {
  const token = app.signCookie(
    `saml.${Buffer.from(JSON.stringify({ ...asked, until: Date.now() + resumeMs })).toString('base64url')}`,
  );
  return `/api/saml/${setup.part.name}/resume?${new URLSearchParams({ request: token }).toString()}`;
}

function readResume(app: FastifyInstance, token: unknown): AuthnRequest | undefined {
  if (typeof token !== 'string') return undefined;
  const { valid, value } = app.unsignCookie(token);
  if (!valid || !value?.startsWith('saml.')) return undefined;
  const payload = JSON.parse(Buffer.from(value.slice(5), 'base64url').toString()) as AuthnRequest & {
    until: number;
  };
  if (payload.until < Date.now()) return undefined;
  return { ...payload, relayState: payload.relayState };
}
