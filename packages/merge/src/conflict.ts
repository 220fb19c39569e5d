import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { PublicValue, StoredRecord } from '@cutover/records';
import { writeAtomically } from '@cutover/stores';
import type { Upload } from './merge-upload.ts';

/** Something that both sides changed, with what each made of it. All of it is public. */
export type Conflict =
  | (Subject & {
      readonly kind: 'field';
      readonly field: string;
      readonly base: PublicValue;
      readonly legacy: PublicValue;
      readonly main: PublicValue;
    })
  | (Subject & {
      readonly kind: 'deleted-in-legacy' | 'deleted-in-main';
      readonly base: StoredRecord | null;
      readonly legacy: StoredRecord | null;
      readonly main: StoredRecord | null;
    })
  /** The file of a record: other bytes, or another place. */
  | (Subject & {
      readonly kind: 'upload';
      readonly base: Upload | null;
      readonly legacy: Upload | null;
      readonly main: Upload | null;
    })
  /** A file that is no record's; values are the names of its blobs. */
  | (Omit<Subject, 'id' | 'sheet'> & {
      readonly kind: 'file';
      readonly base: string | null;
      readonly legacy: string | null;
      readonly main: string | null;
    });

interface Subject {
  readonly sheet: string;
  readonly id: string;
  readonly path: string;
}

/** What somebody decided. */
export type Choice =
  { readonly take: 'legacy' | 'main' } | { readonly take: 'value'; readonly value: PublicValue };

/** Names a conflict by all that it is about, so that a decision never settles one that it was not made for. */
export function conflictKey(conflict: Conflict): string {
  const { kind, path, base, legacy, main } = conflict;
  const subject = kind === 'file' ? path : `${conflict.sheet}/${conflict.id}`;
  const field = kind === 'field' ? conflict.field : '';
  return createHash('sha256')
    .update(JSON.stringify([kind, subject, field, base, legacy, main]))
    .digest('hex')
    .slice(0, 16);
}

interface ConflictFile {
  readonly schemaVersion: 1;
  readonly help: string;
  readonly conflicts: readonly (Conflict & {
    readonly key: string;
    readonly take: string | null;
    readonly value?: PublicValue;
  })[];
}

/** Writes the conflicts for somebody to decide: `take` is filled in by hand. */
export async function writeConflicts(path: string, conflicts: readonly Conflict[]): Promise<void> {
  const file: ConflictFile = {
    schemaVersion: 1,
    help: 'Set "take" of each to "legacy" or "main", or to "value" with the value to store as "value" (fields only). Then: cutover merge --continue',
    conflicts: conflicts.map((conflict) => ({ key: conflictKey(conflict), take: null, ...conflict })),
  };
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, `${JSON.stringify(file, null, 2)}\n`);
}

/**
 * Refuses a path that somebody else's file or folder has: a merge writes its conflicts there, and removes them. Throws
 * CutoverError `conflicts-path-taken`.
 */
export async function assertConflictPath(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') return '';
    return undefined;
  });
  if (text === undefined || isConflictFile(text)) return;
  throw new CutoverError('conflicts-path-taken', `${path} is there, and is no file of conflicts`, {
    next: 'give a path with --conflicts that nothing has yet',
    data: { path },
    exitCode: exitCodes.usage,
  });
}

function isConflictFile(text: string): boolean {
  try {
    const file = JSON.parse(text) as Partial<ConflictFile> | null;
    return file?.schemaVersion === 1 && Array.isArray(file.conflicts);
  } catch {
    return false;
  }
}

/** The decisions in a conflict file. Throws CutoverError `conflicts-missing` or `conflicts-undecided`. */
export async function readChoices(path: string): Promise<ReadonlyMap<string, Choice>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (!isConflictFile(text)) {
    throw new CutoverError('conflicts-missing', `there are no conflicts to go on from in ${path}`, {
      next: 'run `cutover merge` without --continue; it writes the file where there are conflicts',
      exitCode: exitCodes.usage,
    });
  }
  const { conflicts } = JSON.parse(text) as ConflictFile;
  const choices = new Map<string, Choice>();
  for (const conflict of conflicts) {
    const { key, take, value, kind } = conflict;
    if (take === 'legacy' || take === 'main') choices.set(key, { take });
    else if (take === 'value' && kind === 'field' && value !== undefined) choices.set(key, { take, value });
    else throw undecided(path, conflict);
  }
  return choices;
}

export async function removeConflicts(path: string): Promise<void> {
  await rm(path, { force: true });
}

function undecided(path: string, conflict: Conflict & { take: string | null }): CutoverError {
  const field = conflict.kind === 'field' ? `, field ${conflict.field}` : '';
  return new CutoverError('conflicts-undecided', `${path}: ${conflict.path}${field} is not decided`, {
    next: 'set its "take" to "legacy" or "main", or for a field to "value" with a "value"',
    data: { path: conflict.path, take: conflict.take },
    exitCode: exitCodes.usage,
  });
}
