import { lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { RunControl, type RunDirectory } from '@cutover/runs';
import { assertFolder, scanTree } from '../tree/scan.ts';
import type { Done, RootFacts, Welcome } from '../wire/messages.ts';
import { Throttle } from '../wire/throttle.ts';
import type { OpenWire } from '../wire/wire.ts';
import { type Hook, Lockdown } from './lockdown.ts';
import { type OpenedMove, openMove, sourceFolder } from './move-files.ts';
import { codedOf, couldNotTell, isLost, stillChanging } from './failures.ts';
import { LiveMove, type MoveStatus } from './move-status.ts';
import type { Source } from './batches.ts';
import { type Compression, PackingChoice } from './packing-choice.ts';
import { type SentPass, Session } from './session.ts';
import { assertSpoolRoom, copyPass, forget, type Spool, writePass } from './staged-pass.ts';

export interface SendOptions {
  readonly from: string;
  readonly exclude?: readonly string[];
  readonly empty?: readonly string[];
  /** For people and for finding the run again; the wire leads there. */
  readonly to: string;
  readonly site: string;
  readonly openWire: OpenWire;
  readonly stateDir: string;
  readonly version: string;
  /** Keep the source from changing in the end; undefined: somebody says that it does not change. */
  readonly hooks?: readonly Hook[];
  /** Passes at most while the source runs. */
  readonly passes: number;
  /** Between passes, for the source's sake. */
  readonly pauseMs: number;
  /** For how long the lockdown is watched before the last pass. */
  readonly watchMs: number;
  readonly replace: boolean;
  readonly generations: number;
  readonly bytesPerSecond?: number;
  /** `auto`: where the link, measured, is slower than packing. */
  readonly compression?: Compression;
  /** Where given, passes go by stream files that are written there first, and copied. */
  readonly spoolDir?: string;
  /** Without getting on for so long, a lost connection is given up. */
  readonly retryForMs: number;
  /** What becomes of the source in the end. */
  readonly afterwards: 'leave' | 'unlock' | 'archive';
  readonly onStatus?: (status: Omit<MoveStatus, 'runId' | 'startedAt' | 'updatedAt'>) => void;
  readonly onNote?: (text: string) => void;
  readonly onRun?: (control: RunControl) => void;
}

export interface SentMove extends Done {
  readonly runId: string;
  readonly resumed: boolean;
  readonly passes: number;
  readonly sentFiles: number;
  readonly sentBytes: number;
  /** What went to the connection: less where it was packed, more where something had to go twice. */
  readonly wireBytes: number;
  readonly compressed: boolean;
  /** Bytes a second, where it was measured. */
  readonly linkRate: number | null;
  readonly destination: Pick<Welcome, 'host' | 'user' | 'keepsOwners'>;
  readonly archived: string | null;
}

/** Passes under lockdown that are repeated for damaged content before the move is given up. */
const damagedPasses = 3;

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
  readonly #source: Source;
  readonly #throttle: Throttle | undefined;
  readonly #sent = { passes: 0, files: 0, bytes: 0, wireBytes: 0 };
  readonly #spool: Spool | undefined;
  readonly #choice: PackingChoice;
  #names = 0;
  #welcome: Welcome | undefined;
  #session: Session | undefined;
  /** The destination was told to go live, and has not answered yet. */
  #mayBeLive = false;

  constructor(options: SendOptions, opened: OpenedMove) {
    this.#options = options;
    this.#opened = opened;
    this.#run = opened.run;
    this.#control = new RunControl(opened.run.dir);
    this.#live = new LiveMove(this.#run, options.from, options.to, (status) => options.onStatus?.(status));
    this.#lockdown = new Lockdown(options.hooks ?? [], this.#run);
    this.#source = {
      folder: options.from,
      exclude: options.exclude ?? [],
      empty: options.empty ?? [],
    };
    this.#throttle = options.bytesPerSecond === undefined ? undefined : new Throttle(options.bytesPerSecond);
    this.#choice = new PackingChoice(options.compression ?? 'auto');
    const { spoolDir } = options;
    if (spoolDir !== undefined)
      this.#spool = { dir: join(spoolDir, this.#run.id), packing: () => this.#choice.packing };
    // Whatever waits for the other side is woken by the end of the connection.
    this.#control.signal.addEventListener('abort', () => this.#session?.close());
    options.onRun?.(this.#control);
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

  #endSession(): void {
    this.#sent.wireBytes += this.#session?.wireBytes ?? 0;
    this.#session?.close();
    this.#session = undefined;
  }

  async close(): Promise<void> {
    this.#endSession();
    this.#control.close();
    await this.#run.close();
    this.#opened.close();
  }

  async #prepareAndSend(): Promise<Done> {
    const welcome = await this.#connect();
    if (welcome.done !== null) {
      this.#note(`the destination has finished this move already, ${welcome.done.finishedAt}`);
      return welcome.done;
    }
    // It was verified, and told to go live: from there it only goes forward.
    if (welcome.phase === 'finalizing') return this.#finalize();
    await this.#prepare(welcome);
    return this.#send();
  }

  /** Room and the source; key or password, route and user have just been tried. */
  async #prepare(welcome: Welcome): Promise<void> {
    await this.#live.set({ doing: 'measuring the source' });
    const { bytes, names, apparent } = await this.#measure();
    this.#names = names;
    const missing = Math.max(0, bytes - welcome.stagedBytes);
    // Stream files lie beside what is made of them.
    const need = this.#spool === undefined ? missing : 2 * missing;
    if (this.#spool !== undefined) assertSpoolRoom(this.#options.spoolDir!, missing);
    await this.#withSession((session) => session.reserve(need, names, apparent));
    if (!welcome.keepsOwners)
      this.#note(`owners are not kept: ${welcome.user} on ${welcome.host} is not root`);
    const locked = await this.#lockdown.lockedAlready();
    if (locked.length > 0) this.#note(`the source is locked already by ${locked.join(', ')}`);
  }

  /** Room that it takes, and what it says it has, holes included. */
  async #measure(): Promise<{ bytes: number; names: number; apparent: number }> {
    let [bytes, names, apparent] = [0, 0, 0];
    for (const entry of scanTree(this.#source.folder, this.#source)) {
      bytes += entry.sparse ? 0 : entry.sizeBytes;
      apparent += entry.sizeBytes;
      if (++names % 1000 === 0) {
        this.#control.assertGoingOn();
        await breathe();
      }
    }
    return { bytes, names, apparent };
  }

  async #send(): Promise<Done> {
    await this.#phase('sending', 'sending');
    const total = this.#options.passes + 1;
    if (!this.#lockdown.held) await this.#openPasses(total);
    await this.#lock();
    await this.#lockdown.assertHolds();
    const verified = await this.#lastPass(total);
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

  async #finalize(): Promise<Done> {
    this.#control.assertGoingOn();
    this.#mayBeLive = true;
    await this.#phase('finalizing', 'putting it in place');
    const root = rootFacts(this.#options.from);
    try {
      const done = await this.#withSession((session) => session.finalize(this.#options.generations, root));
      this.#mayBeLive = false;
      return done;
    } catch (error) {
      const { code } = error as CutoverError;
      if (code === 'post-setup-failed' || code === 'not-verified') this.#mayBeLive = false;
      throw error;
    }
  }

  /** While the source runs: until a pass finds nothing, or there were enough. */
  async #openPasses(total: number): Promise<void> {
    for (let pass = 1; pass < total; pass++) {
      const passed = await this.#pass(pass, total, `pass ${pass} while the source runs`);
      if (passed.receivedFiles === 0 && passed.corrupt === 0) return;
      if (pass + 1 < total && this.#options.pauseMs > 0) {
        await this.#live.set({ doing: 'pausing before the next pass' });
        await sleep(this.#options.pauseMs, undefined, { signal: this.#control.signal }).catch(
          () => undefined,
        );
        this.#control.assertGoingOn();
      }
    }
  }

  async #lock(): Promise<void> {
    if (this.#options.hooks === undefined) return;
    await this.#live.set({ doing: 'locking the source' });
    await this.#lockdown.lock();
    await this.#lockdown
      .watch(this.#options.watchMs, this.#control.signal, (leftMs) => {
        void this.#live.set({
          doing: `watching that the source stays locked, ${Math.ceil(leftMs / 1000)} s more`,
        });
      })
      .catch((error: unknown) => {
        this.#control.assertGoingOn();
        throw error;
      });
  }

  /** Under lockdown: what is left, and every file read again at both ends. Answers the digest of the tree. */
  async #lastPass(total: number): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const passed = await this.#pass(total, total, 'last pass');
      if (passed.moving > 0 || passed.unsettled > 0) throw stillChanging(passed.moving);
      if (passed.corrupt > 0) {
        if (attempt < damagedPasses) continue;
        throw new CutoverError(
          'content-damaged',
          `${passed.corrupt} files arrived damaged in ${attempt} passes`,
          {
            next: 'look at the memory and disks of both hosts; then start the same command again',
            exitCode: exitCodes.fails,
          },
        );
      }
      await this.#live.begin({ doing: 'verifying every file' }, this.#names);
      const verified = await this.#withSession((session) =>
        session.verify(this.#source, this.#live.progress),
      );
      if (verified.differences === 0 && verified.digest === verified.ownDigest) return verified.digest;
      if (this.#spool !== undefined) forget(this.#spool);
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
  }

  async #pass(pass: number, total: number, doing: string) {
    await this.#live.begin({ pass, passesTotal: total, doing }, this.#names);
    await this.#run.log(doing);
    const passed = await (this.#spool === undefined
      ? this.#withSession((session) => session.pass(this.#source, pass, this.#live.progress))
      : this.#stagedPass(this.#spool, pass, pass === total));
    this.#names = passed.entries;
    this.#sent.passes++;
    this.#sent.files += passed.receivedFiles;
    this.#sent.bytes += passed.receivedBytes;
    await this.#run.log(`${doing}: ${JSON.stringify(passed)}`);
    return passed;
  }

  /** The last pass is written anew in any case: a stream of before the lockdown is of another source. */
  async #stagedPass(spool: Spool, pass: number, isLast: boolean): Promise<SentPass> {
    mkdirSync(spool.dir, { recursive: true, mode: 0o700 });
    const stream = await writePass(spool, this.#source, pass, isLast, this.#live.progress);
    const bytes = stream.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const doing = `${this.#live.now.doing}: copying ${stream.files.length} stream files`;
    const passed = await this.#withSession(async (session) => {
      await this.#live.begin({ doing, bytesTotal: bytes }, stream.files.length);
      return copyPass(spool, session, pass, stream, this.#live.progress);
    });
    return { ...passed, moving: stream.moving };
  }

  /** Does it on a connection; where that is lost, again on another, as long as something gets through. */
  async #withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    let since = performance.now();
    let bytes = this.#live.now.bytesDone;
    for (let delay = 500; ; delay = Math.min(delay * 2, 15_000)) {
      try {
        this.#control.assertGoingOn();
        if (this.#session === undefined) await this.#connect();
        return await work(this.#session!);
      } catch (error) {
        this.#endSession();
        this.#control.assertGoingOn();
        if (!isLost(error)) throw error;
        if (this.#live.now.bytesDone !== bytes) [since, delay] = [performance.now(), 500];
        bytes = this.#live.now.bytesDone;
        if (performance.now() - since > this.#options.retryForMs) throw error;
        this.#note(
          `${messageOf(error)} (${messageOf((error as CutoverError).cause ?? '')}); once more in ${delay} ms`,
        );
        await this.#live.set({ attempts: this.#live.now.attempts + 1 });
        await sleep(delay, undefined, { signal: this.#control.signal }).catch(() => undefined);
      }
    }
  }

  async #connect(): Promise<Welcome> {
    const { site, version, replace } = this.#options;
    const hello = { site, version, replace, move: this.#run.id };
    const { session, welcome } = await Session.open(this.#options.openWire(), hello, this.#throttle);
    this.#session = session;
    this.#welcome = welcome;
    // What is verified or done already needs little of the link.
    if (welcome.phase === 'receiving') await this.#choice.choose(session, (text) => this.#run.log(text));
    session.pack(this.#spool === undefined ? this.#choice.packing : undefined);
    return welcome;
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
    const { host = '', user = '', keepsOwners = false } = this.#welcome ?? {};
    return {
      ...done,
      runId: this.#run.id,
      resumed: this.#opened.resumed,
      passes: this.#sent.passes,
      sentFiles: this.#sent.files,
      sentBytes: this.#sent.bytes,
      wireBytes: this.#sent.wireBytes + (this.#session?.wireBytes ?? 0),
      compressed: this.#choice.packing !== undefined,
      linkRate: this.#choice.linkRate,
      destination: { host, user, keepsOwners },
      archived,
    };
  }
}

function rootFacts(from: string): RootFacts {
  const { mode, uid, gid, mtimeNs } = lstatSync(from, { bigint: true });
  return { mode: Number(mode & 0o7777n), uid: Number(uid), gid: Number(gid), mtimeNs: String(mtimeNs) };
}
