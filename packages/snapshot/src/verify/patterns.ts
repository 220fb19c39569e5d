import { hash } from 'node:crypto';
import type { Profile, PublicValue, ScrubRule, ScrubRules, StoredRecord } from '@cutover/records';
import type { PrivateStore, PublicStore } from '@cutover/stores';
import type { ScrubKey } from '../key.ts';
import { canaryValues } from '../scrub/canaries.ts';
import { sourceRecords } from '../scrub/records.ts';
import { foldedWords } from './fold.ts';
import { HashTable } from './hash-table.ts';
import { Scanner } from './scanner.ts';

export const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const isTime = /^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/;
const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everything of the original that must not be in a snapshot. */
export class Patterns {
  readonly scanner = new Scanner();
  readonly ids = new HashTable();
  readonly legacyIds = new Set<number>();
  /** Last ten digits of telephone numbers. */
  readonly phones = new Set<string>();
  /** Whole values by sheet and field. */
  readonly values = new HashTable();
  /** Patterns that are words of the snapshot's structure, e.g. the name of a field; whole values of fields are compared all the same. */
  structural = 0;
  /** Dates and times of private records: too alike to other dates. */
  dates = 0;
  readonly #structure: ReadonlySet<string>;
  readonly #seen = new HashTable();

  /** `structure`: words that a snapshot has whoever is in it. */
  constructor(structure: ReadonlySet<string>) {
    this.#structure = structure;
  }

  addId(id: string): void {
    const [high, low] = idHash(id);
    this.ids.add(high, low, 1);
  }

  hasId(id: string): boolean {
    return this.ids.get(...idHash(id)) !== 0;
  }

  addPhone(text: string): void {
    const digits = text.replaceAll(/\D/g, '');
    if (digits.length >= 7) this.phones.add(digits.slice(-10));
  }

  addValue(sheet: string, field: string, value: string): void {
    // An empty value is nobody's.
    if (value.trim() !== '') this.values.add(...valueHash(sheet, field, value), 1);
  }

  hasValue(sheet: string, field: string, value: string): boolean {
    return this.values.get(...valueHash(sheet, field, value)) !== 0;
  }

