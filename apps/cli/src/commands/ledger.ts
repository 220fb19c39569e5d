import { CutoverError, exitCodes } from '@cutover/core';
import {
  historyReasons,
  type LedgerAnswer,
  type LedgerLine,
  type LedgerRevisionLine,
  listLedgers,
  queryLedger,
} from '@cutover/importer';
import { openPrivateStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import { count } from '../output.ts';
import { loadProfile } from '../profile.ts';

interface LedgerOptions extends CommonOptions {
  readonly private: string;
  readonly table?: string;
  readonly id?: string;
  readonly record?: string;
  readonly import?: string;
  readonly list?: boolean;
}

export function ledgerCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('ledger').description(
      'Where a source row went and why, or which rows made a record. Private: the ledger names rows.',
    ),
  )
    .requiredOption('--private <url>', 'private store that holds the ledger')
    .option('--table <name>', 'source table, with --id')
    .option('--id <key>', 'primary key of the row; parts of a joined key are separated by commas')
    .option('--record <path>', 'path of a record in the imported branch')
    .option('--import <id>', 'ledger of this import; by default the last that was activated')
    .option('--list', 'list the imports that have a ledger')
    .action((options: LedgerOptions) => finish(runLedger(options)));
}

async function runLedger(options: LedgerOptions): Promise<number> {
  const out = outputOf(options);
  const { table, id, record } = options;
  const byRow = table !== undefined && id !== undefined && record === undefined;
  const byRecord = record !== undefined && table === undefined && id === undefined;
  if (options.list !== true && !byRow && !byRecord) throw unclear();
  const store = await openPrivateStore(options.private);
  if (options.list === true) {
    const imports = await listLedgers(store);
    for (const name of imports) out.line(name);
    out.document({ imports });
    return exitCodes.holds;
  }
  const rules: Readonly<Record<string, string>> = {
    ...historyReasons,
    ...(await loadProfile(options.profile)).rules,
  };
  const answer = await queryLedger(store, byRow ? { table, id } : { record: record! }, options.import);
  const lines = (all: readonly AnyLine[]) =>
    all.map((line) => ({ ...line, ...(line.rule === undefined ? {} : { reason: rules[line.rule] }) }));
  out.document({ ...answer, rows: lines(answer.rows), folded: lines(answer.folded) });
  for (const line of answer.rows) out.line(describe(line, rules));
  for (const line of answer.folded) out.line(`  ${line.row ?? line.revision} is part of it`);
  if (answer.wholeTable !== undefined) {
    const { rule, rows } = answer.wholeTable;
    out.line(`all ${count(rows)} rows of ${table}: excluded by rule ${rule}: ${rules[rule] ?? ''}`);
    return exitCodes.holds;
  }
  return answer.rows.length > 0 ? exitCodes.holds : notThere(answer, options, out.line.bind(out));
}

type AnyLine = LedgerLine | LedgerRevisionLine;

function describe(line: AnyLine, rules: Readonly<Record<string, string>>): string {
  const because =
    line.rule === undefined ? '' : ` by rule ${line.rule}: ${line.message ?? rules[line.rule] ?? ''}`;
  const into = line.into === undefined ? '' : ` into ${line.into}`;
  const made =
    line.row === undefined
      ? (line.paths ?? [])
      : [...(line.records ?? []), ...(line.privates ?? []).map((name) => `${name} (private)`)];
  return `${line.row ?? line.revision}: ${line.outcome}${into}${because}${made.length === 0 ? '' : ` as ${made.join(', ')}`}`;
}

function notThere(answer: LedgerAnswer, options: LedgerOptions, line: (text: string) => void): number {
  const what = options.record ?? `${options.table}/${options.id}`;
  const table =
    options.table === undefined || answer.tableKnown ? '' : `: it knows no table ${options.table}`;
  line(
    `${what} is not in the ledger of ${answer.importId}, which has ${count(answer.linesRead)} lines${table}`,
  );
  return exitCodes.fails;
}

function unclear(): CutoverError {
  return new CutoverError('usage', 'say which row or which record', {
    next: 'give --table and --id, or --record, or --list',
    exitCode: exitCodes.usage,
  });
}
