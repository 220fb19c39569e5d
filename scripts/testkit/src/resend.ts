import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AcceptedMail {
  readonly id: string;
  readonly to: string;
  readonly key: string;
  readonly mail: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  event: string;
}

export interface FakeResend {
  readonly url: string;
  readonly apiKey: string;
  readonly accepted: AcceptedMail[];
  /** Requests that were made, refused and repeated ones included. */
  requests: number;
  /** What becomes of a request instead: nothing is taken (`lost`, or an answer), or it is taken and the answer is lost. */
  fault: ((request: number, body: unknown) => 'lost' | 'answer-lost' | Refusal | undefined) | undefined;
  suppressed: string[] | Refusal;
  /** Addresses that are refused with 422. */
  readonly refusedAddresses: Set<string>;
  /** Makes all keys as old as that they are forgotten. */
  forgetKeys(): void;
  stop(): Promise<void>;
}

export interface Refusal {
  readonly status: number;
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Kept {
  readonly digest: string;
  /** Absent while the first request is under way. */
  answer?: unknown;
}

/**
 * A stand-in for Resend over HTTP that honours idempotency keys as its documentation says: the same key and
 * body give the same answer and send nothing; another body is 409 `invalid_idempotent_request`; a request under
 * way is 409 `concurrent_idempotent_requests`. A batch is taken as a whole or not at all, at most 100.
 */
export async function startFakeResend(): Promise<FakeResend> {
  const keys = new Map<string, Kept>();
  const server = createServer((request, response) => void handle(request, response));
  const resend: FakeResend = {
    url: '',
    apiKey: `re_${randomUUID()}`,
    accepted: [],
    requests: 0,
    fault: undefined,
    suppressed: [],
    refusedAddresses: new Set(),
    forgetKeys: () => keys.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The client was killed half-way through its request: a server has nothing to take then.
      return;
    }
    const text = Buffer.concat(chunks).toString();
    const say = ({ status, name, headers = {} }: Refusal): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ statusCode: status, name, message: name }));
    };
    if (request.headers.authorization !== `Bearer ${resend.apiKey}`)
      return say({ status: 401, name: 'invalid_api_key' });
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET') return list(url, response, say);
    resend.requests++;
    const body = JSON.parse(text) as unknown;
    const fault = resend.fault?.(resend.requests, body);
    if (fault === 'lost') return void request.socket.destroy();
    if (typeof fault === 'object') return say(fault);
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || key.length < 1 || key.length > 256)
      return say({ status: 400, name: 'invalid_idempotency_key' });
    const answer = take(url.pathname, key, text, body);
    if (fault === 'answer-lost') return void request.socket.destroy();
    if ('status' in answer) return say(answer);
    response.writeHead(200, {
      'content-type': 'application/json',
      'ratelimit-limit': '5',
      'ratelimit-remaining': '4',
      'ratelimit-reset': '1',
    });
    response.end(JSON.stringify(answer.body));
  }

  function take(path: string, key: string, text: string, body: unknown): Refusal | { body: unknown } {
    const digest = createHash('sha256').update(path).update(text).digest('hex');
    const kept = keys.get(key);
    if (kept !== undefined && kept.digest !== digest)
      return { status: 409, name: 'invalid_idempotent_request' };
    if (kept !== undefined) return { body: kept.answer };
    const mails = (Array.isArray(body) ? body : [body]) as Record<string, unknown>[];
    if (mails.length > 100 || Array.isArray(body) !== (path === '/emails/batch'))
      return { status: 422, name: 'validation_error' };
    if (mails.some(({ to }) => resend.refusedAddresses.has(String(to))))
      return { status: 422, name: 'validation_error' };
    const taken = mails.map((mail) => ({
      id: randomUUID(),
      to: String(mail['to']),
      key,
      mail,
      createdAt: new Date().toISOString(),
      event: 'sent',
    }));
    resend.accepted.push(...taken);
    const ids = taken.map(({ id }) => ({ id }));
    const answer = Array.isArray(body) ? { data: ids } : ids[0];
    keys.set(key, { digest, answer });
    return { body: answer };
  }

  function list(url: URL, response: ServerResponse, say: (refusal: Refusal) => void): void {
    const { suppressed } = resend;
    if (url.pathname === '/suppressions' && !Array.isArray(suppressed)) return say(suppressed);
    const items =
      url.pathname === '/suppressions'
        ? (suppressed as string[]).map((email) => ({ id: email, email, origin: 'bounce' }))
        : [...resend.accepted].reverse().map(({ id, to, event, createdAt }) => ({
            id,
            to: [to],
            last_event: event,
            created_at: createdAt,
          }));
    const after = url.searchParams.get('after');
    const from = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
    const data = items.slice(from, from + Number(url.searchParams.get('limit') ?? 20));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', has_more: from + data.length < items.length, data }));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(resend, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
