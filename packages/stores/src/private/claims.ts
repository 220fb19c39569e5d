import { hash, randomUUID } from 'node:crypto';
import { type Edit, editRecords } from './edit-records.ts';
import { lineBatches, parseLine } from './json-lines.ts';
import { shardFile, shardOf, sheetFiles } from './shards.ts';
import type { Snapshots } from './snapshots.ts';

/** What may belong to one person only. */
export type ClaimKind = 'email' | 'github-id' | 'name-id';

/** What imports claimed, `{id: <name of the claim>, owner}`: committed with the rows that they come from. */
export const importedClaimsSheet = 'imported/claims';

/** The private sheet of people who cannot prove by themselves that an account is theirs. No target has one of this name. */
export const claimRequestsSheet = 'api-claims';

interface ClaimObject {
  readonly kind: ClaimKind;
  /** Null: given back. */
  readonly owner: string | null;
  readonly at: string;
  /** Makes two claims of one owner different texts, so that a lost answer can be told from a refusal. */
  readonly nonce: string;
}

/** A claim as it stands in one of its two places; one of the site's goes before one of an import's. */
export interface HeldClaim {
  /** Kind and keyed digest of the value. */
  readonly id: string;
  readonly owner: string | null;
  readonly by: 'import' | 'site';
  /** When the site claimed it. */
  readonly at?: string;
}

/** The name of a claim: `<kind>/<digest>`. */
export type NameClaim = (kind: ClaimKind, value: string) => string;

/** Names claims by the key of a store. */
export function namingBy(key: Buffer): NameClaim {
  const hex = key.toString('hex');
  return (kind, value) => {
    const folded = kind === 'email' ? foldEmail(value) : value;
    return `${kind}/${hash('sha256', `claim ${hex} ${kind} ${folded}`, 'base64url').slice(0, 27)}`;
  };
}

/** Claims that are read at a time. */
const atOnce = 32;

/**
 * Unique values. A value that the site gives to somebody is an object of its own, created only where there is
 * none: of several writers at once one wins. Values that an import brings are lines of a sheet that is
 * committed with the import's rows, as a million objects would take hours to create. Where both hold a value
 * the site's object counts: the site looks at the sheet before it creates one and again after, and takes back
 * what an import was first with. The value itself is nowhere, its keyed digest is the claim's name. A value
 * that is given back can be claimed again; a NameID must never be, so nobody gives one back: its owner stays,
 * also when the person is gone.
 */
export class Claims {
  readonly #snapshots: Snapshots;
  readonly #key: () => Promise<Buffer>;

  constructor(snapshots: Snapshots, key: () => Promise<Buffer>) {
    this.#snapshots = snapshots;
    this.#key = key;
  }

