import { parentPort, workerData } from 'node:worker_threads';
import { tellError, type ToldError } from '@cutover/core';
import { type LedgerSum, sumLedger } from '../audit.ts';

/** What the thread is started with. */
export interface LedgerThreadInput {
  readonly path: string;
}

export type LedgerThreadMessage = { readonly sum: LedgerSum } | { readonly failed: ToldError };

const { path } = workerData as LedgerThreadInput;
void sumLedger(path)
  .then((sum): LedgerThreadMessage => ({ sum }))
  .catch((error: unknown): LedgerThreadMessage => ({ failed: tellError(error) }))
  .then((message) => parentPort!.postMessage(message));
