import { mkdir, rm } from 'node:fs/promises';
import { slugify, type Cell, type KeptRow, type SourceKey, type SourceTable } from '@cutover/records';
import { compareKeys } from '../keys.ts';
import { prunedRule } from '../pruned.ts';
import { EntryReader } from './entry.ts';
import { EntryStore, type SharedEntries } from './entry-store.ts';
import { LongValues } from './long-values.ts';
import { type EncodedRow, type Group, indexSeed, LookupNames, RowEncoder } from './row-encoder.ts';
import { SharedFlags, SharedNumbers } from './shared-pages.ts';
import { hashTexts, type SharedSlots, Slots } from './slots.ts';
import type { IndexLayout } from './source-layout.ts';

/** Bytes of entries that are held in memory; what is above them is read from a file. */
const memoryBytes = 12 << 20;
/** Rows that are held: those that many refer to are few, and held once they were looked up twice within a while. */
const heldRows = 8192;
/** Rows that a while is: each may be noted in one place only. */
const seenPlaces = 4096;

/** What is known of a row besides its values. */
const flag = { lookedUp: 1, withheld: 2, pruned: 4, excluded: 8, double: 16, foldedInto: 32 } as const;

/** Why a row is not to be looked up. */
export interface Withheld {
  readonly rule: string;
  readonly message?: string;
}

/** What another thread needs in order to look into the same rows. */
export interface SharedLookup {
  readonly entries: SharedEntries;
  readonly places: readonly Uint32Array[];
  readonly flags: readonly Uint8Array[];
  readonly keys: SharedSlots;
  readonly indexes: SharedSlots;
  readonly chains: readonly [rows: readonly Uint32Array[], next: readonly Uint32Array[]];
  readonly groups: readonly Group[];
  readonly hasReplaced: boolean;
  readonly slugs: ReadonlyMap<number, string>;
  readonly withheld: ReadonlyMap<number, Withheld>;
}

/**
 * Joins between source tables. Filled in one pass over the source, settled once, then read by mappers, by several
 * threads at once. Memory grows by 5 bytes a row, and by 11 for its key and for each of its indexes; until it is settled
 * that is 11 to 22, and as much for its slug. Entries take 12 MiB and 4 in each thread, what is above that is in files.
 */
export class Lookup {
  readonly #dir: string;
  readonly #long: LongValues;
  #entries: EntryStore;
  #reader: EntryReader;
  #names = new LookupNames();
  readonly #encoder: RowEncoder;
  /** By row number: where its entry is, and what is known of it. */
  #places = new SharedNumbers();
  #flags = new SharedFlags();
  #keys = new Slots();
  /** For each hash of indexed values the last of a chain; a link of a chain is a row and the link before. */
  #indexes = new Slots();
  #chainRows = new SharedNumbers();
  #chainNext = new SharedNumbers();
  /** Who holds a slug that was wanted; not needed any more once they are settled. */
  #claims: Slots | undefined = new Slots();
  readonly #given = new Map<string, number>();
  readonly #displaced: number[] = [];
  /** Slugs of the rows that did not get what they wanted. */
  #slugs = new Map<number, string>();
  readonly #withheld = new Map<number, Withheld>();
  readonly #held = new Map<number, KeptRow>();
  /** Numbers of rows that were looked up, one more each. */
  readonly #seenAt = new Uint32Array(seenPlaces);
  /** Unfit rows that the mapped row looked up and did not see, and those that it sees nevertheless. */
  readonly #missed: number[] = [];
  readonly #revealed = new Set<number>();
  #self = -1;
  #count = 0;
  /** Whether any row came twice: the later one counts. */
  #hasReplaced = false;

  private constructor(dir: string, entries: EntryStore, long: LongValues) {
    this.#dir = dir;
    this.#long = long;
    this.#entries = entries;
    this.#reader = new EntryReader(entries, long);
    this.#encoder = new RowEncoder(this.#names, long);
  }

  /** Makes an empty lookup in a folder of its own; `memory`: bytes of entries that are not in a file. */
  static async create(dir: string, memory = memoryBytes): Promise<Lookup> {
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new Lookup(dir, new EntryStore(dir, memory), new LongValues(dir));
  }

