import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { until } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hosts, middle, type NodeHost } from './node-hosts.ts';

let all: Awaited<ReturnType<typeof hosts>>;
let [source, locked, destination]: NodeHost[] = [];
let uuid = '';
let hooksLog = '';

/** A hook that writes down what it is told, and holds for as long as there is a file. */
const hook = (name: string) => {
  const file = join(all.dir, `${name}-{server}`);
  return {
    name,
    lock: ['sh', '-c', `echo lock ${name} >> ${hooksLog}; touch ${file}`],
    unlock: ['sh', '-c', `echo unlock ${name} >> ${hooksLog}; rm -f ${file}`],
    check: ['test', '-e', file],
  };
};

beforeAll(async () => {
  all = await hosts();
  hooksLog = join(all.dir, 'hooks.log');
  [source, locked, destination] = await Promise.all([
    all.node('source', '127.0.0.1', { bytesPerSecond: 4_000_000 }),
    all.node('locked', '127.0.0.1', {
      bytesPerSecond: 6_000_000,
      lockdown: { hooks: [hook('web'), hook('cron')], watchSeconds: 1 },
    }),
    all.node('destination', '127.0.0.2', {
      postSetup: ['sh', '-c', `test ! -e ${all.dir}/refuse && touch post-setup && test -n "$CUTOVER_TARGET"`],
    }),
  ]);
});
afterAll(() => all.remove());
beforeEach(() => {
  uuid = randomUUID();
  all.hub.calls.length = 0;
  writeFileSync(hooksLog, '');
});

function serverOn(node: NodeHost, bytes: number, content = randomBytes(bytes)): string {
  const folder = join(node.root, uuid);
  mkdirSync(join(folder, 'deep'), { recursive: true });
  for (let n = 0; n < 20; n++) writeFileSync(join(folder, `deep/${n}`), `${n}`);
  writeFileSync(join(folder, 'large'), content);
  return folder;
}

const begin = async (from: NodeHost, url = destination!.url) =>
  from.call('POST', `/api/servers/${uuid}/transfer`, {
    ...{ url, token: await destination!.token(uuid), server: { uuid } },
  });
const untilState = (node: NodeHost, state: string, ms = 60_000): Promise<void> =>
  until(`state ${state}`, async () => (await node.record(uuid))['state'] === state, ms);
const untilBytes = (node: NodeHost, bytes: number): Promise<void> =>
  until(`${bytes} bytes`, async () => Number((await node.record(uuid))['bytesDone']) > bytes, 20_000);
const live = (): string => join(destination!.root, uuid);
const same = (from: NodeHost): void => {
  expect(existsSync(join(live(), 'post-setup'))).toBe(true);
  const diff = ['-r', '-x', 'post-setup', join(from.root, uuid), live()];
  expect(execFileSync('diff', diff).toString()).toBe('');
};
const hooksRun = (): string[] => readFileSync(hooksLog, 'utf8').split('\n').slice(0, -1);

