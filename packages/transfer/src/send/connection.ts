import { messageOf } from '@cutover/core';
import type { RunControl } from '@cutover/runs';
import type { FromSender, Welcome } from '../wire/messages.ts';
import type { Throttle } from '../wire/throttle.ts';
import type { OpenWire } from '../wire/wire.ts';
import type { Clock } from './clock.ts';
import { isLost } from './failures.ts';
import type { LiveMove } from './move-status.ts';
import type { PackingChoice } from './packing-choice.ts';
import { Session } from './session.ts';

export interface ConnectionOptions {
  readonly openWire: OpenWire;
  readonly hello: Omit<Extract<FromSender, { type: 'hello' }>, 'type' | 'protocol'>;
  readonly throttle: Throttle | undefined;
  readonly choice: PackingChoice;
  /** Whether what is sent over it is packed; stream files are packed as they are written. */
  readonly packs: boolean;
  /** Without getting on for so long, a lost connection is given up. */
  readonly retryForMs: number;
  readonly control: RunControl;
  readonly clock: Clock;
  readonly live: LiveMove;
  readonly note: (text: string) => void;
  readonly log: (text: string) => Promise<void>;
}

const firstDelayMs = 500;
const mostDelayMs = 15_000;

/** The way to the destination for as long as a move takes: where a session is lost, the next one goes on. */
export class Connection {
  readonly #options: ConnectionOptions;
  #session: Session | undefined;
  #wireBytes = 0;
  /** What the destination said last. */
  welcome: Welcome | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    // Whatever waits for the other side is woken by the end of the connection.
    options.control.signal.addEventListener('abort', () => this.#session?.close());
  }

  async open(): Promise<Welcome> {
    const { openWire, hello, throttle, choice, packs, log } = this.#options;
    const { session, welcome } = await Session.open(openWire(), hello, throttle);
    this.#session = session;
    this.welcome = welcome;
    // What is verified or done already needs little of the link.
    if (welcome.phase === 'receiving') await choice.choose(session, log);
    session.pack(packs ? choice.packing : undefined);
    return welcome;
  }

  /** Does it on a session; where that is lost, again on another, as long as something gets through. */
  async with<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { control, clock, live, note, retryForMs } = this.#options;
    let since = performance.now();
    let bytes = live.now.bytesDone;
    for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, mostDelayMs)) {
      try {
        control.assertGoingOn();
        if (this.#session === undefined) await this.open();
        return await work(this.#session!);
      } catch (error) {
        this.end();
        control.assertGoingOn();
        if (!isLost(error)) throw error;
        if (live.now.bytesDone !== bytes) [since, delay] = [performance.now(), firstDelayMs];
        bytes = live.now.bytesDone;
        if (performance.now() - since > retryForMs) throw error;
        note(`${messageOf(error)}; once more in ${delay} ms`);
        await live.set({ attempts: live.now.attempts + 1 });
        await clock.sleep(delay, control.signal);
      }
    }
  }

  /** What went to connections: less than was sent where it was packed, more where something had to go twice. */
  get wireBytes(): number {
    return this.#wireBytes + (this.#session?.wireBytes ?? 0);
  }

  end(): void {
    this.#wireBytes = this.wireBytes;
    this.#session?.close();
    this.#session = undefined;
  }
}
