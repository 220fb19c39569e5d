import swagger from '@fastify/swagger';
import type { Target } from '@cutover/records';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { layout } from '../pages/layout.ts';
import { markup } from '../pages/markup.ts';
import { contentPaths } from './content-docs.ts';
import { sendHtml } from './negotiate.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
}

/** Collects what the routes say of themselves; before any of them. */
export async function registerOpenApi(app: FastifyInstance, target: Target, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: target.name, version } },
    transform: jsonSchemaTransform,
  });
}

/** `/api/docs` for people and, as JSON, for programs. */
export function registerDocs(app: FastifyInstance, target: Target): void {
  let document: { paths: Record<string, Record<string, Operation>> } | undefined;
  const openApi = () => {
    document ??= withContent(app.swagger() as unknown as NonNullable<typeof document>, target);
    return document;
  };
  app.get('/api/docs/json', { schema: { hide: true } }, async () => openApi());
  app.get('/api/docs', { schema: { hide: true } }, (request, reply) => {
    reply.header('cache-control', 'public, max-age=60').header('vary', 'accept');
    if (request.accepts().type(['html', 'json']) === 'json') return reply.send(openApi());
    const operations = Object.entries(openApi().paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => ({
        method: method.toUpperCase(),
        path,
        summary,
      })),
    );
    const items = operations.map(
      ({ method, path, summary }) => markup`<dt>${method} ${path}</dt><dd>${summary ?? ''}</dd>\n`,
    );
    return sendHtml(
      reply,
      layout({
        title: 'API',
        siteName: target.name,
        body: markup`<p>As <a href="/api/docs/json">OpenAPI</a>.</p>\n<dl>\n${items}</dl>`,
      }),
    );
  });
}

function withContent<T extends { paths: Record<string, Record<string, unknown>> }>(
  document: T,
  target: Target,
): T {
  const paths: Record<string, Record<string, unknown>> = { ...document.paths };
  for (const [path, methods] of Object.entries(contentPaths(target)))
    paths[path] = { ...methods, ...paths[path] };
  return { ...document, paths };
}
