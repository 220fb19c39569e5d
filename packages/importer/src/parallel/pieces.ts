import { type DumpEvent, DumpError, type RowsEvent } from '@cutover/mysqldump';
import type { MapInput } from '../map-pass.ts';
import { progressOf } from '../progress.ts';
import type { SourceReadOptions } from '../source.ts';
import { sourceChanged } from '../source-changed.ts';
import { SharedPass } from './shared-pass.ts';
import type { Stretch } from './stretches.ts';

/** Some rows of an event, in order: those from `from` up to `to`. */
export interface Piece {
  readonly event: RowsEvent;
  readonly from: number;
  readonly to: number;
}

/** Stretches of a source, and who has got how far in them. */
interface Claimed {
  readonly input: MapInput;
  readonly pass: SharedPass;
  readonly stretches: readonly Stretch[];
}

/**
 * The rows of the source that are this thread's, in order: all of them where it maps alone; with others, those of the
 * stretches that it claims, or of the units where the source is not cut into stretches. Ends early once the pass has to
 * be made again.
 */
export async function* piecesOf(input: MapInput): AsyncGenerator<Piece> {
  const { pass, stretches } = input;
  if (pass === undefined || stretches === undefined) {
    yield* piecesOfAll(input);
    return;
  }
  for (let at = pass.claim(); at < stretches.length && !pass.isLate; at = pass.claim())
    yield* piecesOfStretch({ input, pass, stretches }, at, () => pass.isLate);
}

/** What nobody has mapped, in order; to be asked once all threads have stopped. */
export async function* piecesLeft(input: MapInput, pass: SharedPass): AsyncGenerator<Piece> {
  const { stretches } = input;
  if (stretches === undefined) {
    yield* unitsLeft(input, pass);
    return;
  }
  for (const [at, { rows }] of stretches.entries())
    if (pass.rowsDone(at) < rows) yield* piecesOfStretch({ input, pass, stretches }, at, () => false);
}

async function* unitsLeft(input: MapInput, pass: SharedPass): AsyncGenerator<Piece> {
  const again = new SharedPass(pass.shared);
  for await (const event of read(input, {})) {
    if (event.kind !== 'rows') continue;
    const { length } = event.rows;
    for (let from = 0; from < length;) {
      const { rows, unit, upTo } = again.take(length - from);
      const done = Math.min(rows, Math.max(0, pass.rowsDone(unit) - (upTo - rows)));
      if (done < rows) yield { event, from: from + done, to: from + rows };
      from += rows;
    }
  }
}

/** Tells how far all threads together are. */
export function tellProgress({ input, pass, stretches }: Claimed): void {
  if (input.onEvent === undefined) return;
  let bytesDone = 0;
  let bytesTotal = 0;
  let rowsDone = 0;
  for (const [at, { rows, bytes }] of stretches.entries()) {
    const done = pass.rowsDone(at);
    rowsDone += done;
    bytesTotal += bytes;
    bytesDone += done === rows ? bytes : Math.floor((bytes * done) / rows);
  }
  const phase = input.trial === undefined ? 'import' : 'look ahead';
  const rowsTotal = stretches.reduce((sum, { rows }) => sum + rows, 0);
  void input.onEvent({ type: 'progress', phase, bytesDone, bytesTotal, rowsDone, rowsTotal });
}

async function* piecesOfAll(input: MapInput): AsyncGenerator<Piece> {
  const { onEvent, facts, pass } = input;
  for await (const event of read(input, progressOf('import', onEvent, facts.rowsTotal))) {
    if (pass?.isLate === true) return;
    if (event.kind !== 'rows') continue;
    const { length } = event.rows;
    if (pass === undefined) yield { event, from: 0, to: length };
    for (let from = 0; pass !== undefined && from < length;) {
      const { rows, unit, upTo, isMine } = pass.next(length - from);
      if (isMine) {
        yield { event, from, to: from + rows };
        pass.tellDone(unit, upTo);
      }
      from += rows;
    }
  }
}

/** Rows of one stretch that are not done yet, and notes how far its taker has got; `stops`: asked before each event. */
async function* piecesOfStretch(claimed: Claimed, at: number, stops: () => boolean): AsyncGenerator<Piece> {
  const { input, pass, stretches } = claimed;
  const stretch = stretches[at]!;
  const done = pass.rowsDone(at);
  let rows = 0;
  const { from, to } = stretch;
  for await (const event of read(input, { ...(from && { from }), ...(to && { to }) })) {
    if (event.kind !== 'rows') continue;
    if (stops()) return;
    const before = rows;
    rows += event.rows.length;
    if (rows > stretch.rows) break;
    if (rows <= done) continue;
    yield { event, from: Math.max(0, done - before), to: event.rows.length };
    pass.tellDone(at, rows);
    if (input.isThread !== true) tellProgress(claimed);
  }
  if (rows !== stretch.rows)
    throw sourceChanged(
      `there are ${rows < stretch.rows ? 'fewer' : 'more'} rows than ${stretch.rows} from byte ${from?.offset ?? 0} on`,
    );
}

/** With several threads, whatever is wrong with what was read without a fault before is a change of it. */
async function* read({ source, pass }: MapInput, options: SourceReadOptions): AsyncGenerator<DumpEvent> {
  try {
    yield* source.read(options);
  } catch (error) {
    throw error instanceof DumpError && pass !== undefined ? sourceChanged(error.message, error) : error;
  }
}
