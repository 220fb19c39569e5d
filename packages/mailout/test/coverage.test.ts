import { git } from '@cutover/stores';
import { laddrTarget } from '@cutover/laddr';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coverage, coverageAsHtml, Suppressions } from '../src/index.ts';
import { idOf, type Person, storesWith, type Stores } from './support/people.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir('cutover-coverage-');
});
afterEach(() => scratch.remove());

const asOf = new Date('2026-06-30T12:00:00Z');
const day = (ago: number): string => new Date(asOf.getTime() - ago * 86_400_000).toISOString();

const look = ({ publicStore, privateStore }: Stores, more: Partial<Parameters<typeof coverage>[0]> = {}) =>
  coverage({
    target: laddrTarget,
    publicStore,
    privateStore,
    branch: 'main',
    suppressions: new Suppressions(),
    asOf,
    ...more,
  });

const people: Person[] = [
  { number: 1, createdAt: day(10) },
  { number: 2, createdAt: day(1000), profile: { githubUserId: '7', claimedAt: day(5) } },
  { number: 3, createdAt: day(1000), profile: { signedInAt: day(40) }, hasPassword: true },
  { number: 4, createdAt: day(1000), hasPassword: true },
  { number: 5, createdAt: day(100), profile: { email: '' } },
  { number: 6, createdAt: day(20), profile: null },
  { number: 7, level: 'Disabled', createdAt: day(3), profile: { githubUserId: '8', claimedAt: day(3) } },
  { number: 8, createdAt: day(80) },
];

describe('coverage', () => {
  it('counts each account once, in all and among those who were active', async () => {
    const suppressions = new Suppressions();
    suppressions.add('p8@example.org', 'bounced');
    const { groups } = await look(await storesWith(scratch.dir, people), { suppressions });
    const counts = (group: (typeof groups)[number]) => [
      group.days,
      group.accounts,
      ...Object.values(group.states),
    ];
    // may not sign in, linked, password, unclaimed, unreachable
    expect(groups.map(counts)).toEqual([
      [undefined, 8, 1, 1, 1, 2, 3],
      [30, 4, 1, 1, 0, 1, 1],
      [90, 6, 1, 1, 1, 1, 2],
      [365, 7, 1, 1, 1, 1, 3],
    ]);
    for (const { accounts, states } of groups)
      expect(Object.values(states).reduce((a, b) => a + b)).toBe(accounts);
  });

  it('what is later than the moment has not happened', async () => {
    const stores = await storesWith(scratch.dir, people);
    const { groups, weeks } = await look(stores, { asOf: new Date(day(50)) });
    expect(groups.map(({ accounts }) => accounts)).toEqual([8, 0, 2, 2]);
    expect(weeks).toEqual([]);
  });

  it('knows the weeks in which people came, and who wrote, from the history of the branch', async () => {
    const stores = await storesWith(scratch.dir, people);
    const { dir } = stores.publicStore;
    const commit = async (ago: number, message: string): Promise<void> => {
      const env = {
        GIT_COMMITTER_DATE: day(ago),
        GIT_AUTHOR_NAME: 'x',
        GIT_AUTHOR_EMAIL: 'x@example.org',
        GIT_COMMITTER_NAME: 'x',
        GIT_COMMITTER_EMAIL: 'x@example.org',
      };
      const made = await git(dir, ['commit-tree', '-p', 'main', '-m', message, 'main^{tree}'], { env });
      await git(dir, ['update-ref', 'refs/heads/main', made.trim()]);
    };
    await commit(12, 'Change a profile\n\nActor: people/a\n');
    await commit(12, 'Change a profile\n\nActor: people/a\n');
    await commit(11, 'Change a profile\n\nActor: people/b\n');
    await commit(11, 'Import\n\nCutover-Merged: x\n');
    const { weeks } = await look(stores);
    expect(weeks[0]).toMatchObject({ came: 1, cameTotal: 1, writes: 0 });
    expect(weeks.filter(({ writes }) => writes > 0)).toEqual([
      { monday: '2026-06-15', came: 0, cameTotal: 1, writes: 3, writers: 2 },
    ]);
    expect(weeks.at(-1)).toMatchObject({ monday: '2026-06-29', cameTotal: 3 });
    // No week is left out between.
    const mondays = weeks.map(({ monday }) => Date.parse(monday));
    expect(mondays.slice(1).every((at, i) => at - mondays[i]! === 7 * 86_400_000)).toBe(true);
  });

  it('a target that does not say what activity is has one group, and says so', async () => {
    const { activity: _, ...accounts } = laddrTarget.accounts!;
    const { groups, couldNotTell } = await look(await storesWith(scratch.dir, people), {
      target: { ...laddrTarget, accounts },
    });
    expect([groups.length, couldNotTell]).toEqual([1, expect.stringContaining('activity') as string]);
  });

  it('the page loads nothing and names nobody', async () => {
    const html = coverageAsHtml(await look(await storesWith(scratch.dir, people)));
    expect(html).toContain('Active in the last 90 days: 6');
    expect(html).not.toMatch(/<script|https?:|@example|p-\d/);
    expect(html).not.toContain(idOf(1));
  });

  it('a branch that is not there is named', async () => {
    await expect(look(await storesWith(scratch.dir, people), { branch: 'none' })).rejects.toMatchObject({
      code: 'branch-missing',
    });
  });
});
