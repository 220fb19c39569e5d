import type { PublicValue, ScrubRule, ScrubRules, Sheet, StoredRecord } from '@cutover/records';
import type { TextShape } from '../text/measure-text.ts';
import type { Column } from './anonymise.ts';

/**
 * What is kept of a sheet's records, as columns: whether a field is set, how long a list or text is, a value that
 * is kept. Everything else in a snapshot is made up or the same for all.
 */
export class SheetPlan {
  readonly sheet: Sheet;
  readonly rules: readonly (readonly [field: string, rule: ScrubRule])[];
  readonly owner: readonly string[];
  readonly timeFields: readonly string[];
  readonly columns: readonly Column[];
  readonly #at = new Map<string, number>();

  constructor(sheet: Sheet, rules: ScrubRules) {
    const scrub = rules.sheets[sheet.name]!;
    this.sheet = sheet;
    this.rules = Object.entries(scrub.fields);
    this.owner = scrub.owner ?? [];
    this.timeFields = this.rules.filter(([, rule]) => rule.kind === 'time').map(([field]) => field);
    const columns: Column[] = [];
    for (const [field, rule] of this.rules) {
      if (rule.kind === 'id' || rule.kind === 'clear') continue;
      this.#at.set(field, columns.length);
      columns.push(columnOf(field, rule, isOptional(sheet, field)));
    }
    this.columns = columns;
  }

  column(field: string): number | undefined {
    return this.#at.get(field);
  }

  /** What is kept of a record. `shapeOf` says in which shape a text is written anew. */
  rowOf(record: StoredRecord, shapeOf: (text: string) => TextShape): string[] {
    const row: string[] = [];
    for (const [field, rule] of this.rules) {
      if (this.#at.has(field)) row.push(keptOf(rule, record[field], shapeOf));
    }
    return row;
  }
}

/** Whether a schema takes records without the field. Schemas that do not say so are taken to want it. */
export function isOptional(sheet: Sheet, field: string): boolean {
  const shape = (
    sheet.schema as { shape?: Record<string, { safeParse(value: unknown): { success: boolean } }> }
  ).shape;
  return shape?.[field]?.safeParse(undefined).success === true;
}

/** A short text without markup: what a longer one gives way to before it is left out. */
const shortText = '1';

function columnOf(name: string, rule: ScrubRule, mayBeAbsent: boolean): Column {
  if (rule.kind === 'keep') return { name, optional: false, less: () => undefined };
  const fallback = rule.kind === 'common' && rule.fallback !== undefined ? String(rule.fallback) : undefined;
  const least = fallback ?? (mayBeAbsent ? '' : rule.kind === 'text' ? '0' : undefined);
  const less = (value: string): string | undefined => {
    if (value === '' || value === least) return undefined;
    if (rule.kind === 'text' && value !== shortText && value !== '0') {
      return /\D/.test(value) ? value.replaceAll(/\D/g, '') : shortText;
    }
    return least;
  };
  return { name, optional: least !== undefined, less };
}

function keptOf(rule: ScrubRule, value: PublicValue, shapeOf: (text: string) => TextShape): string {
  if (value === undefined || value === null) return '';
  if (rule.kind === 'keep' || rule.kind === 'common') return String(value);
  if (typeof value === 'object') return String(value.length);
  if (rule.kind === 'text' && typeof value === 'string') {
    const { level, markup } = shapeOf(value);
    return `${level}${markup}`;
  }
  return '1';
}

/** The shape that a column's value stands for. */
export function shapeFrom(kept: string): TextShape {
  const level = Number.parseInt(kept, 10);
  return { level: Number.isNaN(level) ? 0 : level, markup: kept.replace(/^\d+/, '') };
}
