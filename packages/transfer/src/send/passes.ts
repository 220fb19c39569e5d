import { mkdirSync } from 'node:fs';
import { CutoverError, exitCodes } from '@cutover/core';
import type { RunControl, RunDirectory } from '@cutover/runs';
import type { Source } from './batches.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { noRoomAnyMore, stillChanging } from './failures.ts';
import { type MeasuredSource, measureSource } from './measure-source.ts';
import type { LiveMove } from './move-status.ts';
import type { SentPass } from './session.ts';
import { assertSpoolRoom, copyPass, forget, type Spool, writePass } from './staged-pass.ts';

export interface PassesOptions {
  readonly source: Source;
  /** Where passes go by stream files. */
  readonly spool: Spool | undefined;
  /** Passes at most, the last one included. */
  readonly total: number;
  readonly pauseMs: number;
  readonly connection: Connection;
  readonly run: RunDirectory;
  readonly control: RunControl;
  readonly clock: Clock;
  readonly live: LiveMove;
}

/** Passes under lockdown that are repeated for damaged content before the move is given up. */
const damagedPasses = 3;

/** The passes of a move: those while the source runs, the last one, and the verification after it. */
export class Passes {
  readonly #options: PassesOptions;
  /** Names of the source as it was last measured or sent. */
  #names = 0;
  /** What went over in all of them. */
  readonly sent = { passes: 0, files: 0, bytes: 0 };

  constructor(options: PassesOptions) {
    this.#options = options;
  }

  /**
   * Measures the source and has the destination say whether there is room for what it lacks of that.
   *
   * @throws CutoverError `no-room`, `too-much`, `spool-full`, `special-file`, `source-unreadable`
   */
  async measure(doing: string): Promise<MeasuredSource> {
    const { source, spool, connection, control, live } = this.#options;
    await live.set({ doing });
    const measured = await measureSource(source, () => control.assertGoingOn());
    this.#names = measured.names;
    const missing = await connection.with((session) => session.reserve(measured, spool !== undefined));
    if (spool !== undefined) assertSpoolRoom(spool.dir, missing);
    return measured;
  }

  /** The same once more, before a pass: the source has grown, and others write to that disk, too. */
  async lookForRoom(): Promise<void> {
    await this.measure('looking for room once more').catch((error: unknown) => {
      throw noRoomAnyMore(error);
    });
  }

  /** While the source runs: until a pass finds nothing, or there were enough. */
  async open(): Promise<void> {
    const { total, pauseMs, control, clock, live } = this.#options;
    for (let pass = 1; pass < total; pass++) {
      if (pass > 1) await this.lookForRoom();
      const passed = await this.#pass(pass, `pass ${pass} while the source runs`);
      if (passed.receivedFiles === 0 && passed.corrupt === 0) return;
      if (pass + 1 < total && pauseMs > 0) {
        await live.set({ doing: 'pausing before the next pass' });
        await clock.sleep(pauseMs, control.signal);
        control.assertGoingOn();
      }
    }
  }

  /**
   * Under lockdown: what is left. Files that arrived damaged are sent again.
   *
   * @throws CutoverError `source-changes`, `content-damaged`
   */
  async last(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const passed = await this.#pass(this.#options.total, 'last pass');
      if (passed.moving > 0 || passed.unsettled > 0) throw stillChanging(passed.moving);
      if (passed.corrupt === 0) return;
      if (attempt === damagedPasses)
        throw new CutoverError(
          'content-damaged',
          `${passed.corrupt} files arrived damaged in ${attempt} passes`,
          {
            next: 'look at the memory and disks of both hosts; then start the same command again',
            exitCode: exitCodes.fails,
          },
        );
    }
  }

  /** Every file read again at both ends. Answers the digest of the tree. Throws CutoverError `verification-failed`. */
  async verify(): Promise<string> {
    const { source, spool, connection, live } = this.#options;
    await live.begin({ doing: 'verifying every file' }, this.#names);
    const verified = await connection.with((session) => session.verify(source, live.progress));
    if (verified.differences === 0 && verified.digest === verified.ownDigest) return verified.digest;
    if (spool !== undefined) forget(spool);
    const first = verified.shown.map(({ path, what }) => `${path} ${what}`).slice(0, 5);
    throw new CutoverError(
      'verification-failed',
      `${verified.differences} names differ after the last pass: ${first.join('; ')}`,
      {
        next: 'see what still writes to the source, then start the same command again: what differs is sent again',
        data: { differences: verified.differences, shown: verified.shown },
        exitCode: exitCodes.fails,
      },
    );
  }

  async #pass(pass: number, doing: string): Promise<SentPass> {
    const { source, spool, total, connection, run, live } = this.#options;
    await live.begin({ pass, passesTotal: total, doing }, this.#names);
    await run.log(doing);
    const passed = await (spool === undefined
      ? connection.with((session) => session.pass(source, pass, live.progress))
      : this.#staged(spool, pass));
    this.#names = passed.entries;
    this.sent.passes++;
    this.sent.files += passed.receivedFiles;
    this.sent.bytes += passed.receivedBytes;
    await run.log(`${doing}: ${JSON.stringify(passed)}`);
    return passed;
  }

  /** The last pass is written anew in any case: a stream of before the lockdown is of another source. */
  async #staged(spool: Spool, pass: number): Promise<SentPass> {
    const { source, total, connection, live } = this.#options;
    mkdirSync(spool.dir, { recursive: true, mode: 0o700 });
    const stream = await writePass(spool, source, pass, pass === total, live.progress);
    const bytes = stream.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const doing = `${live.now.doing}: copying ${stream.files.length} stream files`;
    const passed = await connection.with(async (session) => {
      await live.begin({ doing, bytesTotal: bytes }, stream.files.length);
      return copyPass(spool, session, pass, stream, live.progress);
    });
    return { ...passed, moving: stream.moving };
  }
}
