import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../src/node/archive.ts';
import { CompressionChoice } from '../src/node/compression.ts';
import { DestinationNode } from '../src/node/destination.ts';
import { upload } from '../src/node/upload.ts';

const dir = mkdtempSync(join(tmpdir(), 'cutover-upload-'));
const folder = join(dir, 'folder');
const id = '9f0c1c7e-8f4e-4c55-9d5a-0d6a6a1d0b11';
let server: Server;
let ca = '';

beforeAll(async () => {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=upload.test'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  ca = readFileSync(cert, 'utf8');
  // Reads the beginning, says why it takes no more, and holds the connection for longer than any test takes.
  server = createServer(
    { cert: ca, key: readFileSync(key), keepAliveTimeout: 600_000 },
    (request, response) => {
      request.once('data', () => {
        request.pause();
        setTimeout(() => response.writeHead(409).end('{"code":"cancelled"}'), 300);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mkdirSync(folder);
  writeFileSync(join(folder, 'large'), randomBytes(20_000_000));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('an upload whose destination takes no more', () => {
  it.each([
    ['on a link that is full', undefined, undefined],
    ['on a link that is full, compressing', undefined, new CompressionChoice()],
    ['which came while the next block had to wait', 2_000_000, undefined],
    ['while the next block waits for minutes until it may go', 1000, new CompressionChoice()],
  ] as const)('ends with the answer, %s', async (_how, bytesPerSecond, choice) => {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sent: number[] = [];
    const answer = await upload({
      ...{ folder, id, ca, bytesPerSecond, choice, held: null, need: await measure(folder) },
      to: new DestinationNode({ url, token: 'Bearer token' }, id, 'test', ca),
      signal: AbortSignal.timeout(60_000),
      onBytes: (bytes) => sent.push(bytes),
      beforeChecksum: () => Promise.reject(new Error('it was not sent whole')),
    });
    expect(answer).toMatchObject({ status: 409, body: '{"code":"cancelled"}' });
    expect(sent.at(-1) ?? 0).toBeLessThan(20_000_000);
  });
});
