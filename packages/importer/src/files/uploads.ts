import {
  type Check,
  concludeCheck,
  CutoverError,
  exitCodes,
  FindingList,
  type FindingsSeen,
  type Listener,
  LowestFindings,
} from '@cutover/core';
import {
  Declassifier,
  type FileDraft,
  type Profile,
  type PublicFields,
  recordId,
  type RecordDraft,
  recordPath,
  rowName,
  type Sheet,
  type SourceKey,
} from '@cutover/records';
import { ContextMaker } from '../context.ts';
import type { SourceFacts } from '../index-pass.ts';
import type { Lookup } from '../lookup/lookup.ts';
import { progressOf } from '../progress.ts';
import type { Source } from '../source.ts';
import { type MappedTable, RowBuilder } from '../tables.ts';
import type { Waiver } from '../waivers.ts';
import { type FileSource, type FoundFile, isMissing, type MissingFile } from './file-source.ts';
import { rewriteLinks } from './rewrite-links.ts';

/** How uploads are taken over. */
export interface UploadOptions {
  readonly source: FileSource;
  /** Host names that the legacy site answered under, besides the one that files are fetched from. */
  readonly legacyHosts?: readonly string[];
  /** A larger file goes into the private store's public bucket instead of git; 1 MiB by default. */
  readonly inGitBytes?: number;
}

/** A file of a record that is to be written, and where to. */
export interface RecordFile extends FoundFile {
  readonly at: string;
  readonly where: 'repository' | 'bucket';
}

const defaultInGitBytes = 1 << 20;

/** Keys of the private store's public bucket: the record's id comes first, so that what goes with it can be found. */
export const bucketKey = (id: string, sha256: string, name: string): string =>
  `${id}/${sha256}${/\.[a-z0-9]{1,8}$/.exec(name)?.[0] ?? ''}`;

export interface UploadInput {
  readonly profile: Profile;
  readonly instance: string;
  readonly source: Source;
  readonly facts: SourceFacts;
  readonly lookup: Lookup;
  readonly moment: string | undefined;
  readonly onEvent?: Listener | undefined;
  readonly uploads: UploadOptions;
  /** Rows of each table that are mapped: files of others are not looked for. */
  readonly limit?: number | undefined;
}

/** What was found, as another thread can be told. */
export interface SharedUploads {
  /** By the id of the record. */
  readonly files: ReadonlyMap<string, FoundFile | MissingFile>;
  /** Host names that links to them may have, in small letters. */
  readonly hosts: ReadonlySet<string>;
  /** What to name in reports. */
  readonly from: string;
  readonly inGitBytes: number;
}

/**
 * Uploads that imported rows refer to, found or fetched before anything is mapped, because a text may link to the
 * file of a later row. Held in memory: about 500 bytes a file, in each thread that maps.
 */
export class Uploads {
  readonly shared: SharedUploads;
  readonly #profile: Profile;
  readonly #instance: string;

  constructor(shared: SharedUploads, profile: Profile, instance: string) {
    this.shared = shared;
    this.#profile = profile;
    this.#instance = instance;
  }

  /** The draft with its file's fields and with the links of its texts rewritten, and the file to write. */
  complete(draft: RecordDraft, sheet: Sheet | undefined): { draft: RecordDraft; file?: RecordFile } {
    const texts = this.#rewritten(draft);
    const found = draft.file === undefined ? undefined : this.#find(draft.fields.id);
    if (sheet === undefined || draft.file === undefined || found === undefined || isMissing(found))
      return { draft: texts };
    const where = found.sizeBytes > this.shared.inGitBytes ? 'bucket' : 'repository';
    const at =
      where === 'bucket'
        ? bucketKey(draft.fields.id, found.sha256, draft.file.name)
        : besideRecord(sheet, draft.fields, draft.file);
    if (at === undefined) return { draft: texts };
    const fields = { file: at, fileIn: where, fileBytes: found.sizeBytes, fileSha256: found.sha256 };
    return { draft: { ...texts, fields: { ...texts.fields, ...fields } }, file: { ...found, at, where } };
  }

