import { join, resolve } from 'node:path';
import { buildReport, exitCodeOf, shellQuoted } from '@cutover/core';
import {
  assertConflictPath,
  type Conflict,
  mergeImport,
  type MergeResult,
  readChoices,
  removeConflicts,
  writeConflicts,
} from '@cutover/merge';
import { openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { loadProfile } from '../profile.ts';
import { writeReport } from '../report-file.ts';
import { version } from '../version.ts';

interface MergeCommandOptions extends CommonOptions {
  readonly public: string;
  readonly from: string;
  readonly into: string;
  readonly continue?: boolean;
  readonly conflicts?: string;
  readonly report?: string;
}

export function mergeCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('merge').description(
      'Merge the imported branch into the new side’s: record by record by id, field by field. The branch moves only where nothing is left undecided.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .option('--from <branch>', 'branch that the importer owns', 'legacy-import')
    .option('--into <branch>', 'branch of the new side', 'main')
    .option('--continue', 'go on with what was decided in the conflict file')
    .option('--conflicts <file>', 'conflict file; by default merge/conflicts.json in the state directory')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: MergeCommandOptions, command: Command) => finish(runMerge(options, command)));
}

async function runMerge(options: MergeCommandOptions, command: Command): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  const file = resolve(options.conflicts ?? join(options.stateDir, 'merge', 'conflicts.json'));
  if (options.continue !== true) await assertConflictPath(file);
  const result = await mergeImport({
    profile,
    publicStore: await openPublicStore(options.public, out),
    from: options.from,
    into: options.into,
    toolVersion: version,
    ...(options.continue === true ? { choices: await readChoices(file) } : {}),
  });
  if (result.conflicts.length > 0) await writeConflicts(file, result.conflicts);
  else if (result.moved) await removeConflicts(file);
  const report = buildReport({
    toolVersion: version,
    command: 'merge',
    mode: 'real',
    startedAt,
    checks: result.checks,
    tables: {},
    stepsNotExercised: [],
    details: detailsOf(options, result, file),
  });
  const upToDate = result.checks.length === 0;
  if (options.report !== undefined) await writeReport(options.report, report);
  for (const check of result.checks) out.check(check);
  say(out, options, result, file, commandToContinue(command));
  out.document(upToDate ? { ...report, outcome: 'holds' } : report);
  return upToDate ? 0 : exitCodeOf(report.outcome);
}

function detailsOf(options: MergeCommandOptions, result: MergeResult, file: string): Record<string, unknown> {
  const { head, moved, base, legacy, sheets, conflicts, settledSlugs } = result;
  return {
    from: options.from,
    into: options.into,
    base,
    legacy,
    commit: head?.commit,
    tree: head?.tree,
    moved,
    sheets,
    settledSlugs,
    conflicts,
    ...(conflicts.length === 0 ? {} : { conflictFile: file }),
  };
}

function say(
  out: Output,
  { from, into }: MergeCommandOptions,
  result: MergeResult,
  file: string,
  next: string,
): void {
  for (const [sheet, counts] of Object.entries(result.sheets)) {
    out.line(`  ${sheet}: ${counts.added} added, ${counts.changed} changed, ${counts.removed} removed`);
  }
  for (const { sheet, wanted, given } of result.settledSlugs) {
    out.line(`  ${sheet}: ${wanted} is taken on ${into}, the newcomer is ${given}`);
  }
  for (const conflict of result.conflicts.slice(0, 20)) out.line(`  ${describe(conflict)}`);
  if (result.conflicts.length > 0) {
    out.line(`conflicts: ${result.conflicts.length}, in ${file}; decide each, then`);
    out.line(`  ${next}`);
  } else if (result.moved) out.line(`${into} is at ${result.head!.commit.slice(0, 12)}`);
  else if (result.checks.length === 0) out.line(`${into} has everything of ${from} already`);
  else out.line(`${into} was not moved`);
}

/** The command that goes on, in the same place as the one that is running. */
function commandToContinue(command: Command): string {
  const place = ['public', 'from', 'into', 'conflicts', 'stateDir', 'profile'];
  const given = place.filter((name) => command.getOptionValueSource(name) === 'cli');
  const flags = command.options
    .filter((option) => given.includes(option.attributeName()))
    .map((option) => `${option.long} ${shellQuoted(String(command.getOptionValue(option.attributeName())))}`);
  return ['cutover merge --continue', ...flags].join(' ');
}

const said: Readonly<Record<Exclude<Conflict['kind'], 'field'>, string>> = {
  'deleted-in-legacy': 'legacy deleted it with its file, if it had one, and the new side changed it',
  'deleted-in-main': 'the new side deleted it, and legacy changed it',
  upload: 'each side has another file for it',
  file: 'each side has another file there',
};

function describe(conflict: Conflict): string {
  if (conflict.kind !== 'field') return `${conflict.path}: ${said[conflict.kind]}`;
  const show = (value: unknown) => JSON.stringify(value);
  const { path, field, base, legacy, main } = conflict;
  return `${path}: ${field} was ${show(base)}, legacy has ${show(legacy)}, the new side ${show(main)}`;
}
