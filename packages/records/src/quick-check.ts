import type { ZodType } from 'zod';

/** The parts of a zod schema's definition that are read here. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly coerce?: boolean;
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[];
  readonly innerType?: Inner;
  readonly element?: Inner;
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly shape?: Readonly<Record<string, Inner>>;
  readonly catchall?: Inner;
}

interface CheckDefinition {
  readonly check: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly value?: number | bigint | Date;
  readonly inclusive?: boolean;
}

interface Inner {
  readonly _zod: { readonly def: Definition };
  safeParse(value: unknown): { readonly success: boolean };
}

type Fits = (value: unknown) => boolean;

/** Whether the fields that are neither null nor undefined fit a schema. */
export type QuickCheck = (fields: Readonly<Record<string, unknown>>) => boolean;

/**
 * A strict object schema as plain code: says the same as `safeParse` of the fields without nulls, in a tenth of the
 * time, and says no more than yes or no. Undefined where the schema asks for what is not known here: then only zod
 * can tell.
 */
export function quickCheck(schema: ZodType<unknown>): QuickCheck | undefined {
  const { type, shape, catchall, checks } = (schema as unknown as Inner)._zod.def;
  if (type !== 'object' || catchall?._zod.def.type !== 'never' || (checks?.length ?? 0) > 0) return undefined;
  const fields = new Map<string, Fits>();
  let required = 0;
  const isRequired = new Set<string>();
  for (const [name, field] of Object.entries(shape ?? {})) {
    const { def } = field._zod;
    const isOptional = def.type === 'optional';
    const fits = fitsOf(isOptional ? def.innerType! : field);
    if (fits === undefined) return undefined;
    fields.set(name, fits);
    if (isOptional) continue;
    required++;
    isRequired.add(name);
  }
  return (record) => {
    let found = 0;
    for (const name in record) {
      const value = record[name];
      if (value === null || value === undefined) continue;
      const fits = fields.get(name);
      if (fits === undefined || !fits(value)) return false;
      if (isRequired.has(name)) found++;
    }
    return found === required;
  };
}

function fitsOf(schema: Inner): Fits | undefined {
  const { def } = schema._zod;
  if (def.coerce === true) return undefined;
  switch (def.type) {
    case 'string':
      return def.format === undefined ? stringFits(def) : (value) => schema.safeParse(value).success;
    case 'number':
      return def.format === 'safeint' ? integerFits(def) : undefined;
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'enum': {
      const entries = Object.values(def.entries!);
      // Those of a TypeScript enum go both ways, names and numbers.
      if (entries.some((entry) => typeof entry !== 'string')) return undefined;
      return (value) => entries.includes(value as string);
    }
    case 'array': {
      const fits = (def.checks?.length ?? 0) === 0 ? fitsOf(def.element!) : undefined;
      return fits && ((value) => Array.isArray(value) && value.every(fits));
    }
    default:
      return undefined;
  }
}

function stringFits({ checks = [] }: Definition): Fits | undefined {
  const patterns: RegExp[] = [];
  for (const { _zod } of checks) {
    const { check, format, pattern } = _zod.def;
    const isPlain = pattern !== undefined && !pattern.global && !pattern.sticky;
    if (check !== 'string_format' || format !== 'regex' || !isPlain) return undefined;
    patterns.push(pattern);
  }
  if (patterns.length === 0) return (value) => typeof value === 'string';
  const tests = patterns.map(testOf);
  if (tests.length === 1) return tests[0]!;
  return (value) => tests.every((test) => test(value));
}

/** By pattern: fields of several schemas have one, as ids do, and one value is then often tried several times in a row. */
const testsOf = new WeakMap<RegExp, Fits>();

function testOf(pattern: RegExp): Fits {
  let test = testsOf.get(pattern);
  if (test === undefined) {
    let fitted: string | undefined;
    test = (value) => {
      if (typeof value !== 'string') return false;
      if (value === fitted) return true;
      if (!pattern.test(value)) return false;
      fitted = value;
      return true;
    };
    testsOf.set(pattern, test);
  }
  return test;
}

function integerFits({ checks = [] }: Definition): Fits | undefined {
  let least = Number.MIN_SAFE_INTEGER;
  for (const { _zod } of checks) {
    const { check, value, inclusive } = _zod.def;
    if (check !== 'greater_than' || typeof value !== 'number' || inclusive !== true) return undefined;
    least = Math.max(least, value);
  }
  return (value) => Number.isSafeInteger(value) && (value as number) >= least;
}
