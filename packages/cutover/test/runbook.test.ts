import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cutoverPlan } from '../src/index.ts';
import { runbookTables, withTables } from '../src/runbook.ts';

const runbook = readFileSync(new URL('../../../docs/operations/cutover.md', import.meta.url), 'utf8');
/** The formatter of the docs fills cells with blanks. */
const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

describe('the runbook', () => {
  it('has the tables that the plan gives: npm run runbook -w @cutover/cutover writes them', () => {
    expect(plain(runbook)).toBe(plain(withTables(runbook, cutoverPlan)));
  });

  it('would be told to drift where a step changes', () => {
    const [first, ...rest] = cutoverPlan.steps;
    const other = { ...cutoverPlan, steps: [{ ...first!, title: 'Something else' }, ...rest] };
    expect(plain(withTables(runbook, other))).not.toBe(plain(runbook));
  });

  it('names every step once, with its way back or why there is none', () => {
    const tables = runbookTables(cutoverPlan);
    for (const { id, undo } of cutoverPlan.steps)
      expect(tables, id).toContain(undo.kind === 'none' ? `none: ${undo.because}` : undo.title);
  });
});
