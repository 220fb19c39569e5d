import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError } from '@cutover/core';
import type { PrivateRecord, PrivateSheet, Target } from '@cutover/records';
import { AtomicFile, readLines, syncDirectory, writeAtomically } from './json-lines.ts';
import { type Digests, mergeImported } from './merge-imported.ts';
import { bucketCount, bucketFile, stagedManifest } from './staged-import.ts';

/** What activating an import did to one private sheet. Fields are named, values never. */
export interface SheetActivation {
  inserted: number;
  changed: number;
  unchanged: number;
  /** Removed because legacy no longer has them and nobody has touched them here. */
  removed: number;
  /** Left away because they were removed on the new side. */
  leftAway: number;
  /** Values of the new side that the import left alone, by field. */
  kept: Record<string, number>;
  conflicts: { readonly id: string; readonly fields: readonly string[] }[];
  conflictsTotal: number;
}

export type ActivationResult = Readonly<Record<string, SheetActivation>>;

interface Activation {
  readonly dir: string;
  readonly staged: string;
  readonly target: Target;
  readonly key: Buffer;
}

interface DigestLine {
  readonly id: string;
  readonly digests: Digests;
}

/**
 * States of a staged import on disk, each reached by one atomic step:
 *   rows, no manifest     staging never ended: discard
 *   manifest, no `merged` sealed: merge again from the rows (the store is untouched)
 *   `merged`              merged files are durable in `next/`: put the remaining ones in place
 *   gone                  done
 * Throws CutoverError `import-not-staged`.
 */
export async function activate(activation: Activation): Promise<ActivationResult> {
  const { dir, staged, target } = activation;
  if ((await stagedManifest(staged)) === undefined) {
    throw new CutoverError('import-not-staged', 'the import was not staged completely', {
      next: 'run the import again',
    });
  }
  const merged = join(staged, 'merged');
  const next = join(staged, 'next');
  let result = await readResult(merged);
  if (result === undefined) {
    await rm(next, { recursive: true, force: true });
    await mkdir(join(next, 'imported'), { recursive: true, mode: 0o700 });
    result = await mergeSheets(activation, next);
    await writeAtomically(merged, JSON.stringify(result));
  }
  await mkdir(join(dir, 'imported'), { recursive: true, mode: 0o700 });
  for (const sheet of target.privateSheets) {
    for (const name of [`${sheet.name}.jsonl`, `imported/${sheet.name}.jsonl`]) {
      await rename(join(next, name), join(dir, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }
  await syncDirectory(join(dir, 'imported'));
  await syncDirectory(dir);
  await rm(staged, { recursive: true, force: true });
  return result;
}

async function readResult(path: string): Promise<ActivationResult | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ActivationResult;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function mergeSheets(activation: Activation, next: string): Promise<ActivationResult> {
  const claimed = await claimedIds(activation);
  const result: Record<string, SheetActivation> = {};
  for (const sheet of activation.target.privateSheets) {
    result[sheet.name] = await mergeSheet(activation, sheet, claimed, next);
  }
  return result;
}

/** Ids of people who have taken over their account: few enough to be held until the flip is long past. */
async function claimedIds({ dir, target }: Activation): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  if (target.claimed === undefined) return ids;
  for await (const record of readLines<PrivateRecord>(join(dir, `${target.claimed.sheet}.jsonl`))) {
    if ((record[target.claimed.field] ?? null) !== null) ids.add(record.id);
  }
  return ids;
}

async function mergeSheet(
  { dir, staged, key }: Activation,
  sheet: PrivateSheet,
  claimed: ReadonlySet<string>,
  next: string,
): Promise<SheetActivation> {
  const counts: SheetActivation = {
    inserted: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    leftAway: 0,
    kept: {},
    conflicts: [],
    conflictsTotal: 0,
  };
  const records = new AtomicFile(join(next, `${sheet.name}.jsonl`));
  const digestsOut = new AtomicFile(join(next, 'imported', `${sheet.name}.jsonl`));
  const current = new SortedLines<PrivateRecord>(join(dir, `${sheet.name}.jsonl`));
  const digests = new SortedLines<DigestLine>(join(dir, 'imported', `${sheet.name}.jsonl`));
  const step = async (id: string, incoming: PrivateRecord | undefined) => {
    const now = await current.take(id);
    const last = (await digests.take(id))?.digests;
    const merged = mergeOne(
      sheet,
      { id, incoming, current: now, digests: last },
      claimed.has(id),
      key,
      counts,
    );
    if (merged.record !== undefined) await records.write(`${JSON.stringify(merged.record)}\n`);
    if (merged.digests !== undefined)
      await digestsOut.write(`${JSON.stringify({ id, digests: merged.digests })}\n`);
  };
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const rows: PrivateRecord[] = [];
    for await (const row of readLines<PrivateRecord>(bucketFile(staged, sheet.name, bucket))) rows.push(row);
    rows.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    for (const row of rows) {
      for (
        let id = await lowest(current, digests);
        id !== undefined && id < row.id;
        id = await lowest(current, digests)
      ) {
        await step(id, undefined);
      }
      await step(row.id, row);
    }
  }
  for (let id = await lowest(current, digests); id !== undefined; id = await lowest(current, digests)) {
    await step(id, undefined);
  }
  for (const file of [records, digestsOut]) {
    await file.close();
    await file.replace();
  }
  return counts;
}

async function lowest(
  a: SortedLines<{ id: string }>,
  b: SortedLines<{ id: string }>,
): Promise<string | undefined> {
  const [left, right] = [await a.peek(), await b.peek()];
  return left === undefined ? right : right === undefined || left < right ? left : right;
}

interface One {
  readonly id: string;
  readonly incoming: PrivateRecord | undefined;
  readonly current: PrivateRecord | undefined;
  readonly digests: Digests | undefined;
}

function mergeOne(
  sheet: PrivateSheet,
  { id, incoming, current, digests }: One,
  claimed: boolean,
  key: Buffer,
  counts: SheetActivation,
): { record: PrivateRecord | undefined; digests: Digests | undefined } {
  const digest = (value: string | number | boolean | null): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([sheet.name, id, value]))
      .digest('base64url')
      .slice(0, 22);
  if (incoming === undefined) return keepOrRemove(current, digests, claimed, digest, counts);
  const merged = mergeImported({ incoming, current, digests, claimed, owners: sheet.owners, digest });
  for (const field of merged.kept) counts.kept[field] = (counts.kept[field] ?? 0) + 1;
  if (merged.conflicts.length > 0) {
    counts.conflictsTotal++;
    if (counts.conflicts.length < 100) counts.conflicts.push({ id, fields: merged.conflicts });
  }
  let record = merged.record;
  if (record === undefined) counts.leftAway++;
  else if (current === undefined) {
    counts.inserted++;
    record = sheet.onInsert?.(record, () => randomBytes(18).toString('base64url')) ?? record;
  } else if (JSON.stringify(record) === JSON.stringify(current)) counts.unchanged++;
  else counts.changed++;
  return { record, digests: merged.digests };
}

