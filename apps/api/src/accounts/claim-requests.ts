import { randomUUID } from 'node:crypto';
import type { PrivateRecord } from '@cutover/records';
import { claimRequestsSheet, type PrivateStore } from '@cutover/stores';

export interface ClaimRequest {
  readonly id: string;
  readonly personId: string;
  readonly githubUserId: string;
  readonly githubLogin: string;
  readonly email: string | null;
  readonly message: string;
  readonly status: 'open' | 'approved' | 'denied';
  readonly requestedAt: string;
  readonly decidedAt: string | null;
  /** Id of the member of staff. */
  readonly decidedBy: string | null;
  readonly reason: string | null;
}

type NewClaim = Pick<ClaimRequest, 'personId' | 'githubUserId' | 'githubLogin' | 'email' | 'message'>;

/** Requests for review by staff; what was decided, when and by whom stays with the request. */
export class ClaimRequests {
  readonly #store: Pick<PrivateStore, 'read' | 'update'>;

  constructor(store: Pick<PrivateStore, 'read' | 'update'>) {
    this.#store = store;
  }

  async *list(): AsyncGenerator<ClaimRequest> {
    for await (const record of this.#store.read(claimRequestsSheet)) yield record as unknown as ClaimRequest;
  }

  /** Opens a request; the same person asking again for the same account has one request. */
  async open(claim: NewClaim): Promise<void> {
    for await (const other of this.list()) {
      const isSame = other.personId === claim.personId && other.githubUserId === claim.githubUserId;
      if (isSame && other.status === 'open') return;
    }
    const request: ClaimRequest = {
      id: randomUUID(),
      ...claim,
      status: 'open',
      requestedAt: new Date().toISOString(),
      decidedAt: null,
      decidedBy: null,
      reason: null,
    };
    await this.#store.update(claimRequestsSheet, request.id, () => request as unknown as PrivateRecord);
  }

  async find(id: string): Promise<ClaimRequest | undefined> {
    for await (const request of this.list()) if (request.id === id) return request;
    return undefined;
  }

  /** Decides an open request; false where it is decided already, by somebody at the same time included. */
  async decide(
    id: string,
    decision: Pick<ClaimRequest, 'status' | 'decidedBy' | 'reason'>,
  ): Promise<boolean> {
    let decided = false;
    await this.#store.update(claimRequestsSheet, id, (current) => {
      decided = current?.['status'] === 'open';
      return decided ? { ...current!, ...decision, decidedAt: new Date().toISOString() } : current;
    });
    return decided;
  }
}
