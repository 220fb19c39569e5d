import { Readable } from 'node:stream';
import type { RecordIndexes } from '@cutover/records';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiState } from '../load/state.ts';
import type { ApiOptions } from '../options.ts';
import { registerDrill } from './drill.ts';
import { ApiError, notFound, notLoaded } from './api-error.ts';
import { isSameSecret } from './security.ts';

/** The header that carries the shared secret of `/api/_internal/*`. */
export const internalSecretHeader = 'x-cutover-internal-secret';

/** For the operator's own checks. Without a secret in the options there are no such paths. */
export function registerInternal(app: FastifyInstance, options: ApiOptions, state: ApiState): void {
  const { internalSecret, profile } = options;
  if (internalSecret === undefined) return;
  const guard = { onRequest: async (request: FastifyRequest) => assertSecret(request, internalSecret) };

  const guarded = (summary: string) => ({ ...guard, schema: { summary, tags: ['operation'] } });
  const { identity } = profile;
  if (identity !== undefined) {
    app.get('/api/_internal/name-ids', guarded('Every NameID, as lines of JSON'), async (_request, reply) => {
      const records = state.current?.records;
      if (records === undefined) throw notLoaded();
      reply.header('cache-control', 'no-store').type('application/x-ndjson');
      return Readable.from(nameIds(records, identity.sheet, identity.field));
    });
  }

  app.post('/api/_internal/reload', guarded('Loads the branch as it stands now'), async (_request, reply) => {
    await state.load();
    const { current, reasons } = state;
    reply.code(reasons.length === 0 ? 200 : 503).header('cache-control', 'no-store');
    return { commit: current?.commit ?? null, reasons };
  });

  registerDrill(app, options, state, guard);
}

function assertSecret(request: FastifyRequest, expected: string): void {
  const given = request.headers[internalSecretHeader];
  if (typeof given !== 'string' || !isSameSecret(given, expected)) {
    throw new ApiError(403, 'secret-refused', 'The internal secret is missing or wrong.');
  }
}

/** Lines of `{id, nameId}` for all records of a sheet; `nameId` is null for a record that has none. */
async function* nameIds(records: RecordIndexes, sheet: string, field: string): AsyncGenerator<string> {
  let lines = '';
  for (const record of records.list(sheet)) {
    lines += `${JSON.stringify({ id: record.id, nameId: record[field] ?? null })}\n`;
    if (lines.length < 64 * 1024) continue;
    yield lines;
    lines = '';
  }
  if (lines !== '') yield lines;
}

/** So that `/api/_internal` never falls through to the content routes. */
export function registerInternalFallback(app: FastifyInstance): void {
  app.get('/api/_internal/*', { schema: { hide: true } }, async () => {
    throw notFound();
  });
}
