import { randomUUID } from 'node:crypto';
import { CutoverError } from '@cutover/core';
import type { PrivateRecord } from '@cutover/records';
import type { Edit } from './private/edit-records.ts';
import type { PrivateStore } from './private/private-store.ts';
import { editTree, readPath } from './public/edit-tree.ts';
import type { PublicStore } from './public/public-store.ts';

/** Writes to both stores that were begun and not ended, in the private store. */
export const pendingSheet = 'pending-writes';

/** One change that both stores have to take: files of public records and private records that belong to them. */
export interface DualWrite {
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branch: string;
  readonly files: readonly {
    readonly path: string;
    /** New text of the public record; null removes it. */
    readonly content: string | null;
  }[];
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
  /** Of the first file, to name the write by. */
  readonly path: string;
  /** JSON of the files' texts before and after. */
  readonly files: string;
  readonly message: string;
  /** JSON of the private records before and after. */
  readonly privates: string;
}

interface FileChange {
  readonly path: string;
  readonly before: string | null;
  readonly content: string | null;
}

interface PrivateChange {
  readonly sheet: string;
  readonly id: string;
  readonly before: PrivateRecord | null;
  readonly after: PrivateRecord | null;
}

/** Whether a record is a note of a write, whole. */
export function isPending(record: PrivateRecord): record is PendingWrite {
  const { at, branch, path, message, files, privates } = record;
  return (
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    [branch, path, message].every((part) => typeof part === 'string') &&
    [files, privates].every(isList)
  );
}

function isList(text: unknown): boolean {
  try {
    return typeof text === 'string' && Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/**
 * Writes to both stores. States, each reached by one atomic step; a crash leaves one of them:
 *   noted          nothing is done: reconcile drops the note
 *   public is done reconcile finishes the private side
 *   both are done  reconcile drops the note
 * Throws CutoverError `branch-moved` where somebody moved the branch; nothing is done then. Throws
 * `dual-write-torn` where somebody changed a private record meanwhile; the note stays for reconcile.
 */
export async function writeBoth(write: DualWrite): Promise<void> {
  const { privateStore, publicStore, branch } = write;
  const head = await publicStore.head(branch);
  const privates = write.privates.map(({ after, ...one }) => ({ ...one, change: () => after ?? undefined }));
  const note = await noteWrite({ ...write, privates }, head?.commit);
  try {
    await writePublic(publicStore, note);
  } catch (error) {
    if (error instanceof CutoverError && error.code === 'branch-moved') await dropNote(privateStore, note);
    throw error;
  }
  await writePrivate(privateStore, note);
}

/** What notes of writes are kept in, and the repository that `before` is read from. */
export interface NoteWrite extends Omit<DualWrite, 'publicStore' | 'privateStore' | 'privates'> {
  readonly publicStore: Pick<PublicStore, 'dir'>;
  readonly privateStore: Pick<PrivateStore, 'edit' | 'update'>;
  readonly privates: readonly Edit[];
}

/**
 * Notes a write before it is made, for those who make the commit and the private change themselves; whoever
 * does drops the note in the same edit as the private records, by `endOf`.
 */
export async function noteWrite(write: NoteWrite, parent: string | undefined): Promise<PendingWrite> {
  const { privateStore, branch, message } = write;
  const files: FileChange[] = [];
  for (const { path, content } of write.files) {
    const before = parent === undefined ? null : await readPath(write.publicStore.dir, parent, path);
    files.push({ path, content, before });
  }
  const privates: PrivateChange[] = [];
  for (const { sheet, id, change } of write.privates) {
    const before = await findRecord(privateStore, sheet, id);
    privates.push({ sheet, id, before: before ?? null, after: change(before) ?? null });
  }
  const note: PendingWrite = {
    id: randomUUID(),
    at: new Date().toISOString(),
    branch,
    path: files[0]?.path ?? '',
    files: JSON.stringify(files),
    message,
    privates: JSON.stringify(privates),
  };
  await privateStore.edit(
    [{ sheet: pendingSheet, id: note.id, change: () => note }],
    'begin a write to both',
  );
  return note;
}

/** The edit that ends a noted write. */
export const endOf = ({ id }: PendingWrite): Edit => ({ sheet: pendingSheet, id, change: () => undefined });

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
  const publicSides = [];
  for (const { path, before, content } of filesOf(note)) {
    const now = head === undefined ? null : await readPath(publicStore.dir, head.commit, path);
    publicSides.push(sideOf(now, before, content));
  }
  const privateSides = [];
  for (const { sheet, id, before, after } of changesOf(note)) {
    const found = (await findRecord(privateStore, sheet, id)) ?? null;
    privateSides.push(sideOf(text(found), text(before), text(after)));
  }
  if ([...publicSides, ...privateSides].includes('other')) return 'torn';
  // Both are written at once each, so that a half of either is somebody else's doing.
  const publicDone = publicSides.every((side) => side !== 'before');
  if (!publicDone && publicSides.includes('after')) return 'torn';
  const privateDone = privateSides.every((side) => side !== 'before');
  if (!privateDone && privateSides.includes('after')) return 'torn';
  if (!publicDone) return privateDone && privateSides.includes('after') ? 'private-done' : 'neither';
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
  const tree = await editTree(publicStore.dir, head?.commit, filesOf(note));
  if (head?.tree === tree) return;
  const message = `${note.message}\n\nCutover-Write: ${note.id}\n`;
  await publicStore.commit(note.branch, { tree, message, expected: head });
}

/**
 * The private side of a noted write: the records and the end of the note in one commit. Throws CutoverError
 * `dual-write-torn` where a record is neither what it was nor what it shall be; nothing is written then.
 */
export async function writePrivate(store: Pick<PrivateStore, 'edit'>, note: PendingWrite): Promise<void> {
  const edits: Edit[] = changesOf(note).map(({ sheet, id, before, after }) => ({
    sheet,
    id,
    change: (current) => {
      if (sideOf(text(current ?? null), text(before), text(after)) === 'other') throw torn(note);
      return after ?? undefined;
    },
  }));
  await store.edit([...edits, endOf(note)], note.message);
}

function torn(note: PendingWrite): CutoverError {
  return new CutoverError('dual-write-torn', `the private records of ${note.path} were changed meanwhile`, {
    next: `nothing private was written; look at it: cutover private show ${pendingSheet} ${note.id}`,
    data: { write: note.id },
  });
}

export function dropNote(store: Pick<PrivateStore, 'edit'>, note: PendingWrite): Promise<void> {
  return store.edit([endOf(note)], 'end a write to both');
}

const filesOf = (note: PendingWrite): FileChange[] => JSON.parse(note.files) as FileChange[];
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
  store: Pick<PrivateStore, 'update'>,
  sheet: string,
  id: string,
): Promise<PrivateRecord | undefined> {
  let found: PrivateRecord | undefined;
  // An edit that changes nothing writes nothing, and reads one file alone.
  await store.update(sheet, id, (current) => (found = current));
  return found;
}
