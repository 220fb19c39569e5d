import { exitCodes } from '@cutover/core';
import { parseScrubKey, scrub, type ScrubResult } from '@cutover/snapshot';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { Command } from 'commander';
import { environment } from '../../environment.ts';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import type { Output } from '../../output.ts';
import { loadProfile } from '../../profile.ts';

interface ScrubOptions extends CommonOptions {
  readonly public: string;
  readonly branch: string;
  readonly private: string;
  readonly snapshot: string;
  readonly testLogins?: boolean;
  readonly rewire?: boolean;
  readonly siteHost?: readonly string[];
}

export function scrubCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('scrub').description(
      'Write the scrubbed records of a branch as the one commit of a new repository. The key is CUTOVER_SNAPSHOT_KEY.\nThe same key gives the same snapshot, and everybody the same pseudonym from week to week.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--branch <name>', 'what the site serves')
    .requiredOption(
      '--private <url>',
      'private store: says whose addresses texts mention; nothing of it is written',
    )
    .requiredOption('--snapshot <dir>', 'bare git repository to make; it must not be there')
    .option('--test-logins', 'add the well-known accounts of nobody')
    .option('--rewire', 'exchange who belongs to what, so that the shape of the graph tells nothing')
    .option('--site-host <host...>', "hosts whose addresses in texts are the site's own")
    .action((options: ScrubOptions) => finish(runScrub(options)));
}

async function runScrub(options: ScrubOptions): Promise<number> {
  const out = outputOf(options);
  const key = parseScrubKey(environment('CUTOVER_SNAPSHOT_KEY'));
  const profile = await loadProfile(options.profile);
  const result = await scrub({
    profile,
    key,
    publicStore: await openPublicStore(options.public),
    branch: options.branch,
    privateStore: await openPrivateStore(options.private),
    snapshot: await openPublicStore(options.snapshot, { create: true }),
    testLogins: options.testLogins === true,
    rewire: options.rewire === true,
    siteHosts: options.siteHost ?? [],
    onEvent: out.onEvent,
  });
  say(out, options, result);
  const { head, ...rest } = result;
  out.document({ command: 'snapshot scrub', branch: options.branch, ...head, ...rest });
  return exitCodes.holds;
}

function say(out: Output, options: ScrubOptions, { head, records, givenUp, alone }: ScrubResult): void {
  for (const [sheet, count] of Object.entries(records)) {
    const lost = Object.entries(givenUp[sheet] ?? {}).filter(([, times]) => times > 0);
    const rare = lost.map(([field, times]) => `${field} ${times}`).join(', ');
    out.line(`  ${sheet}: ${count}${rare === '' ? '' : `; too rare and given up: ${rare}`}`);
    const lonely = alone[sheet] ?? 0;
    if (lonely > 0) out.line(`    ${lonely} resemble too few others, and no longer name anybody`);
  }
  out.line(`snapshot ${head.commit} with the tree ${head.tree}`);
  out.line(
    `next: cutover snapshot verify --snapshot ${options.snapshot} … ; nothing is published before it holds`,
  );
}
