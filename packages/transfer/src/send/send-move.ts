import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { RunControl, type RunDirectory } from '@cutover/runs';
import { assertFolder } from '../tree/scan.ts';
import type { Done, Welcome } from '../wire/messages.ts';
import { Throttle } from '../wire/throttle.ts';
import { type Clock, machineClock } from './clock.ts';
import { Connection } from './connection.ts';
import { codedOf, couldNotTell } from './failures.ts';
import { Lockdown } from './lockdown.ts';
import { rootFacts } from './measure-source.ts';
import { type OpenedMove, openMove, sourceFolder } from './move-files.ts';
import { LiveMove } from './move-status.ts';
import { assertOwners, ownersLost } from './owners.ts';
import { PackingChoice } from './packing-choice.ts';
import { Passes } from './passes.ts';
import type { SendOptions, SentMove } from './send-options.ts';
import type { Spool } from './staged-pass.ts';

/**
 * Moves one folder: `queued → preparing → sending → finalizing → done`, `failing` from any. Every phase can be
 * repeated after a crash at either end. Only what the receiver says makes it done.
 *
 * @throws CutoverError as the parts do; before that hooks are undone in order, unless the destination may be live
 */
export async function sendMove(options: SendOptions): Promise<SentMove> {
  assertFolder(options.from);
  const from = sourceFolder(options.from);
  const { to, hooks = [], spoolDir, empty = [], afterwards } = options;
  const facts = {
    from,
    to,
    hooks,
    empty,
    afterwards,
    ...(spoolDir === undefined ? {} : { spool: spoolDir }),
  };
  const opened = await openMove(options.stateDir, facts);
  const move = new Move({ ...options, from }, opened);
  try {
    return await move.run();
  } finally {
    await move.close();
  }
}

class Move {
  readonly #options: SendOptions;
  readonly #opened: OpenedMove;
  readonly #run: RunDirectory;
  readonly #control: RunControl;
  readonly #live: LiveMove;
  readonly #lockdown: Lockdown;
  readonly #connection: Connection;
  readonly #passes: Passes;
  readonly #spool: Spool | undefined;
  readonly #choice: PackingChoice;
  /** The destination was told to go live, and has not answered yet. */
  #mayBeLive = false;

  constructor(options: SendOptions, opened: OpenedMove) {
    this.#options = options;
    this.#opened = opened;
    this.#run = opened.run;
    this.#control = new RunControl(opened.run.dir);
    this.#live = new LiveMove(this.#run, options.from, options.to, (status) => options.onStatus?.(status));
    this.#choice = new PackingChoice(options.compression ?? 'auto');
    const clock = options.clock ?? machineClock;
    this.#lockdown = new Lockdown(options.hooks ?? [], this.#run, clock);
    const { spoolDir } = options;
    if (spoolDir !== undefined)
      this.#spool = { dir: join(spoolDir, this.#run.id), packing: () => this.#choice.packing };
    this.#connection = this.#connectionBy(clock);
    this.#passes = this.#passesBy(clock);
    options.onRun?.(this.#control);
  }

  #connectionBy(clock: Clock): Connection {
    const { openWire, site, version, replace, bytesPerSecond, retryForMs } = this.#options;
    return new Connection({
      openWire,
      hello: { site, version, replace, move: this.#run.id },
      throttle: bytesPerSecond === undefined ? undefined : new Throttle(bytesPerSecond),
      choice: this.#choice,
      packs: this.#spool === undefined,
      retryForMs,
      control: this.#control,
      clock,
      live: this.#live,
      note: (text) => this.#note(text),
      log: (text) => this.#run.log(text),
    });
  }

  #passesBy(clock: Clock): Passes {
    const { from, exclude = [], empty = [], passes, pauseMs } = this.#options;
    return new Passes({
      source: { folder: from, exclude, empty },
      spool: this.#spool,
      total: passes + 1,
      pauseMs,
      connection: this.#connection,
      run: this.#run,
      control: this.#control,
      clock,
      live: this.#live,
    });
  }

