import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drainNode } from '@cutover/hub';
import { describeWith, freePort, type Postgres, startPostgres, until } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HubHosts } from './hub-hosts.ts';
import { callJson } from './call-json.ts';
import { cutover, type Serving, serving } from './run.ts';

const nodes = [
  ['a', '127.0.0.1'],
  ['b', '127.0.0.2'],
  ['c', '127.0.0.3'],
] as const;

/** The same commands whatever the queue lies in. */
function theSameCommands(hub: () => HubHosts): void {
  it('moves sites to where they are to go, and leaves each in one place', async () => {
    const [named, chosen] = [randomUUID(), randomUUID()];
    for (const site of [named, chosen]) hub().site('a', site);
    const before = readFileSync(join(hub().nodes.get('a')!.root, named, 'large'));
    const first = await hub().enqueue(named, 'a', 'b', { askedBy: 'the lead' });
    expect(first).toMatchObject({ state: 'queued', askedBy: 'the lead', attempt: 0 });
    const again = await hub().moves('enqueue', '--site', named, '--from', 'a', '--to', 'b');
    expect(again).toMatchObject({ code: 0, stdout: `${first.id}  queued, was asked for before\n` });
    const second = await hub().enqueue(named, 'b', 'c');
    const third = await hub().enqueue(chosen, 'a', null);
    const waiting = await hub().list();
    expect(waiting.find(({ id }) => id === second.id)?.waits).toContain(`${first.id}, goes first`);
    expect(waiting.find(({ id }) => id === first.id)?.waits).toBe('no worker runs');
    const worker = hub().worker('--once');
    const watched = await hub().moves('watch', first.id, second.id, third.id);
    expect(watched).toMatchObject({ code: 0 });
    expect(watched.stdout).toMatch(/done .* a → b/);
    expect(await worker.ended, worker.log).toBe(0);
    expect(hub().whereIs(named)).toEqual(['c']);
    expect(readFileSync(join(hub().nodes.get('c')!.root, named, 'large'))).toEqual(before);
    expect(hub().aside('a', named)).toHaveLength(1);
    expect(hub().aside('b', named)).toHaveLength(1);
    expect(hub().whereIs(chosen)).toHaveLength(1);
    expect(hub().whereIs(chosen)).not.toEqual(['a']);
    expect((await hub().list()).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  });
}

describe('the queue of one machine, in files', () => {
  let hub: HubHosts;
  beforeAll(async () => {
    hub = new HubHosts(undefined);
    await Promise.all(nodes.map(([id, address]) => hub.node(id, address)));
  });
  afterAll(() => hub.remove());
  theSameCommands(() => hub);

  it('ends what cannot be, says why, and what was called off', async () => {
    const [absent, off] = [randomUUID(), randomUUID()];
    hub.site('a', off);
    const failing = await hub.enqueue(absent, 'a', 'b');
    const cancelled = await hub.enqueue(off, 'a', 'b', { key: off });
    expect(await hub.moves('cancel', cancelled.id)).toMatchObject({
      code: 0,
      stdout: `${cancelled.id}  cancelled\n`,
    });
    const worker = hub.worker('--once');
    const watched = await hub.moves('watch', failing.id);
    expect(watched).toMatchObject({ code: 1 });
    expect(watched.stdout).toContain('server-unknown');
    expect((await hub.moves('watch', cancelled.id)).code).toBe(6);
    await worker.ended;
    expect(hub.whereIs(off)).toEqual(['a']);
    expect(await hub.enqueue(off, 'a', 'b', { key: off })).toMatchObject({ state: 'cancelled' });
  });

  it('hands a key out once, readable by its owner alone, and keeps none that can be read', () => {
    const key = join(hub.dir, 'a', 'token');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const kept = readFileSync(join(hub.stateDir, 'hub/nodes/a.json'), 'utf8');
    expect(kept).not.toContain(readFileSync(key, 'utf8').trim());
  });

  it('refuses what makes no sense', async () => {
    const site = randomUUID();
    const of = (...args: string[]) => hub.moves('enqueue', '--site', site, '--from', 'a', ...args);
    expect(await of('--to', 'nowhere')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('add-node') as string,
    });
    expect(await of('--to', 'a')).toMatchObject({ code: 64 });
    expect(await hub.moves('enqueue', '--site', 'site', '--from', 'a')).toMatchObject({ code: 64 });
    expect(await hub.moves('watch', randomUUID())).toMatchObject({ code: 64 });
    const config = await cutover(['moves', 'list', '--config', join(hub.dir, 'nothing.json')]);
    expect(config).toMatchObject({ code: 64 });
    const url = 'postgres://u:hidden@127.0.0.1:1/d';
    const env = { CUTOVER_HUB_DATABASE_URL: `x${url}` };
    const wrong = await cutover(['moves', 'list', '--config', hub.config], { env });
    expect(wrong).toMatchObject({ code: 64 });
    expect(wrong.stderr).not.toContain('hidden');
    const badNode = hub.moves('add-node', '--id', 'd', '--url', 'http://d', '--key-file', join(hub.dir, 'd'));
    expect(await badNode).toMatchObject({ code: 64 });
    expect(existsSync(join(hub.dir, 'd'))).toBe(false);
  });

  it('chooses no node that is drained, and forgets none that a move needs', async () => {
    const site = randomUUID();
    hub.site('a', site);
    expect((await hub.moves('drain', 'b')).code).toBe(0);
    await hub.withStore((store) => drainNode(store, 'c', true));
    expect((await hub.moves('nodes')).stdout.match(/drained/g)).toHaveLength(2);
    const open = await hub.enqueue(site, 'a', null);
    expect(await hub.moves('remove-node', 'a')).toMatchObject({ code: 3 });
    expect((await hub.moves('cancel', open.id)).code).toBe(0);
    expect((await hub.moves('drain', 'b', '--undo')).code).toBe(0);
    await hub.withStore((store) => drainNode(store, 'c', false));
    expect((await hub.moves('nodes')).stdout).not.toContain('drained');
    expect(await hub.moves('drain', 'x')).toMatchObject({ code: 64 });
    expect((await hub.moves('remove-node', 'a')).code).toBe(0);
    expect((await hub.moves('nodes')).stdout).not.toMatch(/^a /m);
  });
});

