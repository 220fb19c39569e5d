import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, type Postgres, scratchDir, startPostgres } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fenced, Hold } from '../src/attempt/hold.ts';
import { cancel, enqueue, listMoves } from '../src/queue.ts';
import { FileStore } from '../src/store/files.ts';
import { PostgresStore } from '../src/store/postgres.ts';
import type { MoveStore } from '../src/store/store.ts';
import { aMove, aNode, aWorker } from './support/rows.ts';

const request = (change: object = {}) => ({
  ...{ site: randomUUID(), source: 'a', destination: 'b', askedBy: 'lead', key: null, priority: 0 },
  maxAttempts: 3,
  ...change,
});

/** What every adapter of MoveStore does. */
function conformance(open: () => Promise<MoveStore>): void {
  let store: MoveStore;
  beforeAll(async () => {
    store = await open();
    await store.change(async (rows) => {
      for (const id of ['a', 'b', 'c']) await rows.putNode(aNode(id));
    });
  });
  afterAll(() => store.close());

  it('gives back every row as it was put', async () => {
    const move = aMove({
      ...{ key: randomUUID(), state: 'done', bytesDone: 7, bytesTotal: 2 ** 40, tried: ['b', 'c'] },
      ...{ reason: { code: 'c', message: 'm "q"', next: 'n' }, endedAt: '2026-03-01T11:00:00.123Z' },
    });
    const worker = aWorker('w-rows');
    const read = await store.change(async (rows) => {
      await rows.putMove(move);
      await rows.putWorker(worker);
      return [
        await rows.move(move.id),
        await rows.moveByKey(move.key ?? ''),
        (await rows.moves({ site: move.site }))[0],
      ];
    });
    expect(read).toEqual([move, move, move]);
    expect(await store.read((rows) => rows.move(move.id))).toEqual(move);
    expect(await store.read((rows) => rows.nodes())).toEqual([aNode('a'), aNode('b'), aNode('c')]);
    expect(await store.read((rows) => rows.workers())).toEqual([worker]);
    await store.change((rows) => rows.removeWorker('w-rows'));
    expect(await store.read((rows) => rows.workers())).toEqual([]);
    expect(await store.read((rows) => rows.move(randomUUID()))).toBeUndefined();
  });

  it('keeps nothing of a change that throws', async () => {
    const move = aMove();
    const broken = store.change(async (rows) => {
      await rows.putMove(move);
      throw new Error('cut');
    });
    await expect(broken).rejects.toThrow('cut');
    expect(await store.read((rows) => rows.move(move.id))).toBeUndefined();
  });

  it('makes changes of several at once one after the other', async () => {
    const move = aMove();
    await store.change((rows) => rows.putMove(move));
    const others = await Promise.all([open(), open(), open()]);
    const increments = [store, ...others].flatMap((one) =>
      Array.from({ length: 10 }, () =>
        one.change(async (rows) => {
          const row = (await rows.move(move.id))!;
          await rows.putMove({ ...row, fence: row.fence + 1 });
        }),
      ),
    );
    await Promise.all(increments);
    expect((await store.read((rows) => rows.move(move.id)))?.fence).toBe(40);
    await Promise.all(others.map((one) => one.close()));
  });

  it('has those that wait in the order in which they are to go', async () => {
    const site = randomUUID();
    const [late, early, urgent] = [
      aMove({ site, askedAt: '2026-03-02T10:00:00.000Z' }),
      aMove({ site, askedAt: '2026-03-01T09:00:00.000Z' }),
      aMove({ site, askedAt: '2026-03-03T10:00:00.000Z', priority: 1 }),
    ];
    await store.change(async (rows) => {
      for (const move of [late, early, urgent, aMove({ site, state: 'cancelled' })]) await rows.putMove(move);
    });
    const waiting = (await store.read((rows) => rows.unended())).filter((move) => move.site === site);
    expect(waiting.map(({ id }) => id)).toEqual([urgent.id, early.id, late.id]);
    const newest = await store.read((rows) => rows.moves({ site, limit: 1 }));
    expect(newest.map(({ id }) => id)).toEqual([urgent.id]);
    expect(await store.read((rows) => rows.moves({ site, states: ['cancelled'] }))).toHaveLength(1);
  });

  it('takes the same request for the same move, twenty times at once', async () => {
    for (const key of [null, randomUUID()]) {
      const one = request({ key });
      const answers = await Promise.all(Array.from({ length: 20 }, () => enqueue(store, one)));
      expect(new Set(answers.map(({ move }) => move.id)).size).toBe(1);
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    }
    const kept = request({ key: randomUUID() });
    await enqueue(store, kept);
    await expect(enqueue(store, { ...kept, destination: 'c' })).rejects.toMatchObject({
      code: 'key-taken',
      exitCode: 3,
    });
    const unknown = enqueue(store, request({ destination: 'x' }));
    await expect(unknown).rejects.toMatchObject({ code: 'node-unknown', exitCode: 64 });
    await expect(enqueue(store, request({ destination: 'a' }))).rejects.toMatchObject({ code: 'same-node' });
  });

  it('calls a waiting move off at once, one that is on by its worker, and one that is over not', async () => {
    const { move } = await enqueue(store, request());
    expect(await cancel(store, move.id, 'somebody')).toMatchObject({
      state: 'cancelled',
      cancelledBy: 'somebody',
    });
    const active = aMove({ state: 'sending', attempt: 1 });
    const over = aMove({ state: 'done' });
    await store.change(async (rows) => {
      await rows.putMove(active);
      await rows.putMove(over);
    });
    expect(await cancel(store, active.id, 'somebody')).toMatchObject({
      state: 'sending',
      cancelledBy: 'somebody',
    });
    await expect(cancel(store, over.id, 'somebody')).rejects.toMatchObject({ code: 'move-over' });
    await expect(cancel(store, randomUUID(), 'somebody')).rejects.toMatchObject({ code: 'move-unknown' });
  });

  it('refuses what a worker writes once another one has the move', async () => {
    const move = aMove({ state: 'preparing', attempt: 1 });
    await store.change(async (rows) => {
      await rows.putMove(move);
      for (const id of ['w1', 'w2']) await rows.putWorker(aWorker(id));
      await rows.putWorker(aWorker('w3', { goneAt: '2026-03-01T10:00:00.000Z' }));
    });
    const first = (await Hold.take(store, move.id, 1, 'w1'))!;
    await first.update(() => ({ bytesDone: 1 }));
    const second = (await Hold.take(store, move.id, 1, 'w2'))!;
    await expect(first.update(() => ({ bytesDone: 2 }))).rejects.toBeInstanceOf(Fenced);
    await expect(first.read()).rejects.toBeInstanceOf(Fenced);
    await expect(Hold.take(store, move.id, 1, 'w3')).rejects.toBeInstanceOf(Fenced);
    expect(await Hold.take(store, move.id, 2, 'w1')).toBeUndefined();
    expect(await second.read()).toMatchObject({ worker: 'w2', bytesDone: 1 });
  });

  it('says of a move that has not changed for long that it is stuck, and why', async () => {
    const queued = aMove();
    const fresh = aMove({ changedAt: new Date().toISOString() });
    await store.change(async (rows) => {
      for (const move of [queued, fresh]) await rows.putMove(move);
    });
    const shown = await listMoves(store, {}, 60);
    const of = (id: string) => shown.find((move) => move.id === id);
    expect(of(queued.id)?.stuck).toMatch(/^waits for \d+ s/);
    expect(of(fresh.id)?.stuck).toBeNull();
  });
}

