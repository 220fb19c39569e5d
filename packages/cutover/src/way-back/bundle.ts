import { hash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { CutoverError, exitCodes } from '@cutover/core';
import { pendingSheet } from '@cutover/stores';
import { carryAll, type CarriedChange, type Loss, lossesOf } from './carried.ts';
import type { WayBackOptions } from './detector.ts';
import { joinSides, privateDifferences, publicDifferences } from './differences.ts';
import { carryContextOf, type LegacySchema } from './legacy-schema.ts';
import { legacySql } from './legacy-sql.ts';
import { rowNumbers } from './row-numbers.ts';
import { type SettledRow, settleRows } from './settle-rows.ts';

export interface CarryBackOptions extends Omit<WayBackOptions, 'columns'> {
  /** The legacy tables, from a dump of theirs. */
  readonly schema: LegacySchema;
  /** Folder to be made. */
  readonly out: string;
}

/** What a bundle holds, as its `manifest.json` says. */
export interface CarryBackManifest {
  readonly schemaVersion: 1;
  readonly madeAt: string;
  readonly profile: string;
  readonly branch: string;
  /** The served commit, the import it stands on, and the private store's generation. */
  readonly commit: string;
  readonly import: string;
  readonly generation: number;
  readonly changes: number;
  readonly rows: { readonly insert: number; readonly update: number; readonly delete: number };
  /** Columns that are written without knowing what the import read there, so that no guard looks at them. */
  readonly unguarded: number;
  readonly losses: readonly Loss[];
  /** Ids of the people whom going back loses something of. */
  readonly persons: readonly string[];
  /** SHA-256 of each file of the bundle. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes everything that was made or changed on the new side since the import into a folder: `manifest.json` and
 * `changes.jsonl` (public), and below `private/` (for the owner alone) `legacy.sql`, which takes it back to the
 * legacy tables, and `changes.jsonl` with the private values. The folder appears whole or not at all. Neither store is
 * changed. Throws CutoverError `bundle-exists`, `branch-missing`, `nothing-imported`, `writes-pending`, or
 * `bundle-unwritable`.
 */
export async function writeCarryBack(options: CarryBackOptions): Promise<CarryBackManifest> {
  const { profile, publicStore, privateStore, branch, out } = options;
  if ((await stat(out).catch(() => undefined)) !== undefined) throw exists(out);
  const head = await publicStore.head(branch);
  if (head === undefined) throw branchMissing(branch);
  await assertNothingPending(options);
  const sides = { target: profile.target, publicStore, privateStore, branch };
  const generation = await privateStore.generation();
  const publics = await publicDifferences(sides, head.commit);
  const changes = await joinSides(sides, head.commit, publics.changes, await privateDifferences(sides));
  const planned = carryAll(profile, changes, carryContextOf(options.schema));
  const numbers = await rowNumbers(profile, publicStore, head.commit, planned);
  const { rows, carried } = settleRows(planned, options.schema, numbers);
  const losses = [...lossesOf(carried), ...(await requestsOf(options))];
  const manifest = {
    schemaVersion: 1 as const,
    madeAt: new Date().toISOString(),
    profile: profile.name,
    branch,
    commit: head.commit,
    import: publics.from,
    generation,
    changes: carried.length,
    rows: countRows(rows),
    unguarded: unguarded(rows),
    losses,
    persons: [...new Set(losses.flatMap(({ person }) => (person === undefined ? [] : [person])))].sort(),
  };
  const partial = `${out}.partial-${randomUUID().slice(0, 8)}`;
  try {
    return await writeFolder(partial, out, manifest, rows, carried);
  } catch (cause) {
    if (cause instanceof CutoverError) throw cause;
    throw unwritable(out, cause);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

const names = ['changes.jsonl', 'private/legacy.sql', 'private/changes.jsonl'] as const;

async function writeFolder(
  partial: string,
  out: string,
  manifest: Omit<CarryBackManifest, 'files'>,
  rows: readonly SettledRow[],
  carried: readonly CarriedChange[],
): Promise<CarryBackManifest> {
  await mkdir(dirname(out), { recursive: true });
  await mkdir(join(partial, 'private'), { recursive: true, mode: 0o700 });
  const about = [
    `Takes back to legacy what the new side has made and changed since the import ${manifest.import.slice(0, 12)}.`,
    `Made of ${manifest.branch} at ${manifest.commit}, private generation ${manifest.generation}, on ${manifest.madeAt}.`,
    'Apply it with a client that stops at the first error, and without --force: mariadb DATABASE < legacy.sql',
    'Holds private values: keep it for yourself, and remove it once it was applied.',
  ];
  await writeLines(join(partial, names[0]), carried, publicLine);
  await writeLines(join(partial, names[1]), legacySql(rows, about), (line) => line);
  await writeLines(join(partial, names[2]), carried, (one) => `${JSON.stringify(one)}\n`);
  const files: Record<string, string> = {};
  for (const name of names) files[name] = hash('sha256', await readFile(join(partial, name)), 'hex');
  const whole = { ...manifest, files };
  await writeFile(join(partial, 'manifest.json'), `${JSON.stringify(whole, undefined, 2)}\n`, {
    mode: 0o600,
  });
  await rename(partial, out);
  return whole;
}

/** A change without its private values: fields are named. */
function publicLine({ change, person, notes }: CarriedChange): string {
  const { sheet, id, path, before, after } = change;
  const privates = Object.entries(change.privates).map(([name, { kind, fields }]) => [
    name,
    { kind, fields },
  ]);
  const line = {
    sheet,
    id,
    path,
    person,
    before,
    after,
    private: Object.fromEntries(privates) as object,
    notes,
  };
  return `${JSON.stringify(line)}\n`;
}

async function writeLines<T>(path: string, items: Iterable<T>, lineOf: (item: T) => string): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  const failed = once(file, 'close');
  failed.catch(() => undefined);
  for (const item of items) if (!file.write(lineOf(item))) await once(file, 'drain');
  file.end();
  await failed;
}

function countRows(rows: readonly SettledRow[]): CarryBackManifest['rows'] {
  const of = (kind: SettledRow['kind']) => rows.filter((row) => row.kind === kind).length;
  return { insert: of('insert'), update: of('update'), delete: of('delete') };
}

const unguarded = (rows: readonly SettledRow[]): number =>
  rows
    .flatMap((row) => (row.kind === 'insert' ? [] : row.cells))
    .filter(({ from, to }) => from === undefined && to !== undefined).length;

/** A write that was cut off between the two stores would be carried back by half. */
async function assertNothingPending({ privateStore }: CarryBackOptions): Promise<void> {
  for await (const { id } of privateStore.read(pendingSheet)) {
    throw new CutoverError('writes-pending', 'a write to both stores was begun and not ended', {
      next: 'stop the new site, finish it with `cutover reconcile --fix`, then carry back',
      data: { write: id },
      exitCode: exitCodes.preflightFailed,
    });
  }
}

async function requestsOf({ requests = {}, privateStore }: CarryBackOptions): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const [sheet, field] of Object.entries(requests)) {
    for await (const record of privateStore.read(sheet)) {
      const person = record[field];
      losses.push({
        person: typeof person === 'string' ? person : undefined,
        path: `private ${sheet}/${record.id}`,
        why: 'a request to the staff of the new side, which legacy has no place for',
      });
    }
  }
  return losses;
}

const exists = (out: string): CutoverError =>
  new CutoverError('bundle-exists', `${out} is there already`, {
    next: 'name a folder that is not there with --out, or remove that one',
    exitCode: exitCodes.usage,
  });

const branchMissing = (branch: string): CutoverError =>
  new CutoverError('branch-missing', `there is no branch ${branch}`, {
    next: 'name the branch that the new site serves with --branch',
    exitCode: exitCodes.usage,
  });

const unwritable = (out: string, cause: unknown): CutoverError =>
  new CutoverError('bundle-unwritable', `${out} cannot be written`, {
    next: 'name a folder that you may write, on a disk with room, with --out; nothing was left there',
    cause,
    exitCode: exitCodes.stoppedByFault,
  });
