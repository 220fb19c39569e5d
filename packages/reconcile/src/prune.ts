import { readFile } from 'node:fs/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import {
  fileInTree,
  filePlaceOf,
  type IdentityRule,
  parseRowName,
  parseToml,
  type PublicFields,
  recordId,
  type Sheet,
  type StoredRecord,
  type Target,
  writeToml,
} from '@cutover/records';
import {
  claimedFields,
  type Edit,
  editTree,
  type PrivateStore,
  type PublicStore,
  type TreeEdit,
} from '@cutover/stores';
import { Audit } from './audit.ts';
import { tombstoneId } from './record-checks.ts';
import { prunedSheet, tombstonesSheet } from './system-sheets.ts';

export interface PruneInput {
  readonly target: Target;
  readonly identity?: IdentityRule | undefined;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branches: readonly string[];
  /** Sheet that people are in. */
  readonly sheet: string;
  /** Ids of the records of that sheet to remove. */
  readonly ids: ReadonlySet<string>;
  readonly run: string;
  readonly by: string;
  readonly dryRun: boolean;
  /** What is known of them besides the heads of the branches and the private records. */
  readonly elsewhere?: Elsewhere;
}

/** What earlier commits, earlier versions and quarantined rows tell of the people of the list. */
export interface Elsewhere {
  /** Those of the list whom any of these names. */
  readonly people: ReadonlySet<string>;
  /** Records that went with them in an earlier commit. They go too, unless a branch has them now and they stay. */
  readonly records: ReadonlySet<string>;
  /** Records among those that go which had a file in any commit: they may have objects in the public bucket. */
  readonly withFiles: ReadonlySet<string>;
  /** Identifiers that they had once, and whose each was. */
  readonly nameIds: ReadonlyMap<string, string>;
}

export interface PruneResult {
  /** People found on at least one branch, among the private records, or elsewhere. */
  readonly people: number;
  /** Ids of the list that are nowhere, and were not pruned before. */
  readonly unknown: readonly string[];
  /** Ids of the records that go, theirs and those that go with them. */
  readonly gone: ReadonlySet<string>;
  /** Records removed with them, by sheet, on the first branch. */
  readonly removed: Readonly<Record<string, number>>;
  /** Records that are in earlier commits only. */
  readonly past: number;
  /** Records that stay and lost a reference to them. */
  readonly unlinked: number;
  readonly privates: Readonly<Record<string, number>>;
  readonly tombstones: number;
  readonly commits: Readonly<Record<string, string>>;
}

/**
 * Ids to prune out of a list: one record id or row name (`people/42`) a line, `#` begins a comment. Throws
 * CutoverError `prune-list-invalid` that names the line.
 */
export async function readPruneList(path: string, profile: string, instance = profile): Promise<Set<string>> {
  const ids = new Set<string>();
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CutoverError('prune-list-missing', `there is no list at ${path}`, {
      next: 'give a file with one record id or row name a line',
      exitCode: exitCodes.usage,
      cause,
    });
  });
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.replace(/#.*/, '').trim();
    if (entry === '') continue;
    const id = idOfEntry(entry, profile, instance);
    if (id !== undefined) ids.add(id);
    else {
      throw new CutoverError(
        'prune-list-invalid',
        `${path} line ${index + 1} is neither a record id nor a row name`,
        {
          next: 'write ids like 01234567-89ab-8cde-8f01-23456789abcd or row names like people/42',
          data: { line: index + 1 },
          exitCode: exitCodes.usage,
        },
      );
    }
  }
  return ids;
}

/** The record id that a record id or a row name (`people/42`) stands for; undefined where it is neither. */
export function idOfEntry(entry: string, profile: string, instance = profile): string | undefined {
  const row = entry.includes('/') ? parseRowName(entry) : undefined;
  if (row !== undefined) return recordId(profile, instance, row);
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entry) ? entry : undefined;
}

/**
 * Removes people for good. The order is one that a crash can be repaired from: what is decided is recorded
 * first (imports obey it, reconcile finishes it), then the branches move, then private records go. Running it
 * again finishes what was left.
 */
export async function prune(input: PruneInput): Promise<PruneResult> {
  const plans = new Map<string, BranchPlan>();
  for (const branch of input.branches) plans.set(branch, await planBranch(input, branch));
  const privates = await countPrivates(input);
  const [first] = plans.values();
  const known = await knownIds(input, plans);
  const nameIds = nameIdsOf(input, plans);
  const present = new Set(
    [...plans.values()].flatMap(({ found, alsoRemoved }) => [...found, ...alsoRemoved]),
  );
  const past = pastOf(input, plans, present);
  const gone = new Set([...present, ...past]);
  const result = {
    people: known.size,
    unknown: [...input.ids].filter((id) => !known.has(id)),
    gone,
    removed: first?.removed ?? {},
    past: past.length,
    unlinked: first?.unlinked ?? 0,
    privates,
    tombstones: nameIds.size,
  };
  if (input.dryRun || known.size === 0) return { ...result, commits: {} };
  const commits: Record<string, string> = {};
  const audit = new Audit(input.privateStore, input.run, input.by);
  const lines = [...known].map((id) => ({ what: 'prune', subject: `${input.sheet}/${id}`, fields: [] }));
  await audit.around(lines, async () => {
    await record(input, known, gone, nameIds);
    // Before the branches move: only records say whose objects they are.
    for (const id of withObjects(input, plans, gone)) await input.privateStore.removePublic(id);
    for (const [branch, plan] of plans) {
      const commit = await commitBranch(input, branch, plan, known.size);
      if (commit !== undefined) commits[branch] = commit;
    }
    await removePrivates(input, known);
  });
  return { ...result, commits };
}

