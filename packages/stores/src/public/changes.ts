import { CutoverError, messageOf } from '@cutover/core';
import { parseToml, type StoredRecord } from '@cutover/records';
import { CatFile } from './cat-file.ts';
import { exitOf, gitError, spawnGit } from './git.ts';

/** A file that differs between two trees; `before` or `after` is absent where it is in one of them only. */
export interface FileChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** One version of a record in a tree. */
export interface RecordVersion {
  readonly path: string;
  readonly oid: string;
  readonly fields: StoredRecord;
}

/** What became of one record between two trees, whatever its path: a rename is a change like any other. */
export interface RecordChange {
  readonly sheet: string;
  readonly id: string;
  readonly before?: RecordVersion;
  readonly after?: RecordVersion;
}

/** The tree without files, which git knows without having it. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const none = '0'.repeat(40);

/**
 * Files that differ between two commits or trees, in path order. Directories that are the same are not
 * looked into, so that the cost is that of the difference. Throws CutoverError `git-failed`.
 */
export async function* fileChanges(dir: string, from: string, to: string): AsyncGenerator<FileChange> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--no-abbrev', '--raw', from, to];
  const child = spawnGit(dir, args);
  const exit = exitOf(child, args);
  exit.catch(() => undefined);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.end();
  let rest = '';
  let header: string | undefined;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of child.stdout) {
      const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\0');
      rest = parts.pop()!;
      for (const part of parts) {
        if (header === undefined) {
          header = part;
          continue;
        }
        const [, , before, after] = header.split(' ');
        header = undefined;
        yield {
          path: part,
          ...(before === none ? {} : { before: before! }),
          ...(after === none ? {} : { after: after! }),
        };
      }
    }
    const code = await exit;
    if (code !== 0) throw gitError(dir, args, code, errors);
  } finally {
    child.kill();
  }
}

export interface Changes {
  /** By sheet and id: `<sheet>/<id>`. */
  readonly records: ReadonlyMap<string, RecordChange>;
  /** What is no record: configs, attachments, whatever people put beside them. */
  readonly files: readonly FileChange[];
}

export interface ChangesOptions {
  /** Keep of each version its id alone: about 300 bytes for each record that differs. */
  readonly idsOnly?: boolean;
}

export const changeKey = (sheet: string, id: string): string => `${sheet}/${id}`;

/** Versions that are asked for at a time. */
const readAhead = 512;

/**
 * What differs between two commits or trees, with records matched by id. Memory grows with the
 * difference. Throws CutoverError `record-unreadable` (no TOML, no id), `record-twice` or
 * `object-unreadable`.
 */
export async function readChanges(
  dir: string,
  from: string | undefined,
  to: string,
  sheets: ReadonlySet<string>,
  options: ChangesOptions = {},
): Promise<Changes> {
  const records = new Map<string, RecordChange>();
  const files: FileChange[] = [];
  const cat = new CatFile(dir);
  let wanted: { side: 'before' | 'after'; path: string; sheet: string; oid: string }[] = [];
  const take = async () => {
    const objects = await Promise.all(wanted.map(({ oid }) => cat.read(oid)));
    wanted.forEach(({ side, path, sheet, oid }, i) => {
      const record = parseRecord(path, objects[i]!.content);
      const fields = options.idsOnly === true ? { id: record.id } : record;
      const key = changeKey(sheet, fields.id);
      const change = records.get(key) ?? { sheet, id: fields.id };
      if (change[side] !== undefined) throw recordTwice(fields.id, change[side].path, path);
      records.set(key, { ...change, [side]: { path, oid, fields } });
    });
    wanted = [];
  };
  try {
    for await (const change of fileChanges(dir, from ?? emptyTree, to)) {
      const sheet = change.path.slice(0, change.path.indexOf('/'));
      if (!sheets.has(sheet) || !change.path.endsWith('.toml')) {
        files.push(change);
        continue;
      }
      for (const side of ['before', 'after'] as const) {
        const oid = change[side];
        if (oid !== undefined) wanted.push({ side, path: change.path, sheet, oid });
      }
      if (wanted.length >= readAhead) await take();
    }
    await take();
  } finally {
    await cat.close();
  }
  return { records, files };
}

/** A record out of its file. Throws CutoverError `record-unreadable`. */
export function parseRecord(path: string, bytes: Buffer): StoredRecord {
  let fields: Record<string, unknown>;
  try {
    fields = parseToml(bytes.toString('utf8'));
  } catch (cause) {
    throw unreadable(path, messageOf(cause).split('\n', 1)[0]!, cause);
  }
  if (typeof fields['id'] !== 'string') throw unreadable(path, 'it has no id');
  return fields as StoredRecord;
}

function unreadable(path: string, why: string, cause?: unknown): CutoverError {
  return new CutoverError('record-unreadable', `${path} is no record: ${why}`, {
    next: 'mend the file in git, or take the commit back that changed it',
    data: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}

function recordTwice(id: string, a: string, b: string): CutoverError {
  return new CutoverError('record-twice', `${a} and ${b} have the same id ${id}`, {
    next: 'remove one of the two files, or give it an id of its own',
    data: { id, paths: [a, b] },
  });
}
