import { type ExitCode, exitCodes } from '@cutover/core';
import { type CarryBackManifest, readLegacySchema, writeCarryBack } from '@cutover/cutover';
import { dumpSource } from '@cutover/importer';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import { dumpFiles } from '../dump-files.ts';
import type { Finish } from '../main.ts';
import { loadProfile } from '../profile.ts';
import { requests } from '../way-back.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import { count, type Output } from '../output.ts';

interface CarryBackCommandOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly dump: string[];
  readonly out: string;
}

export function carryBackCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('carry-back').description(
      'Write a bundle of everything that was made or changed on the new side since the import, as JSON and as SQL for the legacy tables. Changes neither store; the SQL is applied by hand or by `cutover rollback`.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .requiredOption('--dump <file...>', 'legacy dump whose tables it is for; one without rows is enough')
    .requiredOption('--out <dir>', 'folder to make for the bundle')
    .option('--branch <name>', 'branch that the new site serves', 'main')
    .addHelpText(
      'after',
      '\nExit codes: 0 legacy can hold all of it · 1 going back loses what the bundle lists · 3 nothing was written · 64 usage',
    )
    .action((options: CarryBackCommandOptions) => finish(runCarryBack(options)));
}

async function runCarryBack(options: CarryBackCommandOptions): Promise<ExitCode> {
  const out = outputOf(options);
  const profile = await loadProfile(options.profile);
  const publicStore = await openPublicStore(options.public);
  const privateStore = await openPrivateStore(options.private);
  const { files, remove } = await dumpFiles(options.dump, options.stateDir);
  try {
    const manifest = await writeCarryBack({
      profile,
      publicStore,
      privateStore,
      branch: options.branch,
      schema: await readLegacySchema(dumpSource(files)),
      out: options.out,
      requests,
    });
    show(manifest, options.out, out);
    out.document(manifest);
    return manifest.losses.length === 0 ? exitCodes.holds : exitCodes.fails;
  } finally {
    await remove();
  }
}

const listedAtMost = 20;

function show(
  { changes, rows, losses, persons, unguarded }: CarryBackManifest,
  dir: string,
  out: Output,
): void {
  out.line(
    `${count(changes)} records differ from the import: ${count(rows.insert)} rows to insert, ${count(rows.update)} to change, ${count(rows.delete)} to remove`,
  );
  if (unguarded > 0)
    out.line(`${count(unguarded)} columns are written without knowing what legacy had there`);
  if (losses.length === 0) out.line('legacy can hold all of it');
  else out.line(`going back loses ${count(losses.length)} things of ${count(persons.length)} people:`);
  for (const { person, path, field, why } of losses.slice(0, listedAtMost))
    out.line(
      `  ${path}${person === undefined ? '' : ` (${person})`}${field === undefined ? '' : ` ${field}`}: ${why}`,
    );
  if (losses.length > listedAtMost)
    out.line(`  and ${count(losses.length - listedAtMost)} more, in manifest.json`);
  out.line(`bundle in ${dir}; private/legacy.sql holds private values`);
}
