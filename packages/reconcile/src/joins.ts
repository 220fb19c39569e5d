import type { IdentityRule, Sheet } from '@cutover/records';
import type { Facts } from './facts.ts';
import type { CheckFindings, LateFindings, Located } from './findings.ts';
import type { Commands } from './commands.ts';
import { canLose, marks } from './record-checks.ts';
import type { Reconciling } from './reconcile.ts';

const step = 3;

const placeOf = (located: Located | undefined): string => located?.path ?? 'a record that cannot be read';

interface ReferenceJoin {
  readonly sheets: readonly Sheet[];
  readonly commands: Commands;
  readonly late: LateFindings;
  readonly dangling: CheckFindings;
  readonly records: CheckFindings;
}

/** References whose record is nowhere, and ids that two records of a sheet have. */
export function joinReferences(
  facts: Facts,
  { sheets, commands, late, dangling, records }: ReferenceJoin,
): void {
  const byName = new Map(sheets.map((sheet) => [sheet.name, sheet]));
  for (const group of facts.groups()) {
    const there = new Set<number>();
    for (let at = 0; at < group.length; at += step) {
      if (group[at + 1] !== marks.isThere) continue;
      if (there.has(group[at]!)) {
        late.add(records, [group[at + 2]!], ([found]) => ({
          code: 'id-twice',
          message: `${placeOf(found)}: another record has the id ${found?.record.id}`,
          subject: placeOf(found),
          next: `an id belongs to one record; where this one is the copy: ${commands.record('remove', placeOf(found))}`,
        }));
      }
      there.add(group[at]!);
    }
    for (let at = 0; at < group.length; at += step) {
      if (group[at + 1] === marks.isThere || there.has(group[at]!)) continue;
      const field = group[at + 2]!;
      late.add(dangling, [group[at + 1]!], ([found]) => {
        const sheet = byName.get(placeOf(found).split('/', 1)[0]!);
        const [name, to] = Object.entries(sheet?.references ?? {})[field] ?? ['a reference', 'its sheet'];
        const fits = sheet !== undefined && found !== undefined && canLose(sheet.schema, found.record, name);
        const words = fits ? ['unset', placeOf(found), name] : ['remove', placeOf(found)];
        return {
          code: 'reference-dangling',
          message: `${placeOf(found)}: ${name} names ${String(found?.record[name])}, which is not in ${to}`,
          subject: placeOf(found),
          next: `put back the record that it names, or: ${commands.record(...words)}`,
        };
      });
    }
  }
}

const sharedCodes = ['legacy-id-twice', 'email-shared', 'github-id-shared', 'name-id-shared'] as const;

interface UniqueJoin extends Pick<Reconciling, 'commands' | 'target' | 'identity'> {
  readonly late: LateFindings;
  readonly shared: CheckFindings;
  readonly identities: CheckFindings;
}

/** What a human may decide about two records that share a value, by kind. */
function sharedNext(
  { commands, target, identity }: UniqueJoin,
  kind: number,
  a: Located,
  b: Located,
): string {
  const { loginPrivate, github } = target.accounts ?? {};
  const off = (sheet: string, field: string) => commands.private('unset', sheet, b.record.id, field);
  if (kind === 1)
    return `ask both people which account they want; where it is the first: ${off(loginPrivate!.sheet, loginPrivate!.field)}`;
  if (kind === 2)
    return `one of them was claimed by mistake; where it is the second: ${off(github!.sheet, github!.userIdField)}`;
  const both = (...words: string[]) =>
    [a, b].map(({ path }) => commands.record(words[0]!, path, ...words.slice(1)));
  if (kind === 3)
    return `what legacy asserted of each: ${both('set', identity!.field, '--from-ledger').join(' && ')}`;
  return `what was changed of them, as it was before: ${both('put-back').join(' || ')}`;
}

export function joinUnique(facts: Facts, join: UniqueJoin): void {
  const { late, shared, identities } = join;
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
      late.add(kind === 3 ? identities : shared, [other, ordinal], ([a, b]) => ({
        code: sharedCodes[kind]!,
        message: `${placeOf(a)} and ${placeOf(b)} have the same ${['legacy id', 'address', 'GitHub account', 'NameID'][kind]!}`,
        subject: placeOf(b),
        actual: [a?.record.id, b?.record.id],
        ...(a === undefined || b === undefined ? {} : { next: sharedNext(join, kind, a, b) }),
      }));
    }
  }
}

/** Private values in public texts: what people write of themselves, in texts of their own, may stay. */
export function joinMentions(facts: Facts, late: LateFindings, to: CheckFindings, commands: Commands): void {
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
            next: `ask the person; where it has to go (earlier versions keep it): ${commands.record('redact', placeOf(text))}`,
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
  commands: Commands,
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
        next: `a changed NameID gives a member a second account: ${commands.record('set', placeOf(found), field, '--from-ledger')}`,
      }));
    }
  }
}
