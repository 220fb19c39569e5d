import * as oauth from 'oauth4webapi';

export interface GithubOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where people sign in; another one where a company has its own. */
  readonly webUrl?: string | undefined;
  readonly apiUrl?: string | undefined;
}

export interface GithubUser {
  /** GitHub's own number of the account, as text. */
  readonly id: string;
  readonly login: string;
  /** Verified addresses, the primary one first. */
  readonly emails: readonly string[];
}

/** GitHub lets this site ask again after so many seconds. */
export class GithubBusy extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('GitHub refuses for now');
    this.name = 'GithubBusy';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** GitHub, or whoever answered in its place, did not say who the visitor is. */
export class GithubRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'GithubRefused';
  }
}

/** What has to be remembered between sending somebody to GitHub and their return. */
export interface Departure {
  readonly state: string;
  readonly verifier: string;
}

const timeoutMs = 10_000;
/** What GitHub says of itself at the sign-in of people without an app is this path below its web address. */
const issuerPath = '/login/oauth';

/** GitHub as an OAuth 2 provider with PKCE (RFC 7636) and state, and the two reads that say who somebody is. */
export class GithubClient {
  /** Requests that GitHub will take before its limit; undefined before the first answer. */
  remaining: number | undefined;
  readonly #options: GithubOptions;
  readonly #server: oauth.AuthorizationServer;
  readonly #apiUrl: string;

  constructor(options: GithubOptions) {
    const webUrl = options.webUrl ?? 'https://github.com';
    this.#options = options;
    this.#apiUrl = options.apiUrl ?? 'https://api.github.com';
    this.#server = {
      issuer: webUrl + issuerPath,
      authorization_endpoint: `${webUrl}/login/oauth/authorize`,
      token_endpoint: `${webUrl}/login/oauth/access_token`,
    };
  }

  /** Where to send somebody, and what to remember for their return. */
  async depart(redirectUri: string): Promise<{ readonly url: string; readonly departure: Departure }> {
    const departure = { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier() };
    const url = new URL(this.#server.authorization_endpoint!);
    url.search = new URLSearchParams({
      client_id: this.#options.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'read:user user:email',
      state: departure.state,
      code_challenge: await oauth.calculatePKCECodeChallenge(departure.verifier),
      code_challenge_method: 'S256',
    }).toString();
    return { url: url.href, departure };
  }

  /** Who came back. Throws GithubRefused or GithubBusy. */
  async arrive(query: URLSearchParams, departure: Departure, redirectUri: string): Promise<GithubUser> {
    const client: oauth.Client = { client_id: this.#options.clientId };
    const settings = {
      [oauth.allowInsecureRequests]: this.#server.issuer.startsWith('http://'),
      signal: () => AbortSignal.timeout(timeoutMs),
    };
    let token: string;
    try {
      const parameters = oauth.validateAuthResponse(this.#server, client, query, departure.state);
      const answer = await oauth.authorizationCodeGrantRequest(
        this.#server,
        client,
        oauth.ClientSecretPost(this.#options.clientSecret),
        parameters,
        redirectUri,
        departure.verifier,
        settings,
      );
      this.#watch(answer);
      token = (await oauth.processAuthorizationCodeResponse(this.#server, client, answer)).access_token;
    } catch (error) {
      if (error instanceof GithubBusy) throw error;
      throw new GithubRefused('the sign-in was not completed', error);
    }
    const [user, emails] = await Promise.all([this.#read('/user', token), this.#read('/user/emails', token)]);
    return userOf(user, emails);
  }

  async #read(path: string, token: string): Promise<unknown> {
    let answer: Response;
    try {
      answer = await fetch(this.#apiUrl + path, {
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.github+json',
          'user-agent': 'cutover',
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw new GithubRefused(`${path} could not be read`, error);
    }
    this.#watch(answer);
    if (!answer.ok) throw new GithubRefused(`${path} answered ${answer.status}`);
    return answer.json().catch((error: unknown) => {
      throw new GithubRefused(`${path} is no JSON`, error);
    });
  }

  /** GitHub's limits, primary and secondary: 403 or 429 with the time to wait. */
  #watch({ status, headers }: Response): void {
    const remaining = headers.get('x-ratelimit-remaining');
    if (remaining !== null && /^\d+$/.test(remaining)) this.remaining = Number(remaining);
    const limited = status === 429 || (status === 403 && (remaining === '0' || headers.has('retry-after')));
    if (!limited) return;
    const after = Number(headers.get('retry-after') ?? NaN);
    const reset = Number(headers.get('x-ratelimit-reset') ?? NaN) - Date.now() / 1000;
    const seconds = [after, reset].find((value) => Number.isFinite(value) && value > 0) ?? 60;
    throw new GithubBusy(Math.min(Math.ceil(seconds), 3600));
  }
}

function userOf(user: unknown, emails: unknown): GithubUser {
  const { id, login } = (user ?? {}) as Record<string, unknown>;
  if (
    typeof id !== 'number' ||
    !Number.isSafeInteger(id) ||
    typeof login !== 'string' ||
    !Array.isArray(emails)
  ) {
    throw new GithubRefused('what GitHub says of the visitor is not what it documents');
  }
  const verified = (emails as Record<string, unknown>[])
    .filter(({ email, verified }) => verified === true && typeof email === 'string')
    .sort((a, b) => Number(b['primary'] === true) - Number(a['primary'] === true))
    .map(({ email }) => email as string);
  return { id: String(id), login, emails: verified };
}
