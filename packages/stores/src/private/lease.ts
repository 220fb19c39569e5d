import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import type { Snapshots } from './snapshots.ts';

/** What lies in the store: who holds the lease, or held it last. */
interface Held {
  /** Grows with every holder, so that an earlier one can be told from a later. */
  readonly token: number;
  /** Undefined: it was given back. */
  readonly holder?: string;
  readonly host: string;
  readonly pid: number;
  /** Of the machine's start: a process of before it is gone. */
  readonly boot: string;
  readonly expiresAt: string;
  /** Makes each renewal a text of its own, so that a lost answer can be told from a refusal. */
  readonly nonce: string;
}

const place = 'lease/run.json';
const pollMs = 200;

/**
 * The right to act on a store's site, held by one run at a time, on whatever machine. It lies in the store and
 * changes hands by the store's conditional writes. A holder renews it; one that is silent for `ttlMs` loses it
 * to whoever has watched it be silent for that long by a steady clock, so that no wall clock that is wrong takes
 * a lease from a holder who is alive. A process of this machine that is gone loses it at once.
 *
 * | it lies there as                         | who asks                                      |
 * | ---------------------------------------- | --------------------------------------------- |
 * | nothing, or given back                   | has it                                        |
 * | held by a dead process of this machine   | has it                                        |
 * | held, not run out by the clock           | is refused at once                            |
 * | held, run out by the clock               | watches it for `ttlMs`: has it if it was silent, is refused if not |
 */
export class StoreLease {
  readonly ttlMs: number;
  readonly #snapshots: Snapshots;
  #mine: Buffer | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(snapshots: Snapshots, ttlMs: number) {
    this.#snapshots = snapshots;
    this.ttlMs = ttlMs;
  }

  /** The token. Throws CutoverError `lease-held` (exit 5). */
  async acquire(holder: string): Promise<number> {
    let watched: { readonly bytes: Buffer; readonly sinceMs: number } | undefined;
    for (;;) {
      const there = await this.#snapshots.object(place);
      if (there === undefined) {
        const mine = await this.#lines(holder, 1);
        if (await this.#snapshots.create(place, mine)) return this.#take(mine);
        continue;
      }
      const held = parse(there);
      if (held.holder === undefined || (await isGone(held))) {
        const mine = await this.#lines(holder, held.token + 1);
        if (await this.#snapshots.swap(place, there, mine)) return this.#take(mine);
        continue;
      }
      if (Date.parse(held.expiresAt) > Date.now() || (watched !== undefined && !watched.bytes.equals(there)))
        throw heldBy(held);
      watched ??= { bytes: there, sinceMs: performance.now() };
      if (performance.now() - watched.sinceMs < this.ttlMs) {
        await sleep(Math.min(pollMs, this.ttlMs / 4));
        continue;
      }
      const mine = await this.#lines(holder, held.token + 1);
      if (await this.#snapshots.swap(place, there, mine)) return this.#take(mine);
    }
  }

  /** Says that the holder is alive. Throws CutoverError `lease-lost` (exit 5). */
  renew(): Promise<void> {
    return this.#inTurn(async () => {
      const mine = this.#mine;
      if (mine === undefined) throw lost();
      const { token, holder } = parse(mine);
      const next = await this.#lines(holder!, token);
      if (!(await this.#snapshots.swap(place, mine, next))) {
        this.#mine = undefined;
        throw lost(await this.#snapshots.object(place));
      }
      this.#mine = next;
    });
  }

  /** Asks the store itself. Throws CutoverError `lease-lost` (exit 5). */
  assertHeld(): Promise<void> {
    return this.#inTurn(async () => {
      const there = await this.#snapshots.object(place);
      if (this.#mine === undefined || there?.equals(this.#mine) !== true) throw lost(there);
    });
  }

  /** Gives it back; does nothing where it was lost. */
  release(): Promise<void> {
    return this.#inTurn(async () => {
      const mine = this.#mine;
      this.#mine = undefined;
      if (mine === undefined) return;
      const { holder: _, ...rest } = parse(mine);
      await this.#snapshots.swap(place, mine, Buffer.from(JSON.stringify({ ...rest, nonce: randomUUID() })));
    });
  }

  #take(mine: Buffer): number {
    this.#mine = mine;
    return parse(mine).token;
  }

  /** A renewal and a question must not see each other half-way. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #lines(holder: string, token: number): Promise<Buffer> {
    const held: Held = {
      token,
      holder,
      host: os.hostname(),
      pid: process.pid,
      boot: await bootId(),
      expiresAt: new Date(Date.now() + this.ttlMs).toISOString(),
      nonce: randomUUID(),
    };
    return Buffer.from(JSON.stringify(held));
  }
}

/** Who holds the lease of a store, for people; undefined where nobody does. */
export async function leaseHolder(snapshots: Snapshots): Promise<string | undefined> {
  const there = await snapshots.object(place);
  if (there === undefined) return undefined;
  const held = parse(there);
  return held.holder === undefined || (await isGone(held)) ? undefined : nameOf(held);
}

const parse = (bytes: Buffer): Held => JSON.parse(bytes.toString()) as Held;

const nameOf = ({ holder, host, pid }: Held): string => `${holder} (process ${pid} on ${host})`;

/** The machine's start where it can be told; processes of an earlier one are gone. */
async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

async function isGone({ host, pid, boot }: Held): Promise<boolean> {
  if (host !== os.hostname()) return false;
  const now = await bootId();
  if (boot !== '' && now !== '' && boot !== now) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function heldBy(held: Held): CutoverError {
  return new CutoverError('lease-held', `${nameOf(held)} acts on this store`, {
    next: `wait for it, or stop it with \`cutover abort\`; one that is dead loses the lease at ${held.expiresAt}`,
    exitCode: exitCodes.leaseHeld,
    data: { host: held.host, pid: held.pid, token: held.token },
  });
}

function lost(there?: Buffer): CutoverError {
  const by = there === undefined ? undefined : parse(there);
  const who = by?.holder === undefined ? 'somebody else' : nameOf(by);
  return new CutoverError('lease-lost', `the lease was lost to ${who}: this run does nothing more`, {
    next: 'see with `cutover status` on that machine what it does; resume here once it has ended',
    exitCode: exitCodes.leaseHeld,
  });
}