/** What they had once is theirs unless somebody else has it now. */
function nameIdsOf({ elsewhere }: PruneInput, plans: ReadonlyMap<string, BranchPlan>): Map<string, string> {
  const nameIds = new Map(elsewhere?.nameIds);
  for (const { others } of plans.values()) for (const value of others.nameIds) nameIds.delete(value);
  for (const plan of plans.values()) for (const [value, id] of plan.nameIds) nameIds.set(value, id);
  return nameIds;
}

/** Records of earlier commits that no branch has now, and the people among them. */
function pastOf(
  { elsewhere }: PruneInput,
  plans: ReadonlyMap<string, BranchPlan>,
  present: ReadonlySet<string>,
): string[] {
  const stay = new Set([...plans.values()].flatMap(({ others }) => [...others.records]));
  return [...(elsewhere?.records ?? [])].filter((id) => !stay.has(id) && !present.has(id));
}

function withObjects(
  { elsewhere }: PruneInput,
  plans: ReadonlyMap<string, BranchPlan>,
  gone: ReadonlySet<string>,
): Set<string> {
  const had = [...(elsewhere?.withFiles ?? [])].filter((id) => gone.has(id));
  return new Set([...[...plans.values()].flatMap(({ publicObjects }) => [...publicObjects]), ...had]);
}

interface BranchPlan {
  readonly head: Awaited<ReturnType<PublicStore['head']>>;
  readonly edits: TreeEdit[];
  readonly found: Set<string>;
  /** Ids of the records that go with the people: their memberships and interests. */
  readonly alsoRemoved: Set<string>;
  readonly nameIds: Map<string, string>;
  /** Records that have objects in the public bucket. */
  readonly publicObjects: Set<string>;
  /** Of what is known elsewhere, what is not theirs here: records that stay, and identifiers of others. */
  readonly others: { readonly records: Set<string>; readonly nameIds: Set<string> };
  readonly removed: Record<string, number>;
  unlinked: number;
}

async function planBranch(input: PruneInput, branch: string): Promise<BranchPlan> {
  const head = await input.publicStore.head(branch);
  if (head === undefined) {
    throw new CutoverError('branch-missing', `the public store has no branch ${branch}`, {
      next: 'give the branches to prune with --branch',
      exitCode: exitCodes.usage,
    });
  }
  const plan: BranchPlan = {
    head,
    edits: [],
    found: new Set(),
    alsoRemoved: new Set(),
    nameIds: new Map(),
    publicObjects: new Set(),
    others: { records: new Set(), nameIds: new Set() },
    removed: {},
    unlinked: 0,
  };
  const sheets = new Map(input.target.sheets.map((sheet) => [sheet.name, sheet]));
  for await (const file of input.publicStore.readRecords(head.commit)) {
    const sheet = sheets.get(file.sheet);
    if (sheet !== undefined)
      planRecord(input, sheet, file.path, parseToml(file.bytes.toString()) as StoredRecord, plan);
  }
  return plan;
}

function planRecord(
  input: PruneInput,
  sheet: Sheet,
  path: string,
  record: StoredRecord,
  plan: BranchPlan,
): void {
  const remove = () => {
    plan.edits.push({ path, content: null });
    const file = fileInTree(sheet.name, record);
    if (file !== undefined) plan.edits.push({ path: file, content: null });
    if (filePlaceOf(record)?.where === 'bucket') plan.publicObjects.add(record.id);
    plan.removed[sheet.name] = (plan.removed[sheet.name] ?? 0) + 1;
  };
  const nameId = sheet.name === input.identity?.sheet ? record[input.identity.field] : undefined;
  if (sheet.name === input.sheet && input.ids.has(record.id)) {
    plan.found.add(record.id);
    if (typeof nameId === 'string') plan.nameIds.set(nameId, record.id);
    return remove();
  }
  if (input.elsewhere?.nameIds.has(String(nameId)) === true) plan.others.nameIds.add(String(nameId));
  const named = namingFields(sheet, record, input);
  if (!named.some((field) => isRequired(sheet, record, field)) && input.elsewhere?.records.has(record.id))
    plan.others.records.add(record.id);
  if (named.length === 0) return;
  if (named.some((field) => isRequired(sheet, record, field))) {
    plan.alsoRemoved.add(record.id);
    return remove();
  }
  const rest = Object.fromEntries(Object.entries(record).filter(([field]) => !named.includes(field)));
  plan.edits.push({ path, content: writeToml(rest as PublicFields) });
  plan.unlinked++;
}

