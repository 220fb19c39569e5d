import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@cutover/core';
import { describeWith } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ran } from './run.ts';
import { type Move, startMove } from './stand-in-move.ts';

const report = ({ stdout }: Ran): Report => JSON.parse(stdout) as Report;
const open = (ran: Ran): string[] =>
  report(ran)
    .checks.filter(({ outcome }) => outcome !== 'holds')
    .map(({ id }) => id);

describeWith('bind', 'a move from a MariaDB and its site to the new system, by a name of a real zone', () => {
  describeWith('mariadb', 'rehearsed twice', () => {
    let move: Move;
    beforeAll(async () => {
      move = await startMove();
    });
    afterAll(() => move?.stop());

    const config = ['--config', 'cutover.toml', '--json'];
    const runs = (): string[] => readdirSync(join(move.dir, '.cutover', 'runs')).sort();
    const aboutOf = async (base: string, member: string): Promise<unknown> => {
      const answer = await fetch(`${base}/api/members/${member}`);
      return ((await answer.json()) as { record: { about?: unknown } }).record.about;
    };

    /** Everybody is led to the legacy site, which takes writes. */
    async function expectLegacy(): Promise<void> {
      expect(await move.told()).toEqual([{ address: '127.0.0.10', ttl: 2 }]);
      expect(await move.visit('/')).toEqual({ status: 200, text: 'legacy: 72' });
      const { accepted } = await move.legacy.writes();
      await sleep(600);
      expect((await move.legacy.writes()).accepted).toBeGreaterThan(accepted);
    }

    /** Everybody is led to the new system, which has the last write that legacy took; readers there get the page. */
    async function expectNew(): Promise<void> {
      expect(await move.told()).toEqual([{ address: '127.0.0.20', ttl: 2 }]);
      expect((await move.visit('/')).text).toContain('<h1>laddr</h1>');
      const { accepted, refused } = await move.legacy.writes();
      expect(await aboutOf(move.fresh, 'staff')).toBe(`Visit ${accepted}`);
      await sleep(600);
      const later = await move.legacy.writes();
      expect([later.accepted, later.refused > refused]).toEqual([accepted, true]);
      expect((await fetch(move.legacy.url)).status).toBe(503);
    }

    it('is refused before it was rehearsed, and where the new system is another than is meant', async () => {
      await move.visit('/', 'CivicFeed/1.2');
      const early = await move.go('run', ...config);
      expect([early.code, early.stderr]).toEqual([64, expect.stringContaining('has held in 0 rehearsals')]);
      move.configure({ environment: 'staging' });
      const other = await move.go('preflight', ...config);
      expect([other.code, open(other)]).toEqual([3, ['preflight-target']]);
      expect(other.stdout).toContain('has the environment test, not staging');
      move.configure();
    });

    it.each([1, 2])(
      'is rehearsed whole, with its hooks, and taken back (%i)',
      async () => {
        const rehearsed = await move.go('dry-run', ...config);
        expect([rehearsed.code, open(rehearsed)]).toEqual([0, []]);
        await expectNew();
        const dir = join(move.dir, '.cutover', 'runs', runs().at(-1)!);
        expect(existsSync(join(dir, 'stores'))).toBe(true);
        const back = await move.go('rollback');
        expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('went back whole')]);
        await expectLegacy();
        expect(['stores', 'dump', 'work'].filter((name) => existsSync(join(dir, name)))).toEqual([]);
      },
      120_000,
    );
  });
});
