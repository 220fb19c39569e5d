import { type Check, concludeCheck, FindingList } from '@cutover/core';
import type { Profile, ScrubRules, StoredRecord } from '@cutover/records';
import type { ScrubKey } from '../key.ts';
import { leastGroup } from '../scrub/anonymise.ts';
import { newId } from '../scrub/new-id.ts';
import { aloneMark, featuresOf } from './features.ts';

/** Records of one sheet of a snapshot, with what they can be told by. */
interface SheetFeatures {
  readonly fields: readonly string[];
  /** Feature names; a record's values are at the same places. */
  readonly names: string[];
  readonly at: Map<string, number>;
  readonly records: { readonly values: (string | undefined)[]; readonly people: readonly string[] }[];
  readonly byId: Map<string, number>;
  /** Pairs of records that belong together, as the places of the features that agree. */
  readonly agreeing: { readonly record: number; readonly features: readonly number[] }[];
}

/**
 * The attack by joining: whoever has the original holds each of its records against the snapshot's by everything
 * that the two have in common. With the key it is known which belong together, so it can be told how many would be
 * found: a record is linked where, by what agrees, fewer than five of the snapshot come into question.
 */
export class LinkCheck {
  readonly #sheets = new Map<string, SheetFeatures>();
  readonly #key: ScrubKey;
  readonly #rules: ScrubRules;
  readonly #profile: Profile;
  #missing = 0;
  #looked = 0;

  constructor(key: ScrubKey, profile: Profile, rules: ScrubRules) {
    this.#key = key;
    this.#rules = rules;
    this.#profile = profile;
    for (const sheet of profile.target.sheets) {
      const fields = Object.keys(rules.sheets[sheet.name]?.fields ?? {}).filter((field) => field !== 'id');
      this.#sheets.set(sheet.name, {
        fields,
        names: [],
        at: new Map(),
        records: [],
        byId: new Map(),
        agreeing: [],
      });
    }
  }

  /** Takes a record of the snapshot. All of them come before any of the original. */
  addSnapshot(sheet: string, record: StoredRecord): void {
    const features = this.#sheets.get(sheet);
    if (features === undefined) return;
    const values: (string | undefined)[] = [];
    for (const [name, value] of featuresOf(record, features.fields)) {
      let at = features.at.get(name);
      if (at === undefined) features.at.set(name, (at = features.names.push(name) - 1));
      values[at] = value;
    }
    const people = this.#peopleOf(sheet, record);
    features.byId.set(record.id, features.records.push({ values, people }) - 1);
  }

  /** Holds a record of the original against the one that was made of it. */
  addOriginal(sheet: string, record: StoredRecord): void {
    const features = this.#sheets.get(sheet);
    if (features === undefined) return;
    this.#looked++;
    const at = features.byId.get(newId(this.#key, record.id));
    if (at === undefined) {
      this.#missing++;
      return;
    }
    const { values } = features.records[at]!;
    const agreeing: number[] = [];
    for (const [name, value] of featuresOf(record, features.fields)) {
      const place = features.at.get(name);
      if (place !== undefined && values[place] === value) agreeing.push(place);
    }
    features.agreeing.push({ record: at, features: agreeing });
  }

  conclude(): Check {
    const findings = new FindingList();
    const people = new Set<string>();
    let records = 0;
    for (const [sheet, features] of this.#sheets) {
      const byFields = new Map<string, { people: Set<string>; records: number }>();
      for (const { record, why } of linkedOf(features)) {
        const entry = byFields.get(why) ?? { people: new Set<string>(), records: 0 };
        byFields.set(why, entry);
        entry.records++;
        for (const person of features.records[record]!.people) entry.people.add(person);
      }
      for (const [why, linked] of byFields) {
        records += linked.records;
        if (linked.people.size === 0) continue;
        linked.people.forEach((person) => people.add(person));
        findings.add({
          code: 'people-linkable',
          message: `${linked.people.size} people can be found again by ${linked.records} records of ${sheet}: fewer than ${leastGroup} agree in ${why}`,
          subject: sheet,
          actual: linked.people.size,
          next: `scrub ${why} of ${sheet} by another rule`,
        });
      }
    }
    return concludeCheck({
      id: 'snapshot-links',
      title: `Nobody can be found again by times, lengths or rare values among fewer than ${leastGroup}`,
      looked: this.#looked,
      expected: 0,
      actual: people.size,
      findings,
      evidence: { people: people.size, recordsOfNobody: findings.total === 0 ? records : undefined },
      couldNotTell:
        this.#missing === 0
          ? undefined
          : `${this.#missing} of ${this.#looked} records have no counterpart: the snapshot was made with another key or of another state`,
    });
  }

  #peopleOf(sheet: string, record: StoredRecord): string[] {
    if (sheet === this.#rules.people) return [record.id];
    const references = this.#profile.target.sheets.find(({ name }) => name === sheet)!.references;
    return Object.entries(references)
      .filter(([, target]) => target === this.#rules.people)
      .map(([field]) => record[field])
      .filter((id) => typeof id === 'string');
  }
}

/** The records of a sheet that can be linked, each with the features that did it. */
function* linkedOf(features: SheetFeatures): Generator<{ readonly record: number; readonly why: string }> {
  const { names, records, agreeing } = features;
  const varying = names.map((_, at) => records.some(({ values }) => values[at] !== records[0]!.values[at]));
  const counts = new GroupCounts(records.map(({ values }) => values));
  for (const { record, features: agree } of agreeing) {
    const telling = agree.filter((at) => varying[at]);
    const single = telling.find((at) => counts.of([at], record) < leastGroup);
    if (single !== undefined) {
      yield { record, why: names[single]! };
      continue;
    }
    const together = telling.filter((at) => !names[at]!.endsWith(aloneMark));
    if (records.length < leastGroup || counts.of(together, record) < leastGroup) {
      yield {
        record,
        why:
          together.length === 0 ? 'nothing: there are no more' : together.map((at) => names[at]!).join(', '),
      };
    }
  }
}

/** How many records have the same values as one of them, in any of its features. */
class GroupCounts {
  readonly #rows: readonly (readonly (string | undefined)[])[];
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(rows: readonly (readonly (string | undefined)[])[]) {
    this.#rows = rows;
  }

  of(features: readonly number[], record: number): number {
    const name = features.join();
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      counts = new Map();
      for (const row of this.#rows) {
        const key = keyOf(row, features);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      this.#counts.set(name, counts);
    }
    return counts.get(keyOf(this.#rows[record]!, features))!;
  }
}

function keyOf(row: readonly (string | undefined)[], features: readonly number[]): string {
  let key = '';
  for (const at of features) key += `${row[at] ?? ''}\u0000`;
  return key;
}
