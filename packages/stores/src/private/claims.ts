import { createHmac, randomUUID } from 'node:crypto';
import type { Snapshots } from './snapshots.ts';

/** What may belong to one person only. */
export type ClaimKind = 'email' | 'github-id' | 'name-id';

interface Claim {
  readonly kind: ClaimKind;
  /** Null: given back. */
  readonly owner: string | null;
  readonly at: string;
  /** Makes two claims of one owner different texts, so that a lost answer can be told from a refusal. */
  readonly nonce: string;
}

/**
 * Unique values, one object each, created only where there is none: of several writers at once one wins. The
 * value itself is not stored, its keyed digest is the object's name. A value that is given back can be claimed
 * again; a NameID must never be, so nobody gives one back: its owner stays, also when the person is gone.
 */
export class Claims {
  readonly #snapshots: Snapshots;
  readonly #key: () => Promise<Buffer>;

  constructor(snapshots: Snapshots, key: () => Promise<Buffer>) {
    this.#snapshots = snapshots;
    this.#key = key;
  }

  /** Who has the value now: `owner` where it was free or already theirs, else the one who was first. */
  async claim(kind: ClaimKind, value: string, owner: string): Promise<{ won: boolean; owner: string }> {
    const place = await this.#place(kind, value);
    for (;;) {
      const bytes = write({ kind, owner, at: new Date().toISOString(), nonce: randomUUID() });
      if (await this.#snapshots.create(place, bytes)) return { won: true, owner };
      const there = await this.#snapshots.object(place);
      if (there === undefined) continue;
      const holder = read(there).owner;
      if (holder !== null) return { won: holder === owner, owner: holder };
      if (await this.#snapshots.swap(place, there, bytes)) return { won: true, owner };
    }
  }

  async ownerOf(kind: ClaimKind, value: string): Promise<string | undefined> {
    const there = await this.#snapshots.object(await this.#place(kind, value));
    return there === undefined ? undefined : (read(there).owner ?? undefined);
  }

  /** Gives a value back; false where it is somebody else's, or nobody's. Throws a TypeError for a NameID. */
  async release(kind: Exclude<ClaimKind, 'name-id'>, value: string, owner: string): Promise<boolean> {
    if ((kind as ClaimKind) === 'name-id') throw new TypeError('a NameID is never given to another person');
    const place = await this.#place(kind, value);
    for (;;) {
      const there = await this.#snapshots.object(place);
      if (there === undefined || read(there).owner !== owner) return false;
      const bytes = write({ kind, owner: null, at: new Date().toISOString(), nonce: randomUUID() });
      if (await this.#snapshots.swap(place, there, bytes)) return true;
    }
  }

  async #place(kind: ClaimKind, value: string): Promise<string> {
    const folded = kind === 'email' ? foldEmail(value) : value;
    const digest = createHmac('sha256', await this.#key())
      .update(JSON.stringify(['claim', kind, folded]))
      .digest('base64url');
    return `claims/${kind}/${digest}.json`;
  }
}

/** An address as sign-in compares it. */
export function foldEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

const write = (claim: Claim): Buffer => Buffer.from(JSON.stringify(claim));
const read = (bytes: Buffer): Claim => JSON.parse(bytes.toString()) as Claim;
