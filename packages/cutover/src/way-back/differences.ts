import { CutoverError, exitCodes } from '@cutover/core';
import { lastMerged } from '@cutover/merge';
import type { NewSideChange, PrivateSideChange, Target } from '@cutover/records';
import {
  git,
  parseRecord,
  type PrivateDifference,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';

export interface Sides {
  readonly target: Target;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  /** Branch that the new site serves. */
  readonly branch: string;
}

/** A public record of the served branch that is not as the import said it. */
export interface PublicDifference extends Omit<NewSideChange, 'privates'> {
  readonly path: string;
  /** The same mark is the same two versions. */
  readonly mark: string;
}

/**
 * What a served branch stands on: the import that was merged into it last, or that was made on it. Throws
 * CutoverError `nothing-imported` where there is none.
 */
export async function importBelow(store: Pick<PublicStore, 'dir'>, commit: string): Promise<string> {
  const merged = await lastMerged(store, commit);
  if (merged !== undefined) return merged;
  const out = await git(store.dir, [
    'log',
    '-1',
    '--first-parent',
    '--grep=^Cutover-Import: ',
    '--format=%H',
    commit,
    '--',
  ]);
  if (out.trim() !== '') return out.trim();
  throw new CutoverError('nothing-imported', 'the served branch stands on no import', {
    next: 'name the branch that the new site serves with --branch',
    exitCode: exitCodes.preflightFailed,
  });
}

/** Records of the served branch that differ from what its import said. Costs what differs. */
export async function publicDifferences(
  { publicStore, target }: Sides,
  commit: string,
): Promise<{ readonly from: string; readonly changes: readonly PublicDifference[]; readonly files: number }> {
  const from = await importBelow(publicStore, commit);
  const names = new Set(target.sheets.map(({ name }) => name));
  const { records, files } = await publicStore.changes(from, commit, names);
  const changes = [...records.values()].map(({ sheet, id, before, after }): PublicDifference => ({
    sheet,
    id,
    before: before?.fields,
    after: after?.fields,
    path: (after ?? before)!.path,
    mark: `${before?.oid ?? ''} ${after?.oid ?? ''}`,
  }));
  return { from, changes, files: files.length };
}

/** A private record by sheet, with the values that the import left where those are wanted. */
export interface PrivateDifferenceOf extends PrivateDifference {
  readonly sheet: string;
}

/** Reads every private file. */
export async function privateDifferences({ privateStore, target }: Sides): Promise<PrivateDifferenceOf[]> {
  const found: PrivateDifferenceOf[] = [];
  for (const part of await privateStore.partsSinceImport(target))
    for await (const one of part.differences()) found.push({ sheet: part.sheet, ...one });
  return found;
}

/** A change with where its record lies in the tree. */
export interface JoinedChange extends NewSideChange {
  readonly path: string;
}

/**
 * Both sides together, a record with the private ones that belong to it, in the order of the target's sheets. The public
 * records of people whose private rows alone changed are looked up in one pass over the branch.
 */
export async function joinSides(
  sides: Sides,
  commit: string,
  publics: readonly PublicDifference[],
  privates: readonly PrivateDifferenceOf[],
): Promise<JoinedChange[]> {
  const { target, publicStore, privateStore } = sides;
  const ownerOf = new Map(target.privateSheets.map(({ name, of }) => [name, of]));
  const joined = new Map<string, JoinedChange & { privates: Record<string, PrivateSideChange> }>();
  for (const { sheet, id, before, after, path } of publics)
    joined.set(`${sheet}/${id}`, { sheet, id, before, after, path, privates: {} });
  const owners = new Set(ownerOf.values());
  const alone = new Set<string>();
  for (const sheet of new Set(privates.map((one) => one.sheet))) {
    const own = privates.filter((one) => one.sheet === sheet);
    const imported = await privateStore.valuesAtImport(sheet, new Set(own.map(({ id }) => id)));
    for (const { id, kind, fields, current } of own) {
      const key = `${ownerOf.get(sheet)}/${id}`;
      let change = joined.get(key);
      if (change === undefined) {
        alone.add(key);
        const of = { sheet: ownerOf.get(sheet)!, id, path: key };
        change = { ...of, before: undefined, after: undefined, privates: {} };
        joined.set(key, change);
      }
      change.privates[sheet] = { kind, fields, current, imported: imported.get(id) ?? {} };
    }
  }
  if (alone.size > 0) {
    for await (const { sheet, path, bytes } of publicStore.readRecords(commit)) {
      if (!owners.has(sheet)) continue;
      const record = parseRecord(path, bytes);
      const found = alone.has(`${sheet}/${record.id}`) ? joined.get(`${sheet}/${record.id}`) : undefined;
      if (found !== undefined)
        joined.set(`${sheet}/${record.id}`, { ...found, path, before: record, after: record });
    }
  }
  const order = target.sheets.map(({ name }) => name);
  return [...joined.values()].sort(
    (a, b) => order.indexOf(a.sheet) - order.indexOf(b.sheet) || (a.id < b.id ? -1 : 1),
  );
}
