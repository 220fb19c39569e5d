import type { PublicFields, PublicValue, ScrubRule, ScrubRules, StoredRecord } from '@cutover/records';
import type { ScrubKey } from '../key.ts';
import { textLengths } from '../text/measure-text.ts';
import { writeText } from '../text/write-text.ts';
import type { Follow } from './follow.ts';
import { ownerOf, type ScrubIndex } from './index-pass.ts';
import { newId } from './new-id.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { shapeFrom, type SheetPlan } from './sheet-plan.ts';
import { shiftOf, shiftTimes } from './times.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface ScrubContext {
  readonly key: ScrubKey;
  readonly rules: ScrubRules;
  readonly index: ScrubIndex;
  readonly vocabulary: Vocabulary;
  readonly pseudonyms: Pseudonyms;
  readonly follow: Follow;
  /** The person of a membership, where they were exchanged. */
  readonly rewired: ReadonlyMap<string, string> | undefined;
  /** What a field of another record has become. */
  readonly fieldOf: (sheet: string, id: string, field: string) => PublicValue;
}

/** Scrubs one record by its sheet's rules. Fields of the result are in the order of the rules. */
export function scrubRecord(context: ScrubContext, plan: SheetPlan, record: StoredRecord): StoredRecord {
  return new RecordScrub(context, plan, record).all();
}

class RecordScrub {
  readonly #context: ScrubContext;
  readonly #plan: SheetPlan;
  readonly #record: StoredRecord;
  readonly #row: readonly string[];
  readonly #year: number;
  readonly #alone: boolean;
  readonly #done: Record<string, PublicValue> = {};
  #times: Record<string, string> | undefined;

  constructor(context: ScrubContext, plan: SheetPlan, record: StoredRecord) {
    const index = context.index.sheets.get(plan.sheet.name)!;
    const at = index.at.get(record.id)!;
    this.#context = context;
    this.#plan = plan;
    this.#row = index.rows[at]!;
    this.#year = Number(index.years[at]);
    this.#alone = index.anonymised.alone.has(at);
    const { membership } = context.rules;
    const person = membership?.sheet === plan.sheet.name ? context.rewired?.get(record.id) : undefined;
    this.#record = person === undefined ? record : { ...record, [membership!.person]: person };
  }

  all(): StoredRecord {
    for (const [field] of this.#plan.rules) this.#field(field);
    const set = Object.entries(this.#done).filter(([, value]) => value !== undefined);
    return Object.fromEntries(set) as PublicFields as StoredRecord;
  }

  #field(field: string): PublicValue {
    if (field in this.#done) return this.#done[field];
    const rule = this.#plan.rules.find(([name]) => name === field)![1];
    const value = this.#record[field];
    this.#done[field] = value === undefined || value === null ? undefined : this.#apply(rule, field, value);
    return this.#done[field];
  }

  #apply(rule: ScrubRule, field: string, value: NonNullable<PublicValue>): PublicValue {
    const { key, pseudonyms, follow } = this.#context;
    const at = this.#plan.column(field);
    const kept = at === undefined ? undefined : this.#row[at];
    // What too few records share was given up.
    if (kept === '' && rule.kind !== 'fixed') return undefined;
    switch (rule.kind) {
      case 'id':
        return newId(key, String(value));
      case 'reference':
        return this.#reference(field, value);
      case 'pseudonym':
        return rule.as === 'handle'
          ? pseudonyms.handle(`${this.#plan.sheet.name} ${this.#record.id}`)
          : pseudonyms.value(rule.as, `${this.#plan.sheet.name}.${field}`, this.#record.id);
      case 'joined':
        return this.#joined(rule.of, String(value));
      case 'follow': {
        const id = this.#record[rule.reference];
        const sheet = this.#plan.sheet.references[rule.reference]!;
        return typeof id === 'string' ? this.#context.fieldOf(sheet, id, rule.field) : undefined;
      }
      case 'follow-list':
        return this.#list(rule, value);
      case 'text':
        return this.#text(field, String(value), kept ?? '0');
      case 'url':
        return follow.url(String(value));
      case 'path':
        return follow.path(String(value));
      case 'time':
        return this.#timesOf()[field];
      case 'common':
        return typeof value === 'number' ? Number(kept) : kept;
      case 'fixed':
        return rule.value;
      case 'keep':
        return value;
      case 'clear':
        return undefined;
    }
  }

  /** What was told apart from its like by something appended is told apart by a code of the record's own. */
  #joined(of: readonly string[], value: string): string {
    const { vocabulary } = this.#context;
    const join = (parts: readonly PublicValue[]) => parts.filter((part) => part !== undefined).join('.');
    const joined = join(of.map((part) => this.#field(part)));
    if (!value.startsWith(`${join(of.map((part) => this.#record[part]))}-`)) return joined;
    return `${joined}-${vocabulary.code('apart', 8, this.#record.id)}`;
  }

  /** Names of records are as they have become; a record that stands alone names nobody, and nobody names it. */
  #reference(field: string, value: NonNullable<PublicValue>): PublicValue {
    const { key, index, rules } = this.#context;
    const sheet = this.#plan.sheet.references[field];
    const mayClear = this.#plan.columns[this.#plan.column(field)!]!.optional;
    if (this.#alone && sheet === rules.people && mayClear) return undefined;
    if (typeof value === 'object') return value.map((id) => newId(key, id));
    const target = sheet === undefined ? undefined : index.sheets.get(sheet);
    const at = target?.at.get(String(value));
    if (at !== undefined && this.#plan.sheet.name === rules.people && mayClear) {
      if (target!.anonymised.alone.has(at)) return undefined;
    }
    return newId(key, String(value));
  }

  #list(rule: ScrubRule & { kind: 'follow-list' }, value: NonNullable<PublicValue>): PublicValue {
    const { index, fieldOf, pseudonyms } = this.#context;
    if (typeof value !== 'object') return undefined;
    return value.map((one) => {
      const id = index.names.in(rule.sheet, one);
      return id === undefined
        ? pseudonyms.handle(`list ${one}`)
        : String(fieldOf(rule.sheet, id, rule.field));
    });
  }

  #text(field: string, text: string, kept: string): string {
    const { key, vocabulary, follow } = this.#context;
    const shape = shapeFrom(kept);
    const draws = key.draws('text', this.#plan.sheet.name, field, this.#record.id);
    const room = textLengths[shape.level]! / 2;
    const mentioned: string[] = [];
    let used = 0;
    for (const one of follow.inText(text)) if ((used += one.length + 1) < room) mentioned.push(one);
    return writeText(vocabulary, draws, shape, mentioned);
  }

  #timesOf(): Record<string, string> {
    if (this.#times !== undefined) return this.#times;
    const { key } = this.#context;
    const times: Record<string, string> = {};
    for (const field of this.#plan.timeFields) {
      const [time, at] = [this.#record[field], this.#plan.column(field)!];
      if (typeof time === 'string' && this.#row[at] !== '') times[field] = time;
    }
    const owner = ownerOf(this.#plan, this.#record);
    const input = { key, id: this.#record.id, times, shift: shiftOf(key, owner), year: this.#year };
    return (this.#times = shiftTimes(input));
  }
}
