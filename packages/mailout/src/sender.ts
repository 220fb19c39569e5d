import { type CreateEmailOptions, Resend } from 'resend';
import type { Message } from './message.ts';

/** What Resend said about one request. */
export type Answer =
  | { readonly kind: 'accepted'; readonly ids: readonly string[] }
  /** The mail is at fault; nothing of the request was taken. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** To be asked again under the same key. `isSure`: nothing was taken so far. */
  | {
      readonly kind: 'again';
      readonly afterMs: number | undefined;
      readonly why: string;
      readonly isSure: boolean;
    }
  /** Nothing more can be sent now, by anybody's mail; nothing of the request was taken. */
  | { readonly kind: 'stop'; readonly why: 'quota' | 'key' | 'account'; readonly reason: string }
  /** The key was used for another request. */
  | { readonly kind: 'key-used'; readonly reason: string };

export interface Sent {
  readonly answer: Answer;
  /** How long the rate limit asks to wait before the next request. */
  readonly pauseMs: number;
}

/** Sends one request under an idempotency key: one message alone, several as a batch of all or none. */
export type Sender = (messages: readonly Message[], key: string) => Promise<Sent>;

/** The most that Resend takes in one batch. */
export const maxBatch = 100;

/** Resend as a sender. `url` is for tests; a request that takes longer than `timeoutMs` counts as unanswered. */
export function resendSender(client: Resend, timeoutMs = 30_000): Sender {
  return async (messages, idempotencyKey) => {
    // The library hands further options on to fetch.
    const options = { idempotencyKey, signal: AbortSignal.timeout(timeoutMs) };
    const mails = messages.map((message) => ({ ...message, to: [...message.to] }) as CreateEmailOptions);
    const { data, error, headers } =
      mails.length === 1
        ? await client.emails.send(mails[0]!, options)
        : await client.batch.send(mails, options);
    const pauseMs = pauseOf(headers);
    if (error !== null) return { answer: refusalOf(error, headers), pauseMs };
    const ids = idsOf(data);
    if (ids.length === messages.length && ids.every((id) => typeof id === 'string'))
      return { answer: { kind: 'accepted', ids }, pauseMs };
    return {
      answer: {
        kind: 'again',
        afterMs: undefined,
        why: 'an answer without an id for each mail',
        isSure: false,
      },
      pauseMs,
    };
  };
}

export function resendClient(key: string, url?: string): Resend {
  return new Resend(key, url === undefined ? {} : { baseUrl: url.replace(/\/$/, '') });
}

function idsOf(data: unknown): string[] {
  const answer = data as { id?: string; data?: { id: string }[] } | null;
  if (Array.isArray(answer?.data)) return answer.data.map(({ id }) => id);
  return answer?.id === undefined ? [] : [answer.id];
}

type Headers = Readonly<Record<string, string>> | null;

/** https://resend.com/docs/api-reference/rate-limit: what is left in this window, and when the next one begins. */
function pauseOf(headers: Headers): number {
  const left = Number(headers?.['ratelimit-remaining'] ?? Number.NaN);
  return left <= 0 ? (secondsOf(headers?.['ratelimit-reset']) ?? 1) * 1000 : 0;
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** By status and name, as https://resend.com/docs/api-reference/errors lists them. */
function refusalOf(
  error: { name: string; message: string; statusCode?: number | null },
  headers: Headers,
): Answer {
  const status = error.statusCode ?? 0;
  const reason = `${status} ${error.name}`;
  const retryAfter = secondsOf(headers?.['retry-after']);
  const afterMs = retryAfter === undefined ? undefined : retryAfter * 1000;
  if (error.name === 'daily_quota_exceeded' || error.name === 'monthly_quota_exceeded')
    return { kind: 'stop', why: 'quota', reason };
  if (status === 429) return { kind: 'again', afterMs: afterMs ?? 1000, why: reason, isSure: true };
  if (error.name === 'concurrent_idempotent_requests')
    return { kind: 'again', afterMs: afterMs ?? 1000, why: reason, isSure: false };
  if (status === 409) return { kind: 'key-used', reason };
  if (status === 401 || status === 403)
    return { kind: 'stop', why: 'key', reason: `${reason}: ${error.message}` };
  if (status === 400 || status === 422) return { kind: 'refused', reason };
  if (status >= 400 && status < 500) return { kind: 'stop', why: 'account', reason };
  return { kind: 'again', afterMs, why: status === 0 ? 'no answer' : reason, isSure: false };
}
