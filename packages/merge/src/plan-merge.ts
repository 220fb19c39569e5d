import {
  fileInTree,
  filePlaceOf,
  type Profile,
  type PublicValue,
  recordPath,
  type Sheet,
  type StoredRecord,
  writeToml,
} from '@cutover/records';
import {
  changeKey,
  type Changes,
  type FileChange,
  git,
  type PublicStore,
  type RecordChange,
  type RecordVersion,
  type TreeEdit,
} from '@cutover/stores';
import { type Choice, type Conflict, conflictKey } from './conflict.ts';
import { mergeRecord, same } from './merge-record.ts';
import { type Upload, uploadTarget } from './merge-upload.ts';
import {
  followNames,
  type NamesOf,
  newSideFields,
  type SettledSlug,
  settleSlug,
  slugAddress,
  slugField,
} from './settle-slugs.ts';

/** What a merge does to one sheet. */
export interface SheetMerge {
  added: number;
  changed: number;
  removed: number;
  /** Changed in legacy, and the new side's version stays as it is. */
  unchanged: number;
  /** Legacy changes of fields that belong to the new side, left out. */
  keptFields: number;
}

export interface MergePlan {
  readonly sheets: Readonly<Record<string, SheetMerge>>;
  readonly conflicts: readonly Conflict[];
  readonly settledSlugs: readonly SettledSlug[];
  /** Removals first: a path that becomes a directory has to make room. */
  readonly edits: readonly TreeEdit[];
  /** Paths of the records that the merge writes. */
  readonly mergedPaths: ReadonlySet<string>;
  /** Records and files that were compared. */
  readonly compared: number;
}

export interface PlanInput {
  readonly profile: Profile;
  readonly publicStore: PublicStore;
  /** Commits; undefined: there is none. */
  readonly base: string | undefined;
  readonly legacy: string;
  readonly main: string | undefined;
  readonly choices: ReadonlyMap<string, Choice>;
}

/** Decides what a merge does, and does nothing. Memory grows with what has changed on the two sides. */
export async function planMerge(input: PlanInput): Promise<MergePlan> {
  const sheets = new Map(input.profile.target.sheets.map((sheet) => [sheet.name, sheet]));
  const names = new Set(sheets.keys());
  const legacy = await input.publicStore.changes(input.base, input.legacy, names);
  const main: Changes =
    input.main === undefined
      ? { records: new Map(), files: [] }
      : await input.publicStore.changes(input.base, input.main, names);
  const planner = new Planner(input, sheets, main, legacy);
  for (const change of legacy.records.values()) planner.record(change);
  for (const change of legacy.files) if (!planner.isUpload(change.path)) planner.file(change);
  await planner.settleNewcomers();
  return planner.plan(legacy.records.size + legacy.files.length);
}

interface Newcomer {
  readonly sheet: Sheet;
  readonly record: StoredRecord;
  readonly link: { readonly path: string; readonly oid: string } | undefined;
  readonly upload: TakenUpload | undefined;
}

/** Legacy's file of a merged record. */
interface TakenUpload {
  /** Legacy's path of the record. */
  readonly path: string;
  readonly upload: Upload;
  /** Where the new side has the file that it takes the place of. */
  readonly mainAt: string | undefined;
}

/**
 * The copied names of references that legacy has changed, as legacy calls those records; undefined where there are
 * none. All other copies belong to the new side, like the names themselves.
 */
function movedCopies(
  sheet: Sheet,
  record: StoredRecord,
  main: StoredRecord,
  legacy: StoredRecord | undefined,
): Record<string, PublicValue> | undefined {
  const moved = Object.entries(sheet.copies ?? {}).filter(
    ([copy, { reference }]) => record[reference] !== main[reference] && typeof legacy?.[copy] === 'string',
  );
  if (moved.length === 0) return undefined;
  return Object.fromEntries(moved.map(([copy]) => [copy, legacy![copy]]));
}

