import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerRecord, ServerRecords, ShownRecord } from './server-record.ts';

const everyMs = 250;
const signOfLifeMs = 15_000;
const reconnectMs = 2000;
const keptEvents = 200;

interface Kept {
  readonly id: string;
  readonly name: 'state' | 'phase';
  readonly record: ShownRecord;
}

/**
 * How servers stand as server-sent events: `state` and `phase` whenever these change, with the whole record and an id;
 * `progress` with bytes at most four times a second. A caller that comes again with `Last-Event-ID` gets every change
 * that it missed; after a restart of the node, or where too many were missed, how it stands now.
 */
export class Events {
  readonly #records: ServerRecords;
  readonly #kept = new Map<string, Kept[]>();
  /** Of this process: ids of another one tell nothing here. */
  readonly #era = Date.now().toString(36);
  #count = 0;

  constructor(records: ServerRecords) {
    this.#records = records;
    records.changes.on('change', (record) => void this.#keep(record));
  }

  /** The newest event, made where the record has changed since. */
  #keep({ id }: Pick<ServerRecord, 'id'>): Kept {
    const kept = this.#kept.get(id) ?? [];
    this.#kept.set(id, kept);
    const record = this.#records.show(id);
    const last = kept.at(-1);
    if (last !== undefined && last.record.state === record.state && last.record.phase === record.phase)
      return last;
    const name = last?.record.state === record.state ? ('phase' as const) : ('state' as const);
    const event = { id: `${this.#era}-${++this.#count}`, name, record };
    kept.push(event);
    if (kept.length > keptEvents) kept.shift();
    return event;
  }

  #missed(id: string, lastId: string | undefined): Kept[] {
    const now = this.#keep({ id });
    const kept = this.#kept.get(id) ?? [now];
    const at = kept.findIndex((one) => one.id === lastId);
    return at < 0 ? [{ ...now, name: 'state' }] : kept.slice(at + 1);
  }

  /** Until the caller goes. */
  stream(id: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    // Headers that hooks have set, CORS among them, go along.
    reply.hijack();
    const out = reply.raw;
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) out.setHeader(name, value);
    out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    out.write(`retry: ${reconnectMs}\n\n`);
    const state = ({ id: eventId, name, record }: Kept): void =>
      void out.write(`id: ${eventId}\nevent: ${name}\ndata: ${JSON.stringify(record)}\n\n`);
    for (const missed of this.#missed(id, request.headers['last-event-id'] as string | undefined))
      state(missed);
    let said = this.#keep({ id });
    let saidMs = 0;
    const say = (record: ServerRecord): void => {
      if (record.id !== id || out.destroyed) return;
      const newest = this.#keep(record);
      const now = performance.now();
      if (newest !== said) state((said = newest));
      else if (now - saidMs < everyMs) return;
      else out.write(`event: progress\ndata: ${JSON.stringify(progressOf(this.#records.show(id)))}\n\n`);
      saidMs = now;
    };
    this.#records.changes.on('change', say);
    const life = setInterval(() => out.write(': still here\n\n'), signOfLifeMs);
    request.raw.socket.once('close', () => {
      clearInterval(life);
      this.#records.changes.off('change', say);
    });
    return reply;
  }
}

const progressOf = ({
  bytesDone,
  bytesTotal,
  phase,
  doing,
  percent,
  bytesPerSecond,
  etaSeconds,
}: ShownRecord) => ({ bytesDone, bytesTotal, phase, doing, percent, bytesPerSecond, etaSeconds });
