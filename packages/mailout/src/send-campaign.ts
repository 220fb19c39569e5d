import { createHash } from 'node:crypto';
import { setTimeout as sleepMs } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import type { Journal, JournalLine, OpenBatch } from './journal.ts';
import type { Addressee, Message } from './message.ts';
import { addressDigest } from './recipients.ts';
import { maxBatch, type Sender } from './sender.ts';

export interface SendInput {
  readonly journal: Journal;
  readonly send: Sender;
  readonly recipients: readonly Addressee[];
  /** Whom nothing speaks against now; what was begun for others is not finished. */
  readonly eligible: Pick<ReadonlySet<string>, 'has'>;
  /** At most so many are begun. */
  readonly limit?: number | undefined;
  readonly render: (person: Addressee) => Message;
  /** Mails in one request, at most `maxBatch`. */
  readonly batchSize: number;
  readonly onSent?: (done: number, total: number) => void;
  /** For tests: called between the steps that a crash can fall between. */
  readonly onStep?: (step: string) => void;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** Resend keeps keys for 24 hours; a request under way at the end of them must not be the one that sends again. */
const keyHours = 24;
const marginMs = 10 * 60_000;
const tries = 6;
/** So many refusals before anything was accepted are about the sender, not about the people. */
const refusedAtFirst = 3;

/** Who is sent to now: resumed or begun. Those who are done or unknown are not. */
export function remainingOf(
  journal: Journal | undefined,
  recipients: readonly Addressee[],
  limit = Number.POSITIVE_INFINITY,
): Addressee[] {
  const entries = journal?.entries ?? new Map<string, never>();
  const addresses = new Map<string, string>();
  for (const [id, { address, state }] of entries) if (state !== 'intended') addresses.set(address, id);
  const begun = recipients.filter(({ id }) => entries.get(id)?.state === 'sending');
  const fresh = recipients.filter(
    ({ id, address }) =>
      (entries.get(id)?.state ?? 'intended') === 'intended' && !addresses.has(addressDigest(address)),
  );
  return [...begun, ...fresh.slice(0, Math.max(0, limit - begun.length))];
}

/**
 * Sends a campaign's mails, each person's once whatever happens: what is about to be done is on disk before it
 * is done, and what may have been done is done again only under the same key, with the same bytes, while Resend
 * keeps that key. Throws CutoverError `mailout-quota`, `mailout-key-refused`, `mailout-refused`,
 * `mailout-no-answer`; all of them can be resumed by sending again.
 */
export async function sendCampaign(input: SendInput): Promise<void> {
  await new Campaigner(input).run();
}

class Campaigner {
  readonly #input: SendInput;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<unknown>;
  #done = 0;
  #total = 0;

  constructor(input: SendInput) {
    this.#input = input;
    this.#now = input.now ?? Date.now;
    this.#sleep = input.sleep ?? ((ms) => sleepMs(ms));
  }

  async run(): Promise<void> {
    const { journal, recipients, eligible, batchSize, limit } = this.#input;
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > maxBatch)
      throw new RangeError(`a batch has from 1 to ${maxBatch} mails`);
    this.#total = remainingOf(journal, recipients, limit).length;
    for (const batch of journal.openBatches) await this.#resume(batch, eligible);
    const fresh = remainingOf(journal, recipients, limit === undefined ? undefined : limit - this.#done);
    await journal.append(
      fresh
        .filter(({ id }) => !journal.entries.has(id))
        .map(({ id, address }) => ({ type: 'intended', person: id, address: addressDigest(address) })),
    );
    this.#step('intended');
    for (let at = 0; at < fresh.length; at += batchSize) await this.#begin(fresh.slice(at, at + batchSize));
  }

  #step(name: string): void {
    this.#input.onStep?.(name);
  }

  async #begin(people: readonly Addressee[]): Promise<void> {
    const { journal, render } = this.#input;
    const ids = people.map(({ id }) => id);
    const key = keyOf(journal.campaign.campaign, journal.campaign.journalId, ids);
    const batch = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const messages = people.map(render);
    await journal.keepPayload(batch, messages);
    this.#step('payload kept');
    const open: OpenBatch = { batch, key, people: ids, at: this.#time() };
    await journal.append([{ type: 'sending', ...open }]);
    this.#step('sending');
    const isTaken = await this.#ask(open, messages, true);
    // One bad address has the whole batch refused, so its mails are sent one by one.
    if (!isTaken) for (const person of people) await this.#begin([person]);
  }

  async #resume(open: OpenBatch, eligible: SendInput['eligible']): Promise<void> {
    const messages = await this.#input.journal.payload(open.batch);
    if (this.#isTooOld(open))
      return this.#giveUp(open, `was being sent at ${open.at}, and keys are over by now`);
    if (messages === undefined)
      return this.#giveUp(open, 'what was being sent is not in the journal any more');
    if (!open.people.every((id) => eligible.has(id)))
      return this.#giveUp(
        open,
        'was being sent, and somebody of the request must not be written to any more',
      );
    this.#step('resumed');
    if (await this.#ask(open, messages, false)) return;
  }

