import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { assertSshAddress, parseScrubKey, publishSnapshot, sealerOf } from '@cutover/snapshot';
import { openPublicStore } from '@cutover/stores';
import { Command, InvalidArgumentError } from 'commander';
import { environment } from '../../environment.ts';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { count } from '../../output.ts';

interface PublishOptions extends CommonOptions {
  readonly snapshot: string;
  readonly to: string;
  readonly verified: string;
  readonly verifiedBy?: string;
  readonly knownHosts: string;
  readonly yes?: boolean;
}

export function publishCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('publish').description(
      'Push a verified snapshot over SSH: branch snapshot, a tag of the week, and once a quarter one of the quarter.\nThe file of the deploy key is named by CUTOVER_SNAPSHOT_DEPLOY_KEY_FILE. Pushes nothing without --yes.',
    ),
  )
    .requiredOption('--snapshot <dir>', 'bare git repository of the snapshot')
    .requiredOption('--to <address>', 'SSH address of the repository that it is pushed to')
    .requiredOption('--verified <report>', 'JSON report of cutover snapshot verify for exactly this snapshot')
    .option(
      '--verified-by <key>',
      'public key that the report must be sealed by, as verifying says it; without it CUTOVER_SNAPSHOT_KEY is asked',
      publicKey,
    )
    .requiredOption('--known-hosts <file>', 'keys of the host; one that is not in it is refused')
    .option('--yes', 'push; without it only say what would be')
    .action((options: PublishOptions) => finish(runPublish(options)));
}

function publicKey(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('It must be 64 hex digits.');
  return text.toLowerCase();
}

async function runPublish(options: PublishOptions): Promise<number> {
  const out = outputOf(options);
  assertSshAddress(options.to);
  const keyFile = environment('CUTOVER_SNAPSHOT_DEPLOY_KEY_FILE');
  if (keyFile === undefined) {
    throw new CutoverError('deploy-key-missing', 'no deploy key was named', {
      next: 'name its file with CUTOVER_SNAPSHOT_DEPLOY_KEY_FILE; it must be readable by you alone',
      exitCode: exitCodes.usage,
    });
  }
  const result = await publishSnapshot({
    snapshot: await openPublicStore(options.snapshot),
    to: options.to,
    ssh: { keyFile: resolve(keyFile), knownHostsFile: resolve(options.knownHosts) },
    report: await readReport(options.verified),
    verifiedBy: options.verifiedBy ?? sealerOf(parseScrubKey(environment('CUTOVER_SNAPSHOT_KEY'))),
    now: new Date(),
    yes: options.yes === true,
  });
  for (const ref of result.pushed) out.line(`  ${result.published ? 'pushed' : 'would push'} ${ref}`);
  for (const tag of result.kept) out.line(`  ${tag} is there already and stays where it is`);
  out.line(`a clone gets ${count(result.objects)} objects, ${count(result.sizeBytes)} bytes`);
  if (!result.published) out.line('nothing was pushed: add --yes');
  out.document({ command: 'snapshot publish', to: options.to, ...result });
  return exitCodes.holds;
}

async function readReport(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new CutoverError('snapshot-not-verified', `${file} cannot be read as a report`, {
      next: 'run cutover snapshot verify with --report FILE.json, and give that file',
      exitCode: exitCodes.preflightFailed,
      cause,
    });
  }
}
