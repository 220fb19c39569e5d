import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { measure, type Measured } from './archive.ts';
import { Callbacks } from './callbacks.ts';
import { CompressionChoice } from './compression.ts';
import type { NodeConfig } from './config.ts';
import { type Destination, DestinationNode, refusedBy, type Standing } from './destination.ts';
import { pathsOf, reasonOf, type ServerRecord, type ServerRecords } from './server-record.ts';
import { hooksFor, SourceRun, unlockLeft } from './source-run.ts';
import { differs, upload } from './upload.ts';

/** What a source needs to send a server. */
export interface Sender {
  readonly id: string;
  readonly config: NodeConfig;
  readonly stateDir: string;
  readonly agent: string;
  readonly records: ServerRecords;
  readonly callbacks: Callbacks;
}

const firstDelayMs = 250;
const longestDelayMs = 5000;
const lookAgainMs = 500;
/** Of the silence that is allowed: a connection on which nothing moves for so long is cut, and made again. */
const stallShare = 1 / 3;

/**
 * The source's side of one move: locks the source, sends it, over as many connections as it takes, and goes on in the
 * middle of the archive. That the destination has it is said by the destination: where its answer does not come it is
 * asked, and where it does not say, the move has timed out and may be there. A failure leaves the folder as it was, and
 * the lockdown is undone.
 */
export class Outgoing {
  readonly #sender: Sender;
  readonly #to: DestinationNode;
  readonly #folder: string;
  readonly #silenceMs: number;
  readonly #stop = new AbortController();
  readonly #choice: CompressionChoice | undefined;
  #run: SourceRun | undefined;
  /** The destination may hold something of it. */
  #begun = false;
  #sentWhole = false;
  #connections = 0;

  constructor(sender: Sender, to: Destination) {
    const { id, config, agent } = sender;
    this.#sender = sender;
    this.#to = new DestinationNode(to, id, agent, config.tls.ca);
    this.#folder = pathsOf(config.root, id).live;
    this.#silenceMs = config.silenceSeconds * 1000;
    this.#choice = config.compress === 'auto' ? new CompressionChoice() : undefined;
  }

  cancel(code: 'cancelled' | 'interrupted'): void {
    const why = code === 'cancelled' ? 'the move was cancelled' : 'this node is told to stop';
    this.#stop.abort(new CutoverError(code, why, { next: 'start it again', exitCode: exitCodes.aborted }));
  }