  /** Asks until there is an answer that counts. False: a batch of several was refused, and is back. */
  async #ask(open: OpenBatch, messages: readonly Message[], isFirst: boolean): Promise<boolean> {
    // Whether nothing of this request can have been taken by a try before.
    let isSure = isFirst;
    for (let attempt = 1; ; attempt++) {
      if (this.#isTooOld(open)) {
        await this.#giveUp(open, `was being sent at ${open.at}, and keys are over by now`);
        return true;
      }
      this.#step('asking');
      const { answer, pauseMs } = await this.#input.send(messages, open.key);
      this.#step('answered');
      switch (answer.kind) {
        case 'accepted':
          await this.#conclude(open, (person, index) => ({
            type: 'accepted',
            person,
            id: answer.ids[index]!,
            at: this.#time(),
          }));
          if (pauseMs > 0) await this.#sleep(pauseMs);
          return true;
        case 'refused':
          if (open.people.length > 1) {
            await this.#giveBack(open, answer.reason);
            return false;
          }
          await this.#refuse(open, answer.reason);
          return true;
        case 'key-used':
          await this.#giveUp(open, `the key was used for another request (${answer.reason})`);
          return true;
        case 'stop':
          if (isSure) await this.#giveBack(open, answer.reason);
          throw stopped(answer.why, answer.reason);
        case 'again':
          isSure &&= answer.isSure;
          // A rate limit is waited for as long as it asks; what gives no answer at all is not asked for ever.
          if (attempt >= (answer.isSure ? 100 : tries)) throw noAnswer(answer.why);
          await this.#sleep(Math.max(answer.afterMs ?? 500 * 2 ** attempt, pauseMs));
      }
    }
  }

  async #refuse(open: OpenBatch, reason: string): Promise<void> {
    const { journal } = this.#input;
    const states = [...journal.entries.values()].map(({ state }) => state);
    await this.#conclude(open, (person) => ({ type: 'refused', person, reason, at: this.#time() }));
    const refused = states.filter((state) => state === 'refused').length + 1;
    if (states.includes('accepted') || refused < refusedAtFirst) return;
    throw new CutoverError('mailout-refused', `the first ${refused} mails were refused: ${reason}`, {
      next: 'look at --from and the template; then send under a new --campaign name, as these are refused in this one',
      data: { reason },
    });
  }

  async #conclude(open: OpenBatch, line: (person: string, index: number) => JournalLine): Promise<void> {
    await this.#input.journal.append(open.people.map(line));
    this.#step('concluded');
    await this.#input.journal.dropPayload(open.batch);
    this.#step('payload dropped');
    this.#done += open.people.length;
    this.#input.onSent?.(this.#done, this.#total);
  }

  #giveUp(open: OpenBatch, why: string): Promise<void> {
    return this.#conclude(open, (person) => ({ type: 'unknown', person, why, at: this.#time() }));
  }

  async #giveBack({ batch }: OpenBatch, why: string): Promise<void> {
    await this.#input.journal.append([{ type: 'returned', batch, why, at: this.#time() }]);
    this.#step('returned');
    await this.#input.journal.dropPayload(batch);
  }

  #isTooOld({ at }: OpenBatch): boolean {
    return this.#now() - Date.parse(at) > keyHours * 3_600_000 - marginMs;
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** One person: campaign, journal and person. Several: a digest of theirs, as Resend takes 256 characters. */
function keyOf(campaign: string, journalId: string, ids: readonly string[]): string {
  const [one, ...more] = ids;
  const rest = more.length === 0 ? one! : `batch-${createHash('sha256').update(ids.join()).digest('hex')}`;
  return `${campaign}/${journalId}/${rest}`;
}

function stopped(why: 'quota' | 'key' | 'account', reason: string): CutoverError {
  if (why === 'quota') {
    return new CutoverError('mailout-quota', `Resend's quota is used up (${reason})`, {
      next: 'send again with the same --campaign when the quota is renewed; who was sent to is in the journal',
      data: { reason },
    });
  }
  return new CutoverError('mailout-key-refused', `Resend refuses the request: ${reason}`, {
    next: 'look at CUTOVER_RESEND_API_KEY and at the sender domain in Resend, then send again',
    data: { reason },
    exitCode: why === 'key' ? exitCodes.authenticationRefused : exitCodes.stoppedByFault,
  });
}

function noAnswer(why: string): CutoverError {
  return new CutoverError('mailout-no-answer', `Resend does not answer (${why})`, {
    next: 'send again within 24 hours with the same --campaign: what may have been taken is asked for under the same key',
    data: { why },
  });
}
