import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { CutoverError, exitCodes } from '@cutover/core';
import { prune, readPruneList } from '@cutover/reconcile';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import { count } from '../output.ts';
import { loadProfile } from '../profile.ts';

interface PruneOptions extends CommonOptions {
  readonly list: string;
  readonly public: string;
  readonly private: string;
  readonly branch: string[];
  readonly instance?: string;
  readonly yes?: boolean;
}

export function pruneCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('prune').description(
      'Remove people from both stores for good. Says what it would do, unless --yes is given. Later imports leave them out.',
    ),
  )
    .requiredOption('--list <file>', 'one record id or row name (people/42) a line; # begins a comment')
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .option('--branch <name...>', 'branches to remove them from', ['legacy-import'])
    .option('--instance <name>', 'name of the source that ids were made from, where a profile has several')
    .option('--yes', 'do it')
    .action((options: PruneOptions) => finish(runPrune(options)));
}

async function runPrune(options: PruneOptions): Promise<number> {
  const out = outputOf(options);
  const profile = await loadProfile(options.profile);
  const sheet = profile.target.accounts?.sheet ?? profile.identity?.sheet;
  if (sheet === undefined) {
    throw new CutoverError('nobody-to-prune', `the target ${profile.target.name} has no people`, {
      next: 'give a profile whose target has accounts',
      exitCode: exitCodes.usage,
    });
  }
  const run = `prune-${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}`;
  const dryRun = options.yes !== true;
  const result = await prune({
    target: profile.target,
    identity: profile.identity,
    publicStore: await openPublicStore(options.public, out),
    privateStore: await openPrivateStore(options.private),
    branches: options.branch,
    sheet,
    ids: await readPruneList(options.list, profile.name, options.instance),
    run,
    by: `${userInfo().username}@${hostname()}`,
    dryRun,
  });
  const removed = Object.entries(result.removed).map(([name, number]) => `${count(number)} ${name}`);
  out.line(
    `${dryRun ? 'would remove' : 'removed'} ${count(result.people)} people: ${removed.join(', ') || 'nothing public'}`,
  );
  out.line(
    `${count(result.unlinked)} records ${dryRun ? 'would lose' : 'lost'} their name, ${count(result.tombstones)} NameIDs are never given again`,
  );
  for (const id of result.unknown) out.line(`  not found: ${id}`);
  if (result.unknown.length > 0)
    out.line(
      'those are not on the list of who stays away; cutover erase looks in quarantine and earlier commits too',
    );
  if (dryRun) out.line('nothing was changed; add --yes to do it');
  out.document({ run, dryRun, ...result });
  return result.unknown.length > 0 ? exitCodes.fails : exitCodes.holds;
}
