import type { Move } from './move.ts';
import type { MoveStore } from './store/store.ts';

const atOnce = 500;

/**
 * Removes moves that have been over for longer than `keptMs`, by the clock of the store, and have left nothing that is
 * still to be done: first what the engine keeps of their attempts, by `forgetRuns`, then the rows. Their keys are
 * forgotten with them. Answers how many.
 */
export async function forgetOver(
  store: MoveStore,
  keptMs: number,
  forgetRuns: (moves: readonly Move[]) => Promise<void>,
): Promise<number> {
  for (let forgotten = 0; ;) {
    const due = await store.read((rows) => rows.settled(new Date(+rows.now - keptMs), atOnce));
    if (due.length === 0) return forgotten;
    await forgetRuns(due);
    await store.change(async (rows) => {
      for (const { id } of due) await rows.removeMove(id);
    });
    forgotten += due.length;
  }
}