describeWith('postgres', 'the queue in PostgreSQL', () => {
  const apiToken = randomUUID() + randomUUID();
  let server: Postgres;
  let hub: HubHosts;
  let serve: Serving;
  beforeAll(async () => {
    server = await startPostgres();
    const port = await freePort();
    const url = `https://127.0.0.1:${port}`;
    const more = { listen: { host: '127.0.0.1', port }, apiTokenFile: 'api-token' };
    hub = new HubHosts(await server.createDatabase(), more, url);
    writeFileSync(join(hub.dir, 'api-token'), apiToken, { mode: 0o600 });
    serve = await serving(['moves', 'serve', '--json', ...hub.options]);
    for (const [id, address] of nodes) await hub.node(id, address, { bytesPerSecond: 8_000_000 });
  });
  afterAll(async () => {
    await serve?.stop();
    await hub?.remove();
    await server?.stop();
  });
  theSameCommands(() => hub);

  it('is polled, streamed, filled and emptied over HTTPS, and takes down what destinations report', async () => {
    const ca = readFileSync(join(hub.dir, 'cert.pem'), 'utf8');
    const call = (method: string, path: string, body?: object, token = apiToken) =>
      callJson({ method, url: `${serve.url}${path}`, ca, authorization: `Bearer ${token}` }, body);
    const done = (await hub.list()).filter(({ state }) => state === 'done');
    // By the destination itself, and by nobody else.
    await until(
      'all are reported',
      async () => (await hub.list()).every((one) => one.reportedAt !== null),
      20_000,
    );
    const { site } = done[0]!;
    const key = (node: string) => `${node}-key.${readFileSync(join(hub.dir, node, 'token'), 'utf8').trim()}`;
    const byKey = (node: string, outcome: string) =>
      call('POST', `/api/remote/servers/${site}/transfer/${outcome}`, {}, key(node));
    const last = done.find((one) => one.site === site)!;
    expect(await byKey(last.destination!, 'success')).toMatchObject({ status: 204 });
    const forged = call('POST', `/api/remote/servers/${site}/transfer/success`, {}, apiToken);
    expect(await forged).toMatchObject({ status: 401 });
    const stranger = ['a', 'b', 'c'].find(
      (id) => !done.some((one) => one.site === site && one.destination === id),
    )!;
    expect(await byKey(stranger, 'success')).toMatchObject({ status: 403, body: { code: 'not-yours' } });
    const asked = { site: randomUUID(), from: 'a', to: 'b', askedBy: 'a program' };
    const made = await call('POST', '/api/moves', asked);
    expect(made).toMatchObject({ status: 201, body: { askedBy: 'a program', state: 'queued' } });
    expect(await call('POST', '/api/moves', asked)).toMatchObject({
      status: 200,
      body: { id: made.body['id'] },
    });
    expect(await call('POST', '/api/moves', { ...asked, from: 7 })).toMatchObject({ status: 400 });
    const path = `/api/moves/${String(made.body['id'])}`;
    expect(await call('GET', path)).toMatchObject({ status: 200, body: { waits: 'no worker runs' } });
    expect((await call('GET', '/api/moves/events')).text).toMatch(/event: move\ndata: .*a program/);
    expect(await call('DELETE', `${path}?by=somebody`)).toMatchObject({ body: { state: 'cancelled' } });
    expect(await call('GET', '/api/moves', undefined, 'guessed')).toMatchObject({ status: 401 });
  });

  it('checks that each site lies in one place, and finds one that does not', async () => {
    const check = async () => {
      const ran = await hub.moves('check', '--json');
      const { checks } = JSON.parse(ran.stdout) as {
        checks: { id: string; outcome: string; findings: { code: string }[] }[];
      };
      return { code: ran.code, codes: checks.flatMap(({ findings }) => findings.map(({ code }) => code)) };
    };
    expect(await check()).toEqual({ code: 0, codes: [] });
    const { site, source, destination } = (await hub.list()).find(({ state }) => state === 'done')!;
    const elsewhere = ['a', 'b', 'c'].find((id) => id !== destination && id !== source)!;
    hub.site(elsewhere, site, 10);
    expect(await check()).toEqual({ code: 1, codes: ['site-twice'] });
    rmSync(join(hub.nodes.get(elsewhere)!.root, site), { recursive: true });
    await hub.nodes.get('b')!.kill();
    expect(await check()).toMatchObject({ code: 4 });
    await hub.nodes.get('b')!.start();
  });

  it('goes on by another worker where one is killed, stands still or is told to end, and the database restarts', async () => {
    const sites = Array.from({ length: 6 }, () => randomUUID());
    for (const site of sites) hub.site('a', site, 6_000_000);
    const moves = [];
    for (const site of sites) moves.push(await hub.enqueue(site, 'a', 'b'));
    const [killed, still, told] = [hub.worker(), hub.worker(), hub.worker()];
    const isSending = async (): Promise<boolean> =>
      (await hub.list()).filter(({ state, bytesDone }) => state === 'sending' && bytesDone > 0).length >= 2;
    await until('moves are on', isSending, 60_000);
    await killed.kill();
    still.signal('SIGSTOP');
    await server.restart();
    await told.kill('SIGTERM');
    const last = hub.worker('--once');
    expect(await last.ended, last.log).toBe(0);
    still.signal('SIGCONT');
    expect(await still.ended, still.log).toBe(5);
    expect(still.log).toContain('worker-replaced');
    for (const site of sites) {
      expect(hub.whereIs(site)).toEqual(['b']);
      expect(hub.aside('a', site)).toHaveLength(1);
    }
    const ended = await hub.list();
    expect(moves.map(({ id }) => ended.find((move) => move.id === id)?.state)).toEqual(
      sites.map(() => 'done'),
    );
  });
});
