/** Input and machine together: the events of a dump. */
import type { Cursor } from './cursor.ts';
import { DumpError } from './error.ts';
import { charsetNamed } from './charset/names.ts';
import { inputOf, openFile, type DumpSource, type Input, type Section } from './input/source.ts';
import { skip } from './input/text.ts';
import { Machine } from './machine.ts';
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
  /** Bytes read before the cursor that was told last. */
  #toldAt = 0;
  /** What of the last chunk is not in the window yet. */
  #waiting: Uint8Array = new Uint8Array(0);

  constructor(machine: Machine, input: Input, options: ReadOptions) {
    this.#machine = machine;
    this.#input = input;
    this.#options = options;
  }

  async *events(): AsyncGenerator<DumpEvent> {
    const machine = this.#machine;
    const { from } = this.#options;
    if (from !== undefined) machine.restore(from);
    let index = 0;
    for (const section of this.#input.sections) {
      const first = index;
      index += section.files.length;
      if (from !== undefined && index <= from.file) continue;
      const resumed = from !== undefined && first <= from.file;
      if (section.connection !== undefined && !resumed) machine.session.reset(section.connection.database);
      if (section.table !== undefined) machine.beginTab(section.table);
      yield* this.#section(section, first);
    }
    const end = machine.finish(this.#input.ending);
    if (end.bytes === 0 && from === undefined)
      throw new DumpError('empty', 'the input is empty', {
        file: this.#input.sections[0]?.files[0]?.name ?? '',
      });
    yield* machine.context.events.splice(0);
    yield end;
  }

  async *#section(section: Section, firstIndex: number): AsyncGenerator<DumpEvent> {
    const machine = this.#machine;
    const { events } = machine.context;
    const bytes = this.#bytes(section, firstIndex);
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
      if (this.#waiting.length === 0) {
        const next = await bytes.next();
        if (next.done === true) done = true;
        else this.#waiting = next.value;
        continue;
      }
      const piece = this.#waiting.subarray(0, wanted - added);
      if (piece.length > window.room) window.compact(0, wanted - added);
      window.append(piece);
      added += piece.length;
      this.#waiting = this.#waiting.subarray(piece.length);
    }
    window.refresh(done);
  }

  async *#bytes(section: Section, firstIndex: number): AsyncGenerator<Uint8Array> {
    const { window } = this.#machine;
    const { from } = this.#options;
    for (const [i, input] of section.files.entries()) {
      const index = firstIndex + i;
      if (from !== undefined && index < from.file) continue;
      const start = from?.file === index ? from.offset : 0;
      const opened = await openFile(input, section.format, (count) => (this.#bytesDone += count), start);
      window.startFile(input.name, index, start, start > 0 ? (from?.line ?? 1) : 1);
      if (opened.encoding === 'utf16le' || opened.encoding === 'utf16be') this.#machine.utf16();
      yield* skip(opened.chunks, start - opened.skipped, () => {
        throw new DumpError('cursor-mismatch', `the file ends before byte ${start}`, { file: input.name });
      });
    }
  }

  /** Between two events: tells the last boundary where it is far enough from the one told before. */
  #tellCursor(): void {
    const { cursors } = this.#options;
    const machine = this.#machine;
    if (cursors === undefined || machine.window.base + machine.at - this.#toldAt < cursors.apart) return;
    const { boundary } = machine;
    // Where a conditional comment is open, no reader can stop.
    if (boundary.at - this.#toldAt < cursors.apart || boundary.position.comments > 0) return;
    this.#toldAt = boundary.at;
    cursors.tell(machine.cursor(boundary), boundary.at);
  }

  #tick(): void {
    const { onProgress, signal } = this.#options;
    if (signal?.aborted === true)
      throw new DumpError('aborted', 'reading was aborted', {}, { cause: signal.reason });
    this.#tellCursor();
    onProgress?.({
      bytesDone: this.#bytesDone,
      bytesTotal: this.#input.bytesTotal,
      rows: this.#machine.rowsRead,
    });
  }
}