  /** Ends with the record in a state that is the end; never throws. */
  async run(): Promise<void> {
    try {
      this.#save({ phase: 'preparing', doing: 'asking the destination' });
      await this.#to.assertWelcome();
      this.#assertLasts();
      await this.#lock();
      this.#doing('measuring the folder');
      const measured = await measure(this.#folder);
      await this.#to.assertWelcome(measured);
      this.#stop.signal.throwIfAborted();
      this.#save({ state: 'transfer_in_progress', phase: 'sending', bytesTotal: measured.bytes });
      await this.#run?.phase('sending', 'sending');
      await this.#run?.begin(measured.bytes);
      this.#begun = true;
      await this.#deliver(measured);
      await this.#completed();
    } catch (error) {
      await this.#ended(error).catch(() => undefined);
    }
  }

  async #lock(): Promise<void> {
    const { id, config, stateDir } = this.#sender;
    const { hooks, watchSeconds } = config.lockdown;
    const filled = hooksFor(hooks, id, this.#folder);
    this.#run = await SourceRun.open(stateDir, this.#folder, this.#to.url, filled);
    this.#save({ run: this.#run.id });
    await this.#run.phase('preparing', 'preparing');
    if (hooks.length === 0) return;
    this.#save({ locked: hooks.map(({ name }) => name) });
    await this.#run.lock(watchSeconds * 1000, this.#stop.signal, (doing) => this.#doing(doing));
  }

  /** Throws where the token ends before the archive can begin: the watch alone may take longer than it lives. */
  #assertLasts(): void {
    const { hooks, watchSeconds } = this.#sender.config.lockdown;
    if (hooks.length === 0) return;
    const payload = this.#to.token.split('.')[1] ?? '';
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
    const left = Math.floor(exp - this.#to.now() / 1000);
    if (left > watchSeconds) return;
    throw new CutoverError(
      'token-too-short',
      `the token ends in ${left} s, and the lockdown is watched for ${watchSeconds} s before it is used`,
      { next: `get a token that lives for more than ${Math.ceil(watchSeconds / 60) + 1} minutes` },
    );
  }

  /** Until the destination says that it has it. Throws what ends the move. */
  async #deliver(measured: Measured): Promise<void> {
    let delayMs = firstDelayMs;
    let lostSince: number | undefined;
    let most = -1;
    for (;;) {
      let error: unknown;
      try {
        const at = await this.#to.goingOn();
        const held = at.held ?? null;
        // It got further since: what was lost is made up for.
        if ((held?.bytes ?? 0) > most)
          [lostSince, most, delayMs] = [undefined, held?.bytes ?? 0, firstDelayMs];
        if (at.state === 'ready') return;
        if (at.finalizing === true || at.reading === true) {
          [lostSince, delayMs] = [undefined, firstDelayMs];
          this.#doing(
            at.reading === true ? 'the destination reads what it has' : 'the destination unpacks it',
          );
          await this.#pause(lookAgainMs);
          continue;
        }
        if (this.#connections > 0 && isEnd(at)) throw failedThere(at);
        if (await this.#connection(measured, held)) return;
      } catch (thrown) {
        this.#stop.signal.throwIfAborted();
        if (!isLost(thrown)) throw thrown;
        error = thrown;
      }
      lostSince ??= performance.now();
      if (performance.now() - lostSince > this.#silenceMs)
        throw silence(this.#to.url, this.#silenceMs, error);
      this.#doing(`the link was lost (${messageOf(error)}); it is tried again`);
      await this.#pause(delayMs);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }

  /** One connection, and once more from the start where the destination holds something else. */
  async #connection(measured: Measured, held: (Standing['held'] & object) | null): Promise<boolean> {
    let answer = await this.#upload(measured, held);
    if (answer === differs) answer = await this.#upload(measured, null);
    if (answer === differs) throw new Error('an archive differs from nothing');
    if (answer.status === 200) return true;
    throw refusedBy(answer);
  }

  async #upload(measured: Measured, held: (Standing['held'] & object) | null) {
    const { id, config } = this.#sender;
    const begun = { connections: ++this.#connections, doing: 'sending' };
    this.#save({ ...begun, phase: 'sending', resumedFrom: held?.bytes ?? 0 });
    const stalled = new AbortController();
    let stirredMs = performance.now();
    const stir = (): void => void (stirredMs = performance.now());
    let [sent, askedMs] = [held?.bytes ?? 0, stirredMs];
    const stallMs = this.#silenceMs * stallShare;
    const watch = setInterval(() => {
      const now = performance.now();
      if (now - stirredMs > stallMs)
        stalled.abort(new Error(`nothing moved for ${Math.round(stallMs / 1000)} s`));
    }, stallMs / 8);
    /** While nothing is sent the destination is told that somebody is here, and asked whether it is. */
    const asking = setInterval(() => {
      const now = performance.now();
      if (!this.#sentWhole && now - askedMs < stallMs / 2) return;
      void this.#to.ask().then(stir, () => undefined);
    }, stallMs / 4);
    try {
      return await upload({
        ...{ folder: this.#folder, to: this.#to, id, need: measured, held },
        ...{ ca: config.tls.ca, bytesPerSecond: config.bytesPerSecond, choice: this.#choice },
        signal: AbortSignal.any([this.#stop.signal, stalled.signal]),
        onBytes: (bytes) => {
          stir();
          // Made again and not sent: the destination hears nothing of it.
          if (bytes > (held?.bytes ?? 0)) askedMs = stirredMs;
          this.#run?.bytes(bytes - sent);
          sent = Math.max(sent, bytes);
          this.#sender.records.progress(id, bytes);
        },
        beforeChecksum: async () => {
          const still = setInterval(stir, stallMs / 4);
          try {
            await this.#assertUnchanged(measured);
          } finally {
            clearInterval(still);
          }
          this.#sentWhole = true;
          this.#save({ sentWhole: true, phase: 'finalizing', doing: 'waiting for the destination' });
          await this.#run?.phase('finalizing', 'waiting for the destination');
        },
      });
    } finally {
      clearInterval(watch);
      clearInterval(asking);
      if (this.#choice !== undefined) this.#save({ compression: this.#choice.facts() });
    }
  }

  /** Nothing was written while it was read, and nothing has brought the source back. */
  async #assertUnchanged(measured: Measured): Promise<void> {
    await this.#run?.assertLocked();
    if ((await measure(this.#folder)).fingerprint !== measured.fingerprint) throw changed();
    await this.#run?.assertLocked();
  }

  async #completed(): Promise<void> {
    await this.#run?.end('done', []).catch(() => undefined);
    this.#save({ state: 'transfer_completed', phase: 'done', reason: undefined, doing: undefined });
  }

  async #ended(thrown: unknown): Promise<void> {
    const { id, callbacks } = this.#sender;
    const stopped = this.#stop.signal.aborted ? (this.#stop.signal.reason as Error) : undefined;
    const error = stopped ?? (thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
    const said = error instanceof CutoverError && error.data['status'] !== undefined;
    if (this.#begun && !said) {
      const state = await this.#lastWord();
      if (state === 'ready') return this.#completed();
      if (state === undefined && this.#sentWhole) {
        const reason = mayBeThere(this.#to.url);
        // Nobody knows where it is to run: it stays locked.
        await this.#run?.end('failed', [reason.message]).catch(() => undefined);
        return void this.#save({ state: 'timed_out', phase: 'failing', doing: undefined, reason });
      }
    }
    const unlockFailures = (await this.#run?.unlock()) ?? [];
    const outcome = error instanceof CutoverError && error.code === 'cancelled' ? 'aborted' : 'failed';
    await this.#run?.end(outcome, [error.message, ...unlockFailures]).catch(() => undefined);
    const timedOut = error instanceof CutoverError && error.code === 'timed-out';
    this.#save({
      state: timedOut ? 'timed_out' : 'transfer_failed',
      ...{ phase: 'failing', sentWhole: undefined, doing: undefined, locked: undefined },
      unlockFailures: unlockFailures.length === 0 ? undefined : unlockFailures,
      reason: reasonOf(error),
      callback: Callbacks.owed('failure'),
    });
    callbacks.send(id);
  }

  /**
   * Tells the destination that nothing more comes, for as long as silence lasts: one that was restarted comes back.
   * Answers the state that it ended with, undefined where it does not say.
   */
  async #lastWord(): Promise<Standing['state'] | undefined> {
    const until = performance.now() + (this.#sentWhole ? this.#silenceMs : Math.min(2000, this.#silenceMs));
    for (;;) {
      const at = await this.#to.giveUp().catch(() => undefined);
      if (at !== undefined && at.finalizing !== true) return at.state;
      // It has all of it, and is putting it in place: that is waited for as long as it says so.
      if (at === undefined && performance.now() > until) return undefined;
      await sleep(lookAgainMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stop.signal }).then(
      () => undefined,
      () => this.#stop.signal.throwIfAborted(),
    );
  }

  #doing(doing: string): void {
    if (this.#sender.records.get(this.#sender.id).doing !== doing) this.#save({ doing });
  }

  #save(change: Partial<ServerRecord>): void {
    this.#sender.records.save(this.#sender.id, change);
  }
}

/** What a source that was killed says of a move when it comes up again; it has no token any more to ask with. */
export async function afterRestart(sender: Sender): Promise<void> {
  const { id, records, callbacks } = sender;
  const { sentWhole, to = '' } = records.get(id);
  if (sentWhole === true) {
    records.save(id, { state: 'timed_out', phase: 'failing', doing: undefined, reason: mayBeThere(to) });
    return;
  }
  const unlockFailures = await unlockSource(sender);
  const reason = reasonOf(
    new CutoverError('interrupted', 'this node ended while it sent the archive', {
      next: 'start the move again with a new token: it goes on where it stopped',
    }),
  );
  records.save(id, {
    ...{ state: 'transfer_failed', phase: 'failing', doing: undefined, reason },
    ...{ callback: Callbacks.owed('failure'), unlockFailures },
    ...(unlockFailures === undefined ? { locked: undefined } : {}),
  });
  callbacks.send(id);
}

/** Undoes the lockdown that a move left. Answers what could not be undone. */
export async function unlockSource({ id, config, stateDir, records }: Sender): Promise<string[] | undefined> {
  const { locked, to = '' } = records.get(id);
  if (locked === undefined) return undefined;
  const folder = pathsOf(config.root, id).live;
  const hooks = hooksFor(config.lockdown.hooks, id, folder);
  try {
    await unlockLeft(join(stateDir), folder, to.replace(/\/+$/, ''), hooks);
    return undefined;
  } catch (error) {
    return [messageOf(error)];
  }
}

/** Not a fault of what is moved: the route may come back, and so may a destination that was killed. */
function isLost(thrown: unknown): boolean {
  if (!(thrown instanceof CutoverError)) return !isRefusedRoute(thrown);
  return ['offset-mismatch', 'link-lost', 'bug'].includes(thrown.code);
}

/** A certificate that is not trusted does not get better by waiting. */
const isRefusedRoute = (thrown: unknown): boolean =>
  /CERT|SSL|TLS/.test(String((thrown as NodeJS.ErrnoException).code ?? ''));

const isEnd = ({ state, resumable }: Standing): boolean =>
  state === 'idle' || ((state === 'transfer_failed' || state === 'timed_out') && resumable !== true);

function failedThere({ state, reason }: Standing): CutoverError {
  return new CutoverError(
    reason?.code ?? 'destination-failed',
    `the destination says that it is ${state}: ${reason?.message ?? 'what had come was removed'}`,
    {
      next: reason?.next ?? 'start the move again',
      data: { status: 200, body: JSON.stringify(reason ?? {}) },
    },
  );
}

function mayBeThere(url: string) {
  return {
    code: 'timed-out',
    message: `the whole archive went to ${url}, which does not say what became of it`,
    next: 'look there at GET /api/servers/:id before either side is started: `ready` means that it has it. If it has not, discard the move here, which unlocks the source; nothing has been changed here',
  };
}

const changed = (): CutoverError =>
  new CutoverError('source-changes', 'the folder changed while it was read', {
    next: 'stop the server and what else writes to its folder, or name hooks that do in lockdown, and start the move again',
  });

const silence = (url: string, ms: number, cause: unknown): CutoverError =>
  new CutoverError('timed-out', `nothing got through to ${url} for ${ms / 1000} s: ${messageOf(cause)}`, {
    next: 'look at the load and disk of the destination, at its log, and at the link; then start the move again: it goes on where it stopped',
    cause,
  });
