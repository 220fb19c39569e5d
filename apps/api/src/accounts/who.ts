import type { StoredRecord } from '@cutover/records';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../http/api-error.ts';
import type { ApiState } from '../load/state.ts';
import { type LoadedAccounts, accountsOf } from '../load/state.ts';
import type { Revocations } from './revocations.ts';
import { type Session, sessionOf } from './session.ts';

export interface SignedIn {
  readonly session: Session;
  readonly record: StoredRecord;
  readonly loaded: LoadedAccounts;
}

/**
 * Who is signed in, with the session and what is loaded now. Undefined where nobody is, the session was
 * ended, or the account may not sign in any more. Throws ApiError 503 where nothing is loaded.
 */
export function signedIn(
  request: FastifyRequest,
  state: ApiState,
  revocations: Revocations,
): SignedIn | undefined {
  const loaded = accountsOf(state);
  const session = sessionOf(request);
  if (session === undefined || revocations.has(session)) return undefined;
  const record = loaded.records.byId(loaded.target.accounts.sheet, session.personId);
  if (record === undefined || loaded.accounts.directory.refusalOf(record) !== undefined) return undefined;
  return { session, record, loaded };
}

/** The same for what only somebody signed in may do. Throws ApiError 401. */
export function assertSignedIn(request: FastifyRequest, state: ApiState, revocations: Revocations): SignedIn {
  const person = signedIn(request, state, revocations);
  if (person === undefined) throw new ApiError(401, 'not-signed-in', 'Nobody is signed in.');
  return person;
}
