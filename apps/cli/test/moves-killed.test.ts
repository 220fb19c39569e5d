import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, type Postgres, startPostgres, until } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HubUnderKill } from './move-kill/hub-under-kill.ts';
import { serveMoments, workerMoments } from './move-kill/moments.ts';

/** Two moments of `npm run kill:moves`, which goes through all. */
describeWith('postgres', 'a hub with a worker and nodes', () => {
  let server: Postgres;
  let databaseUrl: string;
  let all: HubUnderKill;
  beforeAll(async () => {
    server = await startPostgres();
    databaseUrl = await server.createDatabase();
    all = await HubUnderKill.start(databaseUrl);
  });
  afterAll(async () => {
    await all?.remove();
    await server?.stop();
  });

  it.each([
    [workerMoments, 'success reported, not yet seen by the worker'],
    [serveMoments, 'success on its way, nobody reads it'],
  ] as const)('moves a site once where a process is killed: %#', async (moments, name) => {
    const verdict = await all.kill(moments.find((moment) => moment.name === name)!);
    expect(verdict).toMatchObject({ faults: [], attempts: 1, counted: 1 });
  });

  it('stops a move that is called off while bytes flow; both nodes are as they were, and it can be moved again', async () => {
    const site = randomUUID();
    // Long enough for a command to start while bytes flow.
    all.makeSite(site, 30_000_000);
    const { id } = await all.hub.enqueue(site, 'a', 'b');
    const isSending = async (): Promise<boolean> =>
      Number((await all.destination.record(site))['bytesDone']) > 500_000;
    await until('bytes flow', isSending, 20_000);
    expect(await all.hub.moves('cancel', id, '--asked-by', 'the lead')).toMatchObject({ code: 0 });
    expect(await all.hub.moves('watch', id)).toMatchObject({
      code: 6,
      stdout: expect.stringMatching(/cancelled[^]*called off by the lead/) as string,
    });
    const ended = async () => (await all.hub.list()).find((move) => move.id === id)!;
    const moment = { of: 'worker', name: '', steps: [], ends: 'cancelled' } as const;
    expect(await all.faultsOf(await ended(), site, moment)).toEqual([]);
    expect(await all.destination.record(site)).toMatchObject({ state: 'idle', role: null, unsafe: false });
    expect(await all.source.record(site)).toMatchObject({ reason: { code: 'cancelled' } });
    expect(existsSync(join(all.hub.dir, `lock-${site}`))).toBe(false);
    // Faults that are planted are seen.
    const [here, there] = [all.source, all.destination].map(({ root }) => join(root, site));
    cpSync(here!, there!, { recursive: true });
    expect(await all.faultsOf(await ended(), site, moment)).toEqual([expect.stringContaining('a and b')]);
    rmSync(there!, { recursive: true });
    writeFileSync(join(here!, 'large'), 'short');
    const next = await all.hub.enqueue(site, 'a', 'b');
    expect(next.id).not.toBe(id);
    expect(await all.hub.moves('watch', next.id)).toMatchObject({ code: 0 });
    expect(all.hub.whereIs(site)).toEqual(['b']);
  });

  it('forgets moves that are over when it is told to, with the runs of the engine', async () => {
    const isRemoved = async () =>
      (await all.hub.list()).every(
        ({ state, sourceRemovedAt }) => state !== 'done' || sourceRemovedAt !== null,
      );
    await until('sources have removed what they had aside', isRemoved, 20_000);
    const runs = (): number =>
      Number(
        execFileSync('psql', ['-Atc', 'SELECT count(*) FROM dbos.workflow_status', databaseUrl], {
          encoding: 'utf8',
        }),
      );
    const before = (await all.hub.list()).length;
    expect(before).toBeGreaterThan(1);
    expect(runs()).toBeGreaterThan(1);
    const forget = (...args: string[]) => all.hub.json<object>('forget', '--older-than', ...args);
    expect(await forget('0')).toMatchObject({ dryRun: true, moves: before });
    expect(await all.hub.list()).toHaveLength(before);
    expect(await forget('0', '--yes')).toMatchObject({ dryRun: false, moves: before });
    expect([await all.hub.list(), runs()]).toEqual([[], 0]);
  });
});