describe('an archive that does not come at once', () => {
  it('goes on behind what is there when the link is cut, again and again, with one token', async () => {
    serverOn(source!, 8_000_000);
    const between = await middle(all.tls, destination!.url, { cutAfter: 2_500_000 });
    await begin(source!, between.url);
    await untilState(source!, 'transfer_completed');
    const sent = between.bytes();
    await between.close();
    const { connections, resumedFrom } = (await destination!.record(uuid)) as Record<string, number>;
    expect(connections).toBeGreaterThan(2);
    expect(resumedFrom).toBeGreaterThan(4_000_000);
    // Begun anew each time it would never end, or need far more.
    expect(sent).toBeLessThan(14_000_000);
    same(source!);
    expect(all.hub.calls.some(({ path }) => path.endsWith('failure'))).toBe(false);
  });

  it('goes on when the destination was killed, with what lies on its disk', async () => {
    serverOn(source!, 10_000_000);
    await begin(source!);
    await untilBytes(destination!, 3_000_000);
    await destination!.kill();
    await destination!.start();
    await untilState(source!, 'transfer_completed');
    expect((await destination!.record(uuid))['resumedFrom']).toBeGreaterThan(2_500_000);
    same(source!);
  });

  it('begins anew where what is there is not its beginning, and never mixes the two', async () => {
    const folder = serverOn(source!, 8_000_000);
    await begin(source!);
    await untilBytes(destination!, 3_000_000);
    await source!.kill();
    // Before it is tried again somebody writes at the source, and a bit falls over on the destination's disk.
    writeFileSync(join(folder, 'deep/0'), 'another');
    await source!.start();
    const { tokenUse } = await destination!.record(uuid);
    await begin(source!);
    // The source makes again what is there before it begins anew: that it has begun is told by the destination.
    const isNext = async (): Promise<boolean> => (await destination!.record(uuid))['tokenUse'] !== tokenUse;
    await until('the next move', isNext, 20_000);
    await untilBytes(destination!, 2_500_000);
    expect(await destination!.record(uuid)).toMatchObject({ resumedFrom: 0, connections: 1 });
    await source!.call('DELETE', `/api/servers/${uuid}/transfer`);
    await untilState(destination!, 'transfer_failed');
    const archive = join(destination!.root, '.cutover-node/incoming', uuid, 'archive.tar');
    execFileSync('sh', ['-c', `printf X | dd of=${archive} bs=1 seek=2000000 conv=notrunc 2>/dev/null`]);
    await begin(source!);
    await untilState(source!, 'transfer_completed');
    expect(await destination!.record(uuid)).toMatchObject({ state: 'ready', resumedFrom: 0 });
    same(source!);
  });

  it('is compressed over a slow link, and not over a fast one or where that brings nothing', async () => {
    const text = Buffer.from('a line that is much like the next one\n'.repeat(200_000)).subarray(
      0,
      6_000_000,
    );
    serverOn(source!, 0, text);
    await begin(source!);
    await untilState(source!, 'transfer_completed');
    const slow = (await source!.record(uuid))['compression'] as Record<string, number>;
    expect(slow['compressedBlocks']).toBeGreaterThan(3);
    expect(slow['linkBytesPerSecond']).toBeLessThan(8_000_000);
    same(source!);
    uuid = randomUUID();
    serverOn(source!, 6_000_000);
    await begin(source!);
    await untilState(source!, 'transfer_completed');
    expect((await source!.record(uuid))['compression']).toMatchObject({ compressedBlocks: 0 });
    same(source!);
  });

  it('is not live where post-setup fails; the retry sends nothing of it again', async () => {
    serverOn(source!, 3_000_000);
    writeFileSync(join(all.dir, 'refuse'), '');
    await begin(source!);
    await untilState(source!, 'transfer_failed');
    expect(await source!.record(uuid)).toMatchObject({ reason: { code: 'post-setup-failed', status: 422 } });
    expect(existsSync(live())).toBe(false);
    rmSync(join(all.dir, 'refuse'));
    const retry = { token: await destination!.token(uuid) };
    expect(await source!.call('POST', `/api/servers/${uuid}/transfer/retry`, retry)).toMatchObject({
      status: 202,
    });
    await untilState(source!, 'transfer_completed');
    expect((await source!.record(uuid))['resumedFrom']).toBeGreaterThan(3_000_000);
    same(source!);
  });
});

