import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError } from '@cutover/core';
import { Callbacks } from './callbacks.ts';
import type { Destination } from './destination.ts';
import { assertNotStale, isSameMove, seenWith } from './fence.ts';
import { afterRestart, Outgoing, type Sender, unlockSource } from './outgoing.ts';
import {
  afresh,
  assertFree,
  type MoveRef,
  noMove,
  pathsOf,
  type ServerRecord,
  type ShownRecord,
} from './server-record.ts';

/** The moves of a node as source: which may begin, which are on, and what is done with those that have ended. */
export class Departures {
  readonly #sender: Omit<Sender, 'id'>;
  readonly #outgoing = new Map<string, { move: Outgoing; ended: Promise<void> }>();

  constructor(sender: Omit<Sender, 'id'>) {
    this.#sender = sender;
  }

  /** A move that the last process was at. */
  goOn(id: string): Promise<void> {
    return afterRestart({ ...this.#sender, id });
  }

  async close(): Promise<void> {
    for (const { move } of this.#outgoing.values()) move.cancel('interrupted');
    await Promise.all([...this.#outgoing.values()].map(({ ended }) => ended));
  }

  /**
   * Begins to send a server. The same move asked for twice is one transfer: what is there is answered.
   *
   * @throws CutoverError where it may not be sent now; `stale-attempt` for who comes too late
   */
  send(id: string, to: Destination, move?: MoveRef): ShownRecord {
    const { records } = this.#sender;
    if (move !== undefined) {
      const known = records.get(id);
      assertNotStale(known, move);
      if (isSameMove(known, move)) {
        if (known.move?.attempt !== move.attempt) records.save(id, { move, seen: seenWith(known, move) });
        return records.show(id);
      }
    }
    const record = this.#assertSendable(id);
    records.save(id, {
      ...afresh,
      ...{ role: 'source', state: 'transfer_pending', phase: 'queued', to: to.url },
      ...(move === undefined ? {} : { move, seen: seenWith(record, move) }),
    });
    const outgoing = new Outgoing({ ...this.#sender, id }, to);
    const ended = outgoing.run().finally(() => this.#outgoing.delete(id));
    this.#outgoing.set(id, { move: outgoing, ended });
    return records.show(id);
  }

  /** A move that failed or timed out, once more; to the same node unless another is named. */
  retry(id: string, to: { readonly url: string | undefined; readonly token: string }, move?: MoveRef) {
    const { role, state, to: last = '' } = this.#sender.records.get(id);
    if (role !== 'source' || (state !== 'transfer_failed' && state !== 'timed_out')) throw noMove(id);
    return this.send(id, { url: to.url ?? last, token: to.token }, move);
  }

  #assertSendable(id: string): ServerRecord {
    const { records, config } = this.#sender;
    const record = assertFree(records.get(id));
    if (this.#outgoing.has(id)) throw noMove(id);
    if (record.state === 'transfer_completed')
      throw new CutoverError('moved-already', `${id} has been moved to ${record.to ?? 'elsewhere'}`, {
        next: 'archive it here; it lives there',
      });
    if (record.state === 'timed_out' && record.sentWhole === true)
      throw new CutoverError('outcome-unknown', `${id} may be at ${record.to ?? 'a destination'} already`, {
        next: 'look there; if it has it not, discard the move here first',
      });
    if (record.role === 'destination' && record.unsafe)
      throw new CutoverError('unsafe-partial', `of ${id} only partial data is here`, {
        next: `POST /api/transfers/${id}/clean-up here; send it from where it is whole`,
      });
    if (lstatSync(pathsOf(config.root, id).live, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new CutoverError('server-unknown', `there is no server ${id} on this node`, {
        next: 'ask the node that it lies on',
      });
    return record;
  }

  /** Stops a move that is on; of one that has ended, discards what is remembered. */
  async cancel(id: string): Promise<ServerRecord> {
    const going = this.#outgoing.get(id);
    if (going === undefined) return this.discard(id);
    going.move.cancel('cancelled');
    await going.ended;
    return this.#sender.records.get(id);
  }

  /** Forgets a move that failed or timed out, and undoes the lockdown that it left. */
  async discard(id: string): Promise<ServerRecord> {
    const { records, callbacks } = this.#sender;
    const { role, state, sentWhole } = records.get(id);
    if (role !== 'source' || (state !== 'transfer_failed' && state !== 'timed_out')) throw noMove(id);
    const unlockFailures = await unlockSource({ ...this.#sender, id });
    // Of one that may have been at the destination the hub has heard nothing yet: somebody has looked, and says so.
    const untold = sentWhole === true ? { callback: Callbacks.owed('failure') } : {};
    const reason = { code: 'discarded', message: 'the move was discarded at the source', next: 'nothing' };
    const idle = { role: null, state: 'idle', phase: null } as const;
    const record = records.save(id, { ...afresh, ...idle, reason, unlockFailures, ...untold });
    callbacks.send(id);
    return record;
  }

  /** Undoes the lockdown of a server that has been moved, on request: it may be started here again. */
  async unlock(id: string): Promise<ServerRecord> {
    const { records } = this.#sender;
    const { role, locked } = records.get(id);
    if (role !== 'source' || locked === undefined || this.#outgoing.has(id)) throw noMove(id);
    const unlockFailures = await unlockSource({ ...this.#sender, id });
    return records.save(id, {
      unlockFailures,
      ...(unlockFailures === undefined ? { locked: undefined } : {}),
    });
  }

  /** Puts the folder of a server that lives elsewhere now aside. */
  archive(id: string): ServerRecord {
    const { records, config } = this.#sender;
    const { state, role } = records.get(id);
    if (role !== 'source' || state !== 'transfer_completed')
      throw new CutoverError('not-moved', `${id} has not been moved away`, {
        next: 'only what its destination has is archived',
      });
    const paths = pathsOf(config.root, id);
    const archived = join(paths.archived, `${id}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
    mkdirSync(paths.archived, { recursive: true, mode: 0o700 });
    renameSync(paths.live, archived);
    return records.save(id, { ...afresh, role: null, state: 'idle', phase: null, archived });
  }
}
