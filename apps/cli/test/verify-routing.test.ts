import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Report } from '@cutover/core';
import { scratchDir } from '@cutover/testkit';
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

  it('finds a queue that was restored from the old side', async () => {
    const scratch = await scratchDir();
    const file = (name: string, text: string): string => {
      writeFileSync(join(scratch.dir, name), text);
      return join(scratch.dir, name);
    };
    const args = ['--json', '--frozen-at', '2026-05-02T01:00:00Z', '--queue'];
    const verify = (...more: string[]) =>
      cutover(['verify', 'routing', 'http://moved.test', ...args, ...more]);
    try {
      expect((await verify(file('empty', ''))).code).toBe(0);
      const jobs = file('jobs', '{"id":"a","createdAt":"2026-05-01T00:00:00Z"}\n');
      const restored = await verify(jobs);
      expect([restored.code, (JSON.parse(restored.stdout) as Report).checks[0]?.findings[0]?.code]).toEqual([
        1,
        'job-restored',
      ]);
      expect((await verify(join(scratch.dir, 'none'))).code).toBe(4);
    } finally {
      await scratch.remove();
    }
  });

  it.each([
    [[], /nothing to look at/],
    [['--resolver', '127.0.0.1'], /need --address/],
    [['--host', 'old=127.0.0.1'], /--write-path/],
    [['--host', 'old'], /NAME=IP/],
    [['--queue', 'x'], /--frozen-at/],
    [['--resolver', 'dns.example'], /IP address/],
    [['--resolver', '127.0.0.1', '--address', '192.0.2.1', '--old-ttl', '60'], /go together/],
  ])('refuses %j with 64', async (args, message) => {
    const { code, stderr } = await cutover(['verify', 'routing', 'http://moved.test', ...args]);
    expect([code, stderr]).toEqual([64, expect.stringMatching(message)]);
  });
});
