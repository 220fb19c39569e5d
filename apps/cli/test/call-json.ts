import { request } from 'node:https';

export interface CalledJson {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** A stream of events is read for so long at most. */
const streamMs = 20_000;

/** One call over HTTPS; of a stream of events the first that comes. */
export function callJson(
  { method, url, ca, authorization }: { method: string; url: string; ca: string; authorization: string },
  body?: object,
): Promise<CalledJson> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = { authorization, ...(sent === undefined ? {} : { 'content-type': 'application/json' }) };
    const call = request(url, { method, ca, agent: false, headers });
    call.once('error', reject);
    call.once('response', (response) => {
      let text = '';
      const status = response.statusCode ?? 0;
      const isStream = response.headers['content-type'] === 'text/event-stream';
      const leave = (): void => {
        resolve({ status, text, body: {} });
        call.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (isStream && /event: .*\n.*\n\n/.test(text)) leave();
      });
      response.once('end', () =>
        resolve({ status, text, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }),
      );
      if (!isStream) return;
      setTimeout(leave, streamMs).unref();
      response.on('error', () => undefined);
    });
    call.end(sent);
  });
}
