import { CutoverError } from '@cutover/core';
import type { Profile } from '@cutover/records';
import type { SamlOptions } from './saml/options.ts';
import type { AccountStore } from './accounts/take-over.ts';
import type { GithubOptions } from './github/client.ts';
import type { PublicStore } from '@cutover/stores';
import type { Logger } from 'pino';

/** What the API is made of: a profile with its target, and the two stores that an import filled. */
export interface ApiOptions {
  readonly profile: Profile;
  readonly publicStore: Pick<PublicStore, 'dir' | 'head' | 'readRecords'>;
  readonly privateStore: AccountStore;
  readonly branch: string;
  /** What this site is. Absent: production, where nothing can be broken on purpose. */
  readonly environment?: Environment | undefined;
  /** Version of the tool, as health tells it. */
  readonly version: string;
  /** Absent: nothing is logged. */
  readonly logger?: Logger | undefined;
  /** Signs session cookies, at least 32 characters. Absent: a random one, so sessions end with the process. */
  readonly sessionSecret?: string | undefined;
  /** Opens `/api/_internal/*`, at least 16 characters. Absent: those paths answer 404. */
  readonly internalSecret?: string | undefined;
  /** Refuse to start where a record is bad or the branch is missing, instead of not being ready. */
  readonly strict?: boolean | undefined;
  /** The site's origin as browsers see it, where a proxy in front changes the Host header. */
  readonly origin?: string | undefined;
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed, as fastify takes them. */
  /** How long a client may take over sending its request; 30 s unless said otherwise. */
  readonly requestTimeoutMs?: number | undefined;
  readonly trustProxy?: boolean | string | undefined;
  /** The identity provider for the service that the profile's `saml` part names. Absent: there is none. */
  readonly saml?: SamlOptions | undefined;
  /** What the links in mails were signed with, at least 32 characters. Absent: no such link is answered. */
  readonly linkSecret?: string | undefined;
  /** Absent: nobody signs in with GitHub. */
  readonly github?: GithubOptions | undefined;
  /** Whether signed-in people can change records. Not on a branch that imports replace. */
  readonly writable?: boolean | undefined;
  readonly writeLimit?: Partial<WriteLimit> | undefined;
  readonly signInLimit?: Partial<SignInLimit> | undefined;
  /** Absent: requests are not counted. */
  readonly requestLimit?: RequestLimit | undefined;
  /** How long the API answers on, saying that it is not ready, before it stops; absent: not at all. */
  readonly drainMs?: number | undefined;
}

export const environments = ['production', 'staging', 'test'] as const;
export type Environment = (typeof environments)[number];

/** How many requests of any kind one address may make within the window. */
export interface RequestLimit {
  readonly max: number;
  readonly windowMs: number;
}

/** How many sign-ins may be tried within the window, right and wrong ones alike. */
export interface SignInLimit {
  /** By one address for one login. */
  readonly perLogin: number;
  /** By one address for all logins together. */
  readonly perAddress: number;
  readonly windowMs: number;
}

/** How much one person may write within the window. */
export interface WriteLimit {
  readonly max: number;
  readonly windowMs: number;
}

export const defaultWriteLimit: WriteLimit = { max: 60, windowMs: 60_000 };

export const defaultSignInLimit: SignInLimit = { perLogin: 10, perAddress: 300, windowMs: 60_000 };

/** Collects every fault of the options before it throws CutoverError `api-options-invalid`. */
export function assertApiOptions(options: ApiOptions): void {
  const faults = [
    shorterThan(options.sessionSecret, 32) && 'the session secret has fewer than 32 characters',
    shorterThan(options.linkSecret, 32) && 'the link secret has fewer than 32 characters',
    shorterThan(options.internalSecret, 16) && 'the internal secret has fewer than 16 characters',
    options.writable === true &&
      options.branch === 'legacy-import' &&
      'nobody can write to legacy-import: the next import replaces it; merge it into another branch',
    options.origin !== undefined &&
      !isOrigin(options.origin) &&
      `${options.origin} is no origin such as https://example.org`,
  ].filter((fault) => typeof fault === 'string');
  if (faults.length === 0) return;
  throw new CutoverError('api-options-invalid', faults.join('; '), {
    next: 'make secrets with `openssl rand -hex 32`, and give the origin without a path',
    exitCode: 64,
  });
}

function shorterThan(secret: string | undefined, length: number): boolean {
  return secret !== undefined && secret.length < length;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}
