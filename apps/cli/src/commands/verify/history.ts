import type { PrivateStore } from '@cutover/stores';
import type { Target } from '@cutover/records';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import {
  type CommonOptions,
  type DumpOptions,
  dumpOptionsOf,
  outputOf,
  withCommonOptions,
  withDumpOptions,
} from '../../options.ts';
import { loadProfile } from '../../profile.ts';
import { concludeVerification } from './conclude.ts';

interface HistoryOptions extends CommonOptions, DumpOptions {
  readonly dump?: string[];
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly historyBranch: string;
  readonly report?: string;
}

export function verifyHistoryCommand(finish: Finish): Command {
  const command = new Command('history').description(
    `Look at the past that \`import --history\` made: it ends with the imported tree, goes on in time, names nobody by an
address that is theirs, and no state that any record ever had holds a private value.`,
  );
  return withDumpOptions(withCommonOptions(command))
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store: its addresses, numbers and hashes are looked for')
    .option('--dump <file...>', 'mysqldump files: sessions and tokens in them are looked for too')
    .option('--branch <name>', 'branch that the importer owns', 'legacy-import')
    .option('--history-branch <name>', 'branch of the past', 'legacy-history')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: HistoryOptions) => finish(verifyHistory(options)));
}

async function verifyHistory(options: HistoryOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  const { openPrivateStore, openPublicStore } = await import('@cutover/stores');
  const { dumpSource, readColumns } = await import('@cutover/importer');
  const { checkHistory } = await import('@cutover/verify');
  const store = await openPublicStore(options.public);
  const privateStore = await openPrivateStore(options.private);
  const contacts = (): AsyncIterable<string> => privateTexts(privateStore, profile.target);
  async function* secrets(): AsyncGenerator<string> {
    for (const sheet of secretSheets(profile.target)) yield* textsOf(privateStore, sheet);
    if (options.dump !== undefined)
      yield* readColumns(dumpSource(options.dump, dumpOptionsOf(options)), profile.secrets);
  }
  const checks = await checkHistory({
    ...{ store, profile, contacts, secrets: secrets() },
    branch: options.branch,
    history: options.historyBranch,
  });
  return concludeVerification(out, {
    command: 'verify history',
    startedAt,
    checks,
    report: options.report,
    details: { branch: options.branch, historyBranch: options.historyBranch },
  });
}

/** Sheets of credentials: their values may stand nowhere, in texts neither. */
const secretSheets = ({ accounts }: Target): string[] =>
  accounts === undefined ? [] : [accounts.passwords.sheet];

async function* privateTexts(store: PrivateStore, target: Target): AsyncGenerator<string> {
  for (const { name } of target.privateSheets) yield* textsOf(store, name);
}

async function* textsOf(store: PrivateStore, sheet: string): AsyncGenerator<string> {
  for await (const record of store.read(sheet))
    for (const [field, value] of Object.entries(record))
      if (field !== 'id' && typeof value === 'string') yield value;
}
