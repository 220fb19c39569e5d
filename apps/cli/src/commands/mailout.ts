import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { CutoverError, exitCodeOf, exitCodes } from '@cutover/core';
import {
  type Addressee,
  assertSameTemplate,
  type Campaign,
  campaignLine,
  Journal,
  mailTarget,
  maxBatch,
  type MailState,
  readEvents,
  type Recipients,
  remainingOf,
  renderMessage,
  resendClient,
  resendSender,
  sampleOf,
  selectRecipients,
  sendCampaign,
  withCampaign,
  writePreviews,
} from '@cutover/mailout';
import { readPruneList } from '@cutover/reconcile';
import type { Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore } from '@cutover/stores';
import { Command, InvalidArgumentError } from 'commander';
import { environment } from '../environment.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, positiveInteger, withCommonOptions } from '../options.ts';
import { count, type Output } from '../output.ts';
import { loadProfile } from '../profile.ts';
import {
  assertSender,
  lookAtSender,
  type SenderOptions,
  senderOutcome,
  withSenderOptions,
} from '../sender-checks.ts';
import { readSuppressions } from '../suppressions.ts';

interface MailoutOptions extends CommonOptions, SenderOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly campaign: string;
  readonly template?: string;
  readonly site: string;
  readonly replyTo?: string;
  readonly claimDays: number;
  readonly suppress?: string[];
  readonly withoutResendList?: boolean;
  readonly serviceMail?: boolean;
  readonly only?: string;
  readonly instance?: string;
  readonly limit?: number;
  readonly batch: number;
  readonly toTest?: string;
  readonly send?: boolean;
  readonly confirm?: number;
  readonly events?: boolean;
}

export function mailoutCommand(finish: Finish): Command {
  const command = withCommonOptions(
    new Command('mailout').description(
      'Write to people who have not come to the new site, each once. Shows whom and what, unless --send is given.',
    ),
  )
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store, file:///dir or s3://bucket/prefix')
    .requiredOption('--site <url>', 'origin of the new site; the links lead there')
    .requiredOption('--from <sender>', 'sender: an address, or "Name <address>"')
    .option('--branch <name>', 'branch that the new site serves', 'main')
    .option(
      '--campaign <name>',
      'name of this mailout: nobody gets it twice, and it can be gone on with',
      'reminder',
    )
    .option('--template <name>', "one of the profile's mails; by default that of the campaign's name")
    .option('--reply-to <address>', 'where answers go, instead of the sender')
    .option('--claim-days <n>', 'days that links to take over an account work', positiveInteger, 30)
    .option('--suppress <file...>', 'addresses to leave out, one a line')
    .option('--without-resend-list', 'do without the list of suppressed addresses that Resend keeps')
    .option('--service-mail', 'also to those who are not subscribed to anything; never to who unsubscribed')
    .option('--only <file>', 'nobody but these: one record id or row name (people/42) a line')
    .option('--instance <name>', 'name of the source that ids were made from, where a profile has several')
    .option('--limit <n>', 'begin at most N mails', positiveInteger)
    .option(
      '--batch <n>',
      `mails in one request, up to ${maxBatch}; with 1 each person has a key of their own`,
      batchSize,
      1,
    )
    .option('--to-test <address>', 'send one mail of the sample to this address, and nothing else')
    .option('--send', 'send; asks for the number of mails to be typed')
    .option('--confirm <n>', 'the number of mails, instead of typing it', positiveInteger)
    .option('--events', 'ask what came of the mails that were sent, and note who bounced');
  return withSenderOptions(command).action((options: MailoutOptions) => finish(runMailout(options)));
}

/** Where links lead: an origin without a path. */
function assertSite(text: string): void {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text) return;
  throw usage(
    `--site ${text} is no origin`,
    'give it like https://example.org, without a path or a slash at the end',
  );
}

function batchSize(text: string): number {
  const size = positiveInteger(text);
  if (size > maxBatch) throw new InvalidArgumentError(`Resend takes at most ${maxBatch} in one request.`);
  return size;
}

interface Mailout {
  readonly options: MailoutOptions;
  readonly out: Output;
  readonly dir: string;
  readonly profile: Profile;
  readonly store: PrivateStore;
}

async function runMailout(options: MailoutOptions): Promise<number> {
  assertSite(options.site);
  const profile = await loadProfile(options.profile);
  const mailout: Mailout = {
    options,
    out: outputOf(options),
    dir: join(options.stateDir, 'mailout', options.campaign),
    profile,
    store: await openPrivateStore(options.private),
  };
  if (options.events === true) return runEvents(mailout);
  if (options.confirm !== undefined && options.send !== true) throw usage('--confirm goes with --send');
  if (options.toTest !== undefined && options.send === true)
    throw usage('--to-test sends one mail and goes without --send');
  return options.send === true ? runSend(mailout) : runDry(mailout);
}

