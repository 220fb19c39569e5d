import type { Phase, Plan, Step } from '@cutover/runs';
import { day, hour, minute } from './budgets.ts';

const phaseTitles: Readonly<Record<Phase, string>> = {
  'T-7': 'T-7: a week before',
  'T-1': 'T-1: the day before',
  'T-0': 'T-0: the night',
  'T+1': 'T+1: the day after',
  'T+90': 'T+90: the end of the redirects',
  'T+180': 'T+180: the end of the old host',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function span(ms: number): string {
  if (ms >= 2 * day) return `${Math.round(ms / day)} days`;
  return ms >= hour ? `${Math.round(ms / hour)} h` : `${Math.round(ms / minute)} min`;
}

function kindOf({ hand, irreversible, blocking, only, retry }: Step<never>): string {
  const parts = [
    hand === undefined ? [] : `by hand (${hand.who})`,
    irreversible === undefined ? [] : 'asked for by name',
    blocking === true ? 'changes nothing, blocks' : [],
    only === undefined ? [] : `${only.mode} only`,
    retry === undefined ? [] : `tried ${retry.attempts} times`,
  ].flat();
  return parts.length === 0 ? 'by itself' : parts.join(', ');
}

/** The tables of the runbook, from the plan: Markdown, one table a phase, and one of what is done by hand. */
export function runbookTables<C>(plan: Plan<C>): string {
  const steps = plan.steps as readonly Step<never>[];
  const tables = [...new Set(steps.map(({ phase }) => phase))].map((phase) => {
    const rows = steps
      .filter((step) => step.phase === phase)
      .map((step) => {
        const undo = step.undo.kind === 'none' ? `none: ${step.undo.because}` : step.undo.title;
        const cells = [`\`${step.id}\``, step.title, kindOf(step), span(step.budgetMs), undo];
        return `| ${cells.map(cell).join(' | ')} |`;
      });
    return [
      `### ${phaseTitles[phase]}`,
      '',
      '| step | does | how | at most | way back |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  const hands = steps.flatMap(({ id, hand }) =>
    hand === undefined ? [] : `| \`${id}\` | ${[hand.who, hand.does, hand.evidence].map(cell).join(' | ')} |`,
  );
  return [
    ...tables,
    ['### By hand', '', '| step | who | does | shows |', '| --- | --- | --- | --- |', ...hands].join('\n'),
  ].join('\n\n');
}

const begin = '<!-- plan: begin (npm run runbook -w @cutover/cutover) -->';
const end = '<!-- plan: end -->';

/** A runbook with the tables of a plan in the place of those that it has. Throws RangeError where it has no place. */
export function withTables<C>(runbook: string, plan: Plan<C>): string {
  const from = runbook.indexOf(begin);
  const to = runbook.indexOf(end);
  if (from === -1 || to < from)
    throw new RangeError(`the runbook has no place for tables: ${begin} … ${end}`);
  return `${runbook.slice(0, from + begin.length)}\n\n${runbookTables(plan)}\n\n${runbook.slice(to)}`;
}
