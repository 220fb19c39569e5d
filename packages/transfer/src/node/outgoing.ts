import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, messageOf } from '@cutover/core';
import { Throttle } from '../wire/throttle.ts';
import { measure, type Measured, pack } from './archive.ts';
import { type Answer, answerTo, beginCall, callOnce } from './call.ts';
import { Callbacks } from './callbacks.ts';
import type { NodeConfig } from './config.ts';
import { pathsOf, type Reason, type ServerRecords } from './server-record.ts';

const askTimeoutMs = 10_000;

export interface Destination {
  /** Of the node. */
  readonly url: string;
  /** `Bearer <jwt>`; kept in memory alone. */
  readonly token: string;
}

/**
 * The source's side of one move. It changes nothing of the server's folder. That the destination has it is said by
 * the destination: where its answer does not come it is asked, and where it does not say, the move has timed out and
 * may be there.
 */
export class Outgoing {
  readonly #id: string;
  readonly #to: Destination;
  readonly #config: NodeConfig;
  readonly #agent: string;
  readonly #records: ServerRecords;
  readonly #callbacks: Callbacks;
  readonly #stop = new AbortController();
  #stirredMs = performance.now();
  #sentWhole = false;

  constructor(
    id: string,
    to: Destination,
    config: NodeConfig,
    agent: string,
    records: ServerRecords,
    callbacks: Callbacks,
  ) {
    this.#id = id;
    this.#to = { ...to, url: to.url.replace(/\/+$/, '') };
    this.#config = config;
    this.#agent = agent;
    this.#records = records;
    this.#callbacks = callbacks;
  }

  cancel(): void {
    this.#stop.abort(new CutoverError('cancelled', 'the move was cancelled', { next: 'start it again' }));
  }

  /** Ends with the record in a state that is the end; never throws. */
  async run(): Promise<void> {
    try {
      this.#records.save(this.#id, { phase: 'preparing' });
      await this.#preflight('');
      const folder = pathsOf(this.#config.root, this.#id).live;
      const measured = await measure(folder);
      await this.#preflight(`?bytes=${measured.bytes}`);
      this.#records.save(this.#id, {
        state: 'transfer_in_progress',
        phase: 'sending',
        bytesTotal: measured.bytes,
      });
      const answer = await this.#send(folder, measured);
      if (answer.status !== 200) throw refusedBy(answer);
      this.#records.save(this.#id, { state: 'transfer_completed', phase: 'done', reason: undefined });
    } catch (error) {
      await this.#ended(error);
    }
  }

  /**
   * Whether the token is taken and the address is right, before anything is read; then whether the destination has
   * room and nothing in the way, before anything is sent.
   */
  async #preflight(query: string): Promise<void> {
    const answer = await this.#ask(query);
    if (answer.status !== 200) throw refusedBy(answer);
  }

  async #send(folder: string, measured: Measured): Promise<Answer> {
    const boundary = `cutover-${randomBytes(16).toString('hex')}`;
    const call = beginCall({
      method: 'POST',
      url: `${this.#to.url}/api/transfers`,
      headers: {
        authorization: this.#to.token,
        'user-agent': this.#agent,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'x-archive-bytes': String(measured.bytes),
        // Else a destination that answers early closes at once, and its answer is lost.
        connection: 'keep-alive',
      },
      ca: this.#config.tls.ca,
      signal: this.#stop.signal,
    });
    const answer = answerTo(call);
    const watchdog = this.#watch();
    try {
      const body = Readable.from(this.#body(folder, measured, boundary));
      const sending = pipeline(body, call);
      // A destination that refuses says so without reading to the end.
      await Promise.race([sending, answer]);
      return await answer;
    } catch (error) {
      // Why it answers early is worth more than that it stopped reading.
      const said = await Promise.race([answer.catch(() => undefined), sleep(500, undefined, { ref: false })]);
      if (said === undefined) throw error;
      return said;
    } finally {
      clearInterval(watchdog);
      answer.catch(() => undefined);
      call.destroy();
    }
  }

  async *#body(folder: string, measured: Measured, boundary: string): AsyncGenerator<Buffer, void> {
    const hash = createHash('sha256');
    const { bytesPerSecond } = this.#config;
    const throttle = bytesPerSecond === undefined ? undefined : new Throttle(bytesPerSecond);
    const part = (name: string, more: string): Buffer =>
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`);
    const packing = pack(folder);
    let sent = 0;
    try {
      yield part('archive', `; filename="${this.#id}.tar"\r\nContent-Type: application/x-tar`);
      for await (const chunk of packing.output as AsyncIterable<Buffer>) {
        hash.update(chunk);
        if (throttle !== undefined) await throttle.take(chunk.length);
        sent += chunk.length;
        this.#stir();
        this.#records.progress(this.#id, sent);
        yield chunk;
      }
      await packing.ended;
      if ((await measure(folder)).fingerprint !== measured.fingerprint) throw changed();
      this.#records.save(this.#id, { sentWhole: true, phase: 'finalizing' });
      this.#sentWhole = true;
      this.#stir();
      yield Buffer.concat([
        Buffer.from('\r\n'),
        part('checksum', ''),
        Buffer.from(`${hash.digest('hex')}\r\n--${boundary}--\r\n`),
      ]);
    } finally {
      packing.stop();
    }
  }

  #stir(): void {
    this.#stirredMs = performance.now();
  }

  /** Ends the move where nothing moves; a destination that is still at work after the last byte says so. */
  #watch(): NodeJS.Timeout {
    const silenceMs = this.#config.silenceSeconds * 1000;
    return setInterval(() => {
      if (performance.now() - this.#stirredMs > silenceMs) this.#stop.abort(silence(this.#to.url, silenceMs));
      else if (this.#sentWhole)
        void this.#outcome().then(
          (state) => state === 'transfer_in_progress' && this.#stir(),
          () => undefined,
        );
    }, silenceMs / 4);
  }

  #ask(query = ''): Promise<Answer> {
    return callOnce(
      {
        method: 'GET',
        url: `${this.#to.url}/api/transfers/${this.#id}${query}`,
        headers: { authorization: this.#to.token, 'user-agent': this.#agent },
        ca: this.#config.tls.ca,
      },
      undefined,
      askTimeoutMs,
    );
  }

  /** What the destination says of the move; undefined where it does not. */
  async #outcome(): Promise<string | undefined> {
    const answer = await this.#ask();
    if (answer.status !== 200) return undefined;
    return (JSON.parse(answer.body) as { state?: string }).state;
  }

  async #ended(thrown: unknown): Promise<void> {
    const aborted = this.#stop.signal.aborted ? (this.#stop.signal.reason as Error) : undefined;
    const error = aborted ?? (thrown instanceof Error ? thrown : new Error(messageOf(thrown)));
    const said = error instanceof CutoverError && error.data['status'] !== undefined;
    if (this.#sentWhole && !said) {
      const state = await this.#lastWord();
      if (state === 'ready')
        return void this.#records.save(this.#id, {
          state: 'transfer_completed',
          phase: 'done',
          reason: undefined,
        });
      if (state !== 'transfer_failed' && state !== 'timed_out')
        return void this.#records.save(this.#id, {
          state: 'timed_out',
          phase: 'failing',
          reason: mayBeThere(this.#to.url),
        });
    }
    const timedOut = error instanceof CutoverError && error.code === 'timed-out';
    this.#records.save(this.#id, {
      state: timedOut ? 'timed_out' : 'transfer_failed',
      phase: 'failing',
      sentWhole: undefined,
      reason: reasonOf(error),
      callback: Callbacks.owed('failure'),
    });
    this.#callbacks.send(this.#id);
  }

  /** Asks for as long as silence lasts: a destination that was restarted comes back. */
  async #lastWord(): Promise<string | undefined> {
    const until = performance.now() + this.#config.silenceSeconds * 1000;
    for (;;) {
      const state = await this.#outcome().catch(() => undefined);
      if (state !== undefined && state !== 'transfer_in_progress' && state !== 'transfer_pending')
        return state;
      if (performance.now() > until) return state;
      await sleep(500);
    }
  }
}

