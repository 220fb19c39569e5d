import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@cutover/core';
import { describeWith, run } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ran } from './run.ts';
import { type Move, startMove } from './stand-in-move.ts';

const report = ({ stdout }: Ran): Report => JSON.parse(stdout) as Report;
const open = (ran: Ran): string[] =>
  report(ran)
    .checks.filter(({ outcome }) => outcome !== 'holds')
    .map(({ id }) => id);
const keyOf = (name: string): string =>
  `${name.toLowerCase()}-${createHash('sha256').update(name).digest('hex').slice(0, 4)}`;

describeWith('bind', 'a move from a MariaDB and its site to the new system, by a name of a real zone', () => {
  describeWith('mariadb', 'rehearsed twice, made, taken back and made again', () => {
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

    /** Begins a run, which asks who else calls the site, and gives all answers that it will ask for. */
    async function begin(): Promise<void> {
      const first = await move.go('run', ...config);
      expect([first.code, report(first).details['UNREHEARSED']]).toEqual([7, undefined]);
      const { waitingFor } = report(first).details as { waitingFor: { key: string; asks: string } };
      expect(waitingFor.asks).toContain('CivicFeed called the legacy site');
      const answers = [
        [waitingFor.key, 'told'],
        ['06-stage-sso/staged', 'done'],
        [`07-go-no-go/go-${keyOf('Ann')}`, 'go'],
        ['20-switch-sso/switched', 'done'],
        ['26-decommission/decommissioned', 'done'],
      ] as const;
      const said = await Promise.all(
        answers.map(([key, answer]) =>
          move.go('answer', key, answer, '--by', 'Ann', '--evidence', 'a ticket'),
        ),
      );
      expect(said.map(({ code }) => code)).toEqual(answers.map(() => 0));
      // The old TTL is waited out by whoever stays.
      await sleep(2000);
    }

    const goOn = () => move.go('resume', '--json', '--wait', '--yes-to', '19-flip', '22-open');

    it('is refused before it was rehearsed, and where the new system is another than is meant', async () => {
      await move.visit('/', 'CivicFeed/1.2');
      const early = await move.go('run', ...config);
      expect([early.code, early.stderr]).toEqual([
        64,
        expect.stringContaining('has held in 0 whole rehearsals'),
      ]);
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

    it('is made without a word of being unrehearsed; a write on the new side is seen', async () => {
      move.configure({ environment: 'staging' });
      const wrong = await move.go('run', ...config);
      expect([wrong.code, open(wrong)]).toEqual([3, ['preflight-target']]);
      const notUsed = ['sign-in', 'oauth', 'saml'];
      move.configure({ notUsed, afterOpen: '1m' });
      await begin();
      const writing = new AbortController();
      const written = memberWrites(move.fresh, 'Builds things', writing.signal);
      const made = await goOn().finally(() => writing.abort());
      expect([made.code, open(made), await written]).toEqual([0, [], true]);
      await expectNew();
      move.configure({ notUsed });
      const status = JSON.parse((await move.go('status', '--json')).stdout) as Record<string, unknown>;
      expect(status).toMatchObject({
        state: 'done',
        pointOfNoReturn: { what: expect.stringContaining('1 changed records') as string },
      });
      expect((await move.go('status')).stdout).toContain('written on the new side since');
    }, 120_000);

    it('goes back with what was written, which legacy then has', async () => {
      const key = '20-switch-sso/undo:switched-back';
      await move.go('answer', key, 'done', '--by', 'Cem', '--evidence', 'a screenshot');
      const back = await move.go('rollback');
      expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('went back whole')]);
      await expectLegacy();
      const { stdout: branches } = await run('git', ['-C', join(move.dir, 'public.git'), 'branch', '-a']);
      expect(branches).toBe('');
      const carried = join(move.dir, '.cutover', 'runs', runs().at(-1)!, 'carry-back');
      const bundle = readdirSync(carried).find((name) => name !== 'checks.json')!;
      const sql = readFileSync(join(carried, bundle, 'private', 'legacy.sql'));
      await move.db.sql(sql, { database: move.database });
      const about = "SELECT About FROM people WHERE Username = 'user'";
      expect(await move.db.sql(about, { database: move.database })).toBe('Builds things\n');
    }, 120_000);

    it('is made again, with all of it', async () => {
      await begin();
      const made = await goOn();
      expect([made.code, open(made)]).toEqual([0, []]);
      await expectNew();
      expect(await aboutOf(move.fresh, 'user')).toBe('Builds things');
    }, 120_000);
  });
});

/** Somebody who tries to change their profile until the new side lets them; whether it ever did. */
async function memberWrites(base: string, about: string, signal: AbortSignal): Promise<boolean> {
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const send = (method: string, path: string, body: unknown, cookie = '') =>
    fetch(base + path, { method, headers: { ...json, cookie }, body: JSON.stringify(body) });
  while (!signal.aborted) {
    await sleep(100);
    // Closed or on its way down, it takes no write; open, it asks who is there.
    const asked = await send('PATCH', '/api/members/user', { about }).catch(() => undefined);
    if (asked?.status !== 401) continue;
    const signedIn = await send('POST', '/api/auth/sign-in', { login: 'user', password: 'user' });
    const cookie = signedIn.headers.getSetCookie().map((one) => one.split(';', 1)[0]!);
    const answer = await send('PATCH', '/api/members/user', { about }, cookie.join('; '));
    if (answer.ok) return true;
  }
  return false;
}