/** A campaign's mail and sender. Throws CutoverError `mail-template-unknown`. */
function campaignOf({ options, profile }: Mailout, line: ReturnType<typeof campaignLine>): Campaign {
  const { templates } = mailTarget(profile.target).mail;
  const template = templates[line.template];
  if (template === undefined) {
    throw new CutoverError('mail-template-unknown', `the profile has no mail ${line.template}`, {
      next: `give --template with one of: ${Object.keys(templates).join(', ')}`,
      exitCode: exitCodes.usage,
    });
  }
  const { from, replyTo, site } = options;
  return {
    name: line.campaign,
    template,
    from,
    replyTo,
    site,
    secret: linkSecret(),
    claimUntil: line.claimUntil,
  };
}

const firstLine = ({ campaign, template, claimDays }: MailoutOptions): ReturnType<typeof campaignLine> =>
  campaignLine(campaign, template ?? campaign, claimDays, Date.now());

function linkSecret(): string {
  const secret = environment('CUTOVER_LINK_SECRET');
  if (secret !== undefined && secret.length >= 32) return secret;
  throw usage(
    'CUTOVER_LINK_SECRET is not set, or has fewer than 32 characters',
    'make one with `openssl rand -hex 32`, and give it to `cutover serve` too',
  );
}

function apiKey(): string {
  const key = environment('CUTOVER_RESEND_API_KEY');
  if (key !== undefined) return key;
  throw usage('CUTOVER_RESEND_API_KEY is not set', 'put a key of Resend there');
}

function usage(message: string, next = 'see cutover mailout --help'): CutoverError {
  return new CutoverError('mailout-usage', message, { next, exitCode: exitCodes.usage });
}

async function select({
  options,
  out,
  profile,
  store,
}: Mailout): Promise<Recipients & { readonly resendList: number | null }> {
  const key = environment('CUTOVER_RESEND_API_KEY');
  const asks = options.withoutResendList !== true && (options.send === true || key !== undefined);
  const { suppressions, resendList } = await readSuppressions(
    store,
    options.suppress,
    asks ? apiKey() : undefined,
  );
  if (resendList === null) out.note("Resend's own list of suppressed addresses was not asked");
  const recipients = await selectRecipients({
    target: profile.target,
    publicStore: await openPublicStore(options.public),
    privateStore: store,
    branch: options.branch,
    suppressions,
    isServiceMail: options.serviceMail === true,
    ...(options.only === undefined
      ? {}
      : { only: await readPruneList(options.only, profile.name, options.instance) }),
  });
  return { ...recipients, resendList };
}

/** The campaign as it was begun from here, or as it would be begun now. */
async function lookAt(mailout: Mailout) {
  const first = firstLine(mailout.options);
  const journal = await Journal.look(mailout.dir);
  if (journal !== undefined) assertSameTemplate(journal.campaign, first);
  const line = journal?.campaign ?? first;
  return { journal, line, campaign: campaignOf(mailout, line) };
}

async function runDry(mailout: Mailout): Promise<number> {
  const { options, out, dir } = mailout;
  const { journal, line, campaign } = await lookAt(mailout);
  const sender = await lookAtSender(options, out);
  const chosen = await select(mailout);
  const now = remainingOf(journal, chosen.recipients, options.limit);
  sayWho(out, chosen, now.length);
  const render = (person: Addressee) => renderMessage(campaign, person);
  const sample = sampleOf(now);
  const previews = await writePreviews(join(dir, 'previews'), sample, render);
  for (const { person, html } of previews) out.line(`  ${person}  file://${html}`);
  const states = journal === undefined ? {} : statesOf(journal);
  const document = {
    campaign: line.campaign,
    template: line.template,
    ...counts(chosen),
    toSend: now.length,
    journal: states,
    sample: previews,
    sender,
  };
  if (options.toTest !== undefined) {
    const id = await sendTest(campaign, options.toTest, sample[0]);
    out.line(`one mail went to the test address (${id}); its links belong to nobody`);
    out.document({ ...document, mode: 'test', testId: id });
    return exitCodes.holds;
  }
  out.line('nothing was sent; look at the files, then add --send');
  out.document({ ...document, mode: 'dry-run' });
  return exitCodeOf(senderOutcome(sender));
}

const counts = ({ recipients, people, leftOut, resendList }: Awaited<ReturnType<typeof select>>) => ({
  people,
  recipients: recipients.length,
  leftOut,
  resendList,
});

function sayWho(out: Output, { recipients, people, leftOut }: Recipients, now: number): void {
  out.line(
    `${count(people)} people, ${count(recipients.length)} of them are written to, ${count(now)} still to be sent to`,
  );
  for (const [reason, number] of Object.entries(leftOut))
    out.line(`  ${count(number).padStart(9)}  left out: ${reason}`);
}

