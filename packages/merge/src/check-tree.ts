import { createHash } from 'node:crypto';
import { type Check, concludeCheck, FindingList } from '@cutover/core';
import {
  fileInTree,
  type FilePlace,
  filePlaceOf,
  type Sheet,
  type StoredRecord,
  type Target,
} from '@cutover/records';
import { CatFile, fileSizes, parseRecord, type PublicStore } from '@cutover/stores';
import { slugAddress, slugField } from './settle-slugs.ts';

/**
 * Reads a tree once and asks what must hold before a branch is moved to it: every id and every slug of a
 * sheet is there once, every reference names a record that is there, every file in the tree is what its record says
 * of it (by size, those of merged records by their bytes), and the merged records fit their schemas. Memory: the ids
 * and slugs of all records, and where their files are.
 */
export async function checkTree(
  store: Pick<PublicStore, 'dir' | 'readRecords'>,
  tree: string,
  target: Target,
  merged: ReadonlySet<string>,
): Promise<Check[]> {
  const state = new TreeState(target);
  for await (const { path, sheet, bytes } of store.readRecords(tree)) {
    state.see(path, sheet, parseRecord(path, bytes), merged.has(path));
  }
  const files = state.uploads.length === 0 ? [] : [await checkUploads(store.dir, tree, state.uploads)];
  return [...state.conclude(), ...files];
}

interface UploadSeen {
  /** Path of the record. */
  readonly record: string;
  readonly place: FilePlace;
  /** Where the file is in the tree; undefined where no file of that sheet may be. */
  readonly path: string | undefined;
  readonly isMerged: boolean;
}

async function checkUploads(dir: string, tree: string, uploads: readonly UploadSeen[]): Promise<Check> {
  const findings = new FindingList();
  const sizes = await fileSizes(
    dir,
    tree,
    uploads.map(({ path }) => path ?? ''),
  );
  const cat = new CatFile(dir);
  try {
    for (const [index, { record, place, path, isMerged }] of uploads.entries()) {
      const size = path === undefined ? undefined : sizes[index];
      const isIt =
        size === place.sizeBytes &&
        (!isMerged || sha256((await cat.read(`${tree}:${path}`)).content) === place.sha256);
      if (isIt) continue;
      findings.add({
        code: size === undefined ? 'upload-missing' : 'upload-differs',
        message: `${record}: its file ${place.at} ${size === undefined ? 'is not there' : 'is another one than it says'}`,
        subject: record,
        next: 'put the file right on main, or take it out of the record, then merge again',
      });
    }
  } finally {
    await cat.close();
  }
  return concludeCheck({
    id: 'merge-uploads',
    title: 'Every file of a record is there and is what the record says',
    looked: uploads.length,
    expected: 0,
    actual: findings.total,
    findings,
  });
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

class TreeState {
  readonly uploads: UploadSeen[] = [];
  readonly #sheets: ReadonlyMap<string, Sheet>;
  readonly #ids = new Map<string, Set<string>>();
  readonly #slugs = new Map<string, Set<string>>();
  /** References to what has not been seen yet, with the first record that has each. */
  readonly #open = new Map<string, { readonly sheet: string; readonly id: string; readonly by: string }>();
  readonly #unique = new FindingList();
  readonly #references = new FindingList();
  readonly #schema = new FindingList();
  #records = 0;
  #merged = 0;

  constructor(target: Target) {
    this.#sheets = new Map(target.sheets.map((sheet) => [sheet.name, sheet]));
    for (const { name } of target.sheets) {
      this.#ids.set(name, new Set());
      this.#slugs.set(name, new Set());
    }
  }

  see(path: string, name: string, record: StoredRecord, isMerged: boolean): void {
    const sheet = this.#sheets.get(name);
    if (sheet === undefined) return;
    this.#records++;
    this.#once(this.#ids.get(name)!, 'id', record.id, path);
    const field = slugField(sheet);
    if (field !== 'id') this.#once(this.#slugs.get(name)!, field, slugAddress(sheet, path), path);
    this.#refer(sheet, path, record);
    const place = filePlaceOf(record);
    if (place?.where === 'repository')
      this.uploads.push({ record: path, place, path: fileInTree(name, record), isMerged });
    if (isMerged) this.#fit(sheet, path, record);
  }

  conclude(): Check[] {
    for (const { sheet, id, by } of this.#open.values()) {
      if (this.#ids.get(sheet)?.has(id) === true) continue;
      this.#references.add({
        code: 'reference-to-nothing',
        message: `${by} refers to ${sheet} ${id}, which is not there`,
        subject: by,
        next: 'restore that record, or take the reference out of the record, then merge again',
      });
    }
    const check = (id: string, title: string, looked: number, findings: FindingList) =>
      concludeCheck({ id, title, looked, expected: 0, actual: findings.total, findings });
    return [
      check('merge-unique', 'Every id and every slug of a sheet is there once', this.#records, this.#unique),
      check(
        'merge-references',
        'Every reference names a record that is there',
        this.#records,
        this.#references,
      ),
      ...(this.#merged === 0
        ? []
        : [check('merge-schema', 'Merged records fit their schemas', this.#merged, this.#schema)]),
    ];
  }

  #once(seen: Set<string>, field: string, value: string, path: string): void {
    if (!seen.has(value)) {
      seen.add(value);
      return;
    }
    this.#unique.add({
      code: 'not-unique',
      message: `${path}: another record has the ${field} ${value} too`,
      subject: path,
      next: 'change one of the two on main, then merge again',
    });
  }

  #refer(sheet: Sheet, path: string, record: StoredRecord): void {
    for (const [field, to] of Object.entries(sheet.references)) {
      const id = record[field];
      if (typeof id !== 'string') continue;
      if (this.#ids.get(to)?.has(id) === true) continue;
      const key = `${to}/${id}`;
      if (!this.#open.has(key)) this.#open.set(key, { sheet: to, id, by: path });
    }
  }

  #fit(sheet: Sheet, path: string, record: StoredRecord): void {
    this.#merged++;
    const parsed = sheet.schema.safeParse(record);
    if (parsed.success) return;
    const issue = parsed.error.issues[0]!;
    this.#schema.add({
      code: 'record-unfit',
      message: `${path}: ${issue.path.map(String).join('.')}: ${issue.message}`,
      subject: path,
      next: 'mend the record on main, or settle its fields by a rule, then merge again',
    });
  }
}
