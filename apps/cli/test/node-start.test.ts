import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@cutover/testkit';
import { issueToken, readNodeConfig } from '@cutover/transfer/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hosts, type NodeHost } from './node-hosts.ts';

let all: Awaited<ReturnType<typeof hosts>>;
let [source, destination]: NodeHost[] = [];
let uuid = '';

beforeAll(async () => {
  all = await hosts();
  [source, destination] = await Promise.all([
    all.node('source', '127.0.0.1', { bytesPerSecond: 3_000_000 }),
    all.node('destination', '127.0.0.2'),
  ]);
});
afterAll(() => all.remove());
beforeEach(() => {
  uuid = randomUUID();
  all.hub.calls.length = 0;
});

function serverOn(node: NodeHost, bytes: number): void {
  mkdirSync(join(node.root, uuid));
  writeFileSync(join(node.root, uuid, 'large'), randomBytes(bytes));
}

interface Move {
  readonly id: string;
  readonly attempt: number;
}

const begin = async (move?: Move, tokenFor: Move | undefined = move) =>
  source!.call('POST', `/api/servers/${uuid}/transfer`, {
    url: destination!.url,
    token: `Bearer ${await issueToken(readNodeConfig(destination!.config), uuid, 10, tokenFor)}`,
    server: { uuid },
    ...(move === undefined ? {} : { move }),
  });
const untilState = (node: NodeHost, state: string): Promise<void> =>
  until(`state ${state}`, async () => (await node.record(uuid))['state'] === state, 20_000);
const attemptOf = async (node: NodeHost): Promise<unknown> => (await node.record(uuid))['move'];

describe('a move that is asked for by a queue', () => {
  it('twice is one transfer, and tells phase, rate and time left', async () => {
    serverOn(source!, 6_000_000);
    const first = await begin({ id: 'm-1', attempt: 1 });
    expect(first).toMatchObject({
      status: 202,
      body: { state: 'transfer_pending', phase: expect.stringMatching(/queued|preparing/) as string },
    });
    expect(await begin({ id: 'm-1', attempt: 1 })).toMatchObject({
      status: 202,
      body: { move: { id: 'm-1' } },
    });
    for (const node of [source!, destination!]) {
      await until(
        'a rate',
        async () => typeof (await node.record(uuid))['bytesPerSecond'] === 'number',
        9000,
      );
      const at = (await node.record(uuid)) as Record<string, number>;
      expect(at).toMatchObject({ phase: 'sending', state: 'transfer_in_progress' });
      expect(at['bytesPerSecond']).toBeGreaterThan(1_000_000);
      expect(at['bytesPerSecond']).toBeLessThan(6_000_000);
      expect(at['etaSeconds']).toBeGreaterThan(0);
      expect(at['percent']).toBeLessThan(100);
    }
    await untilState(source!, 'transfer_completed');
    expect(await begin({ id: 'm-1', attempt: 2 })).toMatchObject({
      status: 202,
      body: { state: 'transfer_completed', phase: 'done', move: { attempt: 2 } },
    });
    await until('the hub is told', () => Promise.resolve(all.hub.calls.length > 0), 5000);
    expect(all.hub.calls.map(({ path }) => path.split('/').at(-1))).toEqual(['success']);
  });

  it('is refused from who comes too late, at the source and at the destination', async () => {
    serverOn(source!, 6_000_000);
    await begin({ id: 'm-1', attempt: 2 });
    expect(await begin({ id: 'm-1', attempt: 1 })).toMatchObject({
      status: 409,
      body: { code: 'stale-attempt' },
    });
    await untilState(destination!, 'transfer_in_progress');
    // A newer attempt at what is on its way already takes that over: it is not sent twice.
    expect(await begin({ id: 'm-1', attempt: 3 })).toMatchObject({ status: 202 });
    expect(await attemptOf(source!)).toEqual({ id: 'm-1', attempt: 3 });
    await source!.call('DELETE', `/api/servers/${uuid}/transfer`);
    // Failed: the same attempt is not made again, the next one is.
    expect(await begin({ id: 'm-1', attempt: 3 })).toMatchObject({ body: { state: 'transfer_failed' } });
    await untilState(destination!, 'transfer_failed');
    await destination!.call('POST', `/api/transfers/${uuid}/clean-up`);
    // The destination has seen attempt 2: a token of the first does not get in.
    await begin({ id: 'm-1', attempt: 4 }, { id: 'm-1', attempt: 1 });
    await untilState(source!, 'transfer_failed');
    expect(await source!.record(uuid)).toMatchObject({ reason: { code: 'stale-attempt', status: 409 } });
    expect(existsSync(join(destination!.root, uuid))).toBe(false);
    await begin({ id: 'm-2', attempt: 1 });
    await untilState(source!, 'transfer_completed');
    expect(await begin({ id: 'm-1', attempt: 9 })).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/comes after another move of it, m-2/) as string },
    });
  });

  it('that was discarded does not begin by a call that comes late, also after a restart', async () => {
    serverOn(source!, 6_000_000);
    await begin({ id: 'm-1', attempt: 1 });
    await source!.call('DELETE', `/api/servers/${uuid}/transfer`);
    await source!.call('DELETE', `/api/servers/${uuid}/transfer`);
    await source!.kill();
    await source!.start();
    expect(await begin({ id: 'm-1', attempt: 1 })).toMatchObject({
      status: 409,
      body: { code: 'stale-attempt' },
    });
  });
});

it('a node says what room it has and what is on', async () => {
  const { status, body } = await destination!.call('GET', '/api/node');
  const { bavail, bsize } = statfsSync(destination!.root);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: 'destination', url: destination!.url, sending: 0, receiving: 0 });
  expect(Math.abs(Number(body['freeBytes']) - bavail * bsize)).toBeLessThan(500e6);
  expect(await destination!.call('GET', '/api/node', undefined, { authorization: '' })).toMatchObject({
    status: 401,
  });
});