/** A record that legacy no longer has (or never had): kept where it is the new side's, removed where it is only an import. */
function keepOrRemove(
  current: PrivateRecord | undefined,
  digests: Digests | undefined,
  claimed: boolean,
  digest: (value: string | number | boolean | null) => string,
  counts: SheetActivation,
): { record: PrivateRecord | undefined; digests: Digests | undefined } {
  if (current === undefined || digests === undefined) return { record: current, digests };
  const untouched = Object.entries(digests).every(([field, last]) => digest(current[field] ?? null) === last);
  if (claimed || !untouched) return { record: current, digests };
  counts.removed++;
  return { record: undefined, digests: undefined };
}

/** A JSON-lines file sorted by id, read in step with another. Throws CutoverError `private-store-unsorted`. */
class SortedLines<T extends { readonly id: string }> {
  readonly #path: string;
  readonly #lines: AsyncIterator<T>;
  #head: T | undefined;
  #started = false;

  constructor(path: string) {
    this.#path = path;
    this.#lines = readLines<T>(path);
  }

  async peek(): Promise<string | undefined> {
    if (!this.#started) await this.#advance();
    return this.#head?.id;
  }

  async take(id: string): Promise<T | undefined> {
    if ((await this.peek()) !== id) return undefined;
    const taken = this.#head;
    await this.#advance();
    return taken;
  }

  async #advance(): Promise<void> {
    this.#started = true;
    const before = this.#head?.id;
    const next = await this.#lines.next();
    this.#head = next.done === true ? undefined : next.value;
    if (before !== undefined && this.#head !== undefined && this.#head.id <= before) {
      throw new CutoverError(
        'private-store-unsorted',
        `${this.#path} is not sorted by id, or has an id twice`,
        {
          next: 'restore the file from an earlier version, or sort its lines by id',
          data: { path: this.#path },
        },
      );
    }
  }
}
