import { existsSync, lstatSync, mkdirSync, renameSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError } from '@cutover/core';
import { Callbacks } from './callbacks.ts';
import type { NodeConfig } from './config.ts';
import { assertNotStale, isSameMove, seenWith } from './fence.ts';
import { assertRoom, cleanUp, goOnAfterRestart, Incoming, inTheWay, type Part } from './incoming.ts';
import { type TokenClaims, UsedTokens } from './node-token.ts';
import { afterRestart, type Destination, Outgoing } from './outgoing.ts';
import {
  afresh,
  isMoving,
  type MoveRef,
  pathsOf,
  type ServerRecord,
  ServerRecords,
  type ShownRecord,
} from './server-record.ts';

/** The moves of a node: which may begin, which are on, and what is done with those that have ended. */
export class Moves {
  readonly records: ServerRecords;
  readonly #config: NodeConfig;
  readonly #agent: string;
  readonly #callbacks: Callbacks;
  readonly #used: UsedTokens;
  readonly #outgoing = new Map<string, { move: Outgoing; ended: Promise<void> }>();
  readonly #incoming = new Map<string, Incoming>();

  constructor(config: NodeConfig, dir: string, agent: string) {
    this.#config = config;
    this.#agent = agent;
    this.records = new ServerRecords(dir);
    this.#callbacks = new Callbacks(config, agent, this.records);
    this.#used = new UsedTokens(dir);
  }

