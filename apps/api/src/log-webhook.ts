import { Writable } from 'node:stream';

export interface LogWebhookOptions {
  /** Slack-compatible: takes `{text}` as JSON. A secret: whoever has it can post. */
  readonly url: string;
  /** Messages within the window at most; what is left out is counted in the next one. */
  readonly max?: number;
  readonly windowMs?: number;
  /** How long the same message is not sent again. */
  readonly dedupMs?: number;
}

interface Line {
  readonly level: number;
  readonly msg?: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly error?: { readonly name?: string; readonly code?: string };
}

const warn = 40;
const timeoutMs = 5000;

/**
 * A destination for pino that tells warnings and worse to a chat. Only named fields are sent, never the line
 * itself. The same message once in a while, few in all; where the chat does not answer the message is lost
 * and the log itself has it. Never throws, never holds up the process.
 */
export function logWebhook(options: LogWebhookOptions): Writable {
  const { url, max = 20, windowMs = 60_000, dedupMs = 600_000 } = options;
  const sent = new Map<string, number>();
  let window = { since: 0, count: 0, leftOut: 0 };
  const tell = (line: Line): void => {
    const now = Date.now();
    const name = [line.msg, line.code, line.error?.name, line.error?.code].filter(Boolean).join(' · ');
    if ((sent.get(name) ?? -Infinity) > now - dedupMs) return;
    if (now - window.since > windowMs) window = { since: now, count: 0, leftOut: window.leftOut };
    if (window.count >= max) {
      window.leftOut++;
      return;
    }
    window.count++;
    if (sent.size > 1000) sent.clear();
    sent.set(name, now);
    const level = line.level >= 50 ? 'error' : 'warning';
    const others = window.leftOut === 0 ? '' : ` (and ${window.leftOut} others left out)`;
    window.leftOut = 0;
    const request = line.requestId === undefined ? '' : ` [${line.requestId}]`;
    const body = JSON.stringify({ text: `${level}: ${name}${request}${others}` });
    const headers = { 'content-type': 'application/json' };
    fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) })
      .then((answer) => answer.body?.cancel())
      .catch(() => undefined);
  };
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      for (const text of String(chunk).split('\n')) {
        const line = text === '' ? undefined : parse(text);
        if (line !== undefined && line.level >= warn) tell(line);
      }
      done();
    },
  });
}

function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