class Planner {
  readonly #input: PlanInput;
  readonly #sheets: ReadonlyMap<string, Sheet>;
  readonly #main: Changes;
  readonly #legacy: Changes;
  readonly #mainFiles: ReadonlyMap<string, FileChange>;
  readonly #legacyFiles: ReadonlyMap<string, FileChange>;
  /** Paths of files that belong to records which legacy has changed: they go where their records go. */
  readonly #uploads = new Set<string>();
  readonly #counts: Record<string, SheetMerge> = {};
  readonly #conflicts: Conflict[] = [];
  readonly #settled: SettledSlug[] = [];
  readonly #newcomers: Newcomer[] = [];
  /** Records that were there and refer to another record than before. */
  readonly #followers: { readonly sheet: Sheet; readonly record: StoredRecord; readonly path: string }[] = [];
  /** Newcomers as they are written, by sheet and id. */
  readonly #settledRecords = new Map<string, StoredRecord>();
  readonly #put = new Map<string, string>();
  readonly #link = new Map<string, string>();
  readonly #remove = new Set<string>();
  readonly #mergedPaths = new Set<string>();

  constructor(input: PlanInput, sheets: ReadonlyMap<string, Sheet>, main: Changes, legacy: Changes) {
    this.#input = input;
    this.#sheets = sheets;
    this.#main = main;
    this.#legacy = legacy;
    this.#mainFiles = new Map(main.files.map((change) => [change.path, change]));
    this.#legacyFiles = new Map(legacy.files.map((change) => [change.path, change]));
    for (const { sheet, before, after } of legacy.records.values()) {
      for (const version of [before, after]) {
        const path = version === undefined ? undefined : fileInTree(sheet, version.fields);
        if (path !== undefined) this.#uploads.add(path);
      }
    }
  }

  isUpload(path: string): boolean {
    return this.#uploads.has(path);
  }

