import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ClaimRequest, ClaimRequests } from '../accounts/claim-requests.ts';
import type { Revocations } from '../accounts/revocations.ts';
import { type AccountStore, takeOver } from '../accounts/take-over.ts';
import { assertSignedIn, type SignedIn } from '../accounts/who.ts';
import type { ApiState } from '../load/state.ts';
import { ApiError, notFound } from './api-error.ts';
import { accountView } from './auth.ts';
import { typed } from './typed.ts';

const claimParams = z.object({ id: z.string().max(100) });
const decision = z.strictObject({ reason: z.string().min(1).max(2000) });

/** What staff decides about other people's accounts. Every decision stays with who made it, when and why. */
export function registerStaff(
  app: FastifyInstance,
  { state, revocations, store }: { state: ApiState; revocations: Revocations; store: AccountStore },
): void {
  const claims = new ClaimRequests(store);
  const api = typed(app);
  const assertStaff = (request: FastifyRequest): SignedIn => {
    const person = assertSignedIn(request, state, revocations);
    if (person.loaded.target.accounts.isStaff?.(person.record) === true) return person;
    throw new ApiError(403, 'staff-only', 'This is for staff.');
  };
  const openClaim = async (id: string, person: SignedIn): Promise<ClaimRequest> => {
    const claim = await claims.find(id);
    if (claim === undefined) throw notFound();
    if (claim.status !== 'open' && !isHalfDone(claim, person)) throw decided();
    if (claim.personId === person.record.id)
      throw new ApiError(403, 'own-claim', 'Nobody decides about their own account.');
    return claim;
  };

  api.get(
    '/api/staff/claims',
    { schema: { summary: 'Requests for accounts', tags: ['staff'] } },
    async (request, reply) => {
      const { loaded } = assertStaff(request);
      reply.header('cache-control', 'no-store');
      const list = [];
      for await (const claim of claims.list()) {
        const record = loaded.records.byId(loaded.target.accounts.sheet, claim.personId);
        list.push({ ...claim, person: record === undefined ? null : accountView(loaded, record) });
      }
      return { claims: list };
    },
  );

  const decide = (what: 'approve' | 'deny') =>
    api.post(
      `/api/staff/claims/:id/${what}`,
      {
        schema: {
          summary: `${what} a request for an account`,
          tags: ['staff'],
          params: claimParams,
          body: decision,
        },
      },
      async (request) => {
        const staff = assertStaff(request);
        const claim = await openClaim(request.params.id, staff);
        const { loaded } = staff;
        const record = loaded.records.byId(loaded.target.accounts.sheet, claim.personId);
        const status = what === 'approve' ? 'approved' : 'denied';
        if (what === 'approve' && record === undefined) throw notFound();
        // Decided first, so that of two decisions at once one counts. After a crash between the two the same
        // decision can be made again: it then finds the account without its link.
        const choice = { status, decidedBy: staff.record.id, reason: request.body.reason } as const;
        const isAgain = claim.status === 'approved' && what === 'approve';
        if (!isAgain && !(await claims.decide(claim.id, choice))) throw decided();
        if (what === 'approve') {
          const user = {
            id: claim.githubUserId,
            login: claim.githubLogin,
            emails: claim.email === null ? [] : [claim.email],
          };
          await takeOver(record!, user, loaded, store);
          await revocations.endAll(claim.personId);
        }
        request.log.info(
          { claim: claim.id, person: claim.personId, staff: staff.record.id, status },
          'claim decided',
        );
        return { id: claim.id, status };
      },
    );
  decide('approve');
  decide('deny');
}

/** Approved, and then the process ended before the account was linked. */
function isHalfDone(claim: ClaimRequest, { loaded }: SignedIn): boolean {
  return claim.status === 'approved' && !loaded.accounts.directory.hasGithub(claim.personId);
}

const decided = (): ApiError => new ApiError(409, 'decided-already', 'This request was decided already.');
