import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import type { PrivateRecord } from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';
import type { Resend } from 'resend';
import type { Journal, JournalLine } from './journal.ts';
import { type Suppressions, suppressionsSheet } from './suppressions.ts';

/** What ends an address: it is not written to again, by any campaign. */
const ending: ReadonlySet<string> = new Set(['bounced', 'complained', 'suppressed']);

interface Page<T> {
  readonly data: { readonly data: readonly T[]; readonly has_more: boolean } | null;
  readonly error: {
    readonly name: string;
    readonly statusCode?: number | null;
    readonly message: string;
  } | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Items of a list of Resend's, page by page within its rate. Throws CutoverError `resend-list-unread`. */
async function* pages<T extends { readonly id: string }>(
  what: string,
  ask: (after: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let after: string | undefined;
  for (let waits = 0; ;) {
    const { data, error, headers } = await ask(after);
    if (error?.statusCode === 429 && waits++ < 20) {
      await sleep(Number(headers?.['retry-after'] ?? 1) * 1000);
      continue;
    }
    if (error !== null || data === null) throw unread(what, error);
    yield* data.data;
    after = data.data.at(-1)?.id;
    if (!data.has_more || after === undefined) return;
    if (headers?.['ratelimit-remaining'] === '0') await sleep(Number(headers['ratelimit-reset'] ?? 1) * 1000);
  }
}

function unread(what: string, error: Page<never>['error']): CutoverError {
  const status = error?.statusCode ?? 0;
  return new CutoverError(
    'resend-list-unread',
    `Resend does not tell ${what} (${status} ${error?.name ?? 'no answer'})`,
    {
      next: 'give CUTOVER_RESEND_API_KEY a key with full access, or pass the list by with --without-resend-list if Resend does not offer it to you',
      exitCode: status === 401 || status === 403 ? exitCodes.authenticationRefused : exitCodes.unknown,
    },
  );
}

/** Adds Resend's own list of suppressed addresses; gives how many there are. Throws CutoverError `resend-list-unread`. */
export async function addResendList(to: Suppressions, client: Resend): Promise<number> {
  let count = 0;
  const ask = (after: string | undefined) =>
    client.suppressions.list({ limit: 100, ...(after === undefined ? {} : { after }) }) as Promise<
      Page<{ id: string; email: string }>
    >;
  for await (const { email } of pages('its suppressed addresses', ask)) {
    to.add(email, "suppressed by Resend's list");
    count++;
  }
  return count;
}

/**
 * Asks Resend what came of the accepted mails, and notes it; addresses that bounced or complained are kept from
 * all later campaigns. Gives how many of the accepted have which event, those without one as `not known`.
 */
export async function readEvents(
  journal: Journal,
  client: Resend,
  store: Pick<PrivateStore, 'edit'>,
): Promise<Record<string, number>> {
  const people = new Map<string, string>();
  for (const [person, { state, detail }] of journal.entries)
    if (state === 'accepted') people.set(detail!, person);
  const ask = (after: string | undefined) =>
    client.emails.list({ limit: 100, ...(after === undefined ? {} : { after }) }) as Promise<
      Page<{ id: string; last_event: string; created_at: string }>
    >;
  const at = new Date().toISOString();
  const lines: Extract<JournalLine, { type: 'event' }>[] = [];
  // A day of grace: the clocks are not the same.
  const since = Date.parse(journal.campaign.startedAt) - 86_400_000;
  for await (const { id, last_event: event, created_at: created } of pages('what came of the mails', ask)) {
    // Newest first, so that nothing older can be of this campaign.
    if (Date.parse(created) < since) break;
    const person = people.get(id);
    if (person !== undefined && journal.entries.get(person)?.event !== event)
      lines.push({ type: 'event', person, event, at });
  }
  // First kept from being written to, then noted: after a crash between the two it is asked and done again.
  await suppress(journal, lines, store, at);
  await journal.append(lines);
  const counts: Record<string, number> = {};
  for (const person of people.values()) {
    const event = journal.entries.get(person)?.event ?? 'not known';
    counts[event] = (counts[event] ?? 0) + 1;
  }
  return counts;
}

async function suppress(
  journal: Journal,
  lines: readonly Extract<JournalLine, { type: 'event' }>[],
  store: Pick<PrivateStore, 'edit'>,
  at: string,
): Promise<void> {
  const edits = lines
    .filter(({ event }) => ending.has(event))
    .map(({ person, event }) => {
      const id = journal.entries.get(person)!.address;
      const reason = event === 'suppressed' ? "suppressed by Resend's list" : event;
      const record: PrivateRecord = { id, reason, at, campaign: journal.campaign.campaign };
      return { sheet: suppressionsSheet, id, change: (current?: PrivateRecord) => current ?? record };
    });
  if (edits.length > 0)
    await store.edit(edits, `mailout ${journal.campaign.campaign}: bounced and complained`);
}