  /** Why the file of an imported record is not there; undefined where it is, or where it has none. */
  missing(draft: RecordDraft): string | undefined {
    if (draft.file === undefined) return undefined;
    const found = this.#find(draft.fields.id);
    if (found === undefined) return 'nobody looked for it';
    return isMissing(found) ? found.missing : undefined;
  }

  tally(): UploadTally {
    return new UploadTally(this.shared.from);
  }

  #rewritten(draft: RecordDraft): RecordDraft {
    const part = this.#profile.files!;
    let fields: Record<string, PublicFields[string]> | undefined;
    for (const field of part.texts[draft.sheet] ?? []) {
      const text = draft.fields[field];
      if (typeof text !== 'string') continue;
      const written = rewriteLinks(text, { part, hosts: this.shared.hosts, has: (row) => this.#has(row) });
      if (written !== text) (fields ??= { ...draft.fields })[field] = written;
    }
    return fields === undefined ? draft : { ...draft, fields: { ...fields, id: draft.fields.id } };
  }

  #has(row: SourceKey): boolean {
    const found = this.#find(recordId(this.#profile.name, this.#instance, row));
    return found !== undefined && !isMissing(found);
  }

  #find(id: string): FoundFile | MissingFile | undefined {
    return this.shared.files.get(id);
  }
}

export interface UploadsSeen {
  readonly findings: FindingsSeen;
  readonly wanted: number;
  readonly found: number;
  readonly bytes: number;
  readonly places: Readonly<Record<RecordFile['where'], number>>;
}

/** What one pass did with uploads. */
export class UploadTally {
  readonly #findings = new LowestFindings();
  readonly #from: string;
  #wanted = 0;
  #found = 0;
  #bytes = 0;
  readonly #places = { repository: 0, bucket: 0 };

  constructor(from: string) {
    this.#from = from;
  }

  /** Files that are taken over. */
  get found(): number {
    return this.#found;
  }

  add(row: SourceKey, file: RecordFile | undefined, missing: string | undefined): void {
    if (file === undefined && missing === undefined) return;
    this.#wanted++;
    if (file !== undefined) {
      this.#found++;
      this.#bytes += file.sizeBytes;
      this.#places[file.where]++;
      return;
    }
    this.#findings.add({
      code: 'file-missing',
      message: `the file of ${rowName(row)} is not there: ${missing}`,
      subject: rowName(row),
      next: 'look for it in an older backup, or waive it by check, count and reason (--waivers FILE)',
    });
  }

  /** What was seen so far, for another thread to add to its own. */
  get seen(): UploadsSeen {
    const findings = this.#findings.seen;
    return { findings, wanted: this.#wanted, found: this.#found, bytes: this.#bytes, places: this.#places };
  }

  addSeen({ findings, wanted, found, bytes, places }: UploadsSeen): void {
    this.#findings.addSeen(findings);
    this.#wanted += wanted;
    this.#found += found;
    this.#bytes += bytes;
    for (const where of ['repository', 'bucket'] as const) this.#places[where] += places[where];
  }

  /** Waivers of the check `files` are of the rule `file-missing`; they hold for exactly so many. */
  conclude(given: readonly Waiver[]): Check {
    const waivers = given.filter(({ check, rule }) => check === 'files' && rule === 'file-missing');
    const waived = waivers.reduce((sum, { count }) => sum + count, 0);
    const findings = waived === 0 ? this.#findings : this.#waived(waived);
    return concludeCheck({
      id: 'files',
      title: 'Every upload that an imported row refers to is there',
      looked: this.#wanted,
      expected: this.#wanted,
      actual: this.#found,
      findings,
      evidence: {
        ...(waivers.length === 0 ? {} : { waived: waivers.map(({ count, reason }) => ({ count, reason })) }),
        from: this.#from,
        bytes: this.#bytes,
        ...this.#places,
      },
    });
  }

  #waived(count: number): FindingList {
    if (count === this.#findings.total) return new FindingList();
    this.#findings.add({
      code: 'waiver-count-differs',
      message: `${count} missing files are waived, ${this.#findings.total} are missing`,
      subject: 'file-missing',
      expected: count,
      actual: this.#findings.total,
      next: 'look at them, and waive exactly those that are meant',
    });
    return this.#findings;
  }
}

