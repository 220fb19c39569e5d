import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiState } from '../load/state.ts';
import type { ApiOptions } from '../options.ts';
import { ApiError } from './api-error.ts';

const order = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{4,40}$/),
  seconds: z.number().positive(),
});

/**
 * Breaks readiness on purpose and mends it, for `cutover drill health`. Everything else is answered on. There are
 * no such paths where the site is in production, which it is unless somebody says otherwise.
 */
export function registerDrill(
  app: FastifyInstance,
  { environment, logger }: ApiOptions,
  state: ApiState,
  guard: { onRequest: (request: FastifyRequest) => Promise<void> },
): void {
  if (environment === undefined || environment === 'production') return;
  app.post('/api/_internal/drill', guard, async (request, reply) => {
    const given = order.safeParse(request.body);
    if (!given.success) throw new ApiError(400, 'drill-invalid', 'Give an id and for how many seconds.');
    const { id, seconds } = given.data;
    state.drill.begin(id, seconds * 1000);
    // As any other reason for not being ready, it goes to the log and from there to the chat.
    logger?.error({ code: id }, 'not ready: health is broken on purpose');
    reply.header('cache-control', 'no-store');
    return { reasons: state.reasons };
  });
  app.post('/api/_internal/drill/end', guard, async (_request, reply) => {
    state.drill.end();
    logger?.info('the drill is over');
    reply.header('cache-control', 'no-store');
    return { reasons: state.reasons };
  });
}
