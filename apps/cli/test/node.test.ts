import { execFileSync } from 'node:child_process';
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hosts, middle, type NodeHost } from './node-hosts.ts';
import { cutover } from './run.ts';

let all: Awaited<ReturnType<typeof hosts>>;
let [source, slow, destination]: NodeHost[] = [];
let uuid = '';

beforeAll(async () => {
  all = await hosts();
  [source, slow, destination] = await Promise.all([
    all.node('source', '127.0.0.1'),
    all.node('slow', '127.0.0.1', { bytesPerSecond: 3_000_000 }),
    all.node('destination', '127.0.0.2', { origins: ['https://panel.example.org'] }),
  ]);
});
afterAll(() => all.remove());
beforeEach(() => {
  uuid = randomUUID();
  all.hub.calls.length = 0;
  all.hub.status = 204;
});

/** A server's folder on a node. */
function serverOn(node: NodeHost, bytes = 300_000): string {
  const folder = join(node.root, uuid);
  mkdirSync(join(folder, 'world/empty'), { recursive: true });
  for (let n = 0; n < 30; n++) writeFileSync(join(folder, `world/${n}`), `${n} `.repeat(200));
  writeFileSync(join(folder, 'marked'), `mark>here ${uuid}`);
  writeFileSync(join(folder, 'zz-large'), randomBytes(bytes));
  symlinkSync('world/1', join(folder, 'link'));
  execFileSync('sh', ['-c', 'printf x > "$(printf "od\\377d")"; chmod 4750 world/2'], { cwd: folder });
  return folder;
}

const begin = async (from: NodeHost, token?: string, url = destination!.url) =>
  from.call('POST', `/api/servers/${uuid}/transfer`, {
    url,
    token: token ?? (await destination!.token(uuid)),
    server: { uuid },
  });

const stateOf = async (node: NodeHost): Promise<unknown> => (await node.record(uuid))['state'];
const untilState = (node: NodeHost, state: string, ms = 20_000): Promise<void> =>
  until(`state ${state}`, async () => (await stateOf(node)) === state, ms);
const live = (): string => join(destination!.root, uuid);
const marker = (): string => join(destination!.root, '.cutover-node/incoming', uuid, 'UNSAFE-TO-START');
const told = (outcome: string) =>
  all.hub.calls.filter(({ path }) => path === `/api/remote/servers/${uuid}/transfer/${outcome}`);
const same = (from: NodeHost): void => {
  const diff = ['-r', '--no-dereference', join(from.root, uuid), live()];
  expect(execFileSync('diff', diff).toString()).toBe('');
};

