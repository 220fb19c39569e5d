import { createHash } from 'node:crypto';
import { existsSync, lstatSync, statfsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError } from '@cutover/core';
import { removeSlowly } from '../tree/remove.ts';
import { type Need, unsaid } from './archive.ts';
import type { Callbacks } from './callbacks.ts';
import type { NodeConfig } from './config.ts';
import type { Standing } from './destination.ts';
import { assertNotStale, seenWith } from './fence.ts';
import { type Delivery, Incoming, putInPlaceAgain } from './incoming.ts';
import { checkToken, type TokenClaims, tokenRefused, type UsedTokens } from './node-token.ts';
import { inTheWay, type Place } from './place.ts';
import {
  afresh,
  assertFree,
  isMoving,
  noMove,
  pathsOf,
  type ServerRecord,
  type ServerRecords,
} from './server-record.ts';
import { Spool } from './spool.ts';

/** A question about what has come is answered within so long; reading it goes on behind. */
const answerWithinMs = 3000;

/** The moves of a node as destination: who may come in, which are on, and what is done with those that failed. */
export class Arrivals {
  readonly #config: NodeConfig;
  readonly #records: ServerRecords;
  readonly #callbacks: Callbacks;
  readonly #used: UsedTokens;
  readonly #incoming = new Map<string, Incoming>();
  /** What an earlier move left, being read for whoever has asked whether it can go on with it. */
  readonly #reading = new Map<string, { readonly spool: Promise<Spool>; readonly forget: NodeJS.Timeout }>();

  constructor(config: NodeConfig, records: ServerRecords, callbacks: Callbacks, used: UsedTokens) {
    this.#config = config;
    this.#records = records;
    this.#callbacks = callbacks;
    this.#used = used;
  }

