import type { IdentityRule, Sheet } from '@cutover/records';
import type { Facts } from './facts.ts';
import type { CheckFindings, LateFindings, Located } from './findings.ts';
import { marks } from './record-checks.ts';

const step = 3;

const placeOf = (located: Located | undefined): string => located?.path ?? 'a record that cannot be read';

/** References whose record is nowhere, and ids that two records of a sheet have. */
export function joinReferences(
  facts: Facts,
  sheets: readonly Sheet[],
  late: LateFindings,
  dangling: CheckFindings,
  records: CheckFindings,
): void {
  const fieldsOf = new Map(sheets.map((sheet) => [sheet.name, Object.entries(sheet.references)]));
  for (const group of facts.groups()) {
    const there = new Set<number>();
    for (let at = 0; at < group.length; at += step) {
      if (group[at + 1] !== marks.isThere) continue;
      if (there.has(group[at]!)) {
        late.add(records, [group[at + 2]!], ([found]) => ({
          code: 'id-twice',
          message: `${placeOf(found)}: another record has the id ${found?.record.id}`,
          subject: placeOf(found),
          next: 'an id belongs to one record: remove or renumber one of them',
        }));
      }
      there.add(group[at]!);
    }
    for (let at = 0; at < group.length; at += step) {
      if (group[at + 1] === marks.isThere || there.has(group[at]!)) continue;
      const field = group[at + 2]!;
      late.add(dangling, [group[at + 1]!], ([found]) => {
        const sheet = placeOf(found).split('/', 1)[0]!;
        const [name, to] = fieldsOf.get(sheet)?.[field] ?? ['a reference', 'its sheet'];
        return {
          code: 'reference-dangling',
          message: `${placeOf(found)}: ${name} names ${String(found?.record[name])}, which is not in ${to}`,
          subject: placeOf(found),
          next: `take ${name} out of the record, or put back the record that it names`,
        };
      });
    }
  }
}

const sharedCodes = ['legacy-id-twice', 'email-shared', 'github-id-shared', 'name-id-shared'] as const;
const sharedNexts = [
  'one of them is a copy: remove it, or renumber it',
  'ask both people which account they want, then change the address of the other on the new site',
  'one of them was claimed by mistake: release the GitHub account of that one on the new site',
  'a NameID is one person: give the later one another username',
] as const;

export function joinUnique(
  facts: Facts,
  late: LateFindings,
  shared: CheckFindings,
  identity: CheckFindings,
): void {
  for (const group of facts.groups()) {
    // One for each kind, as an address may be somebody's identifier.
    const firsts = sharedCodes.map(() => new Map<number, number>());
    for (let at = 0; at < group.length; at += step) {
      const [hash, ordinal, kind] = [group[at]!, group[at + 1]!, group[at + 2]!];
      const other = firsts[kind]!.get(hash);
      if (other === undefined) {
        firsts[kind]!.set(hash, ordinal);
        continue;
      }
      if (other === ordinal) continue;
      late.add(kind === 3 ? identity : shared, [other, ordinal], ([a, b]) => ({
        code: sharedCodes[kind]!,
        message: `${placeOf(a)} and ${placeOf(b)} have the same ${['legacy id', 'address', 'GitHub account', 'NameID'][kind]!}`,
        subject: placeOf(b),
        actual: [a?.record.id, b?.record.id],
        next: sharedNexts[kind]!,
      }));
    }
  }
}

/** Private values in public texts: what people write of themselves, in texts of their own, may stay. */
export function joinMentions(facts: Facts, late: LateFindings, to: CheckFindings): void {
  for (const group of facts.groups()) {
    const owners = new Map<number, number>();
    for (let at = 0; at < group.length; at += step) {
      if (group[at + 1] === marks.isThere) owners.set(group[at]!, group[at + 2]!);
    }
    for (let at = 0; at < group.length; at += step) {
      const owner = owners.get(group[at]!);
      const ordinal = group[at + 1]!;
      if (ordinal === marks.isThere || owner === undefined) continue;
      const free = group[at + 2] === 1;
      if (free && owner === ordinal) continue;
      late.add(
        to,
        [ordinal, owner],
        ([text, person]) => {
          if (free && text !== undefined && Object.values(text.record).includes(person?.record.id ?? ''))
            return undefined;
          return {
            code: 'private-value-in-public',
            message: `${placeOf(text)} holds a private value of ${placeOf(person)}`,
            subject: placeOf(text),
            next: 'ask the person; if it has to go, take it out of the record and of its history',
          };
        },
        true,
      );
    }
  }
}

/** Identifiers against what legacy asserted. */
export function joinIdentities(
  facts: Facts,
  late: LateFindings,
  to: CheckFindings,
  { field }: IdentityRule,
): void {
  for (const group of facts.groups()) {
    const legacy = new Map<number, number>();
    for (let at = 0; at < group.length; at += step) {
      if (group[at + 1] === marks.isThere) legacy.set(group[at]!, group[at + 2]!);
    }
    for (let at = 0; at < group.length; at += step) {
      const ordinal = group[at + 1]!;
      const then = legacy.get(group[at]!);
      if (ordinal === marks.isThere || then === undefined || then === group[at + 2]) continue;
      const code =
        group[at + 2] === 0 ? 'name-id-missing' : then === 0 ? 'name-id-invented' : 'name-id-changed';
      late.add(to, [ordinal], ([found]) => ({
        code,
        message: `${placeOf(found)}: ${field} is not what legacy asserted`,
        subject: placeOf(found),
        actual: found?.record[field] ?? null,
        next: 'a changed NameID gives a member a second account: put back the value of the import, git log shows it',
      }));
    }
  }
}
