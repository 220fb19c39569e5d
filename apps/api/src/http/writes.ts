import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Revocations } from '../accounts/revocations.ts';
import { assertSignedIn } from '../accounts/who.ts';
import type { ApiState } from '../load/state.ts';
import { type ApiOptions, defaultWriteLimit } from '../options.ts';
import { Writer } from '../writes/perform.ts';
import { ApiError } from './api-error.ts';
import { typed } from './typed.ts';

const maxBodyBytes = 256 * 1024;
const headers = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() });

/** What the target lets people do, one route an action. */
export function registerWrites(
  app: FastifyInstance,
  { options, state, revocations }: { options: ApiOptions; state: ApiState; revocations: Revocations },
): void {
  const writer = new Writer(options, state);
  const { max, windowMs } = { ...defaultWriteLimit, ...options.writeLimit };
  const people = new WeakMap<FastifyRequest, string>();
  const limiter = app.createRateLimit({
    max,
    timeWindow: windowMs,
    keyGenerator: (request) => people.get(request)!,
  });
  for (const action of options.profile.target.writes ?? []) {
    const { summary, body, method, path } = action;
    typed(app).route({
      method,
      url: `/api${path}`,
      bodyLimit: maxBodyBytes,
      schema: { summary, tags: ['writes'], body, headers },
      handler: async (request, reply) => {
        const actor = assertSignedIn(request, state, revocations);
        people.set(request, actor.record.id);
        const result = await limiter(request);
        if (!result.isAllowed && result.isExceeded) {
          throw new ApiError(429, 'too-many-writes', 'Too much at once. Wait a little.', result.ttlInSeconds);
        }
        const written = await writer.write({
          action,
          params: request.params as Record<string, string>,
          body: request.body,
          actor,
          requestId: request.id,
          idempotencyKey: request.headers['idempotency-key'],
        });
        const { sheet, record, commit, repeated } = written;
        const site = state.current!.site;
        reply.code(method === 'POST' && !repeated ? 201 : 200).header('cache-control', 'no-store');
        return { sheet, path: site.pathOf(sheet, record), record, commit: commit ?? null, repeated };
      },
    });
  }
}
