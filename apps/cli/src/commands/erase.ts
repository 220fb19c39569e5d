import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { CutoverError, exitCodes, shellQuoted } from '@cutover/core';
import { addressDigest } from '@cutover/mailout';
import { idOfEntry } from '@cutover/reconcile';
import type { Profile } from '@cutover/records';
import {
  type Certificate,
  certificateOf,
  erase,
  type EraseResult,
  lookFor,
  type LookResult,
  textNeedles,
} from '@cutover/retention';
import { openPrivateStore, openPublicStore, type PublicStore } from '@cutover/stores';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';
import { count, type Output } from '../output.ts';
import { loadProfile } from '../profile.ts';
import { writeForOwner } from '../report-file.ts';

interface EraseOptions extends CommonOptions {
  readonly person: string[];
  readonly public: string;
  readonly private: string;
  readonly branch?: string[];
  readonly instance?: string;
  readonly lookIn?: string[];
  readonly certificate?: string;
  readonly yes?: boolean;
}

const usualBranches = ['main', 'legacy-import'];
const shownAtMost = 20;

export function eraseCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('erase').description(
      'Remove somebody who asks for it: from both stores, every copy the private store keeps, and all later imports. Says what it would do, unless --yes is given.',
    ),
  )
    .requiredOption('--person <id...>', 'record id or row name (people/42)')
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .option('--branch <name...>', `branches to remove them from; by default ${usualBranches.join(' and ')}`)
    .option('--instance <name>', 'name of the source that ids were made from, where a profile has several')
    .option('--look-in <path...>', 'files and folders to look for them in, besides the state directory')
    .option('--certificate <file>', 'write there what was done, without saying who it was')
    .option('--yes', 'do it; it cannot be undone')
    .action((options: EraseOptions) => finish(runErase(options)));
}

async function runErase(options: EraseOptions): Promise<number> {
  const out = outputOf(options);
  const profile = await loadProfile(options.profile);
  const instance = options.instance ?? profile.name;
  const ids = new Set(options.person.map((entry) => idOf(entry, profile, instance)));
  const publicStore = await openPublicStore(options.public);
  const privateStore = await openPrivateStore(options.private);
  const run = `erase-${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}`;
  const by = `${userInfo().username}@${hostname()}`;
  const dryRun = options.yes !== true;
  const result = await erase({
    target: profile.target,
    identity: profile.identity,
    profile: profile.name,
    instance,
    sources: profile.sources,
    publicStore,
    privateStore,
    branches: options.branch ?? (await thoseThere(publicStore)),
    sheet: sheetOf(profile),
    ids,
    run,
    by,
    dryRun,
  });
  const elsewhere = await lookElsewhere(options, ids, result);
  const filesFound = elsewhere.found.length;
  const certificate = certificateOf({ ids, run, by, at: new Date(), result, filesFound });
  say(out, result, elsewhere, certificate, dryRun);
  if (!dryRun) {
    const text = `${JSON.stringify(certificate, null, 2)}\n`;
    await privateStore.keepText('audit', `${run}/certificate.json`, text);
    if (options.certificate !== undefined) await writeForOwner(options.certificate, text);
  }
  const { history } = result;
  out.document({ dryRun, certificate, history, elsewhere, unknown: result.pruned.unknown });
  const found = [result.pruned.unknown, elsewhere.found, result.stillThere, history.otherBranches];
  if (found.some(({ length }) => length > 0)) return exitCodes.fails;
  return result.left > 0 || elsewhere.unread.length > 0 ? exitCodes.unknown : exitCodes.holds;
}

function idOf(entry: string, profile: Profile, instance: string): string {
  const id = idOfEntry(entry, profile.name, instance);
  if (id !== undefined) return id;
  throw new CutoverError('erase-usage', `${entry} is neither a record id nor a row name`, {
    next: 'give an id like 01234567-89ab-8cde-8f01-23456789abcd or a row name like people/42',
    exitCode: exitCodes.usage,
  });
}

function sheetOf({ target, identity }: Profile): string {
  const sheet = target.accounts?.sheet ?? identity?.sheet;
  if (sheet !== undefined) return sheet;
  throw new CutoverError('erase-usage', `the target ${target.name} has no people`, {
    next: 'give a profile whose target has accounts',
    exitCode: exitCodes.usage,
  });
}

async function thoseThere(store: PublicStore): Promise<string[]> {
  const there: string[] = [];
  for (const branch of usualBranches) if ((await store.head(branch)) !== undefined) there.push(branch);
  return there.length > 0 ? there : usualBranches.slice(0, 1);
}

function lookElsewhere(
  { stateDir, lookIn = [] }: EraseOptions,
  ids: ReadonlySet<string>,
  { traces }: EraseResult,
): Promise<LookResult> {
  const emails = [...traces.emails.values()].flatMap((each) => [...each]);
  const needles = textNeedles([...ids, ...emails, ...emails.map(addressDigest)]);
  return lookFor([...(existsSync(stateDir) ? [stateDir] : []), ...lookIn], needles);
}

function say(
  out: Output,
  { pruned, history, stillThere, left }: EraseResult,
  { files, found, unread }: LookResult,
  { removed, lookedAt, remains }: Certificate,
  dryRun: boolean,
): void {
  out.line(`${count(pruned.people)} people ${dryRun ? 'would be' : 'are'} erased:`);
  for (const [what, number] of Object.entries(removed))
    if (number > 0) out.line(`${count(number).padStart(9)}  ${what}`);
  for (const id of pruned.unknown) out.line(`  not found: ${id}`);
  for (const what of stillThere) out.line(out.paint('fails', `  still there: ${what}`));
  if (left > 0) out.note(`${count(left)} drafts are minutes old: run this again in 10 minutes`);
  out.line('looked at:');
  for (const what of lookedAt) out.line(`  ${what}`);
  out.line('what remains:');
  for (const what of remains) out.line(`  ${what}`);
  sayHistory(out, history);
  listed(out, 'public files in which others name them, to be decided by reading:', history.mentions);
  listed(
    out,
    `of ${count(files)} files elsewhere these hold an id or address of theirs:`,
    found.map(({ path }) => path),
  );
  for (const { path, why } of unread) out.line(`  ${path}: could not be looked into (${why})`);
  if (dryRun) out.line('nothing was changed; add --yes to do it. It cannot be undone.');
}

function sayHistory(out: Output, { paths, reused }: EraseResult['history']): void {
  listed(out, 'in the history of the public repository:', paths);
  const theirs = paths.filter((path) => !reused.includes(path));
  if (theirs.length > 0) {
    const isFew = theirs.length <= shownAtMost;
    out.line('  to rewrite it, on a fresh clone, and to push it over what is published:');
    out.line(
      `    git filter-repo --invert-paths ${isFew ? theirs.map(pathArgument).join(' ') : '--paths-from-file FILE'}`,
    );
    if (!isFew) out.line('    FILE: the lines of history.paths of --json, without those of history.reused');
  }
  const title =
    '  other records’ by now, so that the old contents are to be taken out one by one (--strip-blobs-with-ids):';
  listed(out, title, reused);
}

const pathArgument = (path: string): string => `--path ${shellQuoted(path)}`;

function listed(out: Output, title: string, entries: readonly string[]): void {
  if (entries.length === 0) return;
  out.line(title);
  for (const entry of entries.slice(0, shownAtMost)) out.line(`  ${entry}`);
  if (entries.length > shownAtMost)
    out.line(`  … and ${count(entries.length - shownAtMost)} more; see --json`);
}
