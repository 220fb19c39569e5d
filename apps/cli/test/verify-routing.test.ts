import { createServer, type Server } from 'node:http';
import type { Report } from '@cutover/core';
import { describe, expect, it } from 'vitest';
import { cutover } from './run.ts';

async function answering(status: number): Promise<Server & { at: string }> {
  const server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(server, { at: `127.0.0.1:${(server.address() as { port: number }).port}` });
}

describe('cutover verify routing', () => {
  it('asks the hosts that could take writes, and fails where two do', async () => {
    const [old, fresh] = [await answering(503), await answering(401)];
    try {
      const verify = (oldHost: string) =>
        cutover([
          ...[
            'verify',
            'routing',
            'http://moved.test',
            '--json',
            '--host',
            `old=${oldHost}`,
            `new=${fresh.at}`,
          ],
          ...['--writer', 'new', '--write-path', '/sign-in'],
        ]);
      expect((await verify(old.at)).code).toBe(0);
      const two = await verify(fresh.at);
      expect([two.code, (JSON.parse(two.stdout) as Report).checks[0]?.findings[0]?.code]).toEqual([
        1,
        'second-writer',
      ]);
      expect((await verify('127.0.0.1:9')).code).toBe(4);
    } finally {
      old.close();
      fresh.close();
    }
  });

  it.each([
    [[], /nothing to look at/],
    [['--resolver', '127.0.0.1'], /need --address/],
    [['--host', 'old=127.0.0.1'], /--write-path/],
    [['--host', 'old'], /NAME=IP/],
    [['--resolver', 'dns.example'], /IP address/],
    [['--resolver', '127.0.0.1', '--address', '192.0.2.1', '--old-ttl', '60'], /go together/],
  ])('refuses %j with 64', async (args, message) => {
    const { code, stderr } = await cutover(['verify', 'routing', 'http://moved.test', ...args]);
    expect([code, stderr]).toEqual([64, expect.stringMatching(message)]);
  });
});
