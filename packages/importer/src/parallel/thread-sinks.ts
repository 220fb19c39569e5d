import { BlobBatch, PathBytes, type StagedBytes, StagedLines } from '@cutover/stores';
import { rowName } from '@cutover/records';
import { ExpectationWriter } from '../expectations.ts';
import type { RecordFile } from '../files/uploads.ts';
import { ledgerLine, LinesWriter, quarantineLine } from '../ledger.ts';
import type { Fate } from '../map-pass.ts';
import type { PartPaths, ThreadBatch } from './messages.ts';

/** What a thread's rows go to: lines into files of its own, everything else into batches for the thread that writes. */
export class ThreadSinks {
  readonly quarantined = new Map<string, number>();
  readonly #writes: boolean;
  readonly #ledger: LinesWriter;
  readonly #quarantine: LinesWriter;
  readonly #expectations: ExpectationWriter | undefined;
  readonly #send: (batch: ThreadBatch) => void | Promise<void>;
  readonly #blobs = new BlobBatch();
  readonly #staged = new StagedLines();
  readonly #paths = new PathBytes();
  #identities: [string, string][] = [];
  #files: RecordFile[] = [];

  /** `send`: hands a batch over; a promise asks to wait. */
  constructor(paths: PartPaths, writes: boolean, send: (batch: ThreadBatch) => void | Promise<void>) {
    this.#writes = writes;
    this.#ledger = new LinesWriter(paths.ledger);
    this.#quarantine = new LinesWriter(paths.quarantine);
    this.#expectations =
      paths.expectations === undefined ? undefined : new ExpectationWriter(paths.expectations);
    this.#send = send;
  }

  readonly sink = (fate: Fate): void | Promise<void> => {
    const { records, privates, identity } = fate;
    const waits: (void | Promise<void>)[] = [this.#ledger.write(ledgerLine(fate))];
    if (fate.outcome === 'quarantined') {
      this.quarantined.set(fate.rule!, (this.quarantined.get(fate.rule!) ?? 0) + 1);
      waits.push(this.#quarantine.write(quarantineLine(fate)));
    }
    let isFull = false;
    let hasStaged = false;
    for (const { path, content, file } of records ?? []) {
      if (this.#writes) isFull = this.#blobs.add(path, content) || isFull;
      else this.#paths.add(path);
      if (this.#writes && file !== undefined) this.#files.push(file);
    }
    if (this.#writes) {
      for (const draft of privates ?? []) hasStaged = this.#staged.put(draft) || hasStaged;
      const owner = records?.[0]?.id;
      if (typeof identity === 'string' && identity !== '' && owner !== undefined)
        this.#identities.push([identity, owner]);
    }
    if (this.#expectations !== undefined) waits.push(this.#expectations.write(fate, rowName(fate.row)));
    if (isFull || hasStaged || this.#paths.length >= 4096)
      waits.push(this.#flush(hasStaged ? this.#staged.take() : undefined));
    if (waits.some((wait) => wait !== undefined)) return Promise.all(waits).then(() => undefined);
  };

  async close(): Promise<void> {
    await this.#flush(this.#staged.take());
    await this.#ledger.close();
    await this.#quarantine.close();
    await this.#expectations?.close();
  }

  /** Private rows go along once they are enough for a part. */
  #flush(staged: StagedBytes | undefined): void | Promise<void> {
    const blobs = this.#writes ? this.#blobs.take() : undefined;
    const paths = blobs?.paths ?? this.#paths.take();
    const [identities, files] = [this.#identities, this.#files];
    const batch: ThreadBatch = { kind: 'batch', paths, blobs, staged, files, identities };
    this.#identities = [];
    this.#files = [];
    return this.#send(batch);
  }
}
