import { isActive, type Move } from '../move.ts';
import type { MoveStore } from '../store/store.ts';

/** Another worker has the move by now: whoever meets this stops and says nothing. */
export class Fenced extends Error {
  constructor(move: string) {
    super(`another worker has the move ${move}`);
    this.name = 'Fenced';
  }
}

/** What a worker has of a move that it took: it may write as long as nobody took it after. */
export class Hold {
  readonly move: string;
  readonly worker: string;
  readonly #fence: number;
  readonly #store: MoveStore;

  private constructor(store: MoveStore, move: string, worker: string, fence: number) {
    this.#store = store;
    this.move = move;
    this.worker = worker;
    this.#fence = fence;
  }

  /** Takes an attempt that was begun, from whoever had it; undefined where that attempt is over. */
  static take(store: MoveStore, id: string, attempt: number, worker: string): Promise<Hold | undefined> {
    return store.change(async (rows) => {
      const move = await rows.move(id);
      if (move === undefined || move.attempt !== attempt || !isActive(move)) return undefined;
      const gone = (await rows.workers()).find((row) => row.id === worker)?.goneAt;
      // Whoever is taken for dead takes nothing.
      if (gone !== null) throw new Fenced(id);
      const fence = move.fence + 1;
      await rows.putMove({ ...move, worker, fence, changedAt: rows.now.toISOString() });
      return new Hold(store, id, worker, fence);
    });
  }

  /** @throws Fenced */
  async read(): Promise<Move> {
    return this.#mine(await this.#store.read((rows) => rows.move(this.move)));
  }

  /** @throws Fenced */
  update(change: (move: Move, now: Date) => Partial<Move>): Promise<Move> {
    return this.#store.change(async (rows) => {
      const move = this.#mine(await rows.move(this.move));
      const changed = { ...move, ...change(move, rows.now) };
      await rows.putMove(changed);
      return changed;
    });
  }

  #mine(move: Move | undefined): Move {
    if (move?.fence !== this.#fence || !isActive(move)) throw new Fenced(this.move);
    return move;
  }
}
