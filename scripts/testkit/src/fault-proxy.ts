import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  '500' | '503' | 'reset-before' | 'reset-after' | 'no-answer-after' | 'answer-cut' | 'upload-cut' | 'skewed';

export const faults: readonly Fault[] = [
  '500',
  '503',
  'reset-before',
  'reset-after',
  'no-answer-after',
  'answer-cut',
  'upload-cut',
  'skewed',
];

export interface FaultProxy {
  readonly endpoint: string;
  /** How often each fault was made. */
  readonly made: Readonly<Record<Fault, number>>;
  close(): Promise<void>;
}

/**
 * Stands between a client and a real S3 server and makes faults. `choose` says which for a request; undefined
 * lets it through. `…-after` faults let the server do what it was asked and lose its answer.
 */
export async function startFaultProxy(
  to: string,
  choose: (request: IncomingMessage) => Fault | undefined,
): Promise<FaultProxy> {
  const made = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>;
  const server = createServer((incoming, answer) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const fault = choose(incoming);
      if (fault !== undefined) made[fault]++;
      handle(new URL(to), incoming, Buffer.concat(parts), answer, fault);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function handle(
  to: URL,
  incoming: IncomingMessage,
  body: Buffer,
  answer: ServerResponse,
  fault: Fault | undefined,
): void {
  if (fault === 'reset-before') return void answer.socket?.resetAndDestroy();
  if (fault === '500' || fault === '503') {
    return void answer.writeHead(Number(fault)).end(errorXml(fault === '500' ? 'InternalError' : 'SlowDown'));
  }
  if (fault === 'skewed') {
    return void answer
      .writeHead(403, { date: new Date(Date.now() + 7200_000).toUTCString() })
      .end(errorXml('RequestTimeTooSkewed'));
  }
  // Cut, but with a length that fits: only the signed digest says that something is missing.
  const sent = fault === 'upload-cut' ? body.subarray(0, body.length >> 1) : body;
  const { connection: _connection, ...rest } = incoming.headers;
  const headers = {
    ...rest,
    ...(incoming.headers['content-length'] === undefined ? {} : { 'content-length': sent.length }),
  };
  const onward = request(
    { host: to.hostname, port: to.port, method: incoming.method, path: incoming.url, headers },
    (result) => {
      const got: Buffer[] = [];
      result.on('data', (part: Buffer) => got.push(part));
      result.on('end', () => reply(answer, result, Buffer.concat(got), fault));
    },
  );
  onward.on('error', () => answer.socket?.destroy());
  onward.end(sent);
}

function reply(
  answer: ServerResponse,
  result: IncomingMessage,
  bytes: Buffer,
  fault: Fault | undefined,
): void {
  if (fault === 'no-answer-after') return;
  if (fault === 'reset-after') return void answer.socket?.resetAndDestroy();
  const { connection: _connection, 'keep-alive': _keepAlive, ...headers } = result.headers;
  answer.writeHead(result.statusCode!, headers);
  if (fault !== 'answer-cut' || bytes.length < 2) return void answer.end(bytes);
  answer.write(bytes.subarray(0, bytes.length >> 1), () => answer.socket?.destroy());
}

const errorXml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
