import { concludeCheck, type Check, FindingList } from '@cutover/core';
import type { PublicValue, ScrubRule, ScrubRules, StoredRecord } from '@cutover/records';
import type { Patterns } from './patterns.ts';

const madeUpPhone = /\+999 \d{12}/g;

/**
 * Holds every field of a snapshot against its rule: what is to be gone is, nothing is a value that the same field
 * had of anybody (short names and names that are words of the structure too), and no number is a legacy id.
 */
export class FieldCheck {
  readonly #rules: ScrubRules;
  readonly #patterns: Patterns;
  readonly #findings = new FindingList();
  readonly #testLogins: ReadonlySet<string>;
  #looked = 0;

  constructor(rules: ScrubRules, patterns: Patterns) {
    this.#rules = rules;
    this.#patterns = patterns;
    this.#testLogins = new Set((rules.testLogins ?? []).map(({ login }) => login));
  }

  look(path: string, sheet: string, record: StoredRecord): void {
    if (sheet === this.#rules.people && this.#testLogins.has(String(record['slug']))) return;
    for (const [field, value] of Object.entries(record)) {
      this.#looked++;
      const problem = this.#problemOf(sheet, field, this.#rules.sheets[sheet]?.fields[field], value);
      if (problem === undefined) continue;
      const [code, words] = problem;
      this.#findings.add({ code, message: `${path}: ${field} ${words}`, subject: path });
    }
  }

  conclude(): Check {
    return concludeCheck({
      id: 'snapshot-fields',
      title: 'Every field is what its rule makes of it, and nobody’s value',
      looked: this.#looked,
      expected: 0,
      actual: this.#findings.total,
      findings: this.#findings,
    });
  }

  #problemOf(
    sheet: string,
    field: string,
    rule: ScrubRule | undefined,
    value: PublicValue,
  ): readonly [code: string, words: string] | undefined {
    if (rule === undefined) return ['field-without-rule', 'has no rule'];
    if (rule.kind === 'clear') return ['field-not-cleared', 'should be gone'];
    if (['keep', 'common', 'fixed', 'time', 'joined'].includes(rule.kind)) return undefined;
    if (typeof value === 'number') {
      return this.#patterns.legacyIds.has(value) ? ['legacy-id-in-snapshot', 'is a legacy id'] : undefined;
    }
    for (const one of typeof value === 'string' ? [value] : typeof value === 'object' ? (value ?? []) : []) {
      if (this.#patterns.hasValue(sheet, field, one)) return ['value-kept', 'is what somebody had there'];
      for (const [number] of one
        .replaceAll(madeUpPhone, ' ')
        .matchAll(/(?<![\p{L}\p{N}-])\d{2,15}(?![\p{L}\p{N}-])/gu)) {
        if (this.#patterns.legacyIds.has(Number(number)))
          return ['legacy-id-in-snapshot', 'has a legacy id in it'];
      }
    }
    return undefined;
  }
}
