import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { type PrivateStore, withLock } from '@cutover/stores';
import { type CampaignLine, Journal } from './journal.ts';

/** What a campaign that is begun now will be; one that was begun before is what it was. */
export function campaignLine(
  campaign: string,
  template: string,
  claimDays: number,
  nowMs: number,
): CampaignLine {
  if (!/^[a-z0-9][a-z0-9-]{0,59}$/.test(campaign)) {
    throw new CutoverError('campaign-name-invalid', `${campaign} is no name of a campaign`, {
      next: 'use up to 60 small letters, digits and hyphens',
      exitCode: exitCodes.usage,
    });
  }
  return {
    type: 'campaign',
    version: 1,
    campaign,
    journalId: randomUUID(),
    template,
    startedAt: new Date(nowMs).toISOString(),
    claimUntil: new Date(nowMs + claimDays * 86_400_000).toISOString(),
  };
}

/**
 * Runs `work` with the campaign's journal, alone on this machine. The private store remembers which journal is
 * the campaign's, so that a second machine, or one whose journal was lost, does not begin it again. Throws
 * CutoverError `mailout-running`, `mailout-journal-elsewhere`, `mailout-other-template`.
 */
export async function withCampaign<T>(
  dir: string,
  first: CampaignLine,
  store: Pick<PrivateStore, 'keepText' | 'keptFile'>,
  work: (journal: Journal) => Promise<T>,
): Promise<T> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const locked = async (): Promise<T> => {
    const journal = await Journal.open(dir, first);
    try {
      assertSameTemplate(journal.campaign, first);
      await assertOurs(dir, journal.campaign, store);
      return await work(journal);
    } finally {
      await journal.close();
    }
  };
  return withLock(join(dir, 'lock'), locked, 200).catch((error: unknown) => {
    if (error instanceof CutoverError && error.code === 'private-store-locked') throw running(first, error);
    throw error;
  });
}

async function assertOurs(
  dir: string,
  { campaign, journalId, startedAt }: CampaignLine,
  store: Pick<PrivateStore, 'keepText' | 'keptFile'>,
): Promise<void> {
  const name = `mailout-${campaign}.json`;
  const mine = { journalId, startedAt, host: hostname(), dir: resolve(dir) };
  if (await store.keepText('audit', name, JSON.stringify(mine))) return;
  const there = JSON.parse(String(await store.keptFile('audit', name))) as typeof mine;
  if (there.journalId === journalId) return;
  throw new CutoverError(
    'mailout-journal-elsewhere',
    `the campaign ${campaign} was begun at ${there.startedAt} with another journal, on ${there.host} in ${there.dir}`,
    {
      next: 'go on there, or bring that folder here; without its journal nobody knows who was written to',
      data: { host: there.host, dir: there.dir },
    },
  );
}

/** A campaign has one mail. Throws CutoverError `mailout-other-template`. */
export function assertSameTemplate(
  { campaign, template }: CampaignLine,
  { template: given }: CampaignLine,
): void {
  if (template === given) return;
  throw new CutoverError(
    'mailout-other-template',
    `the campaign ${campaign} was begun with the template ${template}, not ${given}`,
    { next: 'give that template, or another --campaign', exitCode: exitCodes.usage },
  );
}

function running({ campaign }: CampaignLine, cause: unknown): CutoverError {
  return new CutoverError('mailout-running', `the campaign ${campaign} is being sent by another process`, {
    next: 'wait until it has ended',
    exitCode: exitCodes.leaseHeld,
    cause,
  });
}
