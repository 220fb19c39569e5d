import { isMoving, type ServerRecord } from '@cutover/transfer/node';
import type { HubNode, Move } from '../move.ts';
import { NodeUnreachable } from '../nodes/node-api.ts';
import {
  type AttemptContext,
  hasIt,
  isOpen,
  nodeOf,
  pause,
  recordIfSeen,
  refOf,
  settleOpen,
} from './context.ts';
import { failed, failedBy, type StepOutcome } from './outcome.ts';
import { ignoreRefusal } from './prepare.ts';

/** Bytes that came are written down so often. */
const noteEveryMs = 1000;

/** Has the source send, and waits until the destination or the source says how it ended. */
export async function sendAndFollow(context: AttemptContext): Promise<StepOutcome> {
  try {
    const move = await context.hold.update((_move, now) => ({
      ...{ state: 'sending', changedAt: now.toISOString() },
    }));
    if (move.cancelledBy !== null) return { kind: 'cancelled' };
    const source = await nodeOf(context, move.source);
    const destination = await nodeOf(context, move.destination ?? '');
    await context.nodes.send(source, destination, move.site, refOf(move)).catch((error: unknown) => {
      // It may have been begun: the source's record tells.
      if (!(error instanceof NodeUnreachable)) throw error;
    });
    return await new Following(context, source, destination).untilEnd();
  } catch (error) {
    return failedBy(error);
  }
}

class Following {
  readonly #context: AttemptContext;
  readonly #source: HubNode;
  readonly #destination: HubNode;
  #notedMs = 0;
  #seenMs = performance.now();

  constructor(context: AttemptContext, source: HubNode, destination: HubNode) {
    this.#context = context;
    this.#source = source;
    this.#destination = destination;
  }

  async untilEnd(): Promise<StepOutcome> {
    for (;;) {
      const move = await this.#context.hold.read();
      const record = await recordIfSeen(this.#context, this.#source, move.site);
      const outcome = record === undefined ? await this.#unseen(move) : await this.#seen(move, record);
      if (outcome !== undefined) return outcome;
      await pause(this.#context);
    }
  }

  /** The source does not answer: it may have sent everything before that. */
  async #unseen(move: Move): Promise<StepOutcome | undefined> {
    if (hasIt(await recordIfSeen(this.#context, this.#destination, move.site), move))
      return { kind: 'there', node: this.#destination.id };
    if (performance.now() - this.#seenMs < this.#context.config.patienceSeconds * 1000) {
      await this.#note(move, move.bytesDone, `${this.#source.id} does not answer`);
      return undefined;
    }
    return failed(
      'node-unreachable',
      `${this.#source.id} has not answered for ${this.#context.config.patienceSeconds} s`,
      `see whether the node of ${this.#source.id} runs`,
    );
  }

  async #seen(move: Move, record: ServerRecord): Promise<StepOutcome | undefined> {
    if (isMoving(record)) {
      this.#seenMs = performance.now();
      if (move.cancelledBy !== null)
        await this.#context.nodes.cancelSending(this.#source, move.site).catch(ignoreRefusal);
      await this.#note(move, record.bytesDone, null);
      return undefined;
    }
    if (isOpen(record)) return this.#open(move, record);
    if (record.role === 'source' && record.move?.id === move.id) {
      if (record.state === 'transfer_completed') return { kind: 'there', node: this.#destination.id };
      if (move.cancelledBy !== null) return { kind: 'cancelled' };
      const { code, message, next } = record.reason ?? lost;
      return failed(code, `${this.#source.id}: ${message}`, next, code === 'special-file');
    }
    // Somebody has discarded it at the source, or it is archived already: the destination's word counts.
    if (hasIt(await recordIfSeen(this.#context, this.#destination, move.site), move))
      return { kind: 'there', node: this.#destination.id };
    return failed(lost.code, lost.message, lost.next);
  }

  /** Neither side has said how it ended; asked until one does. */
  async #open(move: Move, record: ServerRecord): Promise<StepOutcome | undefined> {
    const settled = await settleOpen(this.#context, move, this.#source, record);
    if (settled.kind !== 'failed') return settled.kind === 'go' ? undefined : settled;
    if (settled.final || performance.now() - this.#seenMs > this.#context.config.patienceSeconds * 1000)
      return settled;
    await this.#note(move, move.bytesDone, settled.reason.message);
    return undefined;
  }

  async #note(move: Move, bytesDone: number, waits: string | null): Promise<void> {
    if (move.bytesDone === bytesDone && move.waits === waits) return;
    if (performance.now() - this.#notedMs < noteEveryMs) return;
    this.#notedMs = performance.now();
    await this.#context.hold.update((row, now) => ({
      ...{ bytesDone, waits },
      changedAt: row.bytesDone === bytesDone ? row.changedAt : now.toISOString(),
    }));
  }
}

const lost = {
  code: 'move-lost',
  message: 'the source has no record of this attempt any more',
  next: 'see whether somebody discarded it there; another attempt begins anew',
};
