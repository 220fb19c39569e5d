import { exitCodes } from '@cutover/core';
import { prunedSheet } from '@cutover/reconcile';
import type { PrivateRecord } from '@cutover/records';
import { openPrivateStore, type PrivateStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { privateMendCommands } from '../private-mend.ts';
import { type CommonOptions, outputOf, positiveInteger, withCommonOptions } from '../options.ts';
import { count } from '../output.ts';
import { loadProfile } from '../profile.ts';

interface PrivateOptions extends CommonOptions {
  readonly private: string;
}

/** Earlier versions of private records, and what keeps writers apart. */
export function privateCommand(finish: Finish): Command {
  const root = new Command('private').description(
    'Versions of the private store, what its place enforces, and single records of it.',
  );
  const own = [history(finish), restore(finish), check(finish), show(finish)];
  for (const command of [...own, ...privateMendCommands(finish)]) root.addCommand(command);
  return root;
}

const withStore = (command: Command): Command =>
  withCommonOptions(command).requiredOption(
    '--private <url>',
    'private store, file:///dir or s3://bucket/prefix',
  );

function history(finish: Finish): Command {
  return withStore(new Command('history').description('List earlier versions, newest first.'))
    .option('--limit <n>', 'at most N of them', positiveInteger, 50)
    .action((options: PrivateOptions & { limit: number }) => finish(runHistory(options)));
}

async function runHistory(options: PrivateOptions & { limit: number }): Promise<number> {
  const out = outputOf(options);
  const store = await openPrivateStore(options.private);
  const listed = [];
  for await (const { generation, at, by, why, changed } of store.history()) {
    listed.push({ generation, at, by, why, changed: changed.length });
    out.line(`${String(generation).padStart(8)}  ${at}  ${by}  ${why} (${count(changed.length)} files)`);
    if (listed.length === options.limit) break;
  }
  out.document({ generations: listed });
  return exitCodes.holds;
}

interface RestoreOptions extends PrivateOptions {
  readonly sheet?: string[];
  readonly yes?: boolean;
}

function restore(finish: Finish): Command {
  return withStore(
    new Command('restore').description(
      'Make private records what they were at an earlier version. Says what it would do, unless --yes is given. Who was pruned since stays away.',
    ),
  )
    .argument('<generation>', 'number from `private history`', positiveInteger)
    .option('--sheet <name...>', 'these sheets alone; by default all of the target')
    .option('--yes', 'do it')
    .action((generation: number, options: RestoreOptions) => finish(runRestore(generation, options)));
}

async function runRestore(generation: number, options: RestoreOptions): Promise<number> {
  const out = outputOf(options);
  const { target } = await loadProfile(options.profile);
  const store = await openPrivateStore(options.private);
  const dryRun = options.yes !== true;
  const sheets = options.sheet ?? target.privateSheets.map(({ name }) => name);
  const result = await store.restore({ generation, sheets, without: await prunedIds(store), dryRun });
  out.line(
    `${dryRun ? 'would restore' : 'restored'} ${count(result.restored)} records of ${sheets.join(', ')}; ${count(result.leftOut)} were pruned since and stay away`,
  );
  if (dryRun) out.line('nothing was changed; add --yes to do it');
  out.document({ generation, sheets, dryRun, ...result });
  return exitCodes.holds;
}

async function prunedIds(store: PrivateStore): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { id } of store.read(prunedSheet)) ids.add(id);
  return ids;
}

function check(finish: Finish): Command {
  return withStore(
    new Command('check').description('Try what the place of the store enforces between two writers.'),
  ).action((options: PrivateOptions) => finish(runCheck(options)));
}

async function runCheck(options: PrivateOptions): Promise<number> {
  const out = outputOf(options);
  const enforcement = await (await openPrivateStore(options.private)).describe();
  out.line(enforcement.writes);
  out.line(enforcement.history);
  out.document(enforcement);
  return exitCodes.holds;
}

function show(finish: Finish): Command {
  return withStore(new Command('show').description('Print one private record, values included.'))
    .argument('<sheet>')
    .argument('<id>')
    .action((sheet: string, id: string, options: PrivateOptions) => finish(runShow(sheet, id, options)));
}

async function runShow(sheet: string, id: string, options: PrivateOptions): Promise<number> {
  const out = outputOf(options);
  const store = await openPrivateStore(options.private);
  let found: PrivateRecord | undefined;
  for await (const record of store.read(sheet)) if (record.id === id) found = record;
  out.line(found === undefined ? `${sheet} has no ${id}` : JSON.stringify(found, null, 2));
  out.document({ record: found ?? null });
  return found === undefined ? exitCodes.fails : exitCodes.holds;
}
