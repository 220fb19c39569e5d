import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { CutoverError } from '@cutover/core';
import { measure } from './archive.ts';
import { Callbacks } from './callbacks.ts';
import { type Destination, DestinationNode } from './destination.ts';
import { assertNotStale, isSameMove, seenWith } from './fence.ts';
import { putAside, removeAside } from './kept.ts';
import { afterRestart, Outgoing, type Sender, unlockSource } from './outgoing.ts';
import {
  afresh,
  assertFree,
  isMoving,
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
    const { records } = this.#sender;
    const record = assertFree(records.get(id));
    if (this.#outgoing.has(id)) throw noMove(id);
    if (record.state === 'transfer_completed')
      throw new CutoverError('moved-already', `${id} has been moved to ${record.to ?? 'elsewhere'}`, {
        next: 'archive it here; it lives there',
      });
    if (isOpen(record))
      throw new CutoverError('outcome-unknown', `${id} may be at ${record.to ?? 'a destination'} already`, {
        next: 'look there; if it has it not, discard the move here first',
      });
    if (record.role === 'destination' && record.unsafe)
      throw new CutoverError('unsafe-partial', `of ${id} only partial data is here`, {
        next: `POST /api/transfers/${id}/clean-up here; send it from where it is whole`,
      });
    this.#assertLies(id);
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

  /**
   * Has the destination asked once more what became of a move that was left open, with a new token. Its word decides;
   * where it says nothing, or is still at work, the move stays open.
   */
  async ask(id: string, to: Destination): Promise<ShownRecord> {
    const { records, callbacks, agent, config } = this.#sender;
    const record = records.get(id);
    if (!isOpen(record) || record.to !== to.url) throw noMove(id);
    const at = await new DestinationNode(to, id, agent, config.tls.ca).ask().catch((error: unknown) => {
      if (error instanceof CutoverError) throw error;
      return undefined;
    });
    // Somebody else may have asked meanwhile.
    if (at === undefined || isMoving(at) || !isOpen(records.get(id))) return records.show(id);
    if (at.state === 'ready')
      records.save(id, { state: 'transfer_completed', phase: 'done', reason: undefined });
    else {
      const unlockFailures = await unlockSource({ ...this.#sender, id });
      const ended = { state: 'transfer_failed', sentWhole: undefined, unlockFailures } as const;
      const unlocked = unlockFailures === undefined ? { locked: undefined } : {};
      records.save(id, { ...ended, ...unlocked, callback: Callbacks.owed('failure') });
      callbacks.send(id);
    }
    return records.show(id);
  }

  /** Puts the folder of a server that lives elsewhere now aside; repeated after a crash it ends the same. */
  archive(id: string): ServerRecord {
    const { records, config } = this.#sender;
    const { state, role } = records.get(id);
    if (role !== 'source' || state !== 'transfer_completed')
      throw new CutoverError('not-moved', `${id} has not been moved away`, {
        next: 'only what its destination has is archived',
      });
    const archived = putAside(config.root, id);
    return records.save(id, { ...afresh, role: null, state: 'idle', phase: null, archived });
  }

  /** Removes what was put aside of a server, by the name that it got then. */
  async removeArchived(id: string, name: string): Promise<ServerRecord> {
    const { records, config } = this.#sender;
    await removeAside(config.root, id, name);
    const { archived } = records.get(id);
    return archived !== undefined && basename(archived) === name
      ? records.save(id, { archived: undefined })
      : records.get(id);
  }

  /** What a destination must have room for. Throws CutoverError `server-unknown`, `special-file`. */
  async size(id: string): Promise<{ readonly bytes: number; readonly names: number }> {
    this.#assertLies(id);
    const { bytes, treeBytes, names } = await measure(pathsOf(this.#sender.config.root, id).live);
    return { bytes: bytes + treeBytes, names };
  }

  #assertLies(id: string): void {
    const { live } = pathsOf(this.#sender.config.root, id);
    if (lstatSync(live, { throwIfNoEntry: false })?.isDirectory() === true) return;
    throw new CutoverError('server-unknown', `there is no server ${id} on this node`, {
      next: 'ask the node that it lies on',
    });
  }
}

/** The destination may have it, and has not said so. */
const isOpen = ({ role, state, sentWhole }: ServerRecord): boolean =>
  role === 'source' && state === 'timed_out' && sentWhole === true;