describe('the source is locked', () => {
  it('in order, and stays so once it was moved, until it is unlocked on request', async () => {
    serverOn(locked!, 100_000);
    await begin(locked!);
    await untilState(locked!, 'transfer_completed');
    expect(hooksRun()).toEqual(['lock web', 'lock cron']);
    expect(await locked!.record(uuid)).toMatchObject({ locked: ['web', 'cron'] });
    const status = JSON.parse(
      readFileSync(
        join(locked!.root, '../state/runs', String((await locked!.record(uuid))['run']), 'status.json'),
        'utf8',
      ),
    ) as object;
    expect(status).toMatchObject({ status: 'done', phase: 'done', percent: 100 });
    await locked!.call('POST', `/api/servers/${uuid}/unlock`);
    expect(hooksRun().slice(-2)).toEqual(['unlock cron', 'unlock web']);
    expect((await locked!.record(uuid))['locked']).toBeUndefined();
  });

  it('and where somebody brings it back, while it is watched or while it is read, nothing is moved', async () => {
    for (const when of ['watched', 'read']) {
      uuid = randomUUID();
      serverOn(locked!, 9_000_000);
      writeFileSync(hooksLog, '');
      await begin(locked!);
      if (when === 'read') await untilBytes(destination!, 500_000);
      else await until('the lock', () => Promise.resolve(hooksRun().length === 2), 5000);
      rmSync(join(all.dir, `web-${uuid}`));
      await untilState(locked!, 'transfer_failed');
      expect(await locked!.record(uuid)).toMatchObject({ reason: { code: 'lockdown-broken' } });
      // Undone in the opposite order.
      expect(hooksRun().slice(-2)).toEqual(['unlock cron', 'unlock web']);
      expect(existsSync(live())).toBe(false);
      await until('the hub is told', () => Promise.resolve(all.hub.calls.length > 0), 5000);
      expect(all.hub.calls.at(-1)?.path).toMatch(/failure$/);
    }
  });

  it('and unlocked by the next process where the node is killed', async () => {
    serverOn(locked!, 9_000_000);
    await begin(locked!);
    await untilBytes(destination!, 500_000);
    await locked!.kill();
    expect(hooksRun()).toEqual(['lock web', 'lock cron']);
    await locked!.start();
    expect(hooksRun().slice(-2)).toEqual(['unlock cron', 'unlock web']);
    expect(await locked!.record(uuid)).toMatchObject({ reason: { code: 'interrupted' } });
  });
});

it('a caller of the events that comes again gets what it missed, each once', async () => {
  const events = (lastId?: string) => {
    const seen: { id: string; state: string }[] = [];
    const call = request(`${source!.url}/api/servers/${uuid}/events`, {
      ...{ ca: source!.ca, agent: false },
      headers: {
        authorization: `Bearer ${source!.key}`,
        ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      },
    });
    let text = '';
    call.on('error', () => undefined);
    call.once('response', (response) =>
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        seen.length = 0;
        for (const [, id = '', state = ''] of text.matchAll(
          /id: (\S+)\nevent: state\ndata: .*?"state":"(\w+)"/g,
        ))
          seen.push({ id, state });
      }),
    );
    call.end();
    return { seen, close: () => call.destroy() };
  };
  serverOn(source!, 2_000_000);
  const first = events();
  await until('the first event', () => Promise.resolve(first.seen.length > 0), 5000);
  await begin(source!);
  await until('it is pending', () => Promise.resolve(first.seen.length > 1), 5000);
  first.close();
  const { id, state } = first.seen[1]!;
  expect(state).toBe('transfer_pending');
  await untilState(source!, 'transfer_completed');
  const second = events(id);
  await until('what was missed', () => Promise.resolve(second.seen.length >= 2), 5000);
  second.close();
  expect(second.seen.map((one) => one.state)).toEqual(['transfer_in_progress', 'transfer_completed']);
  // Of a process before it is told how it stands now.
  await source!.kill();
  await source!.start();
  const third = events(id);
  await until('how it stands', () => Promise.resolve(third.seen.length > 0), 5000);
  third.close();
  expect(third.seen.map((one) => one.state)).toEqual(['transfer_completed']);
});

it('nothing of a move stays at the destination beside the server', () => {
  const incoming = join(destination!.root, '.cutover-node/incoming');
  expect(readdirSync(incoming).filter((name) => existsSync(join(destination!.root, name)))).toEqual([]);
});
