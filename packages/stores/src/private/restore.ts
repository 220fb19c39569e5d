import { CutoverError, exitCodes } from '@cutover/core';
import { idOfLine, splitLines } from './json-lines.ts';
import { sheetFiles } from './shards.ts';
import type { Draft, Snapshot, Snapshots } from './snapshots.ts';

export interface RestoreInput {
  readonly generation: number;
  /** Sheets to make what they were. Others are left alone: what was pruned or purged since stays recorded. */
  readonly sheets: readonly string[];
  /** Ids that must not come back, e.g. of people who were pruned since. */
  readonly without: ReadonlySet<string>;
  /** Count only. */
  readonly dryRun?: boolean;
}

/**
 * Makes sheets what they were at a generation, as a new generation, so that it can be undone the same way.
 * Content is copied, never pointed at, as old objects are removed with the generation that they belong to.
 * Throws CutoverError `generation-unknown`, or `private-store-moved` where somebody writes meanwhile.
 */
export async function restore(
  snapshots: Snapshots,
  input: RestoreInput,
): Promise<{ restored: number; leftOut: number }> {
  const base = await snapshots.current();
  const from = await snapshots.at(input.generation);
  if (from === undefined) {
    throw new CutoverError('generation-unknown', `generation ${input.generation} is not kept`, {
      next: 'see what is kept: cutover private history',
      exitCode: exitCodes.usage,
    });
  }
  const files = new Map<string, Draft | undefined>();
  const shards: Record<string, number> = {};
  const counts = { restored: 0, leftOut: 0 };
  for (const sheet of input.sheets.flatMap((name) => [name, `imported/${name}`])) {
    const then = sheetFiles(sheet, from.shards);
    shards[sheet] = then.length;
    for (const name of sheetFiles(sheet, base.shards)) {
      if ((await base.version(name)) !== undefined) files.set(name, undefined);
    }
    for (const name of then) {
      await base.version(name);
      const draft = await copy(
        snapshots,
        from,
        name,
        input,
        sheet.startsWith('imported/') ? undefined : counts,
      );
      if (draft !== undefined) files.set(name, draft);
    }
  }
  if (input.dryRun === true) return counts;
  const done = await snapshots.commit(base, { files, shards, why: `restore ${input.generation}` });
  if (done === 'refused') {
    throw new CutoverError('private-store-moved', 'the private store was changed while it was restored', {
      next: 'run the same command again; nothing was restored',
    });
  }
  return counts;
}

async function copy(
  snapshots: Snapshots,
  from: Snapshot,
  name: string,
  { without, dryRun }: RestoreInput,
  counts: { restored: number; leftOut: number } | undefined,
): Promise<Draft | undefined> {
  if ((await from.version(name)) === undefined) return undefined;
  const draft = snapshots.draft(name);
  let line = 0;
  for await (const text of splitLines(snapshots.read(from, name))) {
    // Digests stay: they say that the record was imported once and is gone since.
    const gone = counts !== undefined && without.has(idOfLine(name, text, ++line));
    if (counts !== undefined) counts[gone ? 'leftOut' : 'restored']++;
    if (!gone) await draft.write(`${text}\n`);
  }
  if (dryRun !== true) return draft.close();
  await draft.discard();
  return undefined;
}
