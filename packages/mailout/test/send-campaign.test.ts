import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeResend, scratchDir, startFakeResend } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addKnown,
  type CampaignLine,
  Journal,
  readEvents,
  resendClient,
  resendSender,
  sendCampaign,
  Suppressions,
  withCampaign,
} from '../src/index.ts';
import { line, renderer, select } from './support/campaign.ts';
import { idOf, type Stores, storesWith } from './support/people.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let resend: FakeResend;
let stores: Stores;
let dir: string;

beforeEach(async () => {
  scratch = await scratchDir('cutover-mailout-');
  dir = join(scratch.dir, 'campaign');
  resend = await startFakeResend();
  stores = await storesWith(
    scratch.dir,
    [1, 2, 3, 4, 5].map((number) => ({ number })),
  );
});
afterEach(async () => {
  await resend.stop();
  await scratch.remove();
});

interface Options {
  readonly batchSize?: number;
  readonly nowMs?: number;
  readonly limit?: number;
  readonly first?: CampaignLine;
  readonly onStep?: (step: string) => void;
}

const slept: number[] = [];

async function send({ batchSize = 1, nowMs, limit, first, onStep }: Options = {}): Promise<void> {
  const chosen = await select(stores);
  slept.length = 0;
  await withCampaign(dir, first ?? line(nowMs), stores.privateStore, (journal) =>
    sendCampaign({
      journal,
      send: resendSender(resendClient(resend.apiKey, resend.url)),
      recipients: chosen.recipients,
      eligible: chosen.eligible,
      batchSize,
      limit,
      render: renderer(journal.campaign.claimUntil),
      sleep: async (ms) => slept.push(ms),
      ...(onStep === undefined ? {} : { onStep }),
      ...(nowMs === undefined ? {} : { now: () => nowMs }),
    }),
  );
}

async function journalNow(): Promise<Journal> {
  const journal = await Journal.open(dir, line());
  await journal.close();
  return journal;
}

async function states(): Promise<Record<string, number>> {
  const journal = await journalNow();
  const found: Record<string, number> = {};
  for (const { state } of journal.entries.values()) found[state] = (found[state] ?? 0) + 1;
  return found;
}

const dieAt = (step: string) => (passed: string) => {
  if (passed === step) throw new Error('killed');
};

const hours = 3_600_000;

describe('a request whose answer is not known', () => {
  it('is made again under the same key with the same bytes, though the person was renamed meanwhile', async () => {
    await expect(send({ onStep: dieAt('answered') })).rejects.toThrow('killed');
    const [first] = resend.accepted;
    await storesWith(
      scratch.dir,
      [1, 2, 3, 4, 5].map((number) => ({ number, firstName: 'Renamed' })),
    );
    await send();
    expect(resend.accepted.filter(({ to }) => to === first!.to)).toHaveLength(1);
    expect(await states()).toEqual({ accepted: 5 });
  });

  it.each([
    ['is resumed after 23 hours', 23 * hours, { accepted: 5 }, 5],
    ['is unknown after 24 hours and not sent again', 24 * hours, { accepted: 4, unknown: 1 }, 4],
  ])('%s', async (_what, laterMs, expected, acceptances) => {
    const nowMs = Date.now();
    // Lost before it arrived, so that sending it again would be seen.
    await expect(send({ nowMs, onStep: dieAt('asking') })).rejects.toThrow('killed');
    await send({ nowMs: nowMs + laterMs });
    expect(await states()).toEqual(expected);
    await send({ nowMs: nowMs + laterMs + hours });
    expect([await states(), resend.accepted.length]).toEqual([expected, acceptances]);
  });

  it('is unknown where its person must not be written to any more, or its bytes are gone', async () => {
    await expect(send({ onStep: dieAt('asking') })).rejects.toThrow('killed');
    const sending = (await journalNow()).openBatches[0]!.people[0]!;
    await stores.privateStore.update('profiles', sending, (current) => ({
      ...current!,
      unsubscribedAt: '2026-01-01T00:00:00Z',
    }));
    await send();
    expect([await states(), resend.accepted.length]).toEqual([{ accepted: 4, unknown: 1 }, 4]);
  });

  it('is unknown where the key was used for something else', async () => {
    await expect(send({ onStep: dieAt('answered') })).rejects.toThrow('killed');
    const [payload] = await readdir(join(dir, 'payloads'));
    const path = join(dir, 'payloads', payload!);
    await writeFile(path, (await readFile(path, 'utf8')).replace('Hello', 'Hallo'));
    await send();
    expect([await states(), resend.accepted.length]).toEqual([{ accepted: 4, unknown: 1 }, 5]);
  });
});

