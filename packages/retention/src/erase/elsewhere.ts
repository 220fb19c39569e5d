import { CutoverError } from '@cutover/core';
import { type Elsewhere, wentWith } from '@cutover/reconcile';
import { filePlaceOf, type IdentityRule, type StoredRecord, type Target } from '@cutover/records';
import { parseRecord, type PrivateStore, type PublicStore, readPast } from '@cutover/stores';
import { readKept } from '../kept-lines.ts';
import { idOfLine, namedBy, type Naming, valuesOf } from './quarantined.ts';

/** People as they were in earlier commits, in earlier versions of the private store, or in rows that never fitted. */
export interface FoundElsewhere extends Elsewhere {
  /** Earlier private records of those who have none now, by sheet. */
  readonly privates: readonly { readonly sheet: string; readonly record: StoredRecord }[];
  /** All states of their own public records. */
  readonly own: readonly StoredRecord[];
  /** Objects of the public bucket that any state of their records named, and the record of each. */
  readonly objects: ReadonlyMap<string, string>;
  /** States of records that name them and that cannot be read. */
  readonly unreadable: number;
}

interface ElsewhereInput extends Naming {
  readonly target: Target;
  readonly identity?: IdentityRule | undefined;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branches: readonly string[];
  readonly sheet: string;
  readonly ids: ReadonlySet<string>;
}

/** Looks for people where pruning does not. Memory grows with what is theirs, not with what is looked through. */
export async function lookBack(input: ElsewhereInput): Promise<FoundElsewhere> {
  const commits = await readCommits(input);
  const { own } = commits;
  const privates = await readEarlier(input);
  const quarantine = await readLines(input, 'quarantine');
  const nameIds = new Map(quarantine.nameIds);
  const field = input.identity?.sheet === input.sheet ? input.identity.field : undefined;
  for (const record of own) {
    const value = field === undefined ? undefined : record[field];
    if (typeof value === 'string' && value !== '') nameIds.set(value, record.id);
  }
  const people = new Set([...own, ...privates.map(({ record }) => record)].map(({ id }) => id));
  for (const id of quarantine.people) people.add(id);
  if ([...input.ids].some((id) => !people.has(id)))
    for (const id of (await readLines(input, 'ledger')).people) people.add(id);
  return { ...commits, people, nameIds, privates };
}

/** Of a ledger and of a quarantine whoever a row is of; of a quarantine also whom a row names. */
async function readLines(input: ElsewhereInput, kind: 'ledger' | 'quarantine'): Promise<Lines> {
  const people = new Set<string>();
  const nameIds = new Map<string, string>();
  const { ids, identity } = input;
  for await (const line of readKept(input.privateStore, kind)) {
    const id = idOfLine(input, line);
    if (id !== undefined && ids.has(id)) {
      people.add(id);
      const value = identity === undefined ? undefined : valuesOf(line)[identity.column];
      if (typeof value === 'string' && value !== '') nameIds.set(value, id);
    }
    if (kind === 'quarantine')
      for (const named of namedBy(input, line)) if (ids.has(named.id)) people.add(named.id);
  }
  return { people, nameIds };
}

interface Lines {
  readonly people: ReadonlySet<string>;
  readonly nameIds: ReadonlyMap<string, string>;
}

async function readCommits(
  input: ElsewhereInput,
): Promise<Pick<FoundElsewhere, 'own' | 'records' | 'withFiles' | 'objects' | 'unreadable'>> {
  const { publicStore, branches, ids, sheet: peoplesSheet } = input;
  const own: StoredRecord[] = [];
  const records = new Set<string>();
  const withFiles = new Set<string>();
  const objects = new Map<string, string>();
  const sheets = new Map(input.target.sheets.map((sheet) => [sheet.name, sheet]));
  const heads: string[] = [];
  for (const branch of branches) {
    const head = await publicStore.head(branch);
    if (head !== undefined) heads.push(head.commit);
  }
  let unreadable = 0;
  if (heads.length === 0) return { own, records, withFiles, objects, unreadable };
  for await (const file of readPast(publicStore.dir, ...heads)) {
    const sheet = sheets.get(file.sheet);
    if (sheet === undefined || !names(file.bytes, ids)) continue;
    const record = recordOf(file.path, file.bytes);
    if (record === undefined) {
      unreadable++;
      continue;
    }
    const isOwn = file.sheet === peoplesSheet && ids.has(record.id);
    if (isOwn) own.push(record);
    if (isOwn || wentWith(sheet, record, input)) records.add(record.id);
    const place = filePlaceOf(record);
    if (place === undefined) continue;
    withFiles.add(record.id);
    if (place.where === 'bucket' && isObjectOf(record.id, place.at)) objects.set(place.at, record.id);
  }
  return { own, records, withFiles, objects, unreadable };
}

/** Somebody may have committed what is no record, and mended it since. */
function recordOf(path: string, bytes: Buffer): StoredRecord | undefined {
  try {
    return parseRecord(path, bytes);
  } catch (error) {
    if (error instanceof CutoverError && error.code === 'record-unreadable') return undefined;
    throw error;
  }
}

const isObjectOf = (id: string, name: string): boolean =>
  name.startsWith(`${id}/`) && /^[0-9a-f-]{36}\/[0-9a-f]{64}(?:\.[a-z0-9]{1,8})?$/.test(name);

function names(bytes: Buffer, ids: ReadonlySet<string>): boolean {
  for (const id of ids) if (bytes.includes(id)) return true;
  return false;
}

/** Only of those who have no private records now: every version is looked into for each. */
async function readEarlier({
  target,
  privateStore,
  sheet,
  ids,
}: ElsewhereInput): Promise<FoundElsewhere['privates']> {
  const sheets = target.privateSheets.filter(({ of }) => of === sheet);
  const missing = new Set(ids);
  for (const { name } of sheets) for await (const { id } of privateStore.read(name)) missing.delete(id);
  const found: { sheet: string; record: StoredRecord }[] = [];
  for (const { name } of sheets) {
    for (const id of missing) {
      for await (const record of privateStore.earlier(name, id))
        if (record !== undefined) found.push({ sheet: name, record });
    }
  }
  return found;
}
