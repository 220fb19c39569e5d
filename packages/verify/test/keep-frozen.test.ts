import type { Check } from '@cutover/core';
import { parseSourceUrl, readPrivileges, Session } from '@cutover/livesource';
import { type Plan, RunControl, RunDirectory, runPlan, type Step } from '@cutover/runs';
import { describeWith, type MariaDb, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  beginFreeze,
  checkStillFrozen,
  type FreezeProof,
  type FrozenSystem,
  whileFrozen,
} from '../src/index.ts';
import { serve, type TestSite } from './support/servers.ts';

describeWith('mariadb', 'a plan over a frozen system', () => {
  let db: MariaDb;
  let site: TestSite;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let database: string;
  let opened = 0;

  beforeAll(async () => {
    scratch = await scratchDir();
    db = await startMariaDb({ serverArgs: ['--log-bin=mysql-bin', '--server-id=1', '--event-scheduler=ON'] });
    await db.sql(`CREATE USER reader@'%'; CREATE USER app@'%'; GRANT BINLOG MONITOR ON *.* TO reader@'%'`);
    site = await serve((_request, response) => response.writeHead(503).end());
  });
  afterAll(async () => {
    await Promise.all([db?.stop(), site?.close(), scratch.remove()]);
  });
  beforeEach(async () => {
    await db.sql('SET GLOBAL read_only = 0');
    database = await db.createDatabase();
    await db.sql(
      `CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1); GRANT SELECT ON ${database}.* TO reader@'%'; GRANT ALL ON ${database}.* TO app@'%'`,
      { database },
    );
    opened = 0;
  });

  const session = (user: string, port = db.port) =>
    Session.open(parseSourceUrl(`mysql://${user}@127.0.0.1:${port}/${database}?tls=off`));
  const system = (port?: number): FrozenSystem => ({
    canary: { url: `${site.url}/write` },
    open: async () => {
      const [sql, application] = await Promise.all([session('reader', port), session('app', port)]);
      opened++;
      const { held, unproven } = await readPrivileges(sql, database);
      return {
        sql,
        application,
        database,
        seesEveryTable: held.has('SELECT') && !unproven,
        close: async () => {
          await Promise.all([sql.close(), application.close()]);
          opened--;
        },
      };
    },
  });

  interface Context {
    readonly done: string[];
    proof?: FreezeProof;
  }
  const step = (id: string, more: Partial<Step<Context>> = {}): Step<Context> => ({
    id,
    title: id,
    needs: [],
    phase: 'T-0',
    budgetMs: 60_000,
    repeatable: true,
    undo: { kind: 'none', because: 'a test' },
    run: (context) => {
      context.done.push(id);
      return Promise.resolve([]);
    },
    ...more,
  });

  /** A plan that freezes, does `during` in its import, and flips. */
  function planOf(during: () => Promise<unknown>): Plan<Context> {
    const steps = [
      step('02-freeze-legacy', {
        run: async (context) => {
          await db.sql('SET GLOBAL read_only = 1');
          const { checks, proof } = await beginFreeze(system(), { windowMs: 300, intervalMs: 100 });
          if (proof !== undefined) context.proof = proof;
          return { checks, kept: proof ?? null };
        },
      }),
      step('03-last-dump'),
      step('04-import', {
        run: async (context) => {
          context.done.push('04-import');
          await during();
          return [];
        },
      }),
      step('05-counts'),
      step('12-flip'),
      step('13-watch'),
    ];
    return {
      name: 'test',
      steps: whileFrozen(steps, {
        after: '02-freeze-legacy',
        until: '12-flip',
        frozen: ({ proof }: Context) => (proof === undefined ? undefined : { system: system(), proof }),
      }),
    };
  }

  async function run(during: () => Promise<unknown>) {
    const directory = await RunDirectory.create(scratch.dir);
    const control = new RunControl(directory.dir);
    const context: Context = { done: [] };
    const result = await runPlan<Context>(planOf(during), {
      mode: 'real',
      context: () => context,
      run: directory,
      control,
      onEvent: () => undefined,
      stateDir: scratch.dir,
      inputBytes: 1,
    });
    control.close();
    await directory.close();
    return { result, done: context.done, proof: context.proof };
  }
  const failed = (checks: readonly Check[]) =>
    checks.flatMap(({ outcome, findings }) =>
      outcome === 'fails' ? findings.map(({ code }) => code) : outcome === 'unknown' ? ['unknown'] : [],
    );

  it('asks at every step until the flip, and leaves no connection open', async () => {
    const { result, done } = await run(() => Promise.resolve());
    expect(done).toEqual(['03-last-dump', '04-import', '05-counts', '12-flip', '13-watch']);
    // The freeze itself and the four steps until the flip; what comes after it is not held against it.
    expect(result.checks.filter(({ id }) => id === 'freeze-read-only')).toHaveLength(5);
    expect([failed(result.checks), opened]).toEqual([[], 0]);
  });

  it.each([
    ['is thawed', () => db.sql('SET GLOBAL read_only = 0'), ['freeze-thawed', 'freeze-write-accepted']],
    [
      'was thawed, written to and frozen again',
      () =>
        db.sql('SET GLOBAL read_only = 0; INSERT INTO a VALUES (2); SET GLOBAL read_only = 1', { database }),
      ['freeze-written', 'freeze-written', 'freeze-table-changed'],
    ],
    [
      'was written to past the binary log',
      () => db.sql('SET sql_log_bin = 0; INSERT INTO a VALUES (2)', { database }),
      ['freeze-table-changed'],
    ],
  ])('stops before the next step where the system %s meanwhile', async (_name, during, codes) => {
    const { result, done } = await run(during);
    expect(done).toEqual(['03-last-dump', '04-import']);
    expect(result.stoppedBy?.step).toBe('05-counts');
    expect(failed(result.checks)).toEqual(codes);
  });

  it('stops where a watchdog of the server thaws it', async () => {
    const { result, done } = await run(async () => {
      await db.sql(
        `CREATE EVENT thaw ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 1 SECOND DO SET GLOBAL read_only = 0`,
        { database },
      );
      for (const since = Date.now(); Date.now() - since < 20_000;)
        if ((await db.sql('SELECT @@GLOBAL.read_only')).trim() === '0') return;
    });
    expect(done.at(-1)).toBe('04-import');
    expect(failed(result.checks)).toContain('freeze-thawed');
  });

  it('does not go on where the system cannot be asked any more', async () => {
    await db.sql('SET GLOBAL read_only = 1');
    const { proof } = await beginFreeze(system(), { windowMs: 50, intervalMs: 10 });
    const checks = await checkStillFrozen(system(9), proof!);
    expect(checks.map(({ id, outcome }) => [id, outcome])).toEqual([['freeze-still', 'unknown']]);
    expect(checks[0]!.couldNotTell).toContain('cannot be asked');
  });

  it('gives no proof of a system that is not frozen', async () => {
    const { checks, proof } = await beginFreeze(system(), { windowMs: 60_000 });
    expect([failed(checks).length > 0, proof, opened]).toEqual([true, undefined, 0]);
  });
});

describe('the steps of a plan that are guarded', () => {
  const steps = [{ id: '01-a' }, { id: '02-b' }, { id: '03-c' }];

  it('have to be in the plan', () => {
    const span = { until: '03-c', frozen: () => undefined };
    expect(whileFrozen(steps, { ...span, after: '01-a' })).toHaveLength(3);
    expect(() => whileFrozen(steps, { ...span, after: 'no' })).toThrow(RangeError);
    expect(() => whileFrozen(steps, { ...span, after: '03-c' })).toThrow(RangeError);
  });

  it('ask what they asked before, where nothing was frozen too', async () => {
    type Asking = { id: string; check?: () => Promise<Check[]> };
    const asked = { id: '02-b', check: () => Promise.resolve([{ id: 'own' } as Check]) };
    const all: Asking[] = [steps[0]!, asked, { ...steps[2]!, check: asked.check }];
    const [, guarded, last] = whileFrozen(all, {
      after: '01-a',
      until: '02-b',
      frozen: () => undefined,
    });
    expect(await guarded!.check!()).toEqual([{ id: 'own' }]);
    expect(last!.check).toBe(asked.check);
  });
});