  /** Names claims, for those who name many. */
  async naming(): Promise<NameClaim> {
    return namingBy(await this.#key());
  }

  /** Who has the value now: `owner` where it was free or already theirs, else the one who was first. */
  async claim(kind: ClaimKind, value: string, owner: string): Promise<{ won: boolean; owner: string }> {
    const id = (await this.naming())(kind, value);
    for (;;) {
      const there = await this.#snapshots.object(placeOf(id));
      const holder = there === undefined ? null : read(there).owner;
      if (holder !== null) return { won: holder === owner, owner: holder };
      const before = await this.#imported(id);
      if (before.owner !== undefined && before.owner !== owner) return { won: false, owner: before.owner };
      const bytes = write({ kind, owner, at: new Date().toISOString(), nonce: randomUUID() });
      const done =
        there === undefined
          ? await this.#snapshots.create(placeOf(id), bytes)
          : await this.#snapshots.swap(placeOf(id), there, bytes);
      if (!done) continue;
      const after = await this.#imported(id, before.generation);
      if (after.owner === undefined || after.owner === owner) return { won: true, owner };
      await this.#giveBack(id, owner);
      return { won: false, owner: after.owner };
    }
  }

  /** What imports claimed for somebody else is this owner's from now on; a claim of the site stays. */
  async correctImported(kind: ClaimKind, value: string, owner: string): Promise<void> {
    const id = (await this.naming())(kind, value);
    const edit: Edit = { sheet: importedClaimsSheet, id, change: () => ({ id, owner }) };
    await editRecords(this.#snapshots, [edit], 'correct a claim');
  }

  async ownerOf(kind: ClaimKind, value: string): Promise<string | undefined> {
    const id = (await this.naming())(kind, value);
    const there = await this.#snapshots.object(placeOf(id));
    const holder = there === undefined ? null : read(there).owner;
    return holder ?? (await this.#imported(id)).owner;
  }

  /** Gives a value back; false where it is somebody else's, or nobody's. Throws a TypeError for a NameID. */
  async release(kind: Exclude<ClaimKind, 'name-id'>, value: string, owner: string): Promise<boolean> {
    return (await this.releaseNamed([{ id: (await this.naming())(kind, value), owner }])) > 0;
  }

  /** The same for many, by the claims' names; gives how many were given back. */
  async releaseNamed(claims: readonly { readonly id: string; readonly owner: string }[]): Promise<number> {
    const released = new Set<string>();
    for (const { id, owner } of claims) {
      if (id.startsWith('name-id/')) throw new TypeError('a NameID is never given to another person');
      if (await this.#giveBack(id, owner)) released.add(id);
    }
    const edits = claims.map(({ id, owner }): Edit => ({
      sheet: importedClaimsSheet,
      id,
      change: (current) => {
        if (current?.['owner'] !== owner) return current;
        released.add(id);
        return undefined;
      },
    }));
    await editRecords(this.#snapshots, edits, 'give claims back');
    return released.size;
  }

  /** All claims, those of imports first; a later one of the same name goes before an earlier one. */
  async *held(kind?: ClaimKind): AsyncGenerator<HeldClaim> {
    for await (const batch of this.heldBatches(kind)) yield* batch;
  }

  /** The same, many at a time. */
  async *heldBatches(kind?: ClaimKind): AsyncGenerator<readonly HeldClaim[]> {
    const snapshot = await this.#snapshots.current();
    for (const name of sheetFiles(importedClaimsSheet, snapshot.shards)) {
      let line = 0;
      for await (const lines of lineBatches(this.#snapshots.read(snapshot, name))) {
        const batch = lines.map((text): HeldClaim => {
          line++;
          return parseClaim(text) ?? { ...parseLine<HeldClaim>(name, text, line), by: 'import' };
        });
        yield kind === undefined ? batch : batch.filter(({ id }) => id.startsWith(`${kind}/`));
      }
    }
    yield* this.#ofSite(kind === undefined ? 'claims/' : `claims/${kind}/`);
  }

  async *#ofSite(prefix: string): AsyncGenerator<readonly HeldClaim[]> {
    let batch: Promise<HeldClaim | undefined>[] = [];
    const readOne = async (key: string): Promise<HeldClaim | undefined> => {
      const bytes = await this.#snapshots.object(key);
      if (bytes === undefined) return undefined;
      const { owner, at } = read(bytes);
      return { id: key.slice('claims/'.length, -'.json'.length), owner, at, by: 'site' };
    };
    for await (const { key } of this.#snapshots.objects(prefix)) {
      batch.push(readOne(key));
      if (batch.length < atOnce) continue;
      yield (await Promise.all(batch)).filter((claim) => claim !== undefined);
      batch = [];
    }
    yield (await Promise.all(batch)).filter((claim) => claim !== undefined);
  }

  async #giveBack(id: string, owner: string): Promise<boolean> {
    for (;;) {
      const there = await this.#snapshots.object(placeOf(id));
      if (there === undefined) return false;
      const claim = read(there);
      if (claim.owner !== owner) return false;
      const bytes = write({ ...claim, owner: null, at: new Date().toISOString(), nonce: randomUUID() });
      if (await this.#snapshots.swap(placeOf(id), there, bytes)) return true;
    }
  }

  /** Who an import claimed it for; not looked up again where nothing was committed since `generation`. */
  async #imported(
    id: string,
    generation?: number,
  ): Promise<{ readonly owner: string | undefined; readonly generation: number }> {
    const snapshot = await this.#snapshots.current();
    if (snapshot.generation === generation) return { owner: undefined, generation };
    const shards = snapshot.shards[importedClaimsSheet] ?? 1;
    const name = shardFile(importedClaimsSheet, shardOf(id, shards), shards);
    for await (const lines of lineBatches(this.#snapshots.read(snapshot, name))) {
      const text = lines.find((one) => one.includes(id));
      if (text === undefined) continue;
      const { owner } = parseClaim(text) ?? parseLine<{ owner: string }>(name, text, 0);
      return { owner, generation: snapshot.generation };
    }
    return { owner: undefined, generation: snapshot.generation };
  }
}

const [before, between, after] = ['{"id":"', '","owner":"', '"}'];

/** Undefined where the line is not as an import writes it. */
function parseClaim(text: string): (HeldClaim & { readonly owner: string }) | undefined {
  const middle = text.indexOf(between);
  const [ownerAt, end] = [middle + between.length, text.length - after.length];
  if (middle === -1 || text.includes('\\') || !text.startsWith(before) || !text.endsWith(after))
    return undefined;
  if (text.indexOf('"', before.length) !== middle || text.indexOf('"', ownerAt) !== end) return undefined;
  return { id: text.slice(before.length, middle), owner: text.slice(ownerAt, end), by: 'import' };
}

/** An address as sign-in compares it. */
export function foldEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

const placeOf = (id: string): string => `claims/${id}.json`;
const write = (claim: ClaimObject): Buffer => Buffer.from(JSON.stringify(claim));
const read = (bytes: Buffer): ClaimObject => JSON.parse(bytes.toString()) as ClaimObject;
