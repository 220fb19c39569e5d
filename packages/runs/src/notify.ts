import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';

/** What somebody who is not at the terminal is told of a run. */
export interface Notice {
  readonly type: 'started' | 'step' | 'stopped' | 'waiting' | 'stalled' | 'no-return' | 'ended';
  /** Something is not as it should be: told where only problems are wanted. */
  readonly problem: boolean;
  /** For people. */
  readonly sentence: string;
  readonly runId: string;
  readonly plan: string;
  readonly mode: string;
  readonly at: string;
  readonly step?: string;
  readonly outcome?: string;
  readonly durationMs?: number;
  /** What the lead is shown of source and target, never an address with a password. */
  readonly source?: string;
  readonly target?: string;
  readonly inputBytes?: number;
}

/** Takes notices without holding anything up. */
export interface Notifier {
  tell(notice: Notice): void;
  /** Waits for what is on its way, for a while. */
  close(): Promise<{ readonly told: number; readonly lost: number }>;
}

export type WebhookFormat = 'json' | 'slack' | 'discord';

export interface WebhookOptions {
  /** A secret: whoever has it can post. */
  readonly url: string;
  /** By default that of the host. */
  readonly format?: WebhookFormat;
  readonly only?: 'problems' | 'all';
  /** Key of the signature header; without it there is none. */
  readonly secret?: string;
  /** Pauses in milliseconds before each further attempt. */
  readonly backoffMs?: readonly number[];
  /** How long `close` waits. */
  readonly patienceMs?: number;
  /** Called with the reason, without the address, where a notice could not be told. */
  readonly onLost?: (reason: string) => void;
}

const attemptMs = 10_000;
/** Notices that wait at most: a chat that hangs must not eat the memory. */
const waiting = 1000;

/**
 * Posts notices to a webhook, in order, one at a time, each tried again with backoff on 429, 5xx and network
 * errors. Never throws and never holds up who tells.
 *
 * With `secret`, `Cutover-Signature: t=<unix seconds>,v1=<hex>` is the HMAC-SHA-256 of `<t>.<body>`: the scheme
 * of Stripe's webhooks, for which verifying code is at hand in every language.
 *
 * @throws CutoverError `webhook-url` for an address that is none
 */
export function webhookNotifier(options: WebhookOptions): Notifier {
  const url = webhookUrl(options.url);
  const format = options.format ?? formatOf(url);
  const { backoffMs = [500, 2000, 8000], patienceMs = 15_000, only = 'all' } = options;
  const stop = new AbortController();
  let queue: Promise<void> = Promise.resolve();
  let open = 0;
  const counts = { told: 0, lost: 0 };
  const lose = (reason: string): void => {
    counts.lost++;
    options.onLost?.(reason);
  };
  const deliver = async (notice: Notice): Promise<void> => {
    const body = JSON.stringify(bodyOf(notice, format));
    for (let attempt = 0; ; attempt++) {
      const failure = await post(url, body, options.secret, stop.signal);
      if (failure === undefined) {
        counts.told++;
        return;
      }
      const pause = backoffMs[attempt];
      if (!failure.again || pause === undefined || stop.signal.aborted) return lose(failure.reason);
      await sleep(pause, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  return {
    tell: (notice) => {
      if (only === 'problems' && !notice.problem) return;
      if (open >= waiting) return lose('too many notices wait already');
      open++;
      queue = queue.then(() => deliver(notice)).finally(() => open--);
    },
    close: async () => {
      const timer = setTimeout(() => stop.abort(), patienceMs);
      await queue;
      clearTimeout(timer);
      return counts;
    },
  };
}

function webhookUrl(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new CutoverError('webhook-url', 'the address of the webhook is no http(s) URL', {
    next: 'give it with --webhook, or in CUTOVER_WEBHOOK where it is a secret',
    exitCode: exitCodes.usage,
  });
}

function formatOf({ hostname, pathname }: URL): WebhookFormat {
  if (hostname === 'hooks.slack.com') return 'slack';
  return /(^|\.)discord(app)?\.com$/.test(hostname) && pathname.startsWith('/api/webhooks/')
    ? 'discord'
    : 'json';
}

function bodyOf(notice: Notice, format: WebhookFormat): unknown {
  switch (format) {
    case 'slack':
      // Slack's escapes: a run must not be able to address a channel.
      return { text: notice.sentence.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;' })[c] ?? '&gt;') };
    case 'discord':
      return { content: notice.sentence.slice(0, 2000), allowed_mentions: { parse: [] } };
    case 'json':
      return notice;
  }
}

async function post(
  url: URL,
  body: string,
  secret: string | undefined,
  stop: AbortSignal,
): Promise<{ readonly reason: string; readonly again: boolean } | undefined> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (secret !== undefined)
    headers['cutover-signature'] = signature(body, secret, Math.floor(Date.now() / 1000));
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      // A webhook that moved would be given the secret of another host.
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(attemptMs)]),
    });
    await answer.body?.cancel();
    if (answer.ok) return undefined;
    return {
      reason: `${url.host} answered ${answer.status}`,
      again: answer.status === 429 || answer.status >= 500,
    };
  } catch {
    return { reason: `${url.host} did not answer`, again: true };
  }
}

/** The signature header of a body at a time in unix seconds. */
export function signature(body: string, secret: string, at: number): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