  /** One that is filled for that of another thread, whose folder it is: `close` leaves the files to that one. */
  static filling(dir: string): Lookup {
    return new Lookup('', new EntryStore(dir, memoryBytes), new LongValues(dir));
  }

  /** The lookup of another thread, once it is settled; `close` leaves the files to that one. */
  static attach(shared: SharedLookup): Lookup {
    const { entries } = shared;
    const lookup = new Lookup('', EntryStore.attach(entries), new LongValues(entries.dir));
    lookup.adopt(shared);
    return lookup;
  }

  /** Becomes what another thread has filled and settled for it, see `filling`. */
  adopt(shared: SharedLookup): void {
    this.#entries.close();
    this.#entries = EntryStore.attach(shared.entries);
    this.#reader = new EntryReader(this.#entries, this.#long);
    this.#names = new LookupNames(shared.groups);
    this.#places = new SharedNumbers(shared.places);
    this.#flags = new SharedFlags(shared.flags);
    this.#keys = new Slots(shared.keys);
    this.#indexes = new Slots(shared.indexes);
    this.#chainRows = new SharedNumbers(shared.chains[0]);
    this.#chainNext = new SharedNumbers(shared.chains[1]);
    this.#claims = undefined;
    this.#hasReplaced = shared.hasReplaced;
    this.#slugs = new Map(shared.slugs);
    this.addWithheld(shared.withheld);
  }