describe('the queue in files of one machine', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  beforeAll(async () => void (scratch = await scratchDir()));
  afterAll(() => scratch.remove());
  conformance(() => Promise.resolve(new FileStore(join(scratch.dir, 'hub'))));

  it('ends a commit that a crash has cut off, and takes the lock of a dead process', async () => {
    const dir = join(scratch.dir, 'crashed');
    const store = new FileStore(dir);
    const move = aMove();
    writeFileSync(join(dir, 'commit.json'), JSON.stringify([[join(dir, 'moves', `${move.id}.json`), move]]));
    writeFileSync(join(dir, 'lock'), JSON.stringify({ host: 'here', pid: 2 ** 22 + 1, began: '1' }));
    expect(await store.read((rows) => rows.move(move.id))).toEqual(move);
  });
});

describeWith('postgres', 'the queue in PostgreSQL', () => {
  let server: Postgres;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
  });
  afterAll(() => server.stop());
  conformance(() => PostgresStore.open({ url, patienceMs: 5000 }));

  it('lets no second move of a site be on, whoever writes', async () => {
    const store = await PostgresStore.open({ url, patienceMs: 0 });
    const one = aMove({ state: 'sending' });
    await store.change((rows) => rows.putMove(one));
    const second = store.change((rows) => rows.putMove(aMove({ site: one.site, state: 'preparing' })));
    await expect(second).rejects.toThrow('one_move_per_site');
    await store.close();
  });

  it('goes on with a database that was restarted, and says of one that is away where it looked', async () => {
    const store = await PostgresStore.open({ url, patienceMs: 20_000 });
    const restarted = server.restart();
    expect(await store.change((rows) => rows.nodes())).toHaveLength(3);
    await restarted;
    await store.close();
    const away = PostgresStore.open({ url: 'postgres://u:hidden@127.0.0.1:1/d', patienceMs: 0 });
    await expect(away).rejects.toMatchObject({
      code: 'hub-database',
      exitCode: 3,
      message: expect.not.stringContaining('hidden') as string,
    });
  });
});
