import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Check, CutoverError, exitCodes, type TableAccount } from '@cutover/core';
import type { Profile } from '@cutover/records';
import type { PublicStore } from '@cutover/stores';
import { Command, Option } from 'commander';
import { archiveCheck, askedSource, type LiveOptions, obtain, withLiveOptions } from '../../live-source.ts';
import type { Finish } from '../../main.ts';
import {
  type CommonOptions,
  type DumpOptions,
  dumpOptionsOf,
  moment,
  outputOf,
  quarantineOption,
  withCommonOptions,
  withDumpOptions,
} from '../../options.ts';
import type { Output } from '../../output.ts';
import { loadProfile, profileModule } from '../../profile.ts';
import { tuneHeap } from '../../tune-heap.ts';
import { type UploadCommandOptions, uploadOptionNames, uploadsOf, withUploadOptions } from '../../uploads.ts';
import { version } from '../../version.ts';
import { concludeVerification } from './conclude.ts';

interface CountsOptions extends CommonOptions, DumpOptions, LiveOptions, UploadCommandOptions {
  readonly dump?: string[];
  readonly public: string;
  readonly private?: string;
  readonly import?: string;
  readonly branch: string;
  readonly asOf?: string;
  readonly quarantine?: string;
  readonly report?: string;
}

export function verifyCountsCommand(finish: Finish): Command {
  const command = new Command('counts').description(
    `Compare every row of a dump, read by other code than the importer's, with the ledger, and the ledger with the stores.
With --private it is the ledger of the last import there; without, the dump is imported again into scratch stores,
with --files, --files-from or --quarantine where the import had them.
With --source the server counts and digests its rows, and a dump that is given is held against that.`,
  );
  return withUploadOptions(withLiveOptions(withDumpOptions(withCommonOptions(command))))
    .option('--dump <file...>', 'mysqldump files in order, a folder of mydumper or --tab, or - for stdin')
    .option('--password-from-stdin', 'read the password of --source from stdin')
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .addOption(
      // The ledger knows what came of uploads and mended rows, and when the dump was taken.
      new Option('--private <url>', 'private store: its ledger and its records are compared').conflicts([
        ...uploadOptionNames,
        'quarantine',
        'asOf',
      ]),
    )
    .option(...quarantineOption)
    .option('--import <id>', 'with --private: the ledger of this import; by default the last')
    .option('--branch <name>', 'branch that the importer owns', 'legacy-import')
    .option('--as-of <time>', 'without --private: when the dump was taken, where it does not say so', moment)
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: CountsOptions) => finish(verifyCounts(options)));
}

async function verifyCounts(options: CountsOptions): Promise<number> {
  if (options.import !== undefined && options.private === undefined) {
    throw new CutoverError('options-conflict', '--import says nothing without --private', {
      next: 'give the private store that keeps the ledger of that import with --private',
      exitCode: exitCodes.usage,
    });
  }
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const prepare = async (): Promise<{ profile: Profile; publicStore: PublicStore }> => {
    const profile = await loadProfile(options.profile);
    const { openPublicStore } = await import('@cutover/stores');
    return { profile, publicStore: await openPublicStore(options.public) };
  };
  // Before anything else: a password that is refused is told at once.
  const asked = await askedSource(options, out);
  let remove: (() => Promise<void>) | undefined;
  try {
    const obtained = await obtain(withoutSourceBesideDump(options), out, { prepare });
    const { files } = obtained;
    remove = () => obtained.remove();
    const { profile, publicStore } = await prepare();
    const onServer = [...(await archiveCheck(obtained)), ...(asked ? [await asked.check(files)] : [])];
    const compared = await compare({ options, profile, publicStore, files, out });
    const checks = [
      ...obtained.checks(compared.tables, options.private !== undefined),
      ...onServer,
      ...compared.checks,
    ];
    return await concludeVerification(out, {
      command: 'verify counts',
      startedAt,
      checks,
      tables: compared.tables,
      report: options.report,
      details: {
        profile: `${profile.name}/${profile.version}`,
        branch: options.branch,
        ...compared.details,
        ...obtained.details,
      },
    });
  } finally {
    await asked?.close();
    await remove?.();
  }
}

interface Comparing {
  readonly options: CountsOptions;
  readonly profile: Profile;
  readonly publicStore: PublicStore;
  readonly files: readonly string[];
  readonly out: Output;
}

interface Compared {
  readonly checks: readonly Check[];
  readonly tables: Readonly<Record<string, TableAccount>>;
  readonly details: Readonly<Record<string, unknown>>;
}

function compare(comparing: Comparing): Promise<Compared> {
  return comparing.options.private === undefined ? withScratch(comparing) : withLedger(comparing);
}

/** Holds the dump against the ledger that was written when it was imported, and that against both stores. */
async function withLedger({ options, profile, publicStore, files }: Comparing): Promise<Compared> {
  const { ledgerMissing } = await import('@cutover/importer');
  const { openPrivateStore } = await import('@cutover/stores');
  const { checkCounts, checkPrivateRows, checkTree, openLedger } = await import('@cutover/verify');
  const store = await openPrivateStore(options.private!);
  const ledger = await openLedger(store, options.import);
  if (options.import !== undefined && ledger === undefined) throw ledgerMissing(options.import);
  return {
    checks: [
      ...(await checkCounts({ dump: files, reading: dumpOptionsOf(options), profile, ledger })),
      await checkTree(publicStore, options.branch, {}, ledger),
      await checkPrivateRows({ store, target: profile.target, ledger }),
    ],
    tables: {},
    details: { ledger: ledger?.importId },
  };
}

/** Maps the dump again into scratch stores, so that ledger and tree come from the dump alone. */
async function withScratch({ options, profile, publicStore, files, out }: Comparing): Promise<Compared> {
  tuneHeap();
  const { assertInputsKept, dumpSource, importDump, readCorrections } = await import('@cutover/importer');
  const uploads = await uploadsOf(options);
  const { branch, quarantine } = options;
  const corrections = quarantine === undefined ? undefined : await readCorrections(quarantine, profile);
  await assertInputsKept({ publicStore, branch, uploads, corrections });
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(resolve(options.stateDir), 'verify-'));
  try {
    const { openPrivateStore, openPublicStore } = await import('@cutover/stores');
    const { checkCounts, checkTree, openLedger } = await import('@cutover/verify');
    const privateStore = await openPrivateStore(join(scratch, 'private'), { create: true });
    const imported = await importDump({
      profile,
      source: dumpSource(files, dumpOptionsOf(options)),
      publicStore: await openPublicStore(join(scratch, 'public.git'), { create: true }),
      privateStore,
      branch,
      toolVersion: version,
      workDir: scratch,
      threads: { profileModule: profileModule(options.profile) },
      onEvent: out.onEvent,
      ...(uploads === undefined ? {} : { uploads }),
      ...(corrections === undefined ? {} : { corrections }),
      ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    });
    const ledger = await openLedger(privateStore, imported.importId);
    const { tables, tree, records, dumpSha256 } = imported;
    const reading = dumpOptionsOf(options);
    return {
      checks: [
        ...(await checkCounts({ dump: files, reading, profile, tables, ledger })),
        await checkTree(publicStore, branch, { tree, records }, ledger),
      ],
      tables,
      details: { dumpSha256 },
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** With both, the dump is what was imported and the server is asked about it. */
function withoutSourceBesideDump(options: CountsOptions): CountsOptions {
  if (options.dump === undefined) return options;
  const { source: _source, ...rest } = options;
  return rest;
}