async function sendTest(campaign: Campaign, address: string, like: Addressee | undefined): Promise<string> {
  // Another person's links must not go to whoever tests, so they are signed for nobody.
  const message = renderMessage(campaign, { id: 'test', address, name: like?.name ?? 'Test' });
  const send = resendSender(resendClient(apiKey(), environment('CUTOVER_RESEND_URL')));
  const { answer } = await send([message], `test/${randomUUID()}`);
  if (answer.kind === 'accepted') return answer.ids[0]!;
  throw new CutoverError(
    'mailout-test-refused',
    `the test mail was not taken: ${'reason' in answer ? answer.reason : answer.why}`,
    {
      next: 'look at --from, CUTOVER_RESEND_API_KEY and the sender domain in Resend',
    },
  );
}

async function runSend(mailout: Mailout): Promise<number> {
  const { options, out, dir, store } = mailout;
  const { journal: before, line } = await lookAt(mailout);
  await assertSender(options, out);
  const send = resendSender(resendClient(apiKey(), environment('CUTOVER_RESEND_URL')));
  const chosen = await select(mailout);
  const confirmed = remainingOf(before, chosen.recipients, options.limit).length;
  sayWho(out, chosen, confirmed);
  if (confirmed > 0) await assertConfirmed(options, confirmed);
  return withCampaign(dir, line, store, async (journal) => {
    const campaign = campaignOf(mailout, journal.campaign);
    const now = remainingOf(journal, chosen.recipients, options.limit);
    // Another process may have sent some of them while this one waited.
    if (now.length !== confirmed) await assertConfirmed({ ...options, confirm: confirmed }, now.length);
    await sendCampaign({
      journal,
      send,
      recipients: chosen.recipients,
      eligible: chosen.eligible,
      limit: options.limit,
      batchSize: options.batch,
      render: (person) => renderMessage(campaign, person),
      onSent: (rowsDone, rowsTotal) =>
        out.onEvent({ type: 'progress', phase: 'mailout', rowsDone, rowsTotal }),
    });
    return sayJournal(mailout, journal, { ...counts(chosen), mode: 'send', toSend: now.length });
  });
}

async function assertConfirmed({ confirm }: MailoutOptions, expected: number): Promise<void> {
  let said = confirm;
  if (said === undefined && process.stdin.isTTY === true) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    said = Number(await terminal.question(`Type the number of mails to send them (${count(expected)}): `));
    terminal.close();
  }
  if (said === expected) return;
  throw new CutoverError(
    'mailout-not-confirmed',
    `${expected} mails would be sent, and ${said ?? 'no number'} was confirmed; nothing was sent`,
    {
      next: `look at the dry run once more; then --confirm ${expected}, or type it at a terminal`,
      data: { expected },
      exitCode: exitCodes.usage,
    },
  );
}

async function runEvents(mailout: Mailout): Promise<number> {
  const { dir, options, store } = mailout;
  const line = (await Journal.look(dir))?.campaign;
  if (line === undefined)
    throw usage(
      `the campaign ${options.campaign} was never sent from here`,
      'give --campaign and --state-dir as they were for --send',
    );
  return withCampaign(dir, line, store, async (journal) => {
    const events = await readEvents(
      journal,
      resendClient(apiKey(), environment('CUTOVER_RESEND_URL')),
      store,
    );
    return sayJournal(mailout, journal, { mode: 'events', events });
  });
}

function statesOf(journal: Journal): Record<MailState, number> {
  const states = { intended: 0, sending: 0, accepted: 0, refused: 0, unknown: 0 };
  for (const { state } of journal.entries.values()) states[state]++;
  return states;
}

/** Ids alone are told: whose they are is in the private store. */
function sayJournal({ out }: Mailout, journal: Journal, document: Record<string, unknown>): number {
  const states = statesOf(journal);
  out.line(
    Object.entries(states)
      .map(([state, number]) => `${count(number)} ${state}`)
      .join(', '),
  );
  for (const [event, number] of Object.entries((document['events'] ?? {}) as Record<string, number>))
    out.line(`  ${count(number)} ${event}`);
  const listed = [...journal.entries].filter(([, { state }]) => state === 'refused' || state === 'unknown');
  for (const [person, { state, detail }] of listed) out.line(`  ${state}: ${person} ${detail ?? ''}`);
  if (states.unknown > 0)
    out.line(
      'unknown ones are never sent again by themselves: look for them in Resend, and write by hand to who got nothing',
    );
  const { campaign, template } = journal.campaign;
  out.document({
    campaign,
    template,
    ...document,
    journal: states,
    listed: listed.map(([person, entry]) => ({ person, state: entry.state, detail: entry.detail })),
  });
  if (states.unknown > 0) return exitCodes.unknown;
  return states.refused > 0 ? exitCodes.fails : exitCodes.holds;
}
