import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerRecord, ServerRecords } from './server-record.ts';

const everyMs = 250;
const signOfLifeMs = 15_000;

/**
 * How a server stands as server-sent events, until the caller goes: `state` when that changes, with the whole
 * record, `progress` with bytes at most four times a second.
 */
export function streamEvents(
  records: ServerRecords,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Headers that hooks have set, CORS among them, go along.
  reply.hijack();
  const out = reply.raw;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) out.setHeader(name, value);
  out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let state = '';
  let saidMs = 0;
  const say = (record: ServerRecord): void => {
    if (record.id !== id || out.destroyed) return;
    const now = performance.now();
    if (record.state !== state) out.write(`event: state\ndata: ${JSON.stringify(record)}\n\n`);
    else if (now - saidMs < everyMs) return;
    else {
      const { phase, bytesDone, bytesTotal, percent, bytesPerSecond, etaSeconds } = records.show(id);
      out.write(
        `event: progress\ndata: ${JSON.stringify({ bytesDone, bytesTotal, phase, percent, bytesPerSecond, etaSeconds })}\n\n`,
      );
    }
    state = record.state;
    saidMs = now;
  };
  say(records.get(id));
  records.changes.on('change', say);
  const life = setInterval(() => out.write(': still here\n\n'), signOfLifeMs);
  request.raw.socket.once('close', () => {
    clearInterval(life);
    records.changes.off('change', say);
  });
  return reply;
}