  addText(kind: string, text: string): void {
    if (!this.#isNew(text)) return;
    this.scanner.addText(kind, text);
  }

  addPhrase(kind: string, text: string): void {
    if (!this.#isNew(text)) return;
    if (this.isStructural(text)) this.structural++;
    else this.scanner.addPhrase(kind, text);
  }

  isStructural(text: string): boolean {
    const words = foldedWords(text);
    return words.length > 0 && words.every((word) => this.#structure.has(word));
  }

  #isNew(text: string): boolean {
    const [high, low] = textHash(text);
    if (this.#seen.get(high, low) !== 0) return false;
    this.#seen.add(high, low, 1);
    return true;
  }
}

export interface PatternInput {
  readonly profile: Profile;
  readonly rules: ScrubRules;
  readonly key: ScrubKey;
  readonly publicStore: Pick<PublicStore, 'readRecords'>;
  readonly commit: string;
  readonly privateStore: Pick<PrivateStore, 'read'>;
  /** Values that the snapshot keeps by rule, e.g. of stages: many share each. */
  readonly kept: Iterable<string>;
}

/** Reads both stores of the original. `eachRecord` sees every public record on the way. */
export async function readPatterns(
  input: PatternInput,
  eachRecord: (sheet: string, record: StoredRecord) => void,
): Promise<Patterns> {
  const { profile, rules } = input;
  const patterns = new Patterns(structureOf(profile, rules, input.kept));
  for (const values of canaryValues(input.key)) addCanary(patterns, values);
  for await (const { sheet, record } of sourceRecords(input.publicStore, input.commit)) {
    eachRecord(sheet, record);
    const fields = rules.sheets[sheet]?.fields ?? {};
    for (const [field, value] of Object.entries(record)) {
      addPublic(patterns, `${sheet}.${field}`, [sheet, field], fields[field], value);
    }
  }
  for (const { name } of profile.target.privateSheets) {
    for await (const record of input.privateStore.read(name)) {
      for (const [field, value] of Object.entries(record)) addPrivate(patterns, `${name}.${field}`, value);
    }
  }
  return patterns;
}

function addPublic(
  patterns: Patterns,
  kind: string,
  [sheet, field]: readonly [string, string],
  rule: ScrubRule | undefined,
  value: PublicValue,
): void {
  if (value === undefined || value === null || typeof value === 'boolean') return;
  if (rule?.kind === 'keep' || rule?.kind === 'common' || rule?.kind === 'fixed') return;
  if (typeof value === 'number') {
    if (rule?.kind === 'clear') patterns.legacyIds.add(value);
    return;
  }
  for (const one of typeof value === 'string' ? [value] : value) {
    if (isUuid.test(one)) patterns.addId(one);
    else if (!isTime.test(one)) {
      // A path may be made of words of routes alone.
      if (rule?.kind !== 'path' || !patterns.isStructural(one)) patterns.addValue(sheet, field, one);
      if (rule?.kind === 'text') patterns.addText(kind, one);
      else patterns.addPhrase(kind, one);
      if (rule?.kind === 'text' || rule?.kind === 'url') addAddresses(patterns, kind, one);
    }
  }
}

/** Addresses and numbers that somebody wrote into a text are searched on their own too. */
function addAddresses(patterns: Patterns, kind: string, text: string): void {
  for (const [email] of text.matchAll(/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu)) {
    patterns.addPhrase(kind, email);
  }
  for (const [phone] of text.matchAll(/(?<!\d)\+?\(?\d(?:[\s().-]{0,2}\d){9,14}(?!\d)/g))
    patterns.addPhone(phone);
  for (const [id] of text.matchAll(uuidPattern)) patterns.addId(id);
}

function addPrivate(patterns: Patterns, kind: string, value: unknown): void {
  if (typeof value !== 'string') return;
  if (isUuid.test(value)) patterns.addId(value);
  else if (isTime.test(value)) patterns.dates++;
  else if (/^\+?[\d\s().-]{7,}$/.test(value)) patterns.addPhone(value);
  else patterns.addText(kind, value);
}

function addCanary(patterns: Patterns, values: ReturnType<typeof canaryValues>[number]): void {
  for (const id of values.ids) patterns.addId(id);
  patterns.legacyIds.add(values.legacyId);
  patterns.addPhone(values.phone);
  for (const text of [values.handle, values.firstName, values.lastName, values.email]) {
    patterns.addPhrase(canaryKind, text);
  }
  patterns.addText(canaryKind, values.text);
  for (const word of values.text.split(/\W+/)) if (word.length > 8) patterns.addPhrase(canaryKind, word);
}

export const canaryKind = 'canary';

/** Words that a snapshot has whoever is in it: names of sheets and fields, kept values, git's and gitsheets' own. */
function structureOf(profile: Profile, rules: ScrubRules, kept: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (text: string) => foldedWords(text).forEach((word) => words.add(word));
  add(
    'gitsheet gitsheets root path toml slice cutover localhost snapshot scrubbed profile https site example org',
  );
  add('repositoryformatversion filemode bare true false core refs heads tags head ref logallrefupdates');
  add(profile.name);
  for (const value of kept) add(value);
  for (const sheet of profile.target.sheets) {
    add(sheet.name);
    for (const { field } of sheet.path) add(field);
    const fields = rules.sheets[sheet.name]?.fields ?? {};
    for (const [field, rule] of Object.entries(fields)) {
      add(field);
      if (rule.kind === 'fixed') add(String(rule.value));
      if (rule.kind === 'common' && rule.fallback !== undefined) add(String(rule.fallback));
    }
  }
  for (const { path } of profile.target.routes) add(path);
  for (const folder of Object.keys(rules.folders ?? {})) add(folder);
  for (const { login, fields } of rules.testLogins ?? []) {
    add(login);
    for (const value of Object.values(fields)) add(String(value));
  }
  return words;
}

function idHash(id: string): [number, number] {
  const hex = id.replaceAll('-', '').toLowerCase();
  return [
    Number.parseInt(hex.slice(0, 8), 16) ^ Number.parseInt(hex.slice(16, 24), 16),
    Number.parseInt(hex.slice(8, 16), 16) ^ Number.parseInt(hex.slice(24), 16),
  ];
}

/** Compared as words, where a value has any. */
function valueHash(sheet: string, field: string, value: string): [number, number] {
  const words = foldedWords(value).join(' ');
  return textHash(`${sheet}\n${field}\n${words === '' ? value : words}`);
}

function textHash(text: string): [number, number] {
  const digest = hash('sha1', text, 'buffer');
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}
