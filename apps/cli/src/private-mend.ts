import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { text as textOf } from 'node:stream/consumers';
import { CutoverError, exitCodes } from '@cutover/core';
import { mendPrivate, type PrivateMend } from '@cutover/reconcile';
import { openPrivateStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from './main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { loadProfile } from './profile.ts';

interface MendOptions extends CommonOptions {
  readonly private: string;
  readonly yes?: boolean;
}

/** What a human decides about one private record: parts of `cutover private`. */
export function privateMendCommands(finish: Finish): Command[] {
  const make = (name: string, description: string, hasField: boolean): Command => {
    const command = withCommonOptions(
      new Command(name).description(`${description} Says what it would do, unless --yes is given.`),
    )
      .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
      .option('--yes', 'do it')
      .argument('<sheet>')
      .argument('<id>');
    return hasField ? command.argument('<field>') : command;
  };
  return [
    make('set', 'Set a field of one private record to the value on stdin.', true).action(
      (sheet: string, id: string, field: string, options: MendOptions) =>
        finish(valueFromStdin().then((value) => run(options, sheet, id, { kind: 'set', field, value }))),
    ),
    make('unset', 'Take a field out of one private record.', true).action(
      (sheet: string, id: string, field: string, options: MendOptions) =>
        finish(run(options, sheet, id, { kind: 'unset', field })),
    ),
    make('remove', 'Remove one private record.', false).action(
      (sheet: string, id: string, options: MendOptions) =>
        finish(run(options, sheet, id, { kind: 'remove' })),
    ),
    make(
      'put-back',
      'Make one private record what it was before, in the latest version that fits.',
      false,
    ).action((sheet: string, id: string, options: MendOptions) =>
      finish(run(options, sheet, id, { kind: 'put-back' })),
    ),
  ];
}

/** Private values are never arguments, which everybody on the machine can read. */
async function valueFromStdin(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new CutoverError('value-missing', 'the value is read from stdin, and nothing comes from there', {
      next: 'give it like this: printf %s VALUE | cutover private set …',
      exitCode: exitCodes.usage,
    });
  }
  return (await textOf(process.stdin)).replace(/\r?\n$/, '');
}

async function run(options: MendOptions, sheet: string, id: string, mend: PrivateMend): Promise<number> {
  const out = outputOf(options);
  const { target } = await loadProfile(options.profile);
  const dryRun = options.yes !== true;
  const privateStore = await openPrivateStore(options.private);
  const input = { target, privateStore, sheet, id, dryRun, ...runAndUser('mend') };
  const result = await mendPrivate(input, mend);
  out.line(`${sheet}/${id}: ${result.before} → ${result.changed ? result.after : 'the same'}`);
  if (dryRun && result.changed) out.line('nothing was changed; add --yes to do it');
  out.document({ sheet, id, dryRun, ...result });
  return exitCodes.holds;
}

/** Name of this run, and who runs it, for audit lines. */
export function runAndUser(what: string): { run: string; by: string } {
  const now = new Date().toISOString().replaceAll(/[-:.]/g, '');
  return {
    run: `${what}-${now}-${randomUUID().slice(0, 8)}`,
    by: `${userInfo().username}@${hostname()}`,
  };
}
