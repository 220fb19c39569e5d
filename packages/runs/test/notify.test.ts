import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Notice, signature, webhookNotifier, type WebhookOptions } from '../src/index.ts';

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let url: string;
let posted: Posted[];
/** Status of each answer in turn, the last for all others; 0 hangs up, -1 never answers. */
let answers: number[];
beforeEach(async () => {
  posted = [];
  answers = [200];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posted.push({ headers: request.headers, body });
      const status = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (status === 0) request.socket.destroy();
      else if (status > 0)
        response.writeHead(status, status === 302 ? { location: `${url}elsewhere` } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const notice = (sentence: string, problem = false): Notice => ({
  type: 'step',
  problem,
  sentence,
  runId: 'r',
  plan: 'p',
  mode: 'rehearsal',
  at: '2026-01-01T00:00:00.000Z',
});

const lost: string[] = [];
const notifier = (options: Partial<WebhookOptions> = {}) => {
  lost.length = 0;
  return webhookNotifier({ url, backoffMs: [5, 5], onLost: (reason) => void lost.push(reason), ...options });
};
const sentences = () => posted.map(({ body }) => (JSON.parse(body) as Notice).sentence);

describe('a webhook', () => {
  it('is told everything in order, or problems alone', async () => {
    const all = notifier();
    for (const one of ['a', 'b', 'c']) all.tell(notice(one));
    expect(await all.close()).toEqual({ told: 3, lost: 0 });
    expect(sentences()).toEqual(['a', 'b', 'c']);
    posted = [];
    const problems = notifier({ only: 'problems' });
    problems.tell(notice('fine'));
    problems.tell(notice('not fine', true));
    await problems.close();
    expect(sentences()).toEqual(['not fine']);
  });

  it.each([
    ['500', [500, 503, 200], 3],
    ['429', [429, 200], 2],
    ['a connection that is cut', [0, 0, 200], 3],
  ])('is told again after %s', async (_name, given, attempts) => {
    answers = [...given];
    const one = notifier();
    one.tell(notice('a'));
    expect(await one.close()).toEqual({ told: 1, lost: 0 });
    expect(posted).toHaveLength(attempts);
  });

  it.each([
    ['no such address', [404], 1, /^127\.0\.0\.1:\d+ answered 404$/],
    ['a redirect, which is not followed', [302], 1, /answered 302$/],
    ['errors without end', [500], 3, /answered 500$/],
    ['a server that is gone', [0], 3, /did not answer$/],
  ])(
    'is given up for %s, and what comes next is told nevertheless',
    async (_name, given, attempts, reason) => {
      answers = [...given];
      const one = notifier();
      one.tell(notice('a'));
      while (lost.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(posted).toHaveLength(attempts);
      answers = [200];
      one.tell(notice('b'));
      expect(await one.close()).toEqual({ told: 1, lost: 1 });
      expect(lost).toEqual([expect.stringMatching(reason)]);
    },
  );

  it('that hangs holds nobody up for longer than is waited at the end', async () => {
    answers = [-1];
    const one = notifier({ patienceMs: 50 });
    one.tell(notice('a'));
    one.tell(notice('b'));
    expect(await one.close()).toEqual({ told: 0, lost: 2 });
  });

  it('can tell that what it is told is ours', async () => {
    const one = notifier({ secret: 'key' });
    one.tell(notice('a'));
    await one.close();
    const { headers, body } = posted[0]!;
    const given = String(headers['cutover-signature']);
    const at = Number(/^t=(\d+),v1=[0-9a-f]{64}$/.exec(given)?.[1]);
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
    expect(given).toBe(signature(body, 'key', at));
    expect(given).not.toBe(signature(`${body} `, 'key', at));
    expect(given).not.toBe(signature(body, 'other', at));
    // What `openssl dgst -sha256 -hmac key` says of "1.{}".
    expect(signature('{}', 'key', 1)).toBe(
      't=1,v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224',
    );
  });

  it('of a chat gets its form, and cannot be made to call a channel', async () => {
    for (const format of ['slack', 'discord'] as const) {
      const one = notifier({ format });
      one.tell(notice('<!channel> & @everyone'));
      await one.close();
    }
    expect(posted.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { text: '&lt;!channel&gt; &amp; @everyone' },
      { content: '<!channel> & @everyone', allowed_mentions: { parse: [] } },
    ]);
  });

  it('has an address that can be one', () => {
    for (const bad of ['', 'hooks.example.org', 'ftp://example.org/', 'file:///etc/passwd'])
      expect(() => webhookNotifier({ url: bad })).toThrow(expect.objectContaining({ code: 'webhook-url' }));
  });
});
