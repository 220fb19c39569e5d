import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type LiveOptions, obtain, sourceCheck, withLiveOptions } from '../../live-source.ts';
import type { Finish } from '../../main.ts';
import {
  type CommonOptions,
  type DumpOptions,
  dumpOptionsOf,
  loadProfile,
  moment,
  outputOf,
  withCommonOptions,
  withDumpOptions,
} from '../../options.ts';
import { version } from '../../version.ts';
import { concludeVerification } from './conclude.ts';

interface CountsOptions extends CommonOptions, DumpOptions, LiveOptions {
  readonly dump?: string[];
  readonly public: string;
  readonly branch: string;
  readonly asOf?: string;
  readonly report?: string;
}

export function verifyCountsCommand(finish: Finish): Command {
  const command = new Command('counts').description(
    'Count the rows of a dump independently, and hold them against the ledger and the stored records.\nWith --source the server counts and digests its rows, and a dump that is given is held against that.',
  );
  return withLiveOptions(withDumpOptions(withCommonOptions(command)))
    .option('--dump <file...>', 'mysqldump files, in order; - for stdin')
    .option('--password-from-stdin', 'read the password of --source from stdin')
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .option('--branch <name>', 'branch that the importer owns', 'legacy-import')
    .option('--as-of <time>', 'when the dump was taken, where it does not say so', moment)
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: CountsOptions) => finish(verifyCounts(options)));
}

/** Maps the dump again into scratch stores, so that the accounts and the tree come from the dump alone. */
async function verifyCounts(options: CountsOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  const { openPrivateStore, openPublicStore } = await import('@cutover/stores');
  const publicStore = await openPublicStore(options.public);
  const obtained = await obtain(withoutSourceBesideDump(options), out);
  const { files, remove } = obtained;
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(resolve(options.stateDir), 'verify-'));
  try {
    // Before the dump is mapped: a password that is refused is told at once, not after that.
    const onServer = await sourceCheck(options, files, out);
    const { dumpSource, importDump } = await import('@cutover/importer');
    const { checkCounts, checkTree } = await import('@cutover/verify');
    const imported = await importDump({
      profile,
      source: dumpSource(files, dumpOptionsOf(options)),
      publicStore: await openPublicStore(join(scratch, 'public.git'), { create: true }),
      privateStore: await openPrivateStore(join(scratch, 'private'), { create: true }),
      branch: options.branch,
      toolVersion: version,
      workDir: scratch,
      onEvent: out.onEvent,
      ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    });
    const checks = [
      ...obtained.checks(imported.tables),
      ...onServer,
      await checkCounts(files, imported.tables),
      await checkTree(publicStore, options.branch, { tree: imported.tree ?? '', records: imported.records }),
    ];
    return await concludeVerification(out, {
      command: 'verify counts',
      startedAt,
      checks,
      tables: imported.tables,
      report: options.report,
      details: {
        profile: `${profile.name}/${profile.version}`,
        branch: options.branch,
        dumpSha256: imported.dumpSha256,
        ...obtained.details,
      },
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await remove();
  }
}

/** With both, the dump is what was imported and the server is asked about it. */
function withoutSourceBesideDump(options: CountsOptions): CountsOptions {
  if (options.dump === undefined) return options;
  const { source: _source, ...rest } = options;
  return rest;
}