describe('what Resend refuses', () => {
  it('one bad address has nobody else left out, in a batch neither', async () => {
    resend.refusedAddresses.add('p3@example.org');
    await send({ batchSize: 5 });
    expect(await states()).toEqual({ accepted: 4, refused: 1 });
    expect(resend.accepted.map(({ to }) => to)).not.toContain('p3@example.org');
  });

  it('waits as long as Retry-After says', async () => {
    resend.fault = (request) =>
      request <= 2
        ? { status: 429, name: 'rate_limit_exceeded', headers: { 'retry-after': '7' } }
        : undefined;
    await send();
    expect([slept, await states()]).toEqual([[7000, 7000], { accepted: 5 }]);
  });

  it('waits for the next window where the headers say that this one is used up', async () => {
    const chosen = await select(stores);
    const inner = resendSender(resendClient(resend.apiKey, resend.url));
    await withCampaign(dir, line(), stores.privateStore, (journal) =>
      sendCampaign({
        journal,
        send: async (...asked) => ({ ...(await inner(...asked)), pauseMs: 1500 }),
        recipients: chosen.recipients,
        eligible: chosen.eligible,
        batchSize: 2,
        render: renderer(journal.campaign.claimUntil),
        sleep: async (ms) => slept.push(ms),
      }),
    );
    expect(slept.slice(-3)).toEqual([1500, 1500, 1500]);
  });

  it('a quota stops, with those who were not sent to as intended; later all the others get theirs', async () => {
    resend.fault = (request) => (request === 3 ? { status: 429, name: 'daily_quota_exceeded' } : undefined);
    await expect(send()).rejects.toMatchObject({ code: 'mailout-quota', exitCode: 7 });
    expect(await states()).toEqual({ accepted: 2, intended: 3 });
    await send();
    expect([await states(), resend.accepted.length]).toEqual([{ accepted: 5 }, 5]);
  });

  it('a quota after an answer that was lost leaves the request as sending', async () => {
    resend.fault = (request) =>
      request === 1
        ? 'answer-lost'
        : request === 2
          ? { status: 429, name: 'monthly_quota_exceeded' }
          : undefined;
    await expect(send()).rejects.toMatchObject({ code: 'mailout-quota' });
    expect(await states()).toEqual({ sending: 1, intended: 4 });
    await send();
    expect([await states(), resend.accepted.length]).toEqual([{ accepted: 5 }, 5]);
  });

  it('a key that is refused stops with exit code 2 before anybody is marked', async () => {
    resend.fault = () => ({ status: 401, name: 'invalid_api_key' });
    await expect(send()).rejects.toMatchObject({ code: 'mailout-key-refused', exitCode: 2 });
    expect(await states()).toEqual({ intended: 5 });
  });

  it('three refusals before any acceptance stop the rest', async () => {
    resend.fault = () => ({ status: 422, name: 'validation_error' });
    await expect(send()).rejects.toMatchObject({ code: 'mailout-refused' });
    expect(await states()).toEqual({ refused: 3, intended: 2 });
  });

  it('a server that does not answer is not asked for ever', async () => {
    resend.fault = () => ({ status: 503, name: 'service_unavailable' });
    await expect(send()).rejects.toMatchObject({ code: 'mailout-no-answer' });
    expect([resend.requests, await states()]).toEqual([6, { sending: 1, intended: 4 }]);
  });
});

describe('the journal', () => {
  it('passes over a last line that a crash cut off, and stops at any other damage', async () => {
    await send({ limit: 2 });
    await appendFile(join(dir, 'journal.jsonl'), '{"type":"acc');
    await send();
    expect([await states(), resend.accepted.length]).toEqual([{ accepted: 5 }, 5]);
    const path = join(dir, 'journal.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).replace('{"type":"sending"', '{"type"'));
    await expect(send()).rejects.toMatchObject({ code: 'mailout-journal-damaged' });
  });

  it('lost, or on another machine: the campaign is not begun again', async () => {
    await send({ limit: 2 });
    await rm(dir, { recursive: true });
    await expect(send()).rejects.toMatchObject({ code: 'mailout-journal-elsewhere' });
    expect(resend.accepted).toHaveLength(2);
  });

  it('two processes cannot send one campaign', async () => {
    await withCampaign(dir, line(), stores.privateStore, async () => {
      await expect(send()).rejects.toMatchObject({ code: 'mailout-running', exitCode: 5 });
    });
  });

  it('keeps no address and no name once a mail is accepted', async () => {
    await send();
    expect(await readdir(join(dir, 'payloads'))).toEqual([]);
    expect(await readFile(join(dir, 'journal.jsonl'), 'utf8')).not.toContain('@');
  });

  it('an address is written to once, though the account that got it is out by now', async () => {
    await stores.privateStore.update('profiles', idOf(2), (current) => ({
      ...current!,
      email: 'P1@Example.org',
    }));
    await send();
    expect(resend.accepted).toHaveLength(4);
    const sent = (await journalNow()).entries;
    const got = [1, 2].map(idOf).find((id) => sent.get(id)?.state === 'accepted')!;
    await stores.privateStore.update('profiles', got, (current) => ({
      ...current!,
      signedInAt: '2026-01-01T00:00:00Z',
    }));
    await send();
    expect(resend.accepted).toHaveLength(4);
  });
});

describe('events', () => {
  it('are noted, and who bounced or complained is left out of later campaigns', async () => {
    await send();
    const byAddress = (to: string) => resend.accepted.find((mail) => mail.to === to)!;
    byAddress('p1@example.org').event = 'bounced';
    byAddress('p2@example.org').event = 'complained';
    byAddress('p3@example.org').event = 'delivered';
    const client = resendClient(resend.apiKey, resend.url);
    const read = () =>
      withCampaign(dir, line(), stores.privateStore, (journal) =>
        readEvents(journal, client, stores.privateStore),
      );
    expect(await read()).toEqual({ bounced: 1, complained: 1, delivered: 1, sent: 2 });
    const before = await readFile(join(dir, 'journal.jsonl'), 'utf8');
    await read();
    expect(await readFile(join(dir, 'journal.jsonl'), 'utf8')).toBe(before);
    const suppressions = new Suppressions();
    await addKnown(suppressions, stores.privateStore);
    expect(await select(stores, { suppressions })).toMatchObject({ leftOut: { bounced: 1, complained: 1 } });
  });
});
