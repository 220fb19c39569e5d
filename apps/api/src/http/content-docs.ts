import type { Route, Sheet, Target } from '@cutover/records';
import { z } from 'zod';
import { listQueryOf, recordQuery } from './content-query.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const problem = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const listOf = (sheet: Sheet) =>
  z.object({
    sheet: z.literal(sheet.name),
    records: z.array(z.object({ path: z.string().optional(), record: sheet.schema })),
    page: z.int(),
    perPage: z.int(),
    pages: z.int(),
    total: z.int(),
  });
const detailOf = (sheet: Sheet) =>
  z.object({
    sheet: z.literal(sheet.name),
    path: z.string(),
    record: sheet.schema,
    html: z.record(z.string(), z.string()).optional(),
  });

/**
 * What the target's routes take and answer, in OpenAPI, out of the schemas that validate requests and records.
 * Lists and records are answered by one wildcard route, so the collected description lacks them.
 */
export function contentPaths({ routes, sheets }: Target): Record<string, { readonly get: JsonSchema }> {
  return Object.fromEntries(
    routes.map((route) => {
      const sheet = sheets.find(({ name }) => name === route.sheet)!;
      return [`/api${route.path.replaceAll(/:(\w+)/g, '{$1}')}`, { get: operationOf(route, sheet) }];
    }),
  );
}

function operationOf(route: Route, sheet: Sheet): JsonSchema {
  const { kind, path } = route;
  const query = { list: () => listQueryOf(route), detail: () => recordQuery, file: () => z.object({}) }[
    kind
  ]();
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  return {
    summary: {
      list: `A list of ${sheet.name}`,
      detail: `One of ${sheet.name}`,
      file: `The file of one of ${sheet.name}`,
    }[kind],
    tags: ['content'],
    parameters: [
      ...parametersOf(z.object(Object.fromEntries(names.map((name) => [name, z.string()]))), 'path'),
      ...parametersOf(query, 'query'),
    ],
    responses: {
      200: {
        description: { list: 'a page of the list', detail: 'the record', file: 'the file' }[kind],
        content: contentOf(route, sheet),
      },
      ...(kind === 'list' ? { 400: refusal('a parameter is not what it has to be') } : {}),
      404: refusal('nothing is there'),
    },
  };
}

function contentOf({ kind, mimeType, forms = {} }: Route, sheet: Sheet): JsonSchema {
  switch (kind) {
    case 'file':
      return { [mimeType ?? '*/*']: {} };
    case 'detail':
      return { 'application/json': { schema: jsonSchemaOf(detailOf(sheet)) } };
    case 'list':
      return {
        'application/json': { schema: jsonSchemaOf(listOf(sheet)) },
        ...(forms.csv === undefined ? {} : { 'text/csv': {} }),
        ...(forms.rss === undefined ? {} : { 'application/rss+xml': {} }),
      };
  }
}

const refusal = (description: string): JsonSchema => ({
  description,
  content: { 'application/json': { schema: jsonSchemaOf(problem) } },
});

function parametersOf(schema: z.ZodObject, where: 'path' | 'query'): JsonSchema[] {
  const { properties = {} } = jsonSchemaOf(schema) as { properties?: Record<string, JsonSchema> };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path',
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

/** What is answered, and what a text of a URL stands for. A record's schema may hold what no JSON Schema says. */
function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  // The document says once, for all of it, which dialect it is in.
  void $schema;
  return rest;
}
