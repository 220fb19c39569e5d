import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { CutoverError, type ExitCode, exitCodes } from '@cutover/core';
import { Journal, mailTarget } from '@cutover/mailout';
import { readPruneList } from '@cutover/reconcile';
import {
  assertMayPurge,
  hashNeedles,
  lookFor,
  type LookResult,
  planPurge,
  type PurgePlan,
  purgePasswords,
  purgeQuarantine,
} from '@cutover/retention';
import { git, openPrivateStore, openPublicStore, type PublicStore } from '@cutover/stores';
import { Command } from 'commander';
import { environment } from '../environment.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, moment, outputOf, withCommonOptions } from '../options.ts';
import { count, type Output } from '../output.ts';
import { loadProfile } from '../profile.ts';
import { readSuppressions } from '../suppressions.ts';

interface PurgeOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly campaign: string;
  readonly cutoverOn?: string;
  readonly asOf?: string;
  readonly early?: boolean;
  readonly told?: string;
  readonly suppress?: string[];
  readonly lookIn?: string[];
  readonly instance?: string;
  readonly yes?: boolean;
}

/** Days from the cutover on that old passwords are kept for those who did not come yet. */
const afterDays = 180;

export function purgePasswordsCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('purge-passwords').description(
      'Remove the legacy passwords of those who never came, with every copy that the private store keeps. Says what it would do, unless --yes is given.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .option('--branch <name>', 'branch that the new site serves', 'main')
    .option('--campaign <name>', 'the mailout that told people', 'passwords-end')
    .option('--told <file>', 'whom you told by hand: one record id or row name (people/42) a line')
    .option('--suppress <file...>', 'addresses that cannot be written to, one a line')
    .option(
      '--cutover-on <date>',
      `when the new side took over, instead of the last import or merge on the branch; passwords are kept for ${afterDays} days from then on`,
      moment,
    )
    .option('--as-of <time>', 'take this for now; for rehearsals, and refused with --yes', moment)
    .option('--early', 'do it before that, and before the date that the mail gave')
    .option('--look-in <path...>', 'files and folders, such as kept dumps, to look for the passwords in')
    .option('--instance <name>', 'name of the source that ids were made from, where a profile has several')
    .option('--yes', 'do it; it cannot be undone')
    .action((options: PurgeOptions) => finish(runPurge(options)));
}

async function runPurge(options: PurgeOptions): Promise<number> {
  const out = outputOf(options);
  if (options.asOf !== undefined && options.yes === true)
    throw usage('--as-of does not go with --yes', 'leave one of them out');
  const profile = await loadProfile(options.profile);
  mailTarget(profile.target);
  const privateStore = await openPrivateStore(options.private);
  const publicStore = await openPublicStore(options.public);
  const { suppressions } = await readSuppressions(
    privateStore,
    options.suppress,
    environment('CUTOVER_RESEND_API_KEY'),
  );
  const journal = await Journal.look(join(options.stateDir, 'mailout', options.campaign));
  const toldByHand =
    options.told === undefined
      ? new Set<string>()
      : await readPruneList(options.told, profile.name, options.instance);
  const { target } = profile;
  const where = { target, publicStore, privateStore, branch: options.branch };
  const plan = await planPurge({ ...where, journal, suppressions, toldByHand });
  const cutoverOn = options.cutoverOn ?? (await lastTakenOver(publicStore, options.branch));
  say(out, plan, options.campaign, cutoverOn);
  assertMayPurge(plan, journal, {
    now: options.asOf === undefined ? new Date() : new Date(options.asOf),
    cutoverOn: new Date(cutoverOn),
    afterDays,
    isEarly: options.early === true,
  });
  const elsewhere = await lookFor(options.lookIn ?? [], hashNeedles(plan.toPurge.values()));
  const counts = {
    passwords: plan.passwords,
    came: plan.came,
    toPurge: plan.toPurge.size,
    told: plan.told,
    unreachable: plan.unreachable,
    cutoverOn,
    elsewhere,
  };
  if (options.yes !== true) {
    const quarantine = await purgeQuarantine(profile, privateStore, true);
    out.line(`${count(quarantine.lines)} quarantined rows hold a password`);
    const code = sayElsewhere(out, elsewhere, options.lookIn === undefined);
    out.line('nothing was changed; add --yes to do it. It cannot be undone.');
    out.document({ dryRun: true, ...counts, quarantine });
    return code;
  }
  const run = `purge-${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}`;
  const by = `${userInfo().username}@${hostname()}`;
  const result = await purgePasswords({
    profile,
    privateStore,
    instance: options.instance,
    plan,
    run,
    by,
  });
  out.line(
    `removed ${count(result.purged)} passwords, ${count(result.quarantine.lines)} from quarantined rows, and ${count(result.generations)} earlier versions of the private store`,
  );
  if (result.kept > 0) out.line(`${count(result.kept)} came meanwhile and keep theirs`);
  if (result.left > 0)
    out.note(
      `${count(result.left)} drafts are minutes old and may be somebody's: run this again in 10 minutes`,
    );
  const code = sayElsewhere(out, elsewhere, options.lookIn === undefined);
  out.line(`what was removed is listed, by digests of ids, in the private store: audit/${run}`);
  out.document({ dryRun: false, run, ...counts, ...result });
  if (result.stillThere > 0) return exitCodes.fails;
  return result.left > 0 ? exitCodes.unknown : code;
}

function say(out: Output, plan: PurgePlan, campaign: string, cutoverOn: string): void {
  out.line(
    `${count(plan.passwords)} accounts have a password; ${count(plan.came)} came since ${cutoverOn.slice(0, 10)} and keep it, ${count(plan.toPurge.size)} did not`,
  );
  out.line(`${count(plan.told).padStart(9)}  were told (${campaign})`);
  for (const [reason, number] of Object.entries(plan.unreachable).sort())
    out.line(`${count(number).padStart(9)}  could not be told: ${reason}`);
  if (plan.notTold.length > 0)
    out.line(`${count(plan.notTold.length).padStart(9)}  can be told and were not`);
}

function sayElsewhere(out: Output, { files, found, unread }: LookResult, lookedNowhere: boolean): ExitCode {
  if (lookedNowhere)
    out.note(
      'dumps and backups were not looked into; name them with --look-in to see which hold the passwords',
    );
  else out.line(`looked into ${count(files)} files elsewhere: ${count(found.length)} hold passwords`);
  for (const { path, needles } of found)
    out.line(`  ${path}: ${count(needles)} of them; remove it, or keep it knowingly`);
  for (const { path, why } of unread) out.line(`  ${path}: could not be looked into (${why})`);
  if (found.length > 0) return exitCodes.fails;
  return unread.length > 0 ? exitCodes.unknown : exitCodes.holds;
}

/** When the branch last took something over from the legacy system, ISO 8601. */
async function lastTakenOver(store: PublicStore, branch: string): Promise<string> {
  const trailer = '--grep=^Cutover-\\(Merged\\|Import\\): ';
  const head = await store.head(branch);
  const at =
    head === undefined ? '' : await git(store.dir, ['log', '-1', trailer, '--format=%cI', head.commit]);
  if (at.trim() !== '') return at.trim();
  throw usage(
    `no import or merge is found on ${branch}, so that nobody knows when the cutover was`,
    'give the branch that the new site serves, or the day with --cutover-on',
  );
}

function usage(message: string, next: string): CutoverError {
  return new CutoverError('purge-usage', message, { next, exitCode: exitCodes.usage });
}
