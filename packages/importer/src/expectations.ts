import { readLines } from '@cutover/stores';
import type { ImpliedUrl } from '@cutover/records';
import type { Fate } from './map-pass.ts';
import { ScratchFile } from './scratch-file.ts';

/** What one imported row owes the new site, taken from the source row and never from what was stored. */
export interface Expectation {
  /** Source row, e.g. `people/42`. */
  readonly row: string;
  readonly urls?: readonly ImpliedUrl[];
  /** The identity column as the legacy system had it, byte for byte; null where it had none. */
  readonly nameId?: { readonly id: string; readonly value: string | null };
}

/** Writes expectations as JSON lines beside the run; they name people and stay private. */
export class ExpectationWriter {
  readonly #file: ScratchFile;
  #closing: Promise<void> | undefined;

  constructor(path: string) {
    this.#file = new ScratchFile(path);
  }

  write(fate: Fate, row: string): void | Promise<void> {
    if (fate.outcome !== 'imported') return;
    const id = fate.records?.[0]?.id;
    const expectation: Expectation = {
      row,
      ...(fate.urls === undefined || fate.urls.length === 0 ? {} : { urls: fate.urls }),
      ...(fate.identity === undefined || id === undefined ? {} : { nameId: { id, value: fate.identity } }),
    };
    if (expectation.urls === undefined && expectation.nameId === undefined) return;
    const { stream } = this.#file;
    if (!stream.write(`${JSON.stringify(expectation)}\n`)) return this.#file.until(stream, 'drain');
  }

  /** Ends the file; once, however often it is asked for. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  async #end(): Promise<void> {
    this.#file.stream.end();
    await this.#file.until(this.#file.stream, 'close');
  }
}

/** The expectations of an import, streamed. */
export function readExpectations(path: string): AsyncIterable<Expectation> {
  return readLines<Expectation>(path);
}