  async run(): Promise<SentMove> {
    try {
      await this.#phase('queued', 'about to begin');
      await this.#phase('preparing', 'reaching the destination');
      const done = await this.#prepareAndSend();
      const archived = await this.#afterwards();
      if (this.#spool !== undefined) rmSync(this.#spool.dir, { recursive: true, force: true });
      await this.#run.journal({ type: 'run-ended', outcome: 'holds' });
      await this.#live.phase('done', `at ${done.path}`);
      await this.#live.end('done', []);
      return this.#result(done, archived);
    } catch (thrown) {
      throw await this.#failed(thrown);
    }
  }

  async close(): Promise<void> {
    this.#connection.end();
    this.#control.close();
    await this.#run.close();
    this.#opened.close();
  }

  async #prepareAndSend(): Promise<Done> {
    const welcome = await this.#connection.open();
    if (welcome.done !== null) {
      this.#note(`the destination has finished this move already, ${welcome.done.finishedAt}`);
      return welcome.done;
    }
    // It was verified, and told to go live: from there it only goes forward.
    if (welcome.phase === 'finalizing') return this.#finalize();
    await this.#prepare(welcome).catch(async (error: unknown) => {
      await this.#takeBack();
      throw error;
    });
    return this.#send();
  }

  /** Room, owners and the source; key or password, route and user have just been tried. */
  async #prepare(welcome: Welcome): Promise<void> {
    const measured = await this.#passes.measure('measuring the source');
    const lost = ownersLost(measured, welcome);
    assertOwners(lost, this.#options.owners ?? true);
    if (lost !== undefined) this.#note(`owners are not kept: ${lost.said}`);
    const locked = await this.#lockdown.lockedAlready();
    if (locked.length > 0) this.#note(`the source is locked already by ${locked.join(', ')}`);
  }

  /** Nothing is changed by a preflight that fails: the site is no move's again, where this one had not sent before. */
  async #takeBack(): Promise<void> {
    if (this.#opened.resumed || this.#control.signal.aborted) return;
    await this.#connection.with((session) => session.discard()).catch(() => undefined);
  }

  async #send(): Promise<Done> {
    await this.#phase('sending', 'sending');
    if (!this.#lockdown.held) {
      await this.#passes.open();
      // Not to be found out only once the source is down.
      if (this.#options.hooks !== undefined) await this.#passes.lookForRoom();
    }
    await this.#lock();
    await this.#passes.lookForRoom();
    await this.#lockdown.assertHolds();
    await this.#passes.last();
    await this.#lockdown.assertHolds();
    const verified = await this.#passes.verify();
    await this.#lockdown.assertHolds();
    const done = await this.#finalize();
    if (done.digest !== verified)
      throw new CutoverError(
        'verification-failed',
        'the destination put another tree in place than was verified',
        {
          next: 'do not start either side; look at the destination',
          exitCode: exitCodes.fails,
        },
      );
    return done;
  }

  async #lock(): Promise<void> {
    if (this.#options.hooks === undefined) return;
    await this.#live.set({ doing: 'locking the source' });
    await this.#lockdown.lock();
    await this.#lockdown.watch(this.#options.watchMs, this.#control.signal, (leftMs) => {
      void this.#live.set({
        doing: `watching that the source stays locked, ${Math.ceil(leftMs / 1000)} s more`,
      });
    });
    this.#control.assertGoingOn();
  }

  async #finalize(): Promise<Done> {
    this.#control.assertGoingOn();
    this.#mayBeLive = true;
    await this.#phase('finalizing', 'putting it in place');
    const root = rootFacts(this.#options.from);
    try {
      const done = await this.#connection.with((session) =>
        session.finalize(this.#options.generations, root),
      );
      this.#mayBeLive = false;
      return done;
    } catch (error) {
      const { code } = error as CutoverError;
      if (code === 'post-setup-failed' || code === 'not-verified') this.#mayBeLive = false;
      throw error;
    }
  }

  async #afterwards(): Promise<string | null> {
    const { afterwards, from } = this.#options;
    if (afterwards === 'archive') {
      const archived = `${from}.moved-${this.#run.id}`;
      renameSync(from, archived);
      return archived;
    }
    if (afterwards === 'unlock') for (const failure of await this.#lockdown.unlock()) this.#note(failure);
    return null;
  }

  /** Undoes the lockdown, last hook first, and leaves the run as something that can be gone on with. */
  async #failed(thrown: unknown): Promise<CutoverError> {
    let error = codedOf(thrown);
    try {
      await this.#live.phase('failing', error.message);
      const undone = this.#mayBeLive ? [] : await this.#lockdown.unlock();
      if (this.#mayBeLive) error = couldNotTell(error);
      for (const failure of undone) this.#note(failure);
      await this.#run.journal({
        type: 'step-failed',
        step: this.#live.now.step ?? '',
        code: error.code,
        message: error.message,
      });
      await this.#live.end(error.code === 'aborted' ? 'aborted' : 'failed', [error.message, ...undone]);
    } catch {
      // The disk of the state directory may be what failed; the first error is the one that counts.
    }
    return error;
  }

  async #phase(phase: 'queued' | 'preparing' | 'sending' | 'finalizing', doing: string): Promise<void> {
    this.#control.assertGoingOn();
    await this.#run.journal({ type: 'step-started', step: phase });
    await this.#live.phase(phase, doing);
  }

  #note(text: string): void {
    void this.#run.log(text).catch(() => undefined);
    this.#options.onNote?.(text);
  }

  #result(done: Done, archived: string | null): SentMove {
    const { host = '', user = '', keepsOwners = false } = this.#connection.welcome ?? {};
    return {
      ...done,
      runId: this.#run.id,
      resumed: this.#opened.resumed,
      passes: this.#passes.sent.passes,
      sentFiles: this.#passes.sent.files,
      sentBytes: this.#passes.sent.bytes,
      wireBytes: this.#connection.wireBytes,
      compressed: this.#choice.packing !== undefined,
      linkRate: this.#choice.linkRate,
      destination: { host, user, keepsOwners },
      archived,
    };
  }
}