  record({ sheet: name, id, before: base, after: legacy }: RecordChange): void {
    const sheet = this.#sheets.get(name)!;
    const changed = this.#main.records.get(`${name}/${id}`);
    const main = changed === undefined ? (this.#input.main === undefined ? undefined : base) : changed.after;
    const counts = (this.#counts[name] ??= { added: 0, changed: 0, removed: 0, unchanged: 0, keptFields: 0 });
    const uploads = {
      base: this.#uploadOf(name, 'base', base),
      legacy: this.#uploadOf(name, 'legacy', legacy),
      main: this.#uploadOf(name, 'main', main),
    };
    const merged = mergeRecord(
      {
        sheet: name,
        id,
        path: (main ?? legacy ?? base)!.path,
        base: base?.fields,
        legacy: legacy?.fields,
        main: main?.fields,
        uploads,
      },
      {
        ownedByMain: new Set(newSideFields(sheet)),
        rules: this.#input.profile.mergeRules ?? [],
        choices: this.#input.choices,
      },
    );
    this.#conflicts.push(...merged.conflicts);
    counts.keptFields += merged.kept.length;
    const { record } = merged;
    if (record === undefined) {
      const [left, own] = [base, main].map((version) => fileInTree(name, version?.fields ?? {}));
      if (left !== undefined && !this.#mainFiles.has(left)) this.#remove.add(left);
      if (own !== undefined) this.#remove.add(own);
      if (main === undefined) counts.unchanged++;
      else {
        counts.removed++;
        this.#remove.add(main.path);
      }
      return;
    }
    const upload: TakenUpload | undefined =
      merged.upload === 'legacy' && legacy !== undefined && uploads.legacy !== undefined
        ? { path: legacy.path, upload: uploads.legacy, mainAt: fileInTree(name, main?.fields ?? {}) }
        : undefined;
    const link = legacy !== undefined && same(record, legacy.fields) ? legacy : undefined;
    if (main === undefined) {
      counts.added++;
      this.#newcomers.push({ sheet, record, link, upload });
      return;
    }
    const placed = this.#placeUpload(sheet, record, upload);
    if (merged.upload === 'legacy') this.#dropUpload(name, main, placed);
    if (same(placed, main.fields)) {
      if (upload === undefined) counts.unchanged++;
      else {
        counts.changed++;
        this.#mergedPaths.add(main.path);
      }
      return;
    }
    counts.changed++;
    const path = recordPath(name, sheet.path, placed);
    if (path !== main.path) this.#remove.add(main.path);
    const moved = movedCopies(sheet, placed, main.fields, legacy?.fields);
    if (moved !== undefined) {
      this.#mergedPaths.add(path);
      this.#followers.push({ sheet, record: { ...placed, ...moved }, path });
      return;
    }
    this.#write(path, placed, placed === record ? link : undefined);
  }

  /** A file that is no record, and no record's: taken as a whole. */
  file({ path, before, after }: FileChange): void {
    const changed = this.#mainFiles.get(path);
    const main =
      changed === undefined ? (this.#input.main === undefined ? undefined : before) : changed.after;
    if (main === after || before === after) return;
    let take: 'legacy' | 'main' = 'legacy';
    if (main !== before) {
      const conflict: Conflict = {
        kind: 'file',
        path,
        base: before ?? null,
        legacy: after ?? null,
        main: main ?? null,
      };
      const choice = this.#input.choices.get(conflictKey(conflict));
      if (choice === undefined || choice.take === 'value') this.#conflicts.push(conflict);
      take = choice?.take === 'legacy' ? 'legacy' : 'main';
    }
    if (take === 'main') return;
    if (after === undefined) this.#remove.add(path);
    else this.#link.set(path, after);
  }

  /** Newcomers last: who is there already, or is renamed, has the first word on a slug. */
  async settleNewcomers(): Promise<void> {
    // Those whose names others repeat first.
    const isCopying = ({ sheet }: Newcomer): boolean =>
      Object.keys(sheet.copies ?? {}).length > 0 || sheet.joins !== undefined;
    await this.#settle(this.#newcomers.filter((newcomer) => !isCopying(newcomer)));
    const copying = this.#newcomers.filter(isCopying);
    await this.#settle(
      copying.map((newcomer) => {
        const named = followNames(newcomer.sheet, newcomer.record, this.#namesOf);
        return named === newcomer.record ? newcomer : { ...newcomer, record: named, link: undefined };
      }),
    );
    for (const { sheet, record, path } of this.#followers) {
      const own = slugField(sheet);
      this.#write(path, { ...followNames(sheet, record, this.#namesOf), [own]: record[own] }, undefined);
    }
  }

  async #settle(newcomers: readonly Newcomer[]): Promise<void> {
    const taken = await this.#takenSlugs(newcomers);
    for (const { sheet, record, link, upload } of newcomers) {
      const slugs = taken.get(sheet.name)!;
      const { record: settled, settled: report } = settleSlug(sheet, record, (address) => slugs.has(address));
      if (report !== undefined) this.#settled.push(report);
      this.#settledRecords.set(changeKey(sheet.name, record.id), settled);
      const path = recordPath(sheet.name, sheet.path, settled);
      slugs.add(slugAddress(sheet, path));
      const placed = this.#placeUpload(sheet, settled, upload);
      this.#write(path, placed, placed === record ? link : undefined);
    }
  }

  /** Names belong to the new side: what was settled, what main says, or what was before legacy changed it. */
  readonly #namesOf: NamesOf = (sheet, id, field) => {
    const key = changeKey(sheet, id);
    const [main, legacy] = [this.#main.records.get(key), this.#legacy.records.get(key)];
    const merged = (this.#settledRecords.get(key) ?? main?.after?.fields ?? legacy?.before?.fields)?.[field];
    const theirs = (legacy?.after ?? main?.before)?.fields[field];
    return typeof merged === 'string' && typeof theirs === 'string' && merged !== theirs
      ? { legacy: theirs, merged }
      : undefined;
  };

  plan(compared: number): MergePlan {
    return {
      sheets: this.#counts,
      conflicts: this.#conflicts,
      settledSlugs: this.#settled,
      edits: [
        ...[...this.#remove].map((path) => ({ path, content: null })),
        ...[...this.#put].map(([path, content]) => ({ path, content })),
        ...[...this.#link].map(([path, oid]) => ({ path, oid })),
      ],
      mergedPaths: this.#mergedPaths,
      compared,
    };
  }

  /** The blob that a side has at a path; null: none. Undefined: neither side has touched what is there, or is not. */
  #oidAt(side: 'base' | 'legacy' | 'main', path: string): string | null | undefined {
    const [legacy, main] = [this.#legacyFiles.get(path), this.#mainFiles.get(path)];
    const own = side === 'legacy' ? legacy : side === 'main' ? main : undefined;
    if (own !== undefined) return own.after ?? null;
    const change = legacy ?? main;
    return change === undefined ? undefined : (change.before ?? null);
  }

  #uploadOf(
    sheet: string,
    side: 'base' | 'legacy' | 'main',
    version: RecordVersion | undefined,
  ): Upload | undefined {
    const place = version === undefined ? undefined : filePlaceOf(version.fields);
    const path = version === undefined ? undefined : fileInTree(sheet, version.fields);
    if (place === undefined || path === undefined) return place;
    return { ...place, oid: this.#oidAt(side, path) };
  }

  /** The record with legacy's file beside it. */
  #placeUpload(sheet: Sheet, record: StoredRecord, taken: TakenUpload | undefined): StoredRecord {
    if (taken === undefined || fileInTree(sheet.name, record) === undefined) return record;
    const { oid, at } = taken.upload;
    if (typeof oid !== 'string') return record;
    const to = uploadTarget(sheet, record, { path: taken.path, at }, taken.mainAt);
    const there = this.#mainFiles.get(to);
    // Something else of the new side that lies there.
    if (to !== taken.mainAt && there?.after !== undefined && there.after !== oid)
      this.file({ path: to, after: oid });
    else this.#link.set(to, oid);
    return to === at ? record : { ...record, file: to };
  }

  /** The new side's file of a record goes where the merged record has another, or none. */
  #dropUpload(sheet: string, main: RecordVersion, merged: StoredRecord): void {
    const path = fileInTree(sheet, main.fields);
    if (path !== undefined && path !== fileInTree(sheet, merged)) this.#remove.add(path);
  }

  #write(
    path: string,
    record: StoredRecord,
    link: { readonly path: string; readonly oid: string } | undefined,
  ): void {
    this.#mergedPaths.add(path);
    if (link?.path === path) this.#link.set(path, link.oid);
    else this.#put.set(path, writeToml(record));
  }

  /**
   * Slugs on the new side that newcomers could meet; all others need not be remembered. One that the new side has
   * renamed a record away from counts as taken: its old URL leads on to that record, and must not come to show another.
   */
  async #takenSlugs(newcomers: readonly Newcomer[]): Promise<ReadonlyMap<string, Set<string>>> {
    const wanted = new Map([...this.#sheets.keys()].map((name) => [name, new Set<string>()]));
    const taken = new Map([...this.#sheets.keys()].map((name) => [name, new Set<string>()]));
    for (const { sheet, record } of newcomers) {
      wanted.get(sheet.name)!.add(slugAddress(sheet, recordPath(sheet.name, sheet.path, record)));
    }
    if (newcomers.length === 0 || this.#input.main === undefined) return taken;
    const take = (path: string): void => {
      const sheet = this.#sheets.get(path.slice(0, path.indexOf('/')));
      if (sheet === undefined) return;
      const address = slugAddress(sheet, path);
      const wants = wanted.get(sheet.name)!;
      if (wants.has(address) || wants.has(address.replace(/-\d+$/, ''))) taken.get(sheet.name)!.add(address);
    };
    const names = await git(this.#input.publicStore.dir, [
      'ls-tree',
      '-r',
      '-z',
      '--full-tree',
      '--name-only',
      this.#input.main,
    ]);
    for (const path of [...names.split('\0'), ...this.#mergedPaths]) if (!this.#remove.has(path)) take(path);
    for (const { before, after } of this.#main.records.values())
      if (before !== undefined && after !== undefined && before.path !== after.path) take(before.path);
    return taken;
  }
}