/** What a source that was killed says of a move when it comes up again; it has no token any more to ask with. */
export function afterRestart(records: ServerRecords, callbacks: Callbacks, id: string): void {
  const { sentWhole, to = '' } = records.get(id);
  if (sentWhole === true) {
    records.save(id, { state: 'timed_out', phase: 'failing', reason: mayBeThere(to) });
    return;
  }
  const reason = reasonOf(
    new CutoverError('interrupted', 'this node ended while it sent the archive', {
      next: 'clean up what has come at the destination, and start the move again',
    }),
  );
  records.save(id, {
    state: 'transfer_failed',
    phase: 'failing',
    reason,
    callback: Callbacks.owed('failure'),
  });
  callbacks.send(id);
}

export function reasonOf(error: Error): Reason {
  const { code = 'link-lost' } = error instanceof CutoverError ? error : {};
  const { status, body } = error instanceof CutoverError ? error.data : {};
  return {
    code,
    message: error.message,
    next:
      error instanceof CutoverError
        ? error.next
        : 'see whether the destination is up and its address, port and certificate are right; then start the move again',
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof body === 'string' ? { body } : {}),
  };
}

function mayBeThere(url: string): Reason {
  return {
    code: 'timed-out',
    message: `the whole archive went to ${url}, which does not say what became of it`,
    next: 'look there at GET /api/servers/:id before either side is started: `ready` means that it has it. If it has not, DELETE the move here; nothing has been changed here',
  };
}

const changed = (): CutoverError =>
  new CutoverError('source-changes', 'the folder changed while it was read', {
    next: 'stop the server and what else writes to its folder, and start the move again',
  });

const silence = (url: string, ms: number): CutoverError =>
  new CutoverError('timed-out', `nothing moved for ${ms / 1000} s on the way to ${url}`, {
    next: 'look at the load and disk of the destination, at its log, and at the link; then clean up there and start the move again',
  });

function refusedBy({ status, body }: Answer): CutoverError {
  let said: { code?: string; message?: string; next?: string } = {};
  try {
    said = JSON.parse(body) as typeof said;
  } catch {
    // Something else than a node answers there.
  }
  return new CutoverError(
    said.code ?? 'destination-refuses',
    `the destination answers ${status}: ${said.message ?? body.slice(0, 200)}`,
    { next: said.next ?? 'see whether a node of cutover answers at that address', data: { status, body } },
  );
}
