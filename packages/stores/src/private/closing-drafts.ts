import type { Draft, DraftWriter } from './snapshots.ts';

/** Drafts that are made durable at a time: a disk or a server answers many as fast as one. */
const atOnce = 16;

/** Closes drafts while the next ones are written. */
export class ClosingDrafts {
  readonly #files: Map<string, Draft | undefined>;
  #closing: Promise<void>[] = [];

  /** `files`: where the closed drafts are put by their names. */
  constructor(files: Map<string, Draft | undefined>) {
    this.#files = files;
  }

  /** Throws what an earlier one failed with. */
  async add(name: string, draft: DraftWriter): Promise<void> {
    const closing = draft.close().then((closed) => void this.#files.set(name, closed));
    // `settle` says it; until then it fails in silence.
    closing.catch(() => undefined);
    if (this.#closing.push(closing) === atOnce) await this.settle();
  }

  /** Waits for all of them. */
  async settle(): Promise<void> {
    const closing = this.#closing;
    this.#closing = [];
    await Promise.all(closing);
  }
}
