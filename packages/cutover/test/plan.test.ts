import { planFaults } from '@cutover/runs';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cutoverPlan } from '../src/index.ts';

describe('the plan of a cutover', () => {
  it('is well-formed', () => {
    expect(planFaults(cutoverPlan)).toEqual([]);
  });

  it('has every step file, under the name of its file', () => {
    const files = readdirSync(fileURLToPath(new URL('../src/steps', import.meta.url))).map((file) =>
      file.replace('.ts', ''),
    );
    const exercised = cutoverPlan.steps
      .map(({ id }) => id)
      .filter((id) => !/freeze|last-dump|flip|watch/.test(id));
    expect(exercised).toEqual(files.sort());
  });

  it('lets only these steps go without an undo', () => {
    const without = cutoverPlan.steps.filter(({ undo }) => undo.kind === 'none').map(({ id }) => id);
    expect(without).toEqual([
      '01-preflight',
      '02-freeze-legacy',
      '03-last-dump',
      '11-counts',
      '13-reconcile',
      '15-redirects',
      '16-name-ids',
      '17-sign-in',
      '12-flip',
      '13-watch',
      '18-second-import',
      '23-rollback',
    ]);
  });

  it('gives every title as something to do', () => {
    for (const { title } of cutoverPlan.steps) expect(title).toMatch(/^[A-Z][a-zA-Z]+[ :]/);
  });
});
