import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Check, concludeCheck, CutoverError, exitCodes, type Finding } from '@cutover/core';
import { dumpSource, indexSource, Lookup, type Source } from '@cutover/importer';
import { type RunContext, sourceOf } from '../context.ts';

const schema = {
  id: 'preflight-schema',
  title: 'The profile knows every table and column',
  expected: 'no drift',
};

/** Whether the profile knows all of a live server's tables, by their definitions. */
export async function checkServerSchema(context: RunContext, definitions: string): Promise<Check> {
  const path = join(context.dir, 'work', 'schema.sql');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, definitions, { mode: 0o600 });
  try {
    const found = await index(context, dumpSource([path], { lenient: true }));
    return 'tables' in found ? schemaHolds(found) : doesNotHold(found);
  } finally {
    await rm(path, { force: true });
  }
}

/** Reads the whole dump once: whether it ends where its maker ended it, and whether the profile knows all of it. */
export async function checkDump(context: RunContext): Promise<Check[]> {
  const facts = await index(context, sourceOf(context));
  if (!('tables' in facts)) return [doesNotHold(facts)];
  const notes = facts.notes.map(({ code, message }) => ({ code, message })).slice(0, 20);
  return [
    concludeCheck({
      ...whole,
      looked: facts.tables.size,
      actual: facts.complete ? 'whole' : 'its end is not marked',
      evidence: { bytes: facts.bytes, rows: facts.rowsTotal, complete: facts.complete, notes },
      couldNotTell:
        facts.complete || context.options.lenient
          ? undefined
          : 'the dump has no closing line, so that nobody can say whether it is whole; --lenient goes on and says so',
    }),
    schemaHolds(facts),
  ];
}

const whole = { id: 'preflight-dump', title: 'The dump is whole and can be read', expected: 'whole' };

interface Unreadable {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
  readonly data?: Record<string, unknown>;
  readonly isSchema: boolean;
}
type Facts = Awaited<ReturnType<typeof indexSource>>;

async function index(context: RunContext, source: Source): Promise<Facts | Unreadable> {
  const { profile } = context.options;
  const lookup = await Lookup.create(join(context.dir, 'work', 'preflight'));
  try {
    return await indexSource({ profile, source, lookup, onEvent: context.onEvent });
  } catch (error) {
    const { code, message, next, data } = error as Omit<Partial<Unreadable>, 'message'> & Error;
    const aborted = error instanceof CutoverError && error.exitCode === exitCodes.aborted;
    if (typeof code !== 'string' || aborted) throw error;
    return {
      code,
      message,
      isSchema: error instanceof CutoverError,
      ...(next === undefined ? {} : { next }),
      ...(data === undefined ? {} : { data }),
    };
  } finally {
    await lookup.close();
  }
}

const schemaHolds = (facts: Facts): Check =>
  concludeCheck({
    ...schema,
    looked: facts.tables.size,
    actual: 'no drift',
    evidence: { absent: facts.absent },
  });

function doesNotHold({ code, message, next, data, isSchema }: Unreadable): Check {
  const findings = (isSchema ? (data?.['findings'] as Finding[] | undefined) : undefined) ?? [
    { code, message, ...(next === undefined ? {} : { next }) },
  ];
  return concludeCheck({ ...(isSchema ? schema : whole), looked: 1, actual: message, findings });
}