describe('a server sent from node to node', () => {
  it('lies at the destination as it was, and only the destination says so to the hub', async () => {
    const folder = serverOn(source!);
    expect(await begin(source!)).toMatchObject({ status: 202, body: { state: 'transfer_pending' } });
    await untilState(source!, 'transfer_completed');
    same(source!);
    expect(execFileSync('stat', ['-c', '%a', join(live(), 'world/2')]).toString()).toBe('4750\n');
    expect(await destination!.record(uuid)).toMatchObject({ state: 'ready', unsafe: false });
    await until('the hub is told', () => Promise.resolve(told('success').length === 1), 5000);
    expect(all.hub.calls).toHaveLength(1);
    expect(all.hub.calls[0]).toMatchObject({ authorization: `Bearer ${destination!.key}` });
    expect(all.hub.calls[0]?.agent).toMatch(/^cutover-node\/\d.* \(id:destination\)$/);
    // The source is left as it was until it is archived, which is said by a call of its own.
    expect(existsSync(folder)).toBe(true);
    expect((await begin(source!)).body).toMatchObject({ code: 'moved-already' });
    const { body } = await source!.call('POST', `/api/servers/${uuid}/archive`);
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(join(String(body['archived']), 'marked'))).toBe(true);
  });

  it('shows its progress as server-sent events, from pending to the end', async () => {
    serverOn(slow!, 4_000_000);
    const events: string[] = [];
    const stream = request(`${slow!.url}/api/servers/${uuid}/events`, {
      ca: slow!.ca,
      agent: false,
      headers: { authorization: `Bearer ${slow!.key}` },
    });
    stream.on('error', () => undefined);
    stream.once('response', (response) => {
      expect(response.headers['content-type']).toBe('text/event-stream');
      response.on('data', (chunk: Buffer) => events.push(chunk.toString()));
    });
    stream.end();
    await until('the stream', () => Promise.resolve(events.length > 0), 5000);
    await begin(slow!);
    await untilState(slow!, 'transfer_completed');
    await until('the last event', () => Promise.resolve(events.join('').includes('_completed')), 3000);
    stream.destroy();
    const text = events.join('');
    const states = [...text.matchAll(/event: state\ndata: .*?"state":"(\w+)"/g)].map(([, state]) => state);
    expect(states).toEqual(['idle', 'transfer_pending', 'transfer_in_progress', 'transfer_completed']);
    expect(text).toMatch(/event: progress\ndata: \{"bytesDone":[1-9]/);
  });

  it('is refused while it is installed, and while it moves already', async () => {
    serverOn(slow!, 6_000_000);
    const other = await destination!.token(uuid);
    await slow!.call('PUT', `/api/servers/${uuid}/installing`, { installing: true });
    expect(await begin(slow!)).toMatchObject({ status: 409, body: { code: 'installing' } });
    await slow!.call('PUT', `/api/servers/${uuid}/installing`, { installing: false });
    expect(await begin(slow!)).toMatchObject({ status: 202 });
    expect(await begin(slow!)).toMatchObject({ status: 409, body: { code: 'already-moving' } });
    await untilState(destination!, 'transfer_in_progress');
    serverOn(source!);
    await begin(source!, other);
    await untilState(source!, 'transfer_failed');
    expect(await source!.record(uuid)).toMatchObject({ reason: { code: 'already-moving', status: 409 } });
    await untilState(slow!, 'transfer_completed');
    same(slow!);
  });

  it('that is cancelled at either end fails, and changes nothing at the source', async () => {
    const folder = serverOn(slow!, 9_000_000);
    await begin(slow!);
    await untilState(destination!, 'transfer_in_progress');
    await slow!.call('DELETE', `/api/servers/${uuid}/transfer`);
    expect(await slow!.record(uuid)).toMatchObject({
      state: 'transfer_failed',
      reason: { code: 'cancelled' },
    });
    await untilState(destination!, 'transfer_failed');
    await until('the hub is told', () => Promise.resolve(told('failure').length === 1), 5000);
    expect(existsSync(marker())).toBe(true);
    // What has come is not to be started; a second try goes on with it.
    expect(await destination!.record(uuid)).toMatchObject({ unsafe: true, resumable: true });
    await begin(slow!);
    await untilState(destination!, 'transfer_in_progress');
    await destination!.call('DELETE', `/api/transfers/${uuid}`);
    await untilState(slow!, 'transfer_failed');
    expect(await destination!.record(uuid)).toMatchObject({ reason: { code: 'cancelled' }, unsafe: true });
    // The destination does not want it: nothing comes before that is cleaned up.
    await begin(slow!);
    await untilState(slow!, 'transfer_failed');
    expect(await slow!.record(uuid)).toMatchObject({ reason: { code: 'unsafe-partial' } });
    await destination!.call('POST', `/api/transfers/${uuid}/clean-up`);
    expect(existsSync(marker())).toBe(false);
    expect(existsSync(join(folder, 'marked'))).toBe(true);
    expect(existsSync(live())).toBe(false);
    expect((await slow!.call('DELETE', `/api/servers/${uuid}/transfer`)).body).toMatchObject({
      state: 'idle',
    });
  });
});

