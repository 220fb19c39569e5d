import type { PrivateRecord, PrivateSheet, Target } from '@cutover/records';
import { type DigestLine, fieldDigest, importedName } from './imported.ts';
import { parseLines } from './json-lines.ts';
import { shardFile, shardOf, sheetFiles } from './shards.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';

type Value = string | number | boolean | null;

/** A private record that is not what the last import left. */
export interface PrivateDifference {
  readonly id: string;
  readonly kind: 'created' | 'changed' | 'removed';
  /** Fields that differ; what the store makes by itself for an imported record is none. */
  readonly fields: readonly string[];
  readonly current: PrivateRecord | undefined;
  /** Keyed digest of the record as it is now: the same mark is the same record. */
  readonly mark: string;
}

/** One file of a sheet beside the digests of what the last import left there. */
export interface ImportedPart {
  readonly sheet: string;
  /** The same as long as neither the records nor the digests are written: then nothing need be read. */
  readonly version: string;
  /** Reads both files once, in constant memory. */
  differences(): AsyncIterable<PrivateDifference>;
}

/** The store's files with what tells whether they changed. Costs one look at each file, and reads none. */
export async function partsSinceImport(
  snapshots: Snapshots,
  target: Target,
  key: Buffer,
): Promise<ImportedPart[]> {
  const snapshot = await snapshots.current();
  const parts: ImportedPart[] = [];
  for (const sheet of target.privateSheets) {
    const files = sheetFiles(sheet.name, snapshot.shards);
    const digests = sheetFiles(importedName(sheet.name), snapshot.shards);
    for (const [i, name] of files.entries()) {
      const of = { snapshots, snapshot, sheet, name, digests: digests[i]!, key };
      const versions = [await snapshot.version(name), await snapshot.version(of.digests)];
      parts.push({
        sheet: sheet.name,
        version: [name, ...versions.map((version) => version ?? '')].join(' '),
        differences: () => differences(of),
      });
    }
  }
  return parts;
}

interface Part {
  readonly snapshots: Snapshots;
  readonly snapshot: Snapshot;
  readonly sheet: PrivateSheet;
  readonly name: string;
  readonly digests: string;
  readonly key: Buffer;
}

/** Both files are sorted by id, so that they are read side by side. */
async function* differences(part: Part): AsyncGenerator<PrivateDifference> {
  const { snapshots, snapshot } = part;
  const records = parseLines<PrivateRecord>(part.name, snapshots.read(snapshot, part.name));
  const lines = parseLines<DigestLine>(part.digests, snapshots.read(snapshot, part.digests));
  const digests = lines[Symbol.asyncIterator]();
  let next = await digests.next();
  for await (const current of records) {
    for (; next.done !== true && next.value.id < current.id; next = await digests.next())
      yield* gone(part, next.value);
    const line = next.done !== true && next.value.id === current.id ? next.value : undefined;
    if (line !== undefined) next = await digests.next();
    const found = line === undefined ? created(part, current) : changed(part, current, line);
    if (found !== undefined) yield found;
  }
  for (; next.done !== true; next = await digests.next()) yield* gone(part, next.value);
}

const markOf = ({ key, sheet }: Part, current: PrivateRecord): string =>
  fieldDigest(key, sheet.name, current.id, JSON.stringify(current));

const created = (part: Part, current: PrivateRecord): PrivateDifference => ({
  id: current.id,
  kind: 'created',
  fields: Object.keys(current).filter((field) => field !== 'id'),
  current,
  mark: markOf(part, current),
});

/** A row of which the last import left nothing (it was removed here before, and stays away) is no news either way. */
function* gone({ sheet, key }: Part, { id, digests }: DigestLine): Generator<PrivateDifference> {
  const fields = Object.keys(digests).filter(
    (field) => digests[field] !== fieldDigest(key, sheet.name, id, null),
  );
  yield { id, kind: 'removed', fields, current: undefined, mark: 'removed' };
}

function changed(
  part: Part,
  current: PrivateRecord,
  { id, digests }: DigestLine,
): PrivateDifference | undefined {
  const { sheet, key } = part;
  const imported = Object.keys(digests).filter(
    (field) => fieldDigest(key, sheet.name, id, current[field] ?? null) !== digests[field],
  );
  const own = Object.keys(current).filter((field) => field !== 'id' && digests[field] === undefined);
  const fields = [...imported, ...(own.length === 0 ? [] : withoutStoreMade(sheet, current, digests, own))];
  return fields.length === 0
    ? undefined
    : { id, kind: 'changed', fields, current, mark: markOf(part, current) };
}

/** Fields that the store adds to an imported record by itself say nothing of the new side. */
function withoutStoreMade(
  sheet: PrivateSheet,
  current: PrivateRecord,
  digests: DigestLine['digests'],
  own: readonly string[],
): string[] {
  const imported = Object.entries(current).filter(
    ([field]) => field === 'id' || digests[field] !== undefined,
  );
  const made = sheet.onInsert?.(Object.fromEntries(imported) as PrivateRecord, () => 'token') ?? {};
  return own.filter((field) => !(field in made));
}

/**
 * Values that the last import left in records of a sheet, by id and field, as far as the store still has that
 * version of itself. A value counts only where its digest is the import's, so that no other can pass for it.
 */
export async function valuesAtImport(
  snapshots: Snapshots,
  sheet: string,
  ids: ReadonlySet<string>,
  key: Buffer,
): Promise<Map<string, Readonly<Record<string, Value>>>> {
  const found = new Map<string, Readonly<Record<string, Value>>>();
  const now = await snapshots.current();
  const then = ids.size === 0 ? undefined : await snapshotOfImport(snapshots, now.lastImport);
  if (then === undefined) return found;
  const digests = new Map<string, DigestLine['digests']>();
  for await (const line of linesOf<DigestLine>(snapshots, now, importedName(sheet), ids))
    digests.set(line.id, line.digests);
  const seen = new Map<string, PrivateRecord>();
  for await (const record of linesOf<PrivateRecord>(snapshots, then, sheet, ids)) seen.set(record.id, record);
  for (const [id, fields] of digests) {
    const record = seen.get(id);
    if (record === undefined) continue;
    const proven = Object.keys(fields)
      .map((field): [string, Value] => [field, record[field] ?? null])
      .filter(([field, value]) => fieldDigest(key, sheet, id, value) === fields[field]);
    found.set(id, Object.fromEntries(proven));
  }
  return found;
}

async function snapshotOfImport(
  snapshots: Snapshots,
  lastImport: string | undefined,
): Promise<Snapshot | undefined> {
  if (lastImport === undefined) return undefined;
  for await (const { generation, why } of snapshots.history())
    if (why === `import ${lastImport}`) return snapshots.at(generation);
  return undefined;
}

async function* linesOf<T extends { readonly id: string }>(
  snapshots: Snapshots,
  snapshot: Snapshot,
  sheet: string,
  ids: ReadonlySet<string>,
): AsyncGenerator<T> {
  const shards = snapshot.shards[sheet] ?? 1;
  const wanted = new Set([...ids].map((id) => shardFile(sheet, shardOf(id, shards), shards)));
  for (const name of wanted)
    for await (const line of parseLines<T>(name, snapshots.read(snapshot, name)))
      if (ids.has(line.id)) yield line;
}
