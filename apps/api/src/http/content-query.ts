import type { Route } from '@cutover/records';
import { z } from 'zod';

/** The greatest with nine digits. */
const maxNumber = 999_999_999;

/** Digits only: a number may not be written in two ways, as caches go by the URL. */
const wholeNumber = (name: string, max: number, ifAbsent: number) => {
  const message =
    max < maxNumber
      ? `${name} must be a whole number from 1 to ${max}`
      : `${name} must be a whole number from 1`;
  return z.preprocess(
    (text) => (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : text),
    z.int(message).min(1, message).max(max, message).default(ifAbsent),
  );
};

/** What else stands there has no meaning here, and may have one for somebody before or after. */
const oneOf = (values: readonly string[]) =>
  z.preprocess(
    (text) =>
      typeof text === 'string' && values.includes(text.toLowerCase()) ? text.toLowerCase() : undefined,
    z.enum(values as [string, ...string[]]).optional(),
  );

const searchAndPage = {
  q: z
    .string()
    .max(200, 'q has at most 200 characters')
    .default('')
    .describe('Words that all must be in a record, in any case, with or without accents'),
  page: wholeNumber('page', maxNumber, 1),
  perPage: wholeNumber('perPage', 200, 50),
};

/** What a list takes: it validates requests, and describes them in `/api/docs`. */
export function listQueryOf({ filters = {}, forms = {} }: Pick<Route, 'filters' | 'forms'>) {
  const values = Object.keys(forms);
  return z.object({
    ...Object.fromEntries(Object.keys(filters).map((name) => [name, z.array(z.string()).default([])])),
    ...searchAndPage,
    ...(values.length === 0 ? {} : { format: oneOf(values) }),
  });
}

/** What a record takes: `include=html` for its texts as HTML, too. */
export const recordQuery = z.object({ include: oneOf(['html']) });

/** The one that is asked for most is not made for each request. */
const listQueries = new WeakMap<Route, ReturnType<typeof listQueryOf>>();

export interface ListQuery {
  readonly q: string;
  readonly page: number;
  readonly perPage: number;
}

/**
 * A list's query, validated. Of a parameter that stands there twice the first counts; filters take all. Gives the
 * name of the parameter that is wrong and a sentence about it where one is.
 */
export function parseListQuery(
  route: Route,
  query: URLSearchParams,
): ListQuery | { readonly parameter: string; readonly message: string } {
  let schema = listQueries.get(route);
  if (schema === undefined) listQueries.set(route, (schema = listQueryOf(route)));
  const input = Object.fromEntries(
    Object.keys(schema.shape)
      .filter((name) => query.has(name))
      .map((name) => [name, Object.hasOwn(route.filters ?? {}, name) ? query.getAll(name) : query.get(name)]),
  );
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { parameter: String(issue!.path[0]), message: issue!.message };
}