describe('a token', () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = (): number => Math.floor(Date.now() / 1000);
  const keyOf = (node: NodeHost): string => node.key.slice(node.key.indexOf('.') + 1);
  const forged = (change: object = {}, key = keyOf(destination!)): string => {
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({
      ...{ sub: 'destination', aud: destination!.url, iss: all.hub.url, jti: randomUUID() },
      ...{ iat: now(), exp: now() + 300, server: uuid },
      ...change,
    })}`;
    return `Bearer ${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const unsigned = (): string =>
    `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${forged().split('.')[1] ?? ''}.`;

  it.each([
    ['for another node', () => forged({ sub: 'elsewhere' })],
    ['for another address', () => forged({ aud: 'https://elsewhere.example' })],
    ['by another issuer', () => forged({ iss: 'https://elsewhere.example' })],
    ['that has ended', () => forged({ iat: now() - 900, exp: now() - 120 }), 'token-expired'],
    ['from a clock that is ahead', () => forged({ iat: now() + 300, exp: now() + 600 }), 'clock-skew'],
    ['that does not hold yet', () => forged({ nbf: now() + 300 }), 'clock-skew'],
    ['that lives for hours', () => forged({ exp: now() + 7200 })],
    ['without an end', () => forged({ exp: undefined })],
    ['of another key', () => forged({}, 'another key that is long enough to be one')],
    ['that nobody signed', unsigned],
    ['that is none', () => 'Bearer nothing'],
  ] as [string, () => string, string?][])(
    '%s is refused before a byte is sent',
    async (_what, token, code) => {
      const refused = await destination!.call('POST', '/api/transfers', {}, { authorization: token() });
      expect(refused).toMatchObject({ status: 401, body: { code: code ?? 'token-refused' } });
      expect(existsSync(marker())).toBe(false);
    },
  );

  it('that is right is taken by the same check, and asks only for its own server', async () => {
    const authorization = forged();
    expect(
      await destination!.call('GET', `/api/transfers/${uuid}`, undefined, { authorization }),
    ).toMatchObject({
      status: 200,
      body: { state: 'idle' },
    });
    const other = await destination!.call('GET', `/api/transfers/${randomUUID()}`, undefined, {
      authorization,
    });
    expect(other.status).toBe(401);
  });

  it('that is refused fails the move at once: the reason has status and body, nothing is changed', async () => {
    const folder = serverOn(source!);
    await begin(source!, forged({ sub: 'elsewhere' }));
    await untilState(source!, 'transfer_failed', 5000);
    const { reason } = (await source!.record(uuid)) as { reason: { status: number; body: string } };
    expect(reason).toMatchObject({ code: 'token-refused', status: 401 });
    expect(reason.body).toMatch(/unexpected .*sub.* claim value/);
    expect(existsSync(folder)).toBe(true);
    await until('the hub is told', () => Promise.resolve(told('failure').length === 1), 5000);
    expect(all.hub.calls[0]).toMatchObject({ authorization: `Bearer ${source!.key}` });
  });

  it('is good for one move, also after the node was started again', async () => {
    serverOn(source!);
    const printed = await cutover(['node', 'token', '--config', destination!.config, '--server', uuid]);
    const token = `Bearer ${printed.stdout.trim()}`;
    await begin(source!, token);
    await untilState(source!, 'transfer_completed');
    await destination!.kill();
    await destination!.start();
    const again = await destination!.call('POST', '/api/transfers', undefined, {
      authorization: token,
      'x-archive-bytes': '1000',
      'content-type': 'multipart/form-data; boundary=x',
    });
    expect(again.body).toMatchObject({
      code: 'token-refused',
      message: expect.stringMatching(/used before/) as string,
    });
  });

  it('and keys are in no log and no state of either node', async () => {
    for (const node of [source!, destination!]) {
      const state = execFileSync('sh', ['-c', `cat ${join(node.root, '../state')}/node/*/*`]).toString();
      for (const secret of [keyOf(node), 'eyJ']) {
        expect(node.log).not.toContain(secret);
        expect(state).not.toContain(secret);
      }
    }
    expect(source!.log).toContain('/api/servers');
  });
});

