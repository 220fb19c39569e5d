import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:https';

export interface Answer {
  readonly status: number;
  /** As much of it as is worth keeping. */
  readonly body: string;
  /** What the clock of whoever answers says, in milliseconds, to the second. */
  readonly dateMs?: number;
}

const keptBodyBytes = 4000;

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly ca: string | undefined;
  readonly signal?: AbortSignal;
  /** As much of the answer's body is kept. */
  readonly most?: number;
}

/** Begins a request over TLS whose peer is checked; redirects are not followed. */
export function beginCall({ method, url, headers, ca, signal }: Call): ClientRequest {
  return request(url, {
    method,
    headers,
    agent: false,
    ...(ca === undefined ? {} : { ca }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What is answered to a request. */
export function answerTo(call: ClientRequest, most = keptBodyBytes): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call.once('error', reject);
    call.once('response', (response: IncomingMessage) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body = (body + chunk).slice(0, most)));
      response.once('error', reject);
      const dateMs = Date.parse(response.headers.date ?? '');
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body, ...(Number.isNaN(dateMs) ? {} : { dateMs }) }),
      );
    });
  });
}

/** A small call, given up after `timeoutMs`. */
export async function callOnce(call: Call, body: unknown, timeoutMs: number): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  const headers = { ...call.headers, ...(text === undefined ? {} : { 'content-type': 'application/json' }) };
  const begun = beginCall({ ...call, headers, signal });
  const answer = answerTo(begun, call.most);
  begun.end(text);
  return answer;
}
