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
    expect(cutoverPlan.steps.map(({ id }) => id)).toEqual(files.sort());
  });

  it('lets only these steps go without an undo', () => {
    const without = cutoverPlan.steps.filter(({ undo }) => undo.kind === 'none').map(({ id }) => id);
    expect(without).toEqual([
      '01-preflight',
      '02-backup',
      '04-inventory',
      '05-ttl-waited-out',
      '06-stage-sso',
      '07-go-no-go',
      '11-counts',
      '13-reconcile',
      '15-redirects',
      '16-name-ids',
      '17-sign-in',
      '18-second-import',
      '21-watch',
      '23-rollback',
      '25-stragglers',
      '26-decommission',
    ]);
  });

  it('asks before these steps alone, and has these done by hand', () => {
    const of = (has: (step: (typeof cutoverPlan.steps)[number]) => boolean): string[] =>
      cutoverPlan.steps.filter(has).map(({ id }) => id);
    expect(of(({ irreversible }) => irreversible !== undefined)).toEqual(['19-flip', '22-open']);
    expect(of(({ hand }) => hand !== undefined)).toEqual([
      '04-inventory',
      '06-stage-sso',
      '07-go-no-go',
      '20-switch-sso',
      '26-decommission',
    ]);
  });

  it('gives every title as something to do', () => {
    for (const { title } of cutoverPlan.steps) expect(title).toMatch(/^[A-Z][a-zA-Z]+[ :]/);
  });
});
