import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, type Postgres, scratchDir, startPostgres } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fenced, Hold } from '../src/attempt/hold.ts';
import { forgetOver } from '../src/forget.ts';
import type { Move } from '../src/move.ts';
import { cancel, enqueue, listMoves } from '../src/queue.ts';
import { FileStore } from '../src/store/files.ts';
import { PostgresStore } from '../src/store/postgres.ts';
import type { MoveRows, MoveStore } from '../src/store/store.ts';
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

  it('tells apart what is over, what has something left to be removed, and what is on', async () => {
    const site = randomUUID();
    const over = { site, state: 'done', archived: 'x' } as const;
    const [old, aside, young, on] = [
      aMove({ ...over, endedAt: '2026-02-01T00:00:00.000Z', sourceRemovedAt: '2026-02-02T00:00:00.000Z' }),
      aMove({ ...over, endedAt: '2026-02-01T00:00:00.000Z' }),
      aMove({ site, state: 'cancelled', endedAt: '2026-02-20T00:00:00.000Z' }),
      aMove({ site }),
    ];
    await store.change(async (rows) => {
      for (const move of [old, aside, young, on]) await rows.putMove(move);
    });
    const read = (of: (rows: MoveRows) => Promise<Move[]>) =>
      store.read(async (rows) => (await of(rows)).filter((move) => move.site === site).map(({ id }) => id));
    const before = new Date('2026-02-10T00:00:00.000Z');
    expect(await read((rows) => rows.settled(before))).toEqual([old.id]);
    expect(await read((rows) => rows.keptAside(before, 10))).toEqual([aside.id]);
    expect(await read((rows) => rows.unended())).toEqual([on.id]);
    const since = await read((rows) => rows.moves({ endedSince: before.toISOString() }));
    expect(since.toSorted()).toEqual([young.id, on.id].toSorted());
    const named = await read((rows) => rows.moves({ ids: [old.id, on.id, randomUUID(), 'none'] }));
    expect(named.toSorted()).toEqual([old.id, on.id].toSorted());
    // What it goes back to after its end, and what is left of it, is where it belongs.
    await store.change((rows) => rows.putMove({ ...aside, sourceRemovedAt: '2026-02-02T00:00:00.000Z' }));
    expect(await read((rows) => rows.keptAside(before, 10))).toEqual([]);
    expect(await read((rows) => rows.moves({ site }))).toHaveLength(4);
  });

  it('forgets what has been over for long, its runs first, and leaves what is still to be done', async () => {
    const key = randomUUID();
    const endedAt = new Date(Date.now() - 3_600_000).toISOString();
    const [over, aside, on] = [
      aMove({ key, state: 'failed', attempt: 2, endedAt }),
      aMove({ state: 'done', archived: 'x', endedAt }),
      aMove({ state: 'sending' }),
    ];
    await store.change(async (rows) => {
      for (const move of [over, aside, on]) await rows.putMove(move);
    });
    const runs: string[] = [];
    const forget = (keptMs: number) =>
      forgetOver(store, keptMs, (moves) => {
        runs.push(...moves.map(({ id }) => id));
        return Promise.resolve();
      });
    await forget(7_200_000);
    expect(await store.read((rows) => rows.move(over.id))).toEqual(over);
    const broken = forgetOver(store, 1_800_000, () => Promise.reject(new Error('away')));
    await expect(broken).rejects.toThrow('away');
    expect(await store.read((rows) => rows.moveByKey(key))).toEqual(over);
    await forget(1_800_000);
    expect(runs).toContain(over.id);
    const left = await store.read(async (rows) => [
      await rows.moveByKey(key),
      await rows.move(aside.id),
      await rows.move(on.id),
    ]);
    expect(left).toEqual([undefined, aside, on]);
    expect(await forget(1_800_000)).toBe(0);
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