describe('what goes wrong', () => {
  it('a byte that changed on the way: the digest tells, what came is unsafe until it is cleaned up', async () => {
    serverOn(source!);
    const between = await middle(all.tls, destination!.url, { mark: 'mark>' });
    await begin(source!, undefined, between.url);
    await untilState(source!, 'transfer_failed');
    await between.close();
    expect(await source!.record(uuid)).toMatchObject({ reason: { code: 'checksum-mismatch', status: 422 } });
    expect(await destination!.record(uuid)).toMatchObject({ state: 'transfer_failed', unsafe: true });
    expect(existsSync(live())).toBe(false);
    expect(readFileSync(marker(), 'utf8')).toMatch(/Do not start it/);
    expect(told('success')).toEqual([]);
  });

  it('an answer that is lost: the destination is asked, and its word counts', async () => {
    serverOn(source!);
    const between = await middle(all.tls, destination!.url, { cutAnswer: 'once' });
    await begin(source!, undefined, between.url);
    await untilState(source!, 'transfer_completed');
    await between.close();
    expect(await stateOf(destination!)).toBe('ready');
    expect(told('failure')).toEqual([]);
  });

  it('an answer that never comes: it may be there, no failure is said, and nothing is sent before somebody looked', async () => {
    serverOn(source!);
    const between = await middle(all.tls, destination!.url, { cutAnswer: 'for good' });
    await begin(source!, undefined, between.url);
    await untilState(source!, 'timed_out');
    await between.close();
    expect(await source!.record(uuid)).toMatchObject({
      reason: { message: expect.stringMatching(/does not say what became of it/) as string },
    });
    expect(await stateOf(destination!)).toBe('ready');
    expect(told('failure')).toEqual([]);
    expect((await begin(source!)).body).toMatchObject({ code: 'outcome-unknown' });
    await source!.kill();
    await source!.start();
    expect(await stateOf(source!)).toBe('timed_out');
  });

  it('a source that is killed has failed, says so when it is up again, and can be sent again', async () => {
    serverOn(slow!, 9_000_000);
    await begin(slow!);
    await untilState(destination!, 'transfer_in_progress');
    await slow!.kill();
    await slow!.start();
    expect(await slow!.record(uuid)).toMatchObject({
      state: 'transfer_failed',
      reason: { code: 'interrupted' },
    });
    await until('the hub is told', () => Promise.resolve(told('failure').length === 1), 5000);
    await begin(slow!);
    await untilState(slow!, 'transfer_completed');
    same(slow!);
  });

  it('a destination that does not come back has timed out, its partial data is unsafe, the source is as it was', async () => {
    const folder = serverOn(slow!, 9_000_000);
    await begin(slow!);
    await untilState(destination!, 'transfer_in_progress');
    await destination!.kill();
    await untilState(slow!, 'timed_out');
    await destination!.start();
    await untilState(destination!, 'timed_out');
    expect(await destination!.record(uuid)).toMatchObject({ unsafe: true, resumable: true });
    expect(existsSync(live())).toBe(false);
    expect(existsSync(join(folder, 'zz-large'))).toBe(true);
    expect(told('success')).toEqual([]);
  });

  it('one that stands still times out, with what to look at, and goes on where it stopped once it moves again', async () => {
    serverOn(slow!, 9_000_000);
    await begin(slow!);
    await untilState(destination!, 'transfer_in_progress');
    await slow!.kill('SIGSTOP');
    await untilState(destination!, 'timed_out', 15_000);
    expect(await destination!.record(uuid)).toMatchObject({
      unsafe: true,
      reason: { next: expect.stringMatching(/look at the source/) as string },
    });
    slow!.wake();
    await untilState(slow!, 'transfer_completed');
    expect((await slow!.record(uuid))['connections']).toBe(2);
    same(slow!);
  });

  it('a hub that does not answer is told again until it takes it, also by the next process', async () => {
    all.hub.status = 503;
    serverOn(source!);
    await begin(source!);
    await untilState(source!, 'transfer_completed');
    await until('two attempts', () => Promise.resolve(told('success').length >= 2), 10_000);
    expect(await destination!.record(uuid)).toMatchObject({
      state: 'ready',
      callback: {
        delivered: false,
        last: expect.arrayContaining([
          expect.objectContaining({ status: 503, body: 'the hub is not well' }),
        ]) as unknown,
      },
    });
    await destination!.kill();
    all.hub.status = 204;
    await destination!.start();
    const delivered = async (): Promise<boolean> =>
      ((await destination!.record(uuid))['callback'] as { delivered: boolean }).delivered;
    await until('the hub is told', delivered, 10_000);
  });

  it('a disk that is full: before the first byte where that can be told, else on the way [needs mount]', async (context) => {
    const small = await all.node('small', '127.0.0.2');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,nr_inodes=200', 'tmpfs', small.root], {
        stdio: 'ignore',
      });
    } catch {
      return context.skip('a small file system cannot be mounted here');
    }
    try {
      const folder = serverOn(source!, 9_000_000);
      await begin(source!, await small.token(uuid), small.url);
      await untilState(source!, 'transfer_failed');
      expect(await source!.record(uuid)).toMatchObject({ reason: { code: 'no-room', status: 507 } });
      expect(readdirSync(small.root)).toEqual([]);
      unlinkSync(join(folder, 'zz-large'));
      // More names than there is room for: bytes do not tell it.
      for (let n = 0; n < 300; n++) writeFileSync(join(folder, `name-${n}`), '');
      await begin(source!, await small.token(uuid), small.url);
      await untilState(source!, 'transfer_failed');
      expect(await source!.record(uuid)).toMatchObject({ reason: { code: 'no-room', status: 507 } });
      for (let n = 0; n < 300; n++) unlinkSync(join(folder, `name-${n}`));
      // Somebody else takes the room while it comes: what is there is gone on with once there is room again.
      rmSync(join(slow!.root, uuid), { recursive: true, force: true });
      serverOn(slow!, 2_000_000);
      await begin(slow!, await small.token(uuid), small.url);
      await until('bytes', async () => Number((await small.record(uuid))['bytesDone']) > 100_000, 5000);
      execFileSync('sh', ['-c', `head -c 6000000 /dev/zero > ${join(small.root, 'filler')} || true`], {
        stdio: 'ignore',
      });
      await untilState(slow!, 'transfer_failed');
      expect(await slow!.record(uuid)).toMatchObject({ reason: { code: 'disk-full', status: 507 } });
      expect((await small.record(uuid))['unsafe']).toBe(true);
      expect(existsSync(join(small.root, uuid))).toBe(false);
      const had = Number((await small.record(uuid))['bytesDone']);
      unlinkSync(join(small.root, 'filler'));
      const again = { url: small.url, token: await small.token(uuid) };
      await slow!.call('POST', `/api/servers/${uuid}/transfer/retry`, again);
      await untilState(slow!, 'transfer_completed');
      expect((await small.record(uuid))['resumedFrom']).toBeGreaterThanOrEqual(had);
    } finally {
      await small.kill();
      execFileSync('umount', [small.root]);
    }
  });

  it('a folder that changes while it is read is not sent as if it were whole', async () => {
    const folder = serverOn(slow!, 6_000_000);
    await begin(slow!);
    await untilState(destination!, 'transfer_in_progress');
    writeFileSync(join(folder, 'world/1'), 'somebody wrote');
    await untilState(slow!, 'transfer_failed');
    const { reason } = (await slow!.record(uuid)) as { reason: { code: string } };
    expect(['source-changes', 'archive-failed']).toContain(reason.code);
    await untilState(destination!, 'transfer_failed');
    expect(await destination!.record(uuid)).toMatchObject({ reason: { code: 'given-up' }, unsafe: true });
    expect(existsSync(live())).toBe(false);
  });
});