  share(): SharedLookup {
    return {
      entries: this.#entries.share(),
      places: this.#places.pages,
      flags: this.#flags.pages,
      keys: this.#keys.share(),
      indexes: this.#indexes.share(),
      chains: [this.#chainRows.pages, this.#chainNext.pages],
      groups: this.#names.groups,
      hasReplaced: this.#hasReplaced,
      slugs: this.#slugs,
      withheld: this.#withheld,
    };
  }

  /** Remembers a row: the columns that its source keeps, its indexes, and the slug it wants. */
  add(...row: Parameters<RowEncoder['encode']>): void {
    this.enter(this.#encoder.encode(...row));
  }

  /** The same of a row that is put together already, and of the names in it. */
  enter({ bytes, at, size, hash, links, sheet, claim }: EncodedRow): void {
    const before = this.#sameKey(hash, bytes, at);
    const number = this.#count++;
    this.#places.push(this.#entries.append(bytes, at, size));
    this.#flags.push();
    if (before === -1) this.#keys.add(hash, number);
    else {
      this.#keys.put(before, number);
      this.#hasReplaced = true;
      this.#flags.set(number, flag.double);
    }
    for (const link of links) this.#link(link, number);
    if (sheet !== -1) this.#claim(sheet, claim, number);
  }

  /** Takes over the groups that entries name which were put together elsewhere. */
  addGroups(groups: readonly Group[]): void {
    for (const { source, scope, order } of groups) this.#names.group(source, scope, order);
  }

  /**
   * Gives every slug that several rows want to the lowest key; the others append theirs. `keepHolders`: `holder` will
   * be asked, which takes 11 to 22 bytes for each slug.
   */
  settle({ keepHolders = false } = {}): void {
    const claims = this.#displaced.map((number) => this.#claimOf(number)).sort(compareClaims);
    const given = this.#given;
    for (const { number, sheet, slug, key } of claims) {
      const suffix = slugify(key.join('-')) || 'x';
      let free = `${slug}-${suffix}`;
      const isTaken = (): boolean =>
        given.has(`${sheet} ${free}`) || this.#holder(hashTexts(sheet, [free]), sheet, free) !== -1;
      while (isTaken()) free += `-${suffix}`;
      given.set(`${sheet} ${free}`, number);
      this.#slugs.set(number, free);
    }
    this.#displaced.length = 0;
    this.#keys.fit();
    this.#indexes.fit();
    if (keepHolders) return;
    this.#claims = undefined;
    given.clear();
  }

  /** Says which row is mapped from here on: what it looks up of itself tells nobody anything. */
  begin(row: SourceKey): void {
    this.#self = this.#number(row);
    this.#missed.length = 0;
    this.#revealed.clear();
  }

  /**
   * Numbers of the unfit rows that were looked up since `begin` and not seen, in the order of looking; a row may be in
   * it more than once. Those that were pruned are not unfit.
   */
  get missed(): readonly number[] {
    return this.#missed;
  }

  /** Lets these unfit rows be seen until the next `begin`. */
  reveal(rows: Iterable<number>): void {
    for (const number of rows) this.#revealed.add(number);
  }

  slug(row: SourceKey): string | undefined {
    return this.#slugOf(this.#number(row));
  }

  /** The row that has a slug of a sheet, where `settle` was told to keep that. */
  holder(sheet: string, slug: string): SourceKey | undefined {
    if (this.#claims === undefined) throw new TypeError('who holds a slug was not kept');
    const of = this.#names.sheet(sheet);
    const slot = this.#holder(hashTexts(of, [slug]), of, slug);
    const number = slot === -1 ? this.#given.get(`${of} ${slug}`) : this.#claims.at(slot);
    if (number === undefined) return undefined;
    this.#reader.open(this.#places.get(number));
    const { source, scope } = this.#names.groups[this.#reader.number()]!;
    return { source, scope, key: this.#open(number) };
  }

  /** The slug of the row that is mapped. */
  ownSlug(): string | undefined {
    return this.#slugOf(this.#self);
  }

  /** Kept columns of a row; undefined where there is none or it was quarantined. */
  row(source: SourceTable, row: SourceKey): KeptRow | undefined {
    const number = this.#number(row);
    return number === -1 ? undefined : this.#seen(source, number);
  }

  /** Kept columns of the rows whose indexed columns have these values, in primary-key order. */
  rows(source: SourceTable, index: string, values: readonly string[], scope: string): KeptRow[] {
    const { indexes } = this.#encoder.layoutOf(source);
    const at = indexes.findIndex(({ name }) => name === index);
    const group = this.#names.find(source.source, scope);
    if (at === -1 || group === undefined) return [];
    const found = new Set<number>();
    const slot = this.#indexes.seek(hashTexts(indexSeed(group, at), values));
    for (let link = slot === -1 ? 0 : this.#indexes.at(slot) + 1; link > 0;) {
      const number = this.#chainRows.get(link - 1);
      if (this.#isIndexed(number, group, indexes[at]!, values)) found.add(this.#latest(number));
      link = this.#chainNext.get(link - 1);
    }
    return [...found]
      .map((number) => this.#seen(source, number))
      .filter((row) => row !== undefined)
      .sort((a, b) => compareKeys(a.$key, b.$key));
  }

  /**
   * Takes a row out of all lookups, because it does not fit. True where another row has looked it up in this pass
   * already, or has the same key, and has to be mapped again.
   */
  quarantine(row: SourceKey, why: Withheld): boolean {
    const number = this.#number(row);
    if (number === -1 || this.#withheld.has(number)) return false;
    this.#withheld.set(number, why);
    const set = flag.withheld | (why.rule === prunedRule ? flag.pruned : 0);
    return (this.#flags.set(number, set) & (flag.lookedUp | flag.double)) !== 0;
  }

  /** Rows that were taken out, by number, for another thread; those up to now, also once it is closed. */
  get withheldRows(): ReadonlyMap<number, Withheld> {
    return new Map(this.#withheld);
  }

  /** Takes over what another thread took out: the flags are shared and set. */
  addWithheld(rows: ReadonlyMap<number, Withheld>): void {
    for (const [number, why] of rows) if (!this.#withheld.has(number)) this.#withheld.set(number, why);
  }

  /** Before each pass: nobody has looked anything up, and nothing is excluded or folded. */
  beginPass(): void {
    this.#flags.clear(flag.lookedUp | flag.excluded | flag.foldedInto);
  }

  /** Whether another row has looked it up in this pass. */
  isLookedUp(row: SourceKey): boolean {
    const number = this.#number(row);
    return number !== -1 && (this.#flags.get(number) & flag.lookedUp) !== 0;
  }

  /** Remembers that a row was excluded, so that nothing may be folded into it. */
  exclude(row: SourceKey): void {
    const number = this.#number(row);
    if (number !== -1) this.#flags.set(number, flag.excluded);
  }

  /** Looks up the row that the mapped one belongs to, and remembers that; false where it is not there. */
  foldInto(row: SourceKey): boolean {
    const number = this.#number(row);
    if (number === -1 || (number !== this.#self && this.#isHidden(number))) return false;
    this.#flags.set(number, flag.foldedInto);
    return true;
  }

  /** False where nothing was folded into a row that was excluded. */
  get mayFoldIntoExcluded(): boolean {
    return this.#flags.some(flag.foldedInto | flag.excluded);
  }

  isExcluded(row: SourceKey): boolean {
    const number = this.#number(row);
    return number !== -1 && (this.#flags.get(number) & flag.excluded) !== 0;
  }

  /** Whether a row was taken out because its record was removed for good. */
  isPruned(row: SourceKey): boolean {
    const number = this.#number(row);
    return number !== -1 && (this.#flags.get(number) & flag.pruned) !== 0;
  }

  /** Why a row was taken out before; undefined where it was not. */
  withheldBy(row: SourceKey): Withheld | undefined {
    if (this.#withheld.size === 0) return undefined;
    const number = this.#number(row);
    return number === -1 ? undefined : this.#withheld.get(number);
  }

  /** Removes the files and lets go of the memory; nothing can be looked up any more. */
  async close(): Promise<void> {
    this.#entries.close();
    this.#long.close();
    this.#places = new SharedNumbers();
    this.#flags = new SharedFlags();
    this.#keys = new Slots();
    this.#indexes = new Slots();
    this.#chainRows = new SharedNumbers();
    this.#chainNext = new SharedNumbers();
    this.#claims = undefined;
    // Not emptied: it may be another thread's by now.
    this.#slugs = new Map();
    for (const map of [this.#given, this.#withheld, this.#held]) map.clear();
    if (this.#dir !== '') await rm(this.#dir, { recursive: true, force: true });
  }

  /** Number of a row; -1 where there is none. */
  #number({ source, scope, key }: SourceKey): number {
    const group = this.#names.find(source, scope ?? '');
    if (group === undefined) return -1;
    const slot = this.#find(hashTexts(group, key), group, key);
    return slot === -1 ? -1 : this.#keys.at(slot);
  }

  #find(hash: number, group: number, key: readonly string[]): number {
    let slot = this.#keys.seek(hash);
    while (slot !== -1 && !this.#isKey(this.#keys.at(slot), group, key)) slot = this.#keys.seek(hash, slot);
    return slot;
  }

  #isKey(number: number, group: number, key: readonly string[]): boolean {
    const reader = this.#reader;
    reader.open(this.#places.get(number));
    if (reader.number() !== group || reader.number() !== key.length) return false;
    for (let i = 0; i < key.length; i++) if (!reader.is(key[i]!)) return false;
    return true;
  }

  /** Slot of the row that has the key of an entry; -1 where there is none. */
  #sameKey(hash: number, bytes: Buffer, at: number): number {
    // Few rows have a hash that is there, and only of these the key is looked at.
    if (this.#keys.seek(hash) === -1) return -1;
    this.#reader.openAt(bytes, at);
    const group = this.#reader.number();
    return this.#find(hash, group, this.#readKey());
  }

  /** The row as others see it. */
  #seen({ keep = [] }: SourceTable, number: number): KeptRow | undefined {
    if (number !== this.#self && this.#isHidden(number)) return undefined;
    const held = this.#held.get(number);
    if (held !== undefined) return held;
    const row: Record<string, Cell | readonly string[]> = { $key: this.#open(number) };
    this.#reader.number();
    this.#reader.skip(1);
    for (const column of keep) row[column] = this.#reader.text();
    this.#hold(number, row as KeptRow);
    return row as KeptRow;
  }

  /** What is looked up once is soon garbage; held for a while it would be garbage that is dear to collect. */
  #hold(number: number, row: KeptRow): void {
    const place = number % seenPlaces;
    if (this.#seenAt[place] !== number + 1) {
      this.#seenAt[place] = number + 1;
      return;
    }
    if (this.#held.size >= heldRows) this.#held.clear();
    this.#held.set(number, row);
  }

  /** Whether a row that is looked up is not to be seen, as it does not fit. */
  #isHidden(number: number): boolean {
    const known = this.#look(number);
    if ((known & flag.withheld) === 0 || this.#revealed.has(number)) return false;
    if ((known & flag.pruned) === 0) this.#missed.push(number);
    return true;
  }

  /** Notes that a row was looked up; what was known of it. Nothing is written where that was noted before. */
  #look(number: number): number {
    const before = this.#flags.get(number);
    return (before & flag.lookedUp) === 0 ? this.#flags.set(number, flag.lookedUp) : before;
  }

  /** Opens an entry and reads its key. */
  #open(number: number): string[] {
    this.#reader.open(this.#places.get(number));
    this.#reader.number();
    return this.#readKey();
  }

  /** The key of an entry that is opened, behind the number of its group. */
  #readKey(): string[] {
    const key: string[] = [];
    for (let parts = this.#reader.number(); parts > 0; parts--) key.push(this.#reader.text()!);
    return key;
  }

  /** What a row wanted; undefined where it wants no slug. */
  #wantedBy(number: number): string | undefined {
    this.#skipKey(number);
    return this.#reader.number() === 0 ? undefined : this.#reader.text()!;
  }

  /** Opens an entry behind its key. */
  #skipKey(number: number): void {
    this.#reader.open(this.#places.get(number));
    this.#reader.number();
    this.#reader.skip(this.#reader.number());
  }

  #slugOf(number: number): string | undefined {
    if (number === -1) return undefined;
    return (this.#slugs.size === 0 ? undefined : this.#slugs.get(number)) ?? this.#wantedBy(number);
  }

  #link(hash: number, number: number): void {
    const slot = this.#indexes.seek(hash);
    this.#chainRows.push(number);
    const link = this.#chainNext.push(slot === -1 ? 0 : this.#indexes.at(slot) + 1);
    if (slot === -1) this.#indexes.add(hash, link);
    else this.#indexes.put(slot, link);
  }

  /** Several values may have the hash by which a row was found. */
  #isIndexed(number: number, group: number, { from }: IndexLayout, values: readonly string[]): boolean {
    this.#reader.open(this.#places.get(number));
    if (this.#reader.number() !== group) return false;
    const key = this.#open(number);
    this.#reader.number();
    this.#reader.skip(1);
    const stored: string[] = [];
    const last = Math.max(...from);
    while (stored.length <= last) stored.push(this.#reader.text() ?? '');
    return from.every((at, i) => (at < 0 ? key[-1 - at] : stored[at]) === values[i]);
  }

  /** The row that replaced this one, where a later one had the same key. */
  #latest(number: number): number {
    if (!this.#hasReplaced) return number;
    this.#reader.open(this.#places.get(number));
    const { source, scope } = this.#names.groups[this.#reader.number()]!;
    return this.#number({ source, scope, key: this.#open(number) });
  }

  #claim(sheet: number, hash: number, number: number): void {
    const isNew = this.#claims!.seek(hash) === -1;
    const slot = isNew ? -1 : this.#holder(hash, sheet, this.#wantedBy(number)!);
    if (slot === -1) {
      this.#claims!.add(hash, number);
      return;
    }
    const holder = this.#claims!.at(slot);
    if (compareClaims(this.#claimOf(holder), this.#claimOf(number)) <= 0) {
      this.#displaced.push(number);
      return;
    }
    this.#displaced.push(holder);
    this.#claims!.put(slot, number);
  }

  /** Slot of who holds a slug; -1 where nobody does. */
  #holder(hash: number, sheet: number, slug: string): number {
    let slot = this.#claims!.seek(hash);
    while (slot !== -1) {
      this.#skipKey(this.#claims!.at(slot));
      if (this.#reader.number() === sheet + 1 && this.#reader.is(slug)) return slot;
      slot = this.#claims!.seek(hash, slot);
    }
    return -1;
  }

  #claimOf(number: number): Claim {
    this.#reader.open(this.#places.get(number));
    const { order, scope } = this.#names.groups[this.#reader.number()]!;
    const key = this.#open(number);
    return { number, order, scope, key, sheet: this.#reader.number() - 1, slug: this.#reader.text()! };
  }
}

interface Claim {
  readonly number: number;
  readonly order: number;
  readonly scope: string;
  readonly key: readonly string[];
  readonly sheet: number;
  readonly slug: string;
}

function compareClaims(a: Claim, b: Claim): number {
  if (a.order !== b.order) return a.order - b.order;
  if (a.scope !== b.scope) return compareKeys([a.scope], [b.scope]);
  return compareKeys(a.key, b.key);
}
