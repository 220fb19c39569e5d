import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server over HTTP that answers as a test says, on loopback. */
export interface StandInSite {
  readonly url: string;
  /** Bodies that were posted to it. */
  readonly posted: string[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** What `/api/health` says of a new system that is well. */
export const health =
  (about: Readonly<Record<string, unknown>>, { status = 200, clockMs = 0 } = {}): StandInSite['answer'] =>
  (_request, response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      date: new Date(Date.now() + clockMs).toUTCString(),
    });
    response.end(JSON.stringify({ status: 'alive', ...about }));
  };

export async function startSite(answer: StandInSite['answer']): Promise<StandInSite> {
  const site = { answer, posted: [] as string[] };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.method === 'POST') site.posted.push(body);
      site.answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(site, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