describe('an archive from a sender that is not one of ours', () => {
  interface Sent {
    readonly archive: Buffer;
    readonly announced?: number;
    readonly checksum?: string | null;
    readonly first?: boolean;
  }
  /** Sends it with a token that is right; answers what the destination says. */
  async function post({
    archive,
    announced,
    checksum,
    first,
  }: Sent): Promise<{ status: number; code: unknown }> {
    const digest = checksum ?? createHash('sha256').update(archive).digest('hex');
    const field = checksum === null ? '' : part('checksum', digest);
    const file = Buffer.concat([
      Buffer.from(part('archive"; filename="x', '')),
      archive,
      Buffer.from('\r\n'),
    ]);
    const authorization = await destination!.token(uuid);
    return new Promise((resolve, reject) => {
      const call = request(`${destination!.url}/api/transfers`, {
        ...{ method: 'POST', ca: destination!.ca, agent: false },
        headers: {
          ...{ authorization, connection: 'keep-alive', 'content-type': 'multipart/form-data; boundary=x' },
          'x-archive-bytes': String(announced ?? archive.length),
        },
      });
      call.once('error', reject);
      call.once('response', (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, code: (JSON.parse(body) as { code?: string }).code });
          call.destroy();
        });
      });
      const parts = first === true ? [field, file] : [file, field];
      for (const one of [...parts, '--x--\r\n']) call.write(one);
      call.end();
    });
  }
  const part = (name: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}${value === '' ? '' : '\r\n'}`;
  /** What a shell makes in a folder of its own and writes to stdout as a tar file. */
  const made = (script: string): Buffer => {
    const folder = join(all.dir, `made-${uuid}`);
    mkdirSync(folder, { recursive: true });
    return execFileSync('sh', ['-c', script], {
      cwd: folder,
      maxBuffer: 64e6,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  };
  /** The first name of an archive as a device, number 1, 3: nobody need be allowed to make one for it. */
  const deviceIn = (type: '3' | '4'): Buffer => {
    const archive = made('mkfifo p; echo a > a; tar --format=ustar -cf - p a');
    archive.write(`${type}`, 156, 'latin1');
    archive.write('0000001\0' + '0000003\0', 329, 'latin1');
    archive.fill(' ', 148, 156);
    const sum = archive.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(execFileSync('tar', ['-tvf', '-'], { input: archive, encoding: 'latin1' })).toMatch(
      type === '3' ? /^c.* 1,3 / : /^b.* 1,3 /,
    );
    return archive;
  };
  const outside = (): string => join(all.dir, `outside-${uuid}`);

  it('is taken where all is right, which shows that the refusals below are for their reasons', async () => {
    expect(await post({ archive: made('echo a > a; tar -cf - a') })).toMatchObject({ status: 200 });
    expect(readFileSync(join(live(), 'a'), 'utf8')).toBe('a\n');
  });

  it.each([
    [
      'that goes up',
      () => made(`echo a > a; tar -P -cf - --transform "s,^a,../../../../outside-${uuid}," a`),
      'archive-failed',
    ],
    [
      'that goes through a link it made',
      () =>
        made(
          `ln -s ${all.dir} l; tar -cf t l; rm l; mkdir l; echo a > l/outside-${uuid}; tar -rf t l/outside-${uuid}; cat t`,
        ),
      'archive-failed',
    ],
    ['of a pipe', () => made('mkfifo p; tar -cf - p'), 'special-file'],
    ['of a device of characters', () => deviceIn('3'), 'special-file'],
    ['of a device of blocks', () => deviceIn('4'), 'special-file'],
    [
      'that is cut',
      () => made('head -c 100000 /dev/urandom > a; tar -cf - a').subarray(0, 50_000),
      'archive-failed',
    ],
    ['that is none', () => randomBytes(20_000), 'archive-failed'],
  ])(
    'with a name or content %s is refused, and nothing lies outside or is live',
    async (_what, archive, code) => {
      expect(await post({ archive: archive() })).toEqual({ status: 422, code });
      expect(existsSync(outside())).toBe(false);
      expect(existsSync(live())).toBe(false);
      expect(existsSync(marker())).toBe(true);
      expect(told('success')).toEqual([]);
    },
  );

  it.each([
    ['more than was announced', { announced: 1, archive: Buffer.alloc(9_000_000) }, 413, 'archive-too-large'],
    ['another digest', { archive: Buffer.alloc(10_240), checksum: 'a'.repeat(64) }, 422, 'checksum-mismatch'],
    ['no digest', { archive: Buffer.alloc(10_240), checksum: null }, 400, 'archive-incomplete'],
  ])('with %s is refused, and the answer arrives', async (_what, sent, status, code) => {
    expect(await post(sent)).toEqual({ status, code });
    expect(await destination!.record(uuid)).toMatchObject({ state: 'transfer_failed', unsafe: true });
    expect(existsSync(live())).toBe(false);
  });

  it('a destination that is killed after it has verified goes on by itself and says so', async () => {
    // What such an end leaves: the tree whole, the record saying that it was verified.
    const archive = made('echo a > a; tar -cf - a');
    await post({ archive, checksum: 'b'.repeat(64) });
    await destination!.kill();
    const sha256 = createHash('sha256').update(archive).digest('hex');
    const record = join(destination!.root, '../state/node/servers', `${uuid}.json`);
    const left = { ...(JSON.parse(readFileSync(record, 'utf8')) as object), state: 'transfer_in_progress' };
    writeFileSync(record, JSON.stringify({ ...left, verified: { sha256, bytes: archive.length } }));
    await destination!.start();
    expect(await destination!.record(uuid)).toMatchObject({ state: 'ready', unsafe: false });
    expect(readFileSync(join(live(), 'a'), 'utf8')).toBe('a\n');
    await until('the hub is told', () => Promise.resolve(told('success').length === 1), 5000);
  });
});

describe('who may call', () => {
  it('nobody without the key of the node, and pages only from origins that are listed', async () => {
    const refused = await destination!.call('GET', '/api/servers', undefined, {
      authorization: 'Bearer x.y',
    });
    expect(refused).toMatchObject({ status: 401, body: { code: 'node-key-refused' } });
    const listed = await destination!.call('GET', '/api/servers', undefined, {
      origin: 'https://panel.example.org',
    });
    expect(listed.headers['access-control-allow-origin']).toBe('https://panel.example.org');
    const other = await destination!.call('GET', '/api/servers', undefined, {
      origin: 'https://evil.example',
    });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
    const plain = await destination!.call('POST', `/api/servers/${uuid}/transfer`, {
      url: 'http://x',
      token: 'y',
    });
    expect(plain).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    expect(JSON.stringify(plain.body)).not.toContain('"y"');
  });

  it('a node with a key that others may read, a short key, or no root does not start', async () => {
    const config = JSON.parse(readFileSync(source!.config, 'utf8')) as object;
    const file = join(all.dir, 'source', 'bad.json');
    const tried = async (change: object) => {
      writeFileSync(file, JSON.stringify({ ...config, ...change }));
      return cutover(['node', 'serve', '--config', file, '--state-dir', join(all.dir, 'other')]);
    };
    writeFileSync(join(all.dir, 'source', 'open'), 'x'.repeat(40), { mode: 0o644 });
    writeFileSync(join(all.dir, 'source', 'short'), 'x'.repeat(10), { mode: 0o600 });
    expect(await tried({ tokenFile: 'open' })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/others may read/) as string,
    });
    expect(await tried({ tokenFile: 'short' })).toMatchObject({ code: 3 });
    expect(await tried({ root: 'nowhere' })).toMatchObject({ code: 3 });
    expect(await tried({ url: 'http://plain.example' })).toMatchObject({ code: 64 });
    expect(
      await tried({ listen: { host: '127.0.0.2', port: Number(new URL(destination!.url).port) } }),
    ).toMatchObject({ code: 3, stderr: expect.stringMatching(/cannot listen/) as string });
  });

  it('a node that is told to stop ends with 0, and a second one on its state is refused', async () => {
    const args = ['--config', source!.config, '--state-dir', join(source!.root, '../state')];
    expect(await cutover(['node', 'serve', ...args])).toMatchObject({ code: 5 });
    expect(await source!.kill('SIGTERM')).toBe(0);
    await sleep(10);
    await source!.start();
  });
});