  /** Ends what the last process left half-way, and tells the hub what it has not been told. */
  async goOn(): Promise<void> {
    for (const record of this.records.all()) {
      if (isMoving(record)) {
        if (record.role === 'source') afterRestart(this.records, this.#callbacks, record.id);
        else await goOnAfterRestart(record.id, this.#config.root, this.records, this.#callbacks);
      } else this.#callbacks.send(record.id);
    }
  }

  async close(): Promise<void> {
    for (const { move } of this.#outgoing.values()) move.cancel();
    for (const move of this.#incoming.values()) move.cancel();
    await Promise.all([...this.#outgoing.values()].map(({ ended }) => ended));
    await this.#callbacks.close();
  }

  /**
   * Begins to send a server. The same move asked for twice is one transfer: what is there is answered.
   *
   * @throws CutoverError where it may not be sent now; `stale-attempt` for who comes too late
   */
  send(id: string, to: Destination, move?: MoveRef): ShownRecord {
    if (move !== undefined) {
      const known = this.records.get(id);
      assertNotStale(known, move);
      if (isSameMove(known, move)) {
        if (known.move?.attempt !== move.attempt)
          this.records.save(id, { move, seen: seenWith(known, move) });
        return this.records.show(id);
      }
    }
    const record = this.#assertSendable(id);
    this.records.save(id, {
      ...afresh,
      ...{ role: 'source', state: 'transfer_pending', phase: 'queued', to: to.url },
      ...(move === undefined ? {} : { move, seen: seenWith(record, move) }),
    });
    const outgoing = new Outgoing(id, to, this.#config, this.#agent, this.records, this.#callbacks);
    const ended = outgoing.run().finally(() => this.#outgoing.delete(id));
    this.#outgoing.set(id, { move: outgoing, ended });
    return this.records.show(id);
  }

  #assertSendable(id: string): ServerRecord {
    const record = this.#assertFree(id);
    if (record.state === 'transfer_completed')
      throw new CutoverError('moved-already', `${id} has been moved to ${record.to ?? 'elsewhere'}`, {
        next: 'archive it here; it lives there',
      });
    if (record.state === 'timed_out' && record.sentWhole === true)
      throw new CutoverError('outcome-unknown', `${id} may be at ${record.to ?? 'a destination'} already`, {
        next: 'look there; if it has it not, DELETE the move here first',
      });
    if (lstatSync(pathsOf(this.#config.root, id).live, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new CutoverError('server-unknown', `there is no server ${id} on this node`, {
        next: 'ask the node that it lies on',
      });
    return record;
  }

  /** Stops a move that is on; of one that failed or timed out nothing is remembered any more. */
  async cancelSending(id: string): Promise<ServerRecord> {
    const going = this.#outgoing.get(id);
    if (going !== undefined) {
      going.move.cancel();
      await going.ended;
      return this.records.get(id);
    }
    const { role, state, sentWhole } = this.records.get(id);
    if (role !== 'source' || (state !== 'transfer_failed' && state !== 'timed_out')) throw nothingOn(id);
    // Of one that may have been at the destination the hub has heard nothing yet: somebody has looked, and says so.
    const untold = sentWhole === true ? { callback: Callbacks.owed('failure') } : {};
    const reason = { code: 'discarded', message: 'the move was discarded at the source', next: 'nothing' };
    const record = this.records.save(id, {
      ...afresh,
      role: null,
      state: 'idle',
      phase: null,
      reason,
      ...untold,
    });
    this.#callbacks.send(id);
    return record;
  }

  /** Puts the folder of a server that lives elsewhere now aside. */
  archive(id: string): ServerRecord {
    const { state, role } = this.records.get(id);
    if (role !== 'source' || state !== 'transfer_completed')
      throw new CutoverError('not-moved', `${id} has not been moved away`, {
        next: 'only what its destination has is archived',
      });
    const { live, archive } = pathsOf(this.#config.root, id);
    const archived = join(archive, `${id}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
    mkdirSync(archive, { recursive: true, mode: 0o700 });
    renameSync(live, archived);
    return this.records.save(id, { ...afresh, role: null, state: 'idle', phase: null, archived });
  }

  /** Takes a server in. The token is used up by it, whatever comes of it. */
  async receive(claims: TokenClaims, bytes: number, parts: AsyncIterable<Part>): Promise<ServerRecord> {
    const id = claims.server;
    this.assertCurrent(claims);
    this.#used.use(claims);
    this.assertWelcome(id, bytes);
    const known = this.records.get(id);
    const { move: ref } = claims;
    const move = new Incoming(id, bytes, this.#config, this.records, this.#callbacks);
    // A record that is there is attached; another is made.
    this.records.save(id, {
      ...afresh,
      ...{ role: 'destination', state: 'transfer_pending', phase: 'queued' },
      ...(ref === undefined ? {} : { move: ref, seen: seenWith(known, ref) }),
    });
    this.#incoming.set(id, move);
    try {
      return await move.receive(parts);
    } finally {
      this.#incoming.delete(id);
    }
  }

  /** Throws CutoverError `stale-attempt` where the token is of a move that a newer one has followed. */
  assertCurrent({ server, move }: TokenClaims): void {
    if (move !== undefined) assertNotStale(this.records.get(server), move);
  }

  /** How much there is room for, and what is here. */
  facts(): NodeFacts {
    const { bavail, blocks, bsize, ffree } = statfsSync(this.#config.root);
    const all = this.records.all();
    return {
      ...{ id: this.#config.id, url: this.#config.url },
      ...{ freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: ffree },
      servers: all.length,
      sending: all.filter((one) => isMoving(one) && one.role === 'source').length,
      receiving: all.filter((one) => isMoving(one) && one.role === 'destination').length,
    };
  }

  /** Throws CutoverError where a server of so many bytes cannot be taken in now, before anything is written. */
  assertWelcome(id: string, bytes: number): void {
    const record = this.#assertFree(id);
    const { live, incoming } = pathsOf(this.#config.root, id);
    if (record.unsafe || existsSync(incoming))
      throw new CutoverError('unsafe-partial', `there is partial data of ${id} from a move that failed`, {
        next: `POST /api/transfers/${id}/clean-up at the destination, then start the move again`,
      });
    if (existsSync(live)) throw inTheWay(live);
    assertRoom(this.#config.root, bytes);
  }

  cancelReceiving(id: string): ServerRecord {
    const move = this.#incoming.get(id);
    if (move === undefined) throw nothingOn(id);
    move.cancel();
    return this.records.get(id);
  }

  async cleanUp(id: string): Promise<ServerRecord> {
    if (this.#incoming.has(id) || !this.records.get(id).unsafe) throw nothingOn(id);
    return cleanUp(id, this.#config.root, this.records);
  }

  setInstalling(id: string, installing: boolean): ServerRecord {
    const record = this.records.get(id);
    if (installing && isMoving(record)) throw movingAlready(id);
    return this.records.save(id, { installing });
  }

  #assertFree(id: string): ServerRecord {
    const record = this.records.get(id);
    if (record.installing)
      throw new CutoverError('installing', `${id} is being installed`, {
        next: 'wait until it is installed, then start the move again',
      });
    if (isMoving(record) || this.#incoming.has(id)) throw movingAlready(id);
    return record;
  }
}

/** Of a node, for whoever chooses a destination. */
export interface NodeFacts {
  readonly id: string;
  readonly url: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly freeFiles: number;
  /** That it has a record of. */
  readonly servers: number;
  readonly sending: number;
  readonly receiving: number;
}

const movingAlready = (id: string): CutoverError =>
  new CutoverError('already-moving', `${id} is being moved already`, {
    next: 'wait for that move, or cancel it',
  });

const nothingOn = (id: string): CutoverError =>
  new CutoverError('no-move', `there is no such move of ${id}`, {
    next: 'look at GET /api/servers/:id for how it stands',
  });
