import { CutoverError, exitCodes } from '@cutover/core';
import type { Profile, ScrubRules, Sheet } from '@cutover/records';

/** The rules of a profile. Throws CutoverError `scrub-rules-missing` where it has none. */
export function scrubRulesOf(profile: Profile): ScrubRules {
  if (profile.scrub !== undefined) return profile.scrub;
  throw new CutoverError('scrub-rules-missing', `the profile ${profile.name} says nothing of scrubbing`, {
    next: 'give the profile a `scrub` part with a rule for every public field',
    exitCode: exitCodes.preflightFailed,
  });
}

/**
 * Every field of every sheet's schema must have a rule, and every rule a field it can work on. Collects all faults
 * before it throws CutoverError `scrub-field-without-rule`.
 */
export function assertScrubRules(profile: Profile): ScrubRules {
  const rules = scrubRulesOf(profile);
  const faults = profile.target.sheets.flatMap((sheet) => faultsOf(sheet, rules, profile));
  if (!profile.target.sheets.some(({ name }) => name === rules.people)) {
    faults.push(`there is no sheet ${rules.people} of people`);
  }
  if (faults.length > 0) throw withoutRule(faults);
  return rules;
}

/** The error that names fields without a rule. */
export function withoutRule(faults: readonly string[]): CutoverError {
  return new CutoverError('scrub-field-without-rule', `nothing was scrubbed: ${faults.join('; ')}`, {
    next: 'give each field a rule in the `scrub` part of the profile; what nobody decided on is not published',
    data: { faults },
    exitCode: exitCodes.preflightFailed,
  });
}

function faultsOf(sheet: Sheet, rules: ScrubRules, profile: Profile): string[] {
  const scrub = rules.sheets[sheet.name];
  if (scrub === undefined) return [`the sheet ${sheet.name} has no rules`];
  const faults: string[] = [];
  const schemaFields = Object.keys((sheet.schema as { shape?: Record<string, unknown> }).shape ?? {});
  for (const field of schemaFields) {
    if (scrub.fields[field] === undefined) faults.push(`${sheet.name}.${field} has no rule`);
  }
  for (const [field, rule] of Object.entries(scrub.fields)) {
    if (rule.kind === 'keep' || rule.kind === 'clear' || rule.kind === 'common' || rule.kind === 'fixed') {
      if (rule.reason.trim() === '') faults.push(`${sheet.name}.${field} is ${rule.kind} without a reason`);
    } else if (rule.kind === 'follow') {
      const target = sheet.references[rule.reference];
      if (target === undefined || rules.sheets[target]?.fields[rule.field] === undefined) {
        faults.push(`${sheet.name}.${field} follows ${rule.reference}.${rule.field}, which is not there`);
      }
    } else if (rule.kind === 'follow-list') {
      if (!profile.target.sheets.some(({ name }) => name === rule.sheet)) {
        faults.push(`${sheet.name}.${field} follows ${rule.sheet}, which is no sheet`);
      }
    } else if (rule.kind === 'joined') {
      for (const part of rule.of) {
        if (scrub.fields[part] === undefined)
          faults.push(`${sheet.name}.${field} is joined of ${part}, which is not there`);
      }
    }
  }
  return faults;
}
