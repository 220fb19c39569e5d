import { join } from 'node:path';
import { type Check, concludeCheck, CutoverError, type Finding } from '@cutover/core';
import { indexSource, Lookup } from '@cutover/importer';
import { type RunContext, sourceOf } from '../context.ts';

/** Reads the whole dump once: whether it ends where its maker ended it, and whether the profile knows all of it. */
export async function checkDump(context: RunContext): Promise<Check[]> {
  const { profile } = context.options;
  const source = sourceOf(context);
  const lookup = await Lookup.create(join(context.dir, 'work', 'preflight'));
  const whole = { id: 'preflight-dump', title: 'The dump is whole and can be read', expected: 'whole' };
  const schema = {
    id: 'preflight-schema',
    title: 'The profile knows every table and column',
    expected: 'no drift',
  };
  try {
    const facts = await indexSource({ profile, source, lookup, onEvent: context.onEvent });
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
      concludeCheck({
        ...schema,
        looked: facts.tables.size,
        actual: 'no drift',
        evidence: { absent: facts.absent },
      }),
    ];
  } catch (error) {
    const coded = error as { code?: string; message: string; next?: string; data?: Record<string, unknown> };
    if (typeof coded.code !== 'string') throw error;
    const isSchema = error instanceof CutoverError;
    const findings = (isSchema ? (coded.data?.['findings'] as Finding[] | undefined) : undefined) ?? [
      { code: coded.code, message: coded.message, ...(coded.next === undefined ? {} : { next: coded.next }) },
    ];
    return [concludeCheck({ ...(isSchema ? schema : whole), looked: 1, actual: coded.message, findings })];
  } finally {
    await lookup.close();
  }
}
