import { exitCodes } from '@cutover/core';
import { isStream, receive } from '@cutover/transfer';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, withCommonOptions } from '../../options.ts';
import { byteCount, wholeNumber } from '../../transfer-options.ts';
import { version } from '../../version.ts';

interface ReceiveCommandOptions extends CommonOptions {
  readonly root: string;
  readonly only?: string[];
  readonly bandwidth?: number;
  readonly postSetup?: string;
  readonly maxBytes?: number;
  readonly maxNames?: number;
}

export function receiveCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('receive').description(
      'The receiving end of cutover transfer send: speaks its protocol on stdin and stdout.\nMade to be the forced command of a key, in authorized_keys: restrict,command="cutover transfer receive --root /srv/sites --only shop" ssh-ed25519 …',
    ),
  )
    .requiredOption('--root <dir>', 'folder below which sites lie; nothing else is written to')
    .option('--only <site...>', 'sites that this key may send; all by default')
    .option('--bandwidth <bytes>', 'bytes a second at most, like 20M', byteCount)
    .option(
      '--max-bytes <bytes>',
      'a site may have, holes included, like 500G; ten times the file system by default',
      byteCount,
    )
    .option('--max-names <n>', 'a site may have; 100 million by default', wholeNumber)
    .option(
      '--post-setup <program>',
      'run in the verified tree before it goes live: owners, permissions, renames. It gets CUTOVER_SITE and CUTOVER_TARGET, and must stand being run again',
    )
    .action((options: ReceiveCommandOptions) => finish(run(options)));
}

async function run({
  root,
  only,
  bandwidth,
  postSetup,
  maxBytes,
  maxNames,
}: ReceiveCommandOptions): Promise<number> {
  await receive({
    root,
    version,
    input: isStream(0) ? 0 : process.stdin,
    output: process.stdout,
    ...(only === undefined ? {} : { only }),
    ...(bandwidth === undefined ? {} : { bytesPerSecond: bandwidth }),
    ...(postSetup === undefined ? {} : { postSetup }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(maxNames === undefined ? {} : { maxNames }),
  });
  return exitCodes.holds;
}