  /** What the last process was at: what was verified is put in place, for anything else the source is waited for. */
  async goOn({ id, verified, need }: ServerRecord): Promise<void> {
    if (verified !== undefined) return putInPlaceAgain(this.#place(id));
    if (need !== undefined) {
      this.#begin(id, need);
      this.#records.save(id, { doing: 'waiting for the source to come again' });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#incoming.values()].map((incoming) => incoming.release()));
    for (const id of this.#reading.keys())
      await (await this.#takeReading(id)?.catch(() => undefined))?.close();
  }

  /** Of a token that may begin a move, or go on with the one that it began, also after its end. */
  async authorise(authorization: string | undefined): Promise<TokenClaims> {
    const claims = await checkToken(authorization, this.#config, true);
    return this.#goesOn(claims) ? claims : checkToken(authorization, this.#config);
  }

  /**
   * Takes in an archive, or the rest of one. A token is used up by the move that it begins, whatever comes of it, and
   * goes on with that move alone.
   */
  async receive(
    authorization: string | undefined,
    need: Need | undefined,
    delivery: Delivery,
  ): Promise<ServerRecord> {
    const claims = await this.authorise(authorization);
    const { server: id } = claims;
    if (this.#goesOn(claims)) {
      const known = this.#records.get(id).need;
      return (this.#incoming.get(id) ?? this.#begin(id, known ?? this.#most())).receive(delivery);
    }
    // From here to the record nothing is waited for: of two that come at once one is refused.
    const record = this.#records.get(id);
    if (claims.move !== undefined) assertNotStale(record, claims.move);
    this.#used.use(claims);
    this.assertWelcome(id, need);
    const before = this.#incoming.get(id)?.release();
    const attached = this.#records.find(id) === undefined ? 'new' : 'existing';
    this.#records.save(id, {
      ...afresh,
      ...{ role: 'destination', state: 'transfer_pending', phase: 'queued', attached },
      ...{ need: need ?? this.#most(), tokenUse: useOf(claims), resumable: record.resumable },
      ...(claims.move === undefined ? {} : { move: claims.move, seen: seenWith(record, claims.move) }),
    });
    const incoming = this.#begin(id, need ?? this.#most());
    await before;
    return incoming.receive(delivery);
  }

  /**
   * How a move stands, for whoever has its token. With `goingOn` a connection of it that is still read is ended, and
   * what it has brought is told.
   */
  async standing(
    claims: TokenClaims,
    asked: { readonly need?: Need | undefined; readonly goingOn: boolean },
  ): Promise<Standing> {
    const { server: id } = claims;
    if (asked.need !== undefined) {
      this.assertCurrent(claims);
      if (!this.#isOwn(claims)) this.assertWelcome(id, asked.need);
    }
    const own = this.#isOwn(claims);
    const { move, state, verified, resumable = false, reason } = this.#records.get(id);
    const finalizing = verified !== undefined && state === 'transfer_in_progress';
    // Who goes on must not take the end of an earlier move for its own; who only asks is told of the move it names.
    const tells = own || (!asked.goingOn && (claims.move === undefined || claims.move.id === move?.id));
    const standing: Standing = tells
      ? { state, finalizing, resumable, reason: reason ?? null }
      : { state: 'idle', resumable };
    if (own) this.#incoming.get(id)?.stir();
    if (!asked.goingOn || (own && (state === 'ready' || finalizing))) return standing;
    const held = await Promise.race([this.#held(id, own), sleep(answerWithinMs, undefined, { ref: false })]);
    return held === undefined ? { ...standing, reading: true } : { ...standing, held };
  }

  /** The source will not go on. What has come stays, for another try. Answers how it stands then. */
  async giveUp(claims: TokenClaims): Promise<Standing> {
    if (!this.#isOwn(claims)) return { state: 'idle' };
    await this.#incoming.get(claims.server)?.stop(givenUp());
    return this.standing(claims, { goingOn: false });
  }

  async #held(id: string, own: boolean) {
    const incoming = this.#incoming.get(id);
    if (incoming !== undefined) return own || !incoming.isBusy ? incoming.held() : null;
    if (this.#records.get(id).resumable !== true) return null;
    return (await this.#read(id)).held();
  }

  #read(id: string): Promise<Spool> {
    let reading = this.#reading.get(id);
    if (reading === undefined) {
      const { archive } = pathsOf(this.#config.root, id);
      const spool = Spool.open(archive, () => this.#reading.get(id)?.forget.refresh());
      spool.catch(() => undefined);
      const forget = setTimeout(() => {
        void this.#takeReading(id)?.then(
          (one) => one.close(),
          () => undefined,
        );
      }, this.#config.silenceSeconds * 1000);
      this.#reading.set(id, (reading = { spool, forget }));
    }
    reading.forget.refresh();
    return reading.spool;
  }

  #takeReading(id: string): Promise<Spool> | undefined {
    const reading = this.#reading.get(id);
    this.#reading.delete(id);
    clearTimeout(reading?.forget);
    return reading?.spool;
  }

  #begin(id: string, need: Need): Incoming {
    const incoming: Incoming = new Incoming(this.#place(id), need, this.#takeReading(id), () => {
      if (this.#incoming.get(id) === incoming) this.#incoming.delete(id);
    });
    this.#incoming.set(id, incoming);
    return incoming;
  }

  #place(id: string): Place {
    return { id, config: this.#config, records: this.#records, callbacks: this.#callbacks };
  }

  /** The move that is remembered was begun with this token. */
  #isOwn(claims: TokenClaims): boolean {
    const { role, tokenUse } = this.#records.get(claims.server);
    return role === 'destination' && tokenUse === useOf(claims);
  }

  #goesOn(claims: TokenClaims): boolean {
    if (!this.#isOwn(claims)) return false;
    const record = this.#records.get(claims.server);
    return record.verified === undefined && (isMoving(record) || record.resumable === true);
  }

  /** Throws CutoverError `stale-attempt` where the token is of a move that a newer one has followed. */
  assertCurrent({ server, move }: TokenClaims): void {
    if (move !== undefined) assertNotStale(this.#records.get(server), move);
  }

  /** Throws CutoverError where a server cannot be taken in now, before anything is written. */
  assertWelcome(id: string, need: Need | undefined): void {
    const record = this.#records.get(id);
    const active = this.#incoming.get(id);
    // One whose link was lost and that only waits makes room for who comes with another token.
    if (active === undefined || active.isBusy || record.verified !== undefined) assertFree(record);
    const { live, incoming, archive } = pathsOf(this.#config.root, id);
    if (record.resumable !== true && active === undefined && (record.unsafe || existsSync(incoming)))
      throw new CutoverError('unsafe-partial', `there is partial data of ${id} from a move that failed`, {
        next: `POST /api/transfers/${id}/clean-up at the destination, then start the move again`,
      });
    if (existsSync(live)) throw inTheWay(live);
    if (need !== undefined)
      assertRoom(this.#config.root, need, lstatSync(archive, { throwIfNoEntry: false })?.size ?? 0);
  }

  async cancel(id: string): Promise<ServerRecord> {
    const incoming = this.#incoming.get(id);
    if (incoming === undefined) throw noMove(id);
    if (this.#records.get(id).verified !== undefined)
      throw new CutoverError('move-finalizing', `${id} is whole, and is being put in place already`, {
        next: 'wait until it is ready; then send it back where it is not wanted here',
      });
    await incoming.stop(cancelled());
    return this.#records.get(id);
  }

  /** Removes what has come of a move that failed. */
  async cleanUp(id: string): Promise<ServerRecord> {
    if (this.#incoming.has(id) || !this.#records.get(id).unsafe) throw noMove(id);
    await (await this.#takeReading(id)?.catch(() => undefined))?.close();
    await removeSlowly(pathsOf(this.#config.root, id).incoming);
    return this.#records.save(id, {
      ...{ state: 'idle', phase: null, role: null, unsafe: false },
      ...{ resumable: undefined, tokenUse: undefined, reason: undefined, doing: undefined },
    });
  }

  /** What an archive may take whose sender does not say: its tree must lie beside it. */
  #most(): Need {
    const { bavail, bsize } = statfsSync(this.#config.root);
    const bytes = Math.floor((bavail * bsize) / 2);
    return { bytes, treeBytes: bytes, names: unsaid };
  }
}

const useOf = ({ jti }: TokenClaims): string => createHash('sha256').update(jti).digest('hex');

/** The archive and what it unpacks to lie beside each other for a while. Throws CutoverError `no-room`. */
function assertRoom(root: string, { bytes, treeBytes, names }: Need, heldBytes: number): void {
  const { bavail, bsize, files, ffree } = statfsSync(root);
  const [free, needed] = [bavail * bsize, Math.max(0, bytes - heldBytes) + treeBytes];
  const next = 'make room on the destination, or send elsewhere';
  if (free < needed)
    throw new CutoverError('no-room', `${free} bytes are free, and ${needed} are needed`, { next });
  // File systems that make inodes as they need them count none.
  if (files > 0 && names !== unsaid && ffree < names)
    throw new CutoverError('no-room', `there is room for ${ffree} names, and ${names} are needed`, { next });
}

const cancelled = (): CutoverError =>
  new CutoverError('cancelled', 'the move was cancelled at the destination', {
    next: 'clean up what has come, and start it again',
  });

const givenUp = (): CutoverError =>
  new CutoverError('given-up', 'the source says that it will not go on', {
    next: 'look at the source for why; the next try goes on with what has come, a clean-up removes it',
  });

/** Throws CutoverError `token-refused` where a token is for another server. */
export function assertServer({ server }: TokenClaims, id: string): void {
  if (server !== id) throw tokenRefused('it is for another server');
}
