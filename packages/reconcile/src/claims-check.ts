import { join } from 'node:path';
import type { Check, Finding } from '@cutover/core';
import { parseToml, type PrivateRecord } from '@cutover/records';
import {
  type ClaimedField,
  claimedFields,
  type ClaimKind,
  type HeldClaim,
  importedClaimsSheet,
  type NameClaim,
} from '@cutover/stores';
import { Balance } from './balance.ts';
import { Facts } from './facts.ts';
import { CheckFindings } from './findings.ts';
import { hash53 } from './hash.ts';
import { mayBeUnderWay } from './pending-writes.ts';
import type { PlannedRepair, Reconciling } from './reconcile.ts';

/** Classes of repair of claims. NameIDs are given to somebody who has none of them only, and never taken away. */
export const claimRepairs = ['claim-value', 'move-claim', 'release-claim'] as const;

const marks = { value: 0, held: 1, heldNameId: 2 } as const;
const step = 3;
const matched = -1;
/** Claims that are looked at one by one; those beyond are counted. */
const examinedAtMost = 100_000;

/**
 * Whether everybody's address, GitHub account and NameID is claimed, by who has it. All values and claims are
 * compared by hashes first; what does not match is read again and compared as it is.
 */
export class ClaimsCheck {
  readonly #input: Reconciling;
  readonly #name: NameClaim;
  readonly #facts: Facts;
  readonly #fields: ReadonlyMap<string, readonly ClaimedField[]>;
  readonly #findings = new CheckFindings(
    'claims',
    'Every address, GitHub account and NameID is claimed by who has it, and by nobody else',
  );
  /** Files of people whose NameIDs are looked at again. */
  readonly #paths = new Map<string, string>();
  readonly #balance = new Balance();
  #values = 0;
  #held = 0;

  private constructor(input: Reconciling, dir: string, name: NameClaim) {
    this.#input = input;
    this.#name = name;
    this.#facts = new Facts(join(dir, 'claims'));
    const fields = claimedFields(input.target);
    this.#fields = new Map(
      fields.map(({ sheet }) => [sheet, fields.filter((field) => field.sheet === sheet)]),
    );
  }

  /** Undefined where nothing of the target is claimed. */
  static async open(input: Reconciling, dir: string): Promise<ClaimsCheck | undefined> {
    if (claimedFields(input.target).length === 0 && input.identity === undefined) return undefined;
    return new ClaimsCheck(input, dir, await input.privateStore.claims.naming());
  }

  seePrivate(sheet: string, record: PrivateRecord): void {
    for (const { kind, field } of this.#fields.get(sheet) ?? [])
      this.#see(kind, record[field], record.id, this.#add);
  }

  seeNameId(value: unknown, owner: string): void {
    this.#see('name-id', value, owner, this.#add);
  }

  #see(kind: ClaimKind, value: unknown, owner: string, take: (id: string, owner: string) => void): void {
    if (typeof value === 'string' && value !== '') take(this.#name(kind, value), owner);
  }

  readonly #add = (id: string, owner: string): void => {
    this.#values++;
    const [hash, of] = [hash53(id), hash53(owner)];
    this.#facts.add(hash, marks.value, of);
    this.#balance.add(hash, of);
  };

  #addHeld(id: string, owner: string): void {
    this.#held++;
    const [hash, of] = [hash53(id), hash53(owner)];
    this.#facts.add(hash, id.startsWith('name-id/') ? marks.heldNameId : marks.held, of);
    this.#balance.subtract(hash, of);
  }

  /** Who has claimed what; values and claims may be seen in any order. */
  async readHeld(): Promise<void> {
    for await (const batch of this.#input.privateStore.claims.heldBatches())
      for (const { id, owner } of batch) if (owner !== null) this.#addHeld(id, owner);
  }

  /** `people`: public records that were looked at. */
  async conclude(people: number): Promise<Check> {
    const { wanted, total } = this.#suspicious();
    if (wanted.size > 0) await this.#examine(wanted);
    this.#findings.list.total += total - wanted.size;
    this.#findings.looked = people === 0 ? 0 : people + this.#held;
    return this.#findings.conclude({ values: this.#values, claims: this.#held });
  }

  close(): void {
    this.#facts.close();
  }

  /** Hashes of claims that are not held by who has the value; a value that several have is held by one of them. */
  #suspicious(): { wanted: Set<number>; total: number } {
    const wanted = new Set<number>();
    let total = 0;
    const suspect = (hash: number): void => {
      total++;
      if (wanted.size < examinedAtMost) wanted.add(hash);
    };
    for (const all of this.#facts.groups()) {
      const group = this.#balance.unbalanced(all);
      const holders = new Map<number, number>();
      const nameIds = new Map<number, number>();
      for (let at = 0; at < group.length; at += step) {
        if (group[at + 1] === marks.value) continue;
        (group[at + 1] === marks.held ? holders : nameIds).set(group[at]!, group[at + 2]!);
      }
      const unmatched = new Set<number>();
      for (let at = 0; at < group.length; at += step) {
        if (group[at + 1] !== marks.value) continue;
        const hash = group[at]!;
        const of = nameIds.has(hash) ? nameIds : holders;
        if (of.get(hash) === group[at + 2]) of.set(hash, matched);
        else if (of.get(hash) !== matched) unmatched.add(hash);
      }
      for (const hash of unmatched)
        if (holders.get(hash) !== matched && nameIds.get(hash) !== matched) suspect(hash);
      for (const [hash, holder] of holders) if (holder !== matched && !unmatched.has(hash)) suspect(hash);
    }
    return { wanted, total };
  }

  async #examine(wanted: ReadonlySet<number>): Promise<void> {
    const owners = await this.#owners(wanted);
    const held = new Map<string, HeldClaim>();
    for await (const claim of this.#input.privateStore.claims.held())
      if (wanted.has(hash53(claim.id)) && claim.owner !== null) held.set(claim.id, claim);
    for (const id of new Set([...owners.keys(), ...held.keys()]))
      this.#judge(id, [...(owners.get(id) ?? [])], held.get(id));
  }

  /** Who has the values, as they are stored now. */
  async #owners(wanted: ReadonlySet<number>): Promise<Map<string, Set<string>>> {
    const owners = new Map<string, Set<string>>();
    const take = (id: string, owner: string): void => {
      if (!wanted.has(hash53(id))) return;
      const of = owners.get(id) ?? new Set();
      owners.set(id, of.add(owner));
    };
    const { privateStore, publicStore, treeish, identity } = this.#input;
    for (const [sheet, fields] of this.#fields)
      for await (const record of privateStore.read(sheet))
        for (const { kind, field } of fields) this.#see(kind, record[field], record.id, take);
    if (identity === undefined) return owners;
    for await (const { sheet, path, bytes } of publicStore.readRecords(treeish)) {
      if (sheet !== identity.sheet) continue;
      const record = readable(bytes);
      if (typeof record?.['id'] !== 'string') continue;
      const owner = record['id'];
      this.#see('name-id', record[identity.field], owner, (id) => {
        take(id, owner);
        if (wanted.has(hash53(id))) this.#paths.set(owner, path);
      });
    }
    return owners;
  }

  #judge(id: string, owners: readonly string[], held: HeldClaim | undefined): void {
    const [owner] = owners;
    const holder = held?.owner ?? undefined;
    if (holder !== undefined && owners.includes(holder)) return;
    if (held?.at !== undefined && mayBeUnderWay(this.#input, held.at)) return;
    const what = `the ${names[id.split('/', 1)[0] as ClaimKind]} ${id}`;
    const isNameId = id.startsWith('name-id/');
    if (owner === undefined) {
      // A NameID stays with who had it, also when the person is gone.
      if (!isNameId)
        this.#report('claim-unused', `${what} is claimed by ${holder}, who does not have it`, id, { holder });
    } else if (owners.length > 1) {
      // Who of them is right, the findings about shared values ask.
    } else if (holder === undefined) {
      this.#report('claim-missing', `${what} of ${owner} is claimed by nobody`, id, { owner });
    } else if (isNameId) {
      this.#findings.add({
        code: 'name-id-of-another',
        message: `${what} of ${owner} was claimed by ${holder} before`,
        subject: owner,
        expected: holder,
        actual: owner,
        next: `who had it would be signed in as this person; what legacy asserted: ${this.#input.commands.record('set', this.#paths.get(owner) ?? owner, this.#input.identity!.field, '--from-ledger')}`,
      });
    } else {
      this.#report(
        'claim-of-another',
        `${what} of ${owner} is claimed by ${holder}, who does not have it`,
        id,
        {
          owner,
          holder,
        },
      );
    }
  }

  #report(
    code: 'claim-unused' | 'claim-missing' | 'claim-of-another',
    message: string,
    id: string,
    { owner, holder }: { owner?: string; holder?: string | undefined },
  ): void {
    const name = repairOf[code];
    const { commands, onRepair } = this.#input;
    const finding: Finding = {
      code,
      message,
      subject: `${importedClaimsSheet}/${id}`,
      next: commands.fix(name),
    };
    this.#findings.add(finding);
    const repair: PlannedRepair = {
      id,
      rule: 'claims',
      class: name,
      sheet: importedClaimsSheet,
      words: { before: claimedBy(holder), after: claimedBy(owner) },
      afterWatch: false,
      ...(holder === undefined
        ? {}
        : { prepare: async (store) => (await store.claims.releaseNamed([{ id, owner: holder }])) > 0 }),
      change: (current) =>
        current !== undefined && current['owner'] !== holder
          ? current
          : owner === undefined
            ? undefined
            : { id, owner },
    };
    onRepair?.(repair);
  }
}

const claimedBy = (owner: string | undefined): string =>
  owner === undefined ? 'claimed by nobody' : `claimed by ${owner}`;

const repairOf = {
  'claim-unused': 'release-claim',
  'claim-missing': 'claim-value',
  'claim-of-another': 'move-claim',
} as const;

const names: Readonly<Record<ClaimKind, string>> = {
  email: 'address',
  'github-id': 'GitHub account',
  'name-id': 'NameID',
};

function readable(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    return parseToml(bytes.toString());
  } catch {
    return undefined;
  }
}
