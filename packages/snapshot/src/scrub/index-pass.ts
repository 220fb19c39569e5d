import type { Profile, ScrubRules, StoredRecord } from '@cutover/records';
import type { PrivateStore, PublicStore } from '@cutover/stores';
import type { ScrubKey } from '../key.ts';
import { mentionsIn } from '../text/follow-text.ts';
import { measureText } from '../text/measure-text.ts';
import { type Anonymised, anonymise, leastGroup, type Row } from './anonymise.ts';
import { canaryRecords } from './canaries.ts';
import { withoutRule } from './check-rules.ts';
import { Names } from './names.ts';
import { sourceRecords } from './records.ts';
import type { Membership } from './rewire.ts';
import { SheetPlan } from './sheet-plan.ts';
import { shiftedYear, shiftOf } from './times.ts';

/** Characters that any kind of mention comes to have at most. */
const mentionLength = 40;

/** What has to be known of all records before the first is written. */
export interface ScrubIndex {
  readonly plans: ReadonlyMap<string, SheetPlan>;
  readonly names: Names;
  /** Words that the original has as names, handles or addresses, folded. */
  readonly words: ReadonlySet<string>;
  readonly sheets: ReadonlyMap<string, SheetIndex>;
  readonly memberships: readonly Membership[];
}

export interface SheetIndex {
  readonly ids: string[];
  readonly at: Map<string, number>;
  /** What is kept of each record, made alike. */
  readonly rows: Row[];
  /** The year that each record's times come to lie in; empty where it has none. */
  readonly years: string[];
  anonymised: Anonymised;
}

export interface IndexInput {
  readonly profile: Profile;
  readonly rules: ScrubRules;
  readonly key: ScrubKey;
  readonly store: Pick<PublicStore, 'readRecords'>;
  readonly commit: string;
  readonly privateStore: Pick<PrivateStore, 'read'> | undefined;
}

/** Reads everything once. Throws CutoverError `scrub-field-without-rule`. */
export async function indexRecords(input: IndexInput): Promise<ScrubIndex> {
  const { profile, rules, key } = input;
  const plans = new Map(profile.target.sheets.map((sheet) => [sheet.name, new SheetPlan(sheet, rules)]));
  const names = new Names(profile.target, rules);
  const words = new Set<string>();
  const sheets = new Map<string, SheetIndex>();
  for (const name of plans.keys()) {
    sheets.set(name, {
      ids: [],
      at: new Map(),
      rows: [],
      years: [],
      anonymised: { givenUp: {}, alone: new Set() },
    });
  }
  const memberships: Membership[] = [];
  const faults = new Set<string>();
  const take = (sheet: string, record: StoredRecord): void => {
    const plan = plans.get(sheet);
    if (plan === undefined) {
      faults.add(`the sheet ${sheet} has no rules`);
      return;
    }
    for (const field of Object.keys(record)) {
      if (rules.sheets[sheet]!.fields[field] === undefined) faults.add(`${sheet}.${field} has no rule`);
    }
    const index = sheets.get(sheet)!;
    index.at.set(record.id, index.ids.length);
    index.ids.push(record.id);
    index.rows.push(plan.rowOf(record, shapeOf));
    index.years.push(yearOf(plan, key, record));
    names.add(sheet, record, handleFields(plan));
    addWords(words, plan, record);
    const membership = rules.membership;
    if (membership?.sheet === sheet) {
      memberships.push({
        id: record.id,
        person: String(record[membership.person]),
        group: String(record[membership.group]),
      });
    }
  };
  for (const { sheet, record } of canaryRecords(key, rules)) take(sheet, record);
  for await (const { sheet, record } of sourceRecords(input.store, input.commit)) take(sheet, record);
  if (faults.size > 0) throw withoutRule([...faults].slice(0, 50));
  await readPrivate(input, names, words);
  for (const [name, index] of sheets) {
    const plan = plans.get(name)!;
    index.anonymised = anonymise(plan.columns, index.rows);
    foldRareYears(index, plan);
  }
  return { plans, names, words, sheets, memberships };
}

/** Whose record it is: the first owner that is set, else the record itself. */
export function ownerOf(plan: SheetPlan, record: StoredRecord): string {
  for (const field of plan.owner) if (typeof record[field] === 'string') return record[field];
  return record.id;
}

function yearOf(plan: SheetPlan, key: ScrubKey, record: StoredRecord): string {
  const times = plan.timeFields.map((field) => record[field]).filter((time) => typeof time === 'string');
  if (times.length === 0) return '';
  return String(shiftedYear(times.sort()[0]!, shiftOf(key, ownerOf(plan, record))));
}

const shapeOf = (text: string) => measureText(text, mentionsIn(text).length * mentionLength);

/** Fields that records are called by in addresses. */
function handleFields(plan: SheetPlan): string[] {
  const paths = plan.sheet.path.map(({ field }) => field);
  return [...new Set([...Object.keys(plan.sheet.indexes), ...paths])].filter((field) => field !== 'id');
}

const wordly = /[\p{L}\p{N}]+/gu;

function addWords(words: Set<string>, plan: SheetPlan, record: StoredRecord): void {
  for (const [field, rule] of plan.rules) {
    const value = record[field];
    if (typeof value !== 'string' || !namesAnybody(rule.kind)) continue;
    if (rule.kind === 'text' && value.length > 40) continue;
    takeWords(words, value);
  }
}

const namesAnybody = (kind: string): boolean =>
  ['pseudonym', 'joined', 'path', 'url', 'follow', 'text'].includes(kind);

function takeWords(words: Set<string>, text: string): void {
  for (const [word] of text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .matchAll(wordly)) {
    words.add(word);
  }
}

/** Private values tell whose address a text mentions, and which words are not to be made up. */
async function readPrivate(
  { profile, rules, privateStore }: IndexInput,
  names: Names,
  words: Set<string>,
): Promise<void> {
  if (privateStore === undefined) return;
  for (const sheet of profile.target.privateSheets) {
    for await (const record of privateStore.read(sheet.name)) {
      for (const value of Object.values(record)) {
        if (typeof value !== 'string' || value.length > 200) continue;
        if (sheet.of === rules.people && /^[^\s@]+@[^\s@]+$/.test(value)) names.addEmail(value, record.id);
        takeWords(words, value);
      }
    }
  }
}

/**
 * A year that too few records share becomes the nearest that enough do: among those that have the same times, so
 * that no field of them has a rare year.
 */
function foldRareYears({ rows, years }: SheetIndex, plan: SheetPlan): void {
  const at = plan.timeFields.map((field) => plan.column(field)!);
  const alike = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const key = at.map((column) => (row[column] === '' ? '0' : '1')).join('');
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [index]);
    else group.push(index);
  }
  for (const group of alike.values()) {
    const counts = new Map<string, number>();
    for (const index of group) {
      if (years[index] !== '') counts.set(years[index]!, (counts.get(years[index]!) ?? 0) + 1);
    }
    const byCount = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const common = byCount
      .filter(([, count], place) => place === 0 || count >= leastGroup)
      .map(([year]) => year);
    for (const index of group) {
      const year = years[index]!;
      if (year === '' || common.includes(year)) continue;
      years[index] = common.reduce((a, b) => (Math.abs(+b - +year) < Math.abs(+a - +year) ? b : a));
    }
  }
}
