import { CutoverError, exitCodes } from '@cutover/core';
import { mendRecord, type RecordMend } from '@cutover/reconcile';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import { runAndUser } from '../private-mend.ts';
import { loadProfile } from '../profile.ts';

interface RecordOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly fromLedger?: boolean;
  readonly yes?: boolean;
}

/** What a human decides about one public record. */
export function recordCommand(finish: Finish): Command {
  const root = new Command('record').description(
    'Mend one public record, as a commit of its own, where reconcile leaves it to a human.',
  );
  for (const part of parts(finish)) root.addCommand(part);
  return root;
}

function parts(finish: Finish): Command[] {
  const make = (name: string, description: string): Command =>
    withCommonOptions(
      new Command(name).description(`${description} Says what it would do, unless --yes is given.`),
    )
      .requiredOption('--public <dir>', 'bare git repository of public records')
      .requiredOption('--private <url>', 'private store: the audit line goes there')
      .option('--branch <name>', 'branch to change', 'legacy-import')
      .option('--yes', 'do it')
      .argument('<path>', 'file of the record, as a finding names it');
  const whole = (
    name: RecordMend['kind'] & ('remove' | 'move' | 'put-back' | 'redact'),
    description: string,
  ) =>
    make(name, description).action((path: string, options: RecordOptions) =>
      finish(run(options, path, { kind: name })),
    );
  return [
    make('set', 'Set a field; the record moves where its path is made of it.')
      .argument('<field>')
      .argument('[value]')
      .option('--from-ledger', 'what the ledger says that legacy asserted; none where it asserted none')
      .action((path: string, field: string, value: string | undefined, options: RecordOptions) =>
        finish(run(options, path, settingOf(field, value, options))),
      ),
    make('unset', 'Take a field out.')
      .argument('<field>')
      .action((path: string, field: string, options: RecordOptions) =>
        finish(run(options, path, { kind: 'unset', field })),
      ),
    whole('remove', 'Remove the record.'),
    whole('move', 'Move the record to where its fields say that it belongs.'),
    whole('put-back', 'Make the record what it was before, in the latest version that fits.'),
    whole(
      'redact',
      'Replace private values of people in its texts by [removed]; earlier versions keep them.',
    ),
  ];
}

function settingOf(field: string, value: string | undefined, { fromLedger }: RecordOptions): RecordMend {
  if (fromLedger === true && value === undefined) return { kind: 'set-from-ledger', field };
  if (fromLedger !== true && value !== undefined) return { kind: 'set', field, value };
  throw new CutoverError('usage', 'a value is wanted, or --from-ledger, and not both', {
    next: 'give one of them',
    exitCode: exitCodes.usage,
  });
}

async function run(options: RecordOptions, path: string, mend: RecordMend): Promise<number> {
  const out = outputOf(options);
  const profile = await loadProfile(options.profile);
  const dryRun = options.yes !== true;
  const result = await mendRecord(
    {
      target: profile.target,
      identity: profile.identity,
      publicStore: await openPublicStore(options.public, out),
      privateStore: await openPrivateStore(options.private),
      branch: options.branch,
      path,
      dryRun,
      ...runAndUser('mend'),
    },
    mend,
  );
  const to = result.path === undefined ? 'removed' : result.path === path ? 'changed' : `now ${result.path}`;
  out.line(`${path}: ${result.changed ? to : 'is that already'}`);
  if (dryRun && result.changed) out.line('nothing was changed; add --yes to do it');
  out.document({ branch: options.branch, dryRun, ...result });
  return exitCodes.holds;
}
