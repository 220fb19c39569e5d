import type { FastifyReply, FastifyRequest } from 'fastify';
import { isEnded } from '../move.ts';
import type { ShownMove } from '../queue.ts';

const everyMs = 500;
const signOfLifeMs = 15_000;

/**
 * The queue as server-sent events, until the caller goes: `move` with the whole of it, at first and at each change.
 * `list` answers those that are not over, and those that ended since.
 */
export function streamMoves(
  since: Date,
  list: (since: Date) => Promise<ShownMove[]>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.hijack();
  const out = reply.raw;
  out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const said = new Map<string, string>();
  let [open, spokenMs] = [true, performance.now()];
  request.raw.socket.once('close', () => (open = false));
  void (async () => {
    while (open) {
      const moves = await list(since).catch(() => undefined);
      for (const move of (moves ?? []).toReversed()) {
        const text = JSON.stringify(move);
        // Those that were over before are no news.
        if (said.get(move.id) === text || (!said.has(move.id) && isEnded(move))) continue;
        said.set(move.id, text);
        out.write(`event: move\ndata: ${text}\n\n`);
        spokenMs = performance.now();
      }
      if (performance.now() - spokenMs > signOfLifeMs) {
        out.write(': still here\n\n');
        spokenMs = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return reply;
}
