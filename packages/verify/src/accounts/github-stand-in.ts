import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeGithubUser {
  readonly id: number;
  readonly login: string;
  readonly emails: readonly {
    readonly email: string;
    readonly primary: boolean;
    readonly verified: boolean;
  }[];
}

export interface FakeGithub {
  readonly url: string;
  /** Who signs in at GitHub; undefined: somebody who refuses. */
  user: FakeGithubUser | undefined;
  /** Answer of everything below the API, instead of the truth. */
  refusal: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  stop(): Promise<void>;
}

interface Grant {
  readonly user: FakeGithubUser;
  readonly challenge: string;
  readonly redirectUri: string;
}

/** A stand-in for GitHub over HTTP, on a free port of this machine unless it is told where, as strict as GitHub: secret, code used once, redirect URI and PKCE have to fit. */
export async function startFakeGithub(
  client: { readonly id: string; readonly secret: string },
  listen: { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 },
): Promise<FakeGithub> {
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, FakeGithubUser>();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, headers = {}, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });

  interface Answer {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/login/oauth/authorize') return authorize(url.searchParams);
    if (url.pathname === '/login/oauth/access_token')
      return exchange(new URLSearchParams(await bodyOf(request)));
    if (github.refusal !== undefined)
      return { ...github.refusal, body: { message: 'API rate limit exceeded' } };
    const user = tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (user === undefined) return { status: 401, body: { message: 'Bad credentials' } };
    const headers = { 'x-ratelimit-remaining': '4999' };
    if (url.pathname === '/user') return { status: 200, headers, body: { id: user.id, login: user.login } };
    return url.pathname === '/user/emails' ? { status: 200, headers, body: user.emails } : { status: 404 };
  }

  function authorize(query: URLSearchParams): Answer {
    const to = new URL(query.get('redirect_uri') ?? '');
    to.searchParams.set('state', query.get('state') ?? '');
    const isProper = query.get('client_id') === client.id && query.get('code_challenge_method') === 'S256';
    if (!isProper || github.user === undefined) to.searchParams.set('error', 'access_denied');
    else {
      const code = randomBytes(10).toString('hex');
      const challenge = query.get('code_challenge') ?? '';
      grants.set(code, { user: github.user, challenge, redirectUri: query.get('redirect_uri') ?? '' });
      to.searchParams.set('code', code);
    }
    return { status: 302, headers: { location: to.href } };
  }

  /** GitHub tells errors with status 200. */
  function exchange(form: URLSearchParams): Answer {
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isProper = form.get('client_id') === client.id && form.get('client_secret') === client.secret;
    if (!isProper) return { status: 200, body: { error: 'incorrect_client_credentials' } };
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) {
      return { status: 200, body: { error: 'bad_verification_code' } };
    }
    const token = randomBytes(10).toString('hex');
    tokens.set(token, grant.user);
    return {
      status: 200,
      body: { access_token: token, token_type: 'bearer', scope: 'read:user,user:email' },
    };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  const github: FakeGithub = {
    url: `http://${listen.host}:${(server.address() as AddressInfo).port}`,
    user: undefined,
    refusal: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return github;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
