import type { Worker } from 'node:worker_threads';
import { errorOfTold } from '@cutover/core';
import { startThread, stopThread } from '@cutover/stores';
import type { LedgerSum } from '../audit.ts';
import type { LedgerThreadInput, LedgerThreadMessage } from './ledger-thread.ts';

/** Lines are added up and forgotten. */
const youngMb = 12;

/** Adds up a ledger in a thread of its own. */
export class LedgerSummer {
  readonly #worker: Worker;
  /** See `sumLedger`. */
  readonly sum: Promise<LedgerSum>;

  constructor(path: string) {
    const module = new URL('./ledger-thread.ts', import.meta.url);
    const worker = startThread(module, { path } satisfies LedgerThreadInput, youngMb);
    this.#worker = worker;
    this.sum = new Promise((resolve, reject) => {
      worker.once('message', (message: LedgerThreadMessage) => {
        if ('sum' in message) resolve(message.sum);
        else reject(errorOfTold(message.failed));
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread that reads the ledger ended with ${code}`)));
    });
    // Who waits for it throws it.
    this.sum.catch(() => undefined);
  }

  async stop(): Promise<void> {
    await stopThread(this.#worker);
  }
}