/**
 * Finds or fetches the files of all rows that become records. Throws CutoverError `files-not-known` where the profile
 * knows of none, and what the source of files throws.
 */
export async function collectUploads(input: UploadInput): Promise<Uploads> {
  const part = input.profile.files;
  if (part === undefined) {
    throw new CutoverError('files-not-known', `the profile ${input.profile.name} knows nothing of uploads`, {
      next: 'leave --files away, or give the profile a `files` part',
      exitCode: exitCodes.usage,
    });
  }
  const files = new Map<string, FoundFile | MissingFile>();
  const running = new Set<Promise<void>>();
  const { source } = input.uploads;
  let failure: unknown;
  for await (const { id, file } of wantedFiles(input, new Set(part.sources))) {
    const work = source
      .find(file)
      .then((found) => void files.set(id, found))
      .catch((error: unknown) => void (failure ??= error))
      .finally(() => running.delete(work));
    running.add(work);
    if (running.size >= source.atOnce) await Promise.race(running);
    if (failure !== undefined) break;
  }
  await Promise.all(running);
  if (failure !== undefined) throw failure as Error;
  const { legacyHosts = [], inGitBytes = defaultInGitBytes } = input.uploads;
  const hosts = new Set([...source.hosts, ...legacyHosts].map((host) => host.toLowerCase()));
  return new Uploads({ files, hosts, from: source.from, inGitBytes }, input.profile, input.instance);
}

/** Files of the records that the rows of these sources become. */
async function* wantedFiles(
  { profile, instance, source, facts, lookup, moment, onEvent, limit = Infinity }: UploadInput,
  sources: ReadonlySet<string>,
): AsyncGenerator<{ id: string; file: FileDraft }> {
  const maker = new ContextMaker({ profile, instance, lookup, declassifier: new Declassifier(), moment });
  const tables = [...facts.tables.values()].filter(
    (table): table is MappedTable => table.kind === 'mapped' && sources.has(table.source.source),
  );
  if (tables.length === 0) return;
  const total = tables.reduce((sum, { name }) => sum + (facts.rows[name] ?? 0), 0);
  const bound = new Map(tables.map((table) => [table.name, table]));
  const seen = new Map<string, number>();
  for await (const event of source.read({
    ...progressOf('files', onEvent, total),
    tables: (name) => bound.has(name),
  })) {
    const table = event.kind === 'rows' ? bound.get(event.table.name) : undefined;
    if (event.kind !== 'rows' || table === undefined) continue;
    const builder = new RowBuilder(table, event.columns);
    const before = seen.get(table.name) ?? 0;
    const rows = event.rows.slice(0, Math.max(0, limit - before));
    seen.set(table.name, before + rows.length);
    for (const values of rows) {
      const key = builder.key(values);
      if (lookup.withheldBy(key) !== undefined) continue;
      const mapped = table.source.map(
        builder.row(values),
        maker.forRow(table.source.source, table.scope, key.key),
      );
      if (mapped.outcome !== 'imported') continue;
      for (const { fields, file } of mapped.records) if (file !== undefined) yield { id: fields.id, file };
    }
  }
}

/** `attachments/3f/media-12/original.jpg` for `attachments/3f/media-12.toml`; undefined where that is no path. */
function besideRecord(sheet: Sheet, fields: PublicFields, { name }: FileDraft): string | undefined {
  // A name that ends in .toml would be taken for a record.
  const safe = name.endsWith('.toml') ? `${name}.bin` : name;
  try {
    return `${recordPath(sheet.name, sheet.path, fields).slice(0, -'.toml'.length)}/${safe}`;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