/** Fields in which a record names one of the people. */
function namingFields(
  sheet: Sheet,
  record: StoredRecord,
  people: Pick<PruneInput, 'sheet' | 'ids'>,
): string[] {
  return Object.keys(sheet.references).filter(
    (field) => sheet.references[field] === people.sheet && people.ids.has(String(record[field])),
  );
}

/** Whether a record of an earlier commit went with one of the people, by what its sheet is now. */
export function wentWith(
  sheet: Sheet,
  record: StoredRecord,
  people: Pick<PruneInput, 'sheet' | 'ids'>,
): boolean {
  // One that does not fit with its person either says nothing by not fitting without.
  const fits = sheet.schema.safeParse(record).success;
  return namingFields(sheet, record, people).some((field) =>
    fits ? isRequired(sheet, record, field) : sheet.belongsTo?.includes(field) === true,
  );
}

/** A record that does not fit without its person, or is about nobody else, goes with the person; others lose the name only. */
function isRequired(sheet: Sheet, record: StoredRecord, field: string): boolean {
  const rest = Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));
  return !sheet.schema.safeParse(rest).success || sheet.belongsTo?.includes(field) === true;
}

async function knownIds(input: PruneInput, plans: ReadonlyMap<string, BranchPlan>): Promise<Set<string>> {
  const known = new Set<string>();
  for (const { found } of plans.values()) for (const id of found) known.add(id);
  for (const id of input.elsewhere?.people ?? []) if (input.ids.has(id)) known.add(id);
  for (const { name } of peoplesSheets(input)) {
    for await (const { id } of input.privateStore.read(name)) if (input.ids.has(id)) known.add(id);
  }
  for await (const { id } of input.privateStore.read(prunedSheet)) if (input.ids.has(id)) known.add(id);
  return known;
}

const peoplesSheets = ({ target, sheet }: PruneInput) =>
  target.privateSheets.filter(({ of }) => of === sheet);

async function countPrivates(input: PruneInput): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of peoplesSheets(input)) {
    counts[name] = 0;
    for await (const { id } of input.privateStore.read(name)) if (input.ids.has(id)) counts[name]++;
  }
  return counts;
}

/** What an import obeys from here on, and who must never be given these identifiers. */
async function record(
  { privateStore, sheet, run, by }: PruneInput,
  people: ReadonlySet<string>,
  gone: ReadonlySet<string>,
  nameIds: ReadonlyMap<string, string>,
): Promise<void> {
  const at = new Date().toISOString();
  const others = [...gone].filter((id) => !people.has(id));
  const pruned = (id: string, of: string): Edit => ({
    sheet: prunedSheet,
    id,
    change: (current) => current ?? { id, sheet: of, at, by, run },
  });
  await privateStore.edit(
    [
      ...[...people].map((id) => pruned(id, sheet)),
      ...others.map((id) => pruned(id, '')),
      ...[...nameIds].map(([value, person]): Edit => {
        const id = tombstoneId('name-id', value);
        return {
          sheet: tombstonesSheet,
          id,
          change: (current) => current ?? { id, kind: 'name-id', person, at },
        };
      }),
    ],
    `prune ${run}`,
  );
  for (const [value, person] of nameIds) await privateStore.claims.claim('name-id', value, person);
}

async function commitBranch(
  { publicStore, run, by }: PruneInput,
  branch: string,
  { head, edits }: BranchPlan,
  people: number,
): Promise<string | undefined> {
  if (edits.length === 0) return undefined;
  const tree = await editTree(publicStore.dir, head!.commit, edits);
  const message = `Prune ${people} people\n\nCutover-Prune: ${run}\nCutover-By: ${by}\n`;
  return (await publicStore.commit(branch, { tree, message, expected: head })).commit;
}

async function removePrivates(input: PruneInput, people: ReadonlySet<string>): Promise<void> {
  const edits = peoplesSheets(input).flatMap(({ name }) =>
    [...people].map((id): Edit => ({ sheet: name, id, change: () => undefined })),
  );
  const claims = await claimsOf(input, people);
  await input.privateStore.edit(edits, `prune ${input.run}`);
  await input.privateStore.claims.releaseNamed(claims);
}

/** What the people had claimed, by their private records; others may have it once these are gone. */
async function claimsOf({ target, privateStore }: PruneInput, people: ReadonlySet<string>) {
  const name = await privateStore.claims.naming();
  const claims: { id: string; owner: string }[] = [];
  for (const { kind, sheet, field } of claimedFields(target)) {
    for await (const record of privateStore.read(sheet)) {
      const value = people.has(record.id) ? record[field] : undefined;
      if (typeof value === 'string' && value !== '') claims.push({ id: name(kind, value), owner: record.id });
    }
  }
  return claims;
}
