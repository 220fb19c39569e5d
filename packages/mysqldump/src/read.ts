/** Input and machine together: the events of a dump. */
import type { Cursor } from './cursor.ts';
import { DumpError } from './error.ts';
import { charsetNamed } from './charset/names.ts';
import { inputOf, openFile, type DumpSource, type Input, type Section } from './input/source.ts';
import { Machine } from './machine.ts';
import { readTabText } from './tab.ts';
import type { DumpEvent, ReadOptions } from './types.ts';

/** Bytes added to the window at once. */
const REFILL = 1 << 16;
const DEFAULT_MAX_STATEMENT = 1 << 30;

/** The events, and where reading stands. */
export interface DumpReader extends AsyncIterable<DumpEvent> {
  /** The last statement boundary whose rows were all delivered; to be asked between two events. */
  cursor(): Cursor | undefined;
}

/**
 * Reads a dump: tables, rows in batches, notes, and one `end` event last. Rows are delivered as they are asked
 * for; memory does not grow with the dump.
 *
 * @throws DumpError with a code for anything that is wrong with the dump or its file
 */
export function readDump(source: DumpSource, options: ReadOptions = {}): DumpReader {
  let machine: Machine | undefined;
  return {
    cursor: () => machine?.cursor(),
    async *[Symbol.asyncIterator]() {
      machine = new Machine(options, knownCharset(options.charset));
      yield* new Reading(machine, await inputOf(source), options).events();
    },
  };
}

function knownCharset(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const charset = charsetNamed(name);
  if (charset === undefined)
    throw new DumpError('session-unknown', `unknown character set ${name} in the charset option`);
  return charset;
}

class Reading {
  readonly #machine: Machine;
  readonly #input: Input;
  readonly #options: ReadOptions;
  #bytesDone = 0;

  constructor(machine: Machine, input: Input, options: ReadOptions) {
    this.#machine = machine;
    this.#input = input;
    this.#options = options;
  }

  async *events(): AsyncGenerator<DumpEvent> {
    const { context } = this.#machine;
    for (const section of this.#input.sections) {
      if (section.connection !== undefined) this.#machine.session.reset(section.connection.database);
      if (section.format === 'tab') yield* this.#tab(section);
      else yield* this.#sql(section);
    }
    const end = this.#machine.finish();
    if (end.bytes === 0)
      throw new DumpError('empty', 'the input is empty', {
        file: this.#input.sections[0]?.files[0]?.name ?? '',
      });
    yield* context.events.splice(0);
    yield end;
  }

  async *#sql(section: Section): AsyncGenerator<DumpEvent> {
    const machine = this.#machine;
    const { events } = machine.context;
    const bytes = this.#bytes(section);
    machine.window.eof = false;
    try {
      for (;;) {
        const wish = machine.run();
        while (events.length > 0) {
          yield events.shift() as DumpEvent;
          this.#tick();
        }
        if (wish === 'nothing') return;
        if (wish === 'bytes') await this.#fill(bytes);
      }
    } finally {
      await bytes.return(undefined);
    }
  }

  /** Adds to the window at least as much as it still holds, so that a long statement is not looked at too often. */
  async #fill(bytes: AsyncGenerator<Uint8Array>): Promise<void> {
    const machine = this.#machine;
    const { window } = machine;
    const keep = machine.keepFrom;
    const pending = window.end - keep;
    if (pending > (this.#options.maxStatementBytes ?? DEFAULT_MAX_STATEMENT)) {
      machine.context.fail('statement-too-long', `the statement is longer than ${pending} bytes`, {
        at: keep,
      });
    }
    const wanted = Math.max(REFILL, pending);
    window.compact(keep, 0);
    machine.shift(keep);
    let added = 0;
    let done = false;
    while (added < wanted && !done) {
      const next = await bytes.next();
      if (next.done === true) {
        done = true;
      } else {
        if (next.value.length > window.room) window.compact(0, Math.max(next.value.length, wanted - added));
        window.append(next.value);
        added += next.value.length;
      }
    }
    window.refresh(done);
  }

  async *#bytes(section: Section): AsyncGenerator<Uint8Array> {
    const machine = this.#machine;
    for (const input of section.files) {
      const opened = await openFile(input, section.format, (count) => (this.#bytesDone += count));
      machine.window.startFile(input.name, 0, 1);
      if (opened.encoding === 'utf16le' || opened.encoding === 'utf16be') machine.utf16();
      yield* opened.chunks;
    }
  }

  async *#tab(section: Section): AsyncGenerator<DumpEvent> {
    yield* readTabText(this.#machine, this.#bytes(section), section);
  }

  #tick(): void {
    const { onProgress, signal } = this.#options;
    if (signal?.aborted === true)
      throw new DumpError('aborted', 'reading was aborted', {}, { cause: signal.reason });
    onProgress?.({
      bytesDone: this.#bytesDone,
      bytesTotal: this.#input.bytesTotal,
      rows: this.#machine.rowsRead,
    });
  }
}
