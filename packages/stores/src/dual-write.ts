import { randomUUID } from 'node:crypto';
import { CutoverError } from '@cutover/core';
import type { PrivateRecord } from '@cutover/records';
import { editTree, type Edit, type PrivateStore, type PublicStore, readPath } from '@cutover/stores';
import { pendingSheet } from './system-sheets.ts';

/** One change that both stores have to take: a public record's file and private records that belong to it. */
export interface DualWrite {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branch: string;
  readonly path: string;
  /** New text of the public record; null removes it. */
  readonly content: string | null;
  readonly privates: readonly {
    readonly sheet: string;
    readonly id: string;
    /** What it shall be; null removes it. */
    readonly after: PrivateRecord | null;
  }[];
  /** One line: what this is, for the commit. No private value. */
  readonly message: string;
}

/** What is noted before either store is written, so that whoever comes later can finish it. */
export interface PendingWrite extends PrivateRecord {
  readonly at: string;
  readonly branch: string;
  readonly path: string;
  readonly before: string | null;
  readonly content: string | null;
  readonly message: string;
  /** JSON of the private records before and after. */
  readonly privates: string;
}

interface PrivateChange {
  readonly sheet: string;
  readonly id: string;
  readonly before: PrivateRecord | null;
  readonly after: PrivateRecord | null;
}

export function isPending(record: PrivateRecord): record is PendingWrite {
  return typeof record['path'] === 'string' && typeof record['privates'] === 'string';
}

/**
 * Writes to both stores. States, each reached by one atomic step; a crash leaves one of them:
 *   noted          nothing is done: reconcile drops the note
 *   public is done reconcile finishes the private side
 *   both are done  reconcile drops the note
 * Throws CutoverError `branch-moved` where somebody moved the branch; nothing is done then.
 */
export async function writeBoth(write: DualWrite): Promise<void> {
  const { privateStore, path, content, branch, message } = write;
  const head = await write.publicStore.head(branch);
  const before = head === undefined ? null : await readPath(write.publicStore.dir, head.commit, path);
  const privates: PrivateChange[] = [];
  for (const { sheet, id, after } of write.privates) {
    privates.push({ sheet, id, after, before: (await findRecord(privateStore, sheet, id)) ?? null });
  }
  const note: PendingWrite = {
    id: randomUUID(),
    at: new Date().toISOString(),
    branch,
    path,
    before,
    content,
    message,
    privates: JSON.stringify(privates),
  };
  await privateStore.edit(
    [{ sheet: pendingSheet, id: note.id, change: () => note }],
    'begin a write to both',
  );
  try {
    await writePublic(write.publicStore, note);
  } catch (error) {
    if (error instanceof CutoverError && error.code === 'branch-moved') await dropNote(privateStore, note);
    throw error;
  }
  await writePrivate(privateStore, note);
}

/** `torn`: somebody has changed one of the records since; a human has to look. */
export type PendingState = 'neither' | 'public-done' | 'private-done' | 'both' | 'torn';

export interface Stores {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
}

/** How far a write got, by what both stores hold now. */
export async function stateOf(
  { publicStore, privateStore }: Stores,
  note: PendingWrite,
): Promise<PendingState> {
  const head = await publicStore.head(note.branch);
  const now = head === undefined ? null : await readPath(publicStore.dir, head.commit, note.path);
  const sides = [sideOf(now, note.before, note.content)];
  for (const { sheet, id, before, after } of changesOf(note)) {
    const found = (await findRecord(privateStore, sheet, id)) ?? null;
    sides.push(sideOf(text(found), text(before), text(after)));
  }
  const [publicSide, ...privateSides] = sides;
  if (sides.includes('other')) return 'torn';
  const privateDone = privateSides.every((side) => side !== 'before');
  if (!privateDone && privateSides.includes('after')) return 'torn';
  if (publicSide === 'before')
    return privateDone && privateSides.includes('after') ? 'private-done' : 'neither';
  return privateDone ? 'both' : 'public-done';
}

/** Ends a write: what one side has, the other gets; what neither has is dropped. Gives what was done. */
export async function finishWrite(stores: Stores, note: PendingWrite): Promise<string> {
  switch (await stateOf(stores, note)) {
    case 'public-done':
      await writePrivate(stores.privateStore, note);
      return 'private side written';
    case 'private-done':
      await writePublic(stores.publicStore, note);
      await dropNote(stores.privateStore, note);
      return 'public side written';
    case 'torn':
      return 'left alone: somebody has changed it since';
    default:
      await dropNote(stores.privateStore, note);
      return 'nothing was missing, note dropped';
  }
}

async function writePublic(publicStore: PublicStore, note: PendingWrite): Promise<void> {
  const head = await publicStore.head(note.branch);
  const tree = await editTree(publicStore.dir, head?.commit, [{ path: note.path, content: note.content }]);
  if (head?.tree === tree) return;
  const message = `${note.message}\n\nCutover-Write: ${note.id}\n`;
  await publicStore.commit(note.branch, { tree, message, expected: head });
}

/** The records and the note in one commit of the private store. */
async function writePrivate(store: PrivateStore, note: PendingWrite): Promise<void> {
  const edits: Edit[] = changesOf(note).map(({ sheet, id, before, after }) => ({
    sheet,
    id,
    change: (current) => (text(current ?? null) === text(before) ? (after ?? undefined) : current),
  }));
  await store.edit([...edits, { sheet: pendingSheet, id: note.id, change: () => undefined }], note.message);
}

function dropNote(store: PrivateStore, { id }: PendingWrite): Promise<void> {
  return store.edit([{ sheet: pendingSheet, id, change: () => undefined }], 'end a write to both');
}

const changesOf = (note: PendingWrite): PrivateChange[] => JSON.parse(note.privates) as PrivateChange[];
const text = (record: PrivateRecord | null): string | null =>
  record === null ? null : JSON.stringify(record);

function sideOf(
  now: string | null,
  before: string | null,
  after: string | null,
): 'before' | 'after' | 'same' | 'other' {
  if (before === after) return now === before ? 'same' : 'other';
  return now === after ? 'after' : now === before ? 'before' : 'other';
}

async function findRecord(
  store: PrivateStore,
  sheet: string,
  id: string,
): Promise<PrivateRecord | undefined> {
  let found: PrivateRecord | undefined;
  // An edit that changes nothing writes nothing, and reads one file alone.
  await store.update(sheet, id, (current) => (found = current));
  return found;
}
