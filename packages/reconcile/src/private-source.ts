import type { PrivateRecord, PrivateSheet } from '@cutover/records';
import { type PrivateStore, type SheetPart, shardOf } from '@cutover/stores';
import { Spill } from './spill.ts';

/** Into how many groups people are sorted where there are too many to be held at once. */
const groupsOfMany = 64;
/** Records of a sheet in one file that are held in memory. */
const held = 60_000;

export type PrivatesById = Map<string, PrivateRecord>;

/**
 * Private records by sheet, a group at a time: all records of one person are in the same group. Sheets that
 * are split are read shard by shard; a large one that is not is sorted into groups on disk first.
 */
export class PrivateSource {
  readonly groups: number;
  readonly #sheets: readonly PrivateSheet[];
  readonly #parts: ReadonlyMap<string, readonly SheetPart[]>;
  readonly #spills: ReadonlyMap<string, Spill>;

  private constructor(
    sheets: readonly PrivateSheet[],
    parts: ReadonlyMap<string, readonly SheetPart[]>,
    spills: ReadonlyMap<string, Spill>,
    groups: number,
  ) {
    this.#sheets = sheets;
    this.#parts = parts;
    this.#spills = spills;
    this.groups = groups;
  }

  static async open(
    store: PrivateStore,
    sheets: readonly PrivateSheet[],
    dir: string,
  ): Promise<PrivateSource> {
    const parts = new Map<string, readonly SheetPart[]>();
    for (const { name } of sheets) parts.set(name, await store.readParts(name));
    const large = new Set<string>();
    for (const [name, { length }] of parts) {
      if (length > 1 || (await hasMoreThan(held, parts.get(name)![0]!.batches()))) large.add(name);
    }
    const groups = large.size > 0 ? groupsOfMany : 1;
    const spills = new Map<string, Spill>();
    for (const [name, own] of parts) {
      if (groups === 1 || own.length > 1) continue;
      const spill = new Spill(`${dir}/private-${name}`);
      for await (const batch of own[0]!.batches()) {
        for (const record of batch)
          spill.add(shardOf(record.id, groups), 0, 0, '', Buffer.from(JSON.stringify(record)));
      }
      spills.set(name, spill);
    }
    return new PrivateSource(sheets, parts, spills, groups);
  }

  groupOf(id: string): number {
    return this.groups === 1 ? 0 : shardOf(id, this.groups);
  }

  async load(group: number): Promise<Map<string, PrivatesById>> {
    const loaded = new Map<string, PrivatesById>();
    for (const { name } of this.#sheets) {
      const records: PrivatesById = new Map();
      for await (const batch of this.#read(name, group))
        for (const record of batch) records.set(record.id, record);
      loaded.set(name, records);
    }
    return loaded;
  }

  close(): void {
    for (const spill of this.#spills.values()) spill.close();
  }

  async *#read(name: string, group: number): AsyncGenerator<readonly PrivateRecord[]> {
    const spill = this.#spills.get(name);
    if (spill !== undefined) {
      for await (const batch of spill.read(group))
        yield batch.map(({ text }) => JSON.parse(text) as PrivateRecord);
      return;
    }
    const parts = this.#parts.get(name)!;
    const each = parts.length / this.groups;
    for (const part of parts.slice(group * each, (group + 1) * each)) yield* part.batches();
  }
}

async function hasMoreThan(count: number, batches: AsyncIterable<readonly unknown[]>): Promise<boolean> {
  let seen = 0;
  for await (const { length } of batches) if ((seen += length) > count) return true;
  return false;
}
