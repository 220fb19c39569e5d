import { CutoverError } from '@cutover/core';
import { isLost } from './errors.ts';
import { Session, type SessionOptions } from './session.ts';
import type { ServerAddress } from './url.ts';

/** The connections that read together: opened up to a number, given work, and closed. */
export class Connections {
  readonly #address: ServerAddress;
  readonly #options: SessionOptions;
  readonly #wanted: number;
  #sessions: Session[] = [];

  constructor(address: ServerAddress, options: SessionOptions, wanted: number) {
    this.#address = address;
    this.#options = options;
    this.#wanted = wanted;
  }

  get sessions(): readonly Session[] {
    return this.#sessions;
  }

  /** Opens what is missing; none of them is inside a transaction afterwards. */
  async open(): Promise<void> {
    this.#sessions = this.#sessions.filter(({ alive }) => alive);
    while (this.#sessions.length < this.#wanted) this.#sessions.push(await this.openOther());
    for (const session of this.#sessions) await session.query('ROLLBACK');
  }

  /** One more, which the caller closes. */
  openOther(): Promise<Session> {
    return Session.open(this.#address, this.#options);
  }

  /** Goes on with these, some of its own, which share a snapshot. */
  keep(sessions: readonly Session[]): void {
    this.#sessions = [...sessions];
  }

  /**
   * Spreads work over the connections. One that is lost leaves its piece to the others, while there are any;
   * another failure cuts them all and is thrown. Throws CutoverError `source-lost` when none is left.
   */
  async each<Work>(
    works: readonly Work[],
    task: (session: Session, work: Work) => Promise<void>,
  ): Promise<void> {
    const queue = [...works];
    const failures: unknown[] = [];
    const worker = async (session: Session): Promise<void> => {
      while (failures.length === 0) {
        const work = queue.shift();
        if (work === undefined) return;
        try {
          await task(session, work);
        } catch (error) {
          queue.unshift(work);
          session.destroy();
          if (isLost(error)) return;
          failures.push(error);
          for (const other of this.#sessions) other.destroy();
        }
      }
    };
    while (queue.length > 0 && failures.length === 0) {
      this.#sessions = this.#sessions.filter(({ alive }) => alive);
      if (this.#sessions.length === 0) {
        throw new CutoverError('source-lost', 'the connection to the source was lost', {
          next: 'check the server and the network, and start again',
        });
      }
      await Promise.all(this.#sessions.map(worker));
    }
    if (failures.length > 0) throw failures[0];
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
    this.#sessions = [];
  }
}
