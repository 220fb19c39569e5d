import { createHash, timingSafeEqual } from 'node:crypto';
import { CutoverError, exitCodes } from '@cutover/core';
import type { HubNode } from '../move.ts';
import { unseal } from '../secrets.ts';

/** The node whose key was given as `Bearer <token_id>.<token>`. Throws CutoverError `node-key-refused`. */
export function nodeBy(
  authorization: string | undefined,
  nodes: readonly HubNode[],
  secret: string,
): HubNode {
  const found = nodes.find((node) =>
    isSame(authorization, `Bearer ${node.tokenId}.${unseal(node.sealedKey, node.id, secret)}`),
  );
  if (found !== undefined) return found;
  throw refused('node-key-refused', 'the key of no node was given', 'hand the node its key out again');
}

/** Throws CutoverError `api-token-refused`. */
export function checkApiToken(authorization: string | undefined, token: string | undefined): void {
  if (token !== undefined && isSame(authorization, `Bearer ${token}`)) return;
  throw refused(
    'api-token-refused',
    token === undefined ? 'the hub has no apiTokenFile' : "the token of the hub's API was not given",
    'name apiTokenFile in the configuration of the hub, and send Authorization: Bearer <token>',
  );
}

function isSame(given: string | undefined, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(wanted));
}

const refused = (code: string, message: string, next: string): CutoverError =>
  new CutoverError(code, message, { next, exitCode: exitCodes.authenticationRefused });
