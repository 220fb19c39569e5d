import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError } from '@cutover/core';
import type { PrivateRecord } from '@cutover/records';
import { idOfLine, parseLine, splitLines } from './json-lines.ts';
import { shardFile, shardOf } from './shards.ts';
import type { Draft, Snapshot, Snapshots } from './snapshots.ts';

/** A change of one record: what it is now to what it shall be; undefined on either side: not there. */
export interface Edit {
  readonly sheet: string;
  readonly id: string;
  readonly change: (current: PrivateRecord | undefined) => PrivateRecord | undefined;
}

/**
 * An edit that leaves of an imported record's digests only that it was imported once, so that no import brings
 * it back and nothing can be guessed at. For records that are removed.
 */
export function forgetImported(sheet: string, id: string): Edit {
  return {
    sheet: `imported/${sheet}`,
    id,
    change: (current) =>
      current === undefined ? undefined : ({ id, digests: {} } as unknown as PrivateRecord),
  };
}

const giveUpAfterMs = 60_000;

/**
 * Makes changes on top of what is there and commits them together; where somebody else was first, makes them
 * again on what is there then. Only the files of the changed records are written; a file that would be what
 * it was is not.
 */
export async function editRecords(snapshots: Snapshots, edits: readonly Edit[], why: string): Promise<void> {
  const deadline = Date.now() + giveUpAfterMs;
  for (let attempt = 1; ; attempt++) {
    const base = await snapshots.current();
    const files = await draftAll(snapshots, base, edits);
    if (files.size === 0 || (await snapshots.commit(base, { files, why })) === 'done') return;
    if (Date.now() > deadline) {
      throw new CutoverError(
        'private-store-contended',
        'the private store is changed by others all the time',
        {
          next: 'run the same command again, or stop the other writers first',
        },
      );
    }
    await sleep(Math.random() * Math.min(2 ** attempt, 60));
  }
}

async function draftAll(
  snapshots: Snapshots,
  base: Snapshot,
  edits: readonly Edit[],
): Promise<Map<string, Draft>> {
  const byFile = new Map<string, Edit[]>();
  for (const edit of edits) {
    const shards = base.shards[edit.sheet] ?? 1;
    const name = shardFile(edit.sheet, shardOf(edit.id, shards), shards);
    const list = byFile.get(name);
    if (list === undefined) byFile.set(name, [edit]);
    else list.push(edit);
  }
  const files = new Map<string, Draft>();
  for (const [name, own] of byFile) {
    const draft = await draftFile(snapshots, base, name, own);
    if (draft !== undefined) files.set(name, draft);
  }
  return files;
}

async function draftFile(
  snapshots: Snapshots,
  base: Snapshot,
  name: string,
  edits: readonly Edit[],
): Promise<Draft | undefined> {
  const pending = [...edits].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const draft = snapshots.draft(name);
  let changed = false;
  const apply = async (edit: Edit, current: PrivateRecord | undefined): Promise<void> => {
    let next = edit.change(current);
    // Several changes of one record follow each other.
    while (pending[0]?.id === edit.id) next = pending.shift()!.change(next);
    changed ||= JSON.stringify(next) !== JSON.stringify(current);
    if (next !== undefined) await draft.write(`${JSON.stringify(next)}\n`);
  };
  try {
    let line = 0;
    for await (const text of splitLines(snapshots.read(base, name))) {
      const id = idOfLine(name, text, ++line);
      while (pending.length > 0 && pending[0]!.id < id) await apply(pending.shift()!, undefined);
      if (pending[0]?.id === id) await apply(pending.shift()!, parseLine<PrivateRecord>(name, text, line));
      else await draft.write(`${text}\n`);
    }
    while (pending.length > 0) await apply(pending.shift()!, undefined);
    if (changed) return await draft.close();
    await draft.discard();
    return undefined;
  } catch (error) {
    await draft.discard();
    throw error;
  }
}
