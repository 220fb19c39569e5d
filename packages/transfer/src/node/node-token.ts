import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { NodeConfig } from './config.ts';
import type { MoveRef } from './server-record.ts';

/** Of a token: from its issue to its end. */
const longestLifeSeconds = 15 * 60;
/** Clocks of two hosts may differ by so much. */
export const skewSeconds = 30;
/** How long after its end a token still asks how the move it was for has ended. */
const askingSeconds = 24 * 3600;

/** Which move of whoever asks, and which attempt at it. */
export const moveRef = z.strictObject({
  id: z.string().regex(/^[\w.:-]{1,100}$/),
  attempt: z.number().int().min(1),
});

const claims = z.object({
  jti: z.string().min(8).max(200),
  iat: z.number(),
  exp: z.number(),
  server: z.guid().toLowerCase(),
  move: moveRef.optional(),
});
export type TokenClaims = z.infer<typeof claims>;

export type TokenNode = Pick<NodeConfig, 'id' | 'url' | 'hub' | 'token'>;

/**
 * A token with which one server may be sent to a node once, signed with that node's key. Where it names a move, the
 * node refuses it once it has seen a newer attempt, or a move that followed. `issuedAt` is by the clock of whoever
 * issues tokens for all.
 */
export async function issueToken(
  destination: TokenNode,
  server: string,
  minutes: number,
  move?: MoveRef,
  issuedAt = new Date(),
): Promise<string> {
  const issued = Math.floor(issuedAt.getTime() / 1000);
  return new SignJWT({ server: server.toLowerCase(), ...(move === undefined ? {} : { move }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(destination.id)
    .setAudience(destination.url)
    .setIssuer(destination.hub.url)
    .setJti(randomUUID())
    .setIssuedAt(issued)
    .setExpirationTime(issued + minutes * 60)
    .sign(keyOf(destination));
}

/**
 * Checks `Bearer <jwt>`: signature, subject (this node), audience (its address), issuer (the hub), times. With
 * `asking` a token that has ended is still good for asking how its move went, and for nothing else.
 *
 * @throws CutoverError `token-refused` (exit 2); `clock-skew` where it is not valid yet, and `token-expired` where it has
 *   ended, with its times and this node's
 */
export async function checkToken(
  authorization: string | undefined,
  node: TokenNode,
  asking = false,
): Promise<TokenClaims> {
  const [, token] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? [];
  if (token === undefined) throw tokenRefused('none was given');
  try {
    const { payload } = await jwtVerify(token, keyOf(node), {
      algorithms: ['HS256'],
      typ: 'JWT',
      subject: node.id,
      audience: node.url,
      issuer: node.hub.url,
      requiredClaims: ['jti', 'iat', 'exp', 'server'],
      clockTolerance: asking ? askingSeconds : skewSeconds,
    });
    const found = claims.parse(payload);
    if (found.exp - found.iat > longestLifeSeconds) throw new Error('it lives longer than 15 minutes');
    if (found.iat > Date.now() / 1000 + skewSeconds) throw notYetValid(found.iat);
    return found;
  } catch (cause) {
    if (cause instanceof CutoverError) throw cause;
    if (cause instanceof errors.JWTExpired) throw expired(cause.payload);
    if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'nbf')
      throw notYetValid(cause.payload.nbf ?? 0);
    throw tokenRefused(cause instanceof z.ZodError ? 'a claim is not what it must be' : messageOf(cause));
  }
}

/** Remembers which tokens were used, also over restarts, for as long as they live. */
export class UsedTokens {
  readonly #dir: string;

  constructor(stateDir: string) {
    this.#dir = join(stateDir, 'used-tokens');
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    this.#forgetEnded();
  }

  /** @throws CutoverError `token-refused` where it was used before */
  use({ jti, exp }: TokenClaims): void {
    this.#forgetEnded();
    const path = join(this.#dir, createHash('sha256').update(jti).digest('hex'));
    try {
      writeFileSync(path, String(exp), { flag: 'wx', mode: 0o600, flush: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw tokenRefused('it was used before');
    }
  }

  #forgetEnded(): void {
    for (const name of readdirSync(this.#dir)) {
      const path = join(this.#dir, name);
      const exp = Number(readFileSync(path, 'utf8'));
      // One that a crash left without its time stays for good: it cannot be told when it ends.
      if (exp > 0 && exp + 2 * skewSeconds < Date.now() / 1000) rmSync(path, { force: true });
    }
  }
}

/** Checks `Bearer <token_id>.<token>`, the node's own key. Throws CutoverError `node-key-refused` (exit 2). */
export function checkNodeKey(
  authorization: string | undefined,
  { tokenId, token }: Pick<NodeConfig, 'tokenId' | 'token'>,
): void {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${tokenId}.${token}`))) return;
  throw new CutoverError('node-key-refused', 'the key of this node was not given', {
    next: 'send Authorization: Bearer <token_id>.<token> of this node',
    exitCode: exitCodes.authenticationRefused,
  });
}

const keyOf = ({ token }: Pick<NodeConfig, 'token'>): Uint8Array => new TextEncoder().encode(token);

export const tokenRefused = (why: string): CutoverError =>
  new CutoverError('token-refused', `the token is refused: ${why}`, {
    next: 'get a new token for this destination and server; compare id, url and hub in its configuration, and the clocks',
    exitCode: exitCodes.authenticationRefused,
  });

const timeOf = (seconds: number): string => new Date(Math.floor(seconds) * 1000).toISOString();

/** Nobody issues tokens for later: one of the two clocks is wrong. */
function notYetValid(from: number): CutoverError {
  const now = Date.now() / 1000;
  return new CutoverError(
    'clock-skew',
    `clock skew: the token holds from ${timeOf(from)} on, and the clock of this node says ${timeOf(now)}, ${Math.round(from - now)} s before that; ${skewSeconds} s are allowed`,
    {
      next: 'set the clocks of this host and of whoever issues tokens (NTP), then get a new token',
      exitCode: exitCodes.authenticationRefused,
    },
  );
}

function expired({ iat, exp = 0 }: JWTPayload): CutoverError {
  const now = Date.now() / 1000;
  return new CutoverError(
    'token-expired',
    `the token${iat === undefined ? '' : ` was issued at ${timeOf(iat)} and`} ended at ${timeOf(exp)}; the clock of this node says ${timeOf(now)}, ${Math.round(now - exp)} s after that, and ${skewSeconds} s are allowed`,
    {
      next: 'get a new token; where this one was new, it is clock skew: set the clocks of this host and of whoever issues tokens (NTP)',
      exitCode: exitCodes.authenticationRefused,
    },
  );
}
