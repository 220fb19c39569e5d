import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { laddr, smallSampleDump } from '@cutover/laddr';
import { addressDigest, campaignLine, Journal, type JournalLine, Suppressions } from '@cutover/mailout';
import { reconcile } from '@cutover/reconcile';
import { scratchDir } from '@cutover/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assertMayPurge, hashNeedles, lookFor, planPurge, purgePasswords, subjectOf } from '../src/index.ts';
import {
  all,
  copyOf,
  emptySite,
  importSample,
  people,
  personId,
  privateBytes,
  sampleWith,
  type Site,
} from './support/site.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let site: Site;
let origin: Awaited<ReturnType<typeof scratchDir>>;
let sample: Site;
beforeAll(async () => {
  origin = await scratchDir();
  sample = await importSample(origin.dir);
});
afterAll(() => origin.remove());
beforeEach(async () => {
  scratch = await scratchDir();
  site = await copyOf(sample, scratch.dir);
});
afterEach(() => scratch.remove());

const dates = {
  now: new Date('2026-12-01'),
  cutoverOn: new Date('2026-06-01'),
  afterDays: 180,
  isEarly: false,
};

/** A campaign that was begun half a year ago, with what became of its mails. */
async function journalOf(lines: JournalLine[]): Promise<Journal> {
  const dir = mkdtempSync(join(scratch.dir, 'journal-'));
  const first = campaignLine('passwords-end', 'passwords-end', 30, Date.parse('2026-10-01'));
  const journal = await Journal.open(dir, first);
  await journal.append(lines);
  await journal.close();
  return (await Journal.look(dir))!;
}

const plan = (more: Partial<Parameters<typeof planPurge>[0]> = {}) =>
  planPurge({
    target: laddr.target,
    ...site,
    branch: 'main',
    journal: undefined,
    suppressions: new Suppressions(),
    toldByHand: new Set(),
    ...more,
  });

const purge = (planned: Awaited<ReturnType<typeof plan>>, more = {}) =>
  purgePasswords({
    profile: laddr,
    privateStore: site.privateStore,
    plan: planned,
    run: `purge-${Math.random()}`,
    by: 'test',
    ...more,
  });

const at = '2026-10-02T00:00:00.000Z';

/** The mail was accepted for everybody to whom it could be sent. */
async function everybodyTold(except: ReadonlySet<string> = new Set()): Promise<Journal> {
  const { notTold } = await plan();
  const profiles = new Map((await all(site.privateStore, 'profiles')).map((record) => [record.id, record]));
  return journalOf(
    notTold
      .filter((id) => !except.has(id))
      .flatMap((person): JournalLine[] => [
        {
          type: 'intended',
          person,
          address: addressDigest(String(profiles.get(person)!['email'])),
        },
        { type: 'accepted', person, id: 'r', at },
      ]),
  );
}

describe('whose password is to go', () => {
  it('all who did not come; each of them was told, or there is a reason why not', async () => {
    const passwords = await all(site.privateStore, 'legacy-passwords');
    const before = await plan();
    expect([before.toPurge.size, before.came]).toEqual([passwords.length, 0]);
    expect(before.notTold.length).toBeGreaterThan(2);
    const [a, b, c] = before.notTold;
    await site.privateStore.update('profiles', a!, (record) => ({ ...record!, signedInAt: at }));
    await site.privateStore.update('profiles', b!, (record) => ({ ...record!, githubUserId: '7' }));
    const journal = await everybodyTold(new Set([c!]));
    const now = await plan({ journal });
    expect([now.toPurge.has(a!), now.toPurge.has(b!), now.came, now.notTold]).toEqual([false, false, 2, [c]]);
    const others = Object.values(now.unreachable).reduce((sum, each) => sum + each, 0);
    expect(now.told + now.notTold.length + others).toBe(now.toPurge.size);
    expect((await plan({ journal, toldByHand: new Set([c!]) })).notTold).toEqual([]);
  });

  it('an address that was told counts for every account that has it; one that is refused cannot be told', async () => {
    const [a, b] = (await plan()).notTold;
    const email = (await all(site.privateStore, 'profiles')).find(({ id }) => id === a)!['email'];
    await site.privateStore.update('profiles', b!, (record) => ({
      ...record!,
      email: String(email).toUpperCase(),
    }));
    const told: JournalLine[] = [
      { type: 'intended', person: a!, address: addressDigest(String(email)) },
      { type: 'accepted', person: a!, id: 'r', at },
    ];
    const after = await plan({ journal: await journalOf(told) });
    expect([after.notTold.includes(a!), after.notTold.includes(b!), after.told]).toEqual([false, false, 2]);
    const refused: JournalLine[] = [told[0]!, { type: 'refused', person: a!, reason: 'bad address', at }];
    expect((await plan({ journal: await journalOf(refused) })).unreachable['the mail was refused']).toBe(1);
  });

  it.each([
    ['accepted', false],
    ['sending', true],
    ['unknown', true],
  ] as const)('a mail that is %s: not told is %s', async (state, isMissing) => {
    const [person] = (await plan()).notTold;
    const last: JournalLine =
      state === 'accepted'
        ? { type: 'accepted', person: person!, id: 'r', at }
        : state === 'unknown'
          ? { type: 'unknown', person: person!, why: 'w', at }
          : { type: 'sending', batch: 'b', key: 'k', people: [person!], at };
    const lines: JournalLine[] = [{ type: 'intended', person: person!, address: 'x' }, last];
    expect((await plan({ journal: await journalOf(lines) })).notTold.includes(person!)).toBe(isMissing);
  });

  it('is refused before the day, before the date in the mail, and while somebody was not told', async () => {
    const journal = await everybodyTold();
    const planned = await plan({ journal });
    const may = (more: Partial<typeof dates>) => () =>
      assertMayPurge(planned, journal, { ...dates, ...more });
    expect(may({})).not.toThrow();
    expect(may({ now: new Date('2026-11-27') })).toThrow(/from 2026-11-28 on/);
    expect(may({ now: new Date('2026-10-30'), cutoverOn: new Date('2026-01-01') })).toThrow(
      /from 2026-10-31 on/,
    );
    expect(may({ now: new Date('2026-06-02'), isEarly: true })).not.toThrow();
    expect(() => assertMayPurge({ notTold: ['x'] }, journal, { ...dates, isEarly: true })).toThrow(
      /were not/,
    );
  });
});

describe('purging', () => {
  async function planned() {
    return plan({ journal: await everybodyTold() });
  }

  it('leaves no hash in any byte of the private store; the people stay, and no import brings one back', async () => {
    const before = await all(site.privateStore, 'profiles');
    // An earlier version of the store has them as well.
    const [came] = (await plan()).notTold;
    await site.privateStore.update('profiles', came!, (record) => ({ ...record!, signedInAt: at }));
    const mine = (await all(site.privateStore, 'legacy-passwords')).find(({ id }) => id === came)!['hash'];
    const todo = await planned();
    const hashes = [...new Set(todo.toPurge.values())].filter((hash) => hash !== mine);
    const first = await privateBytes(site);
    expect(hashes.filter((hash) => !first.includes(hash))).toEqual([]);
    const result = await purge(todo);
    expect(result).toMatchObject({ purged: todo.toPurge.size, kept: 0, stillThere: 0, left: 0 });
    expect(result.generations).toBeGreaterThan(0);
    const bytes = await privateBytes(site);
    expect(hashes.filter((hash) => bytes.includes(hash))).toEqual([]);
    expect(await all(site.privateStore, 'legacy-passwords')).toEqual([{ id: came, hash: mine }]);
    expect((await all(site.privateStore, 'profiles')).length).toBe(before.length);
    await site.again();
    expect(await all(site.privateStore, 'legacy-passwords')).toEqual([{ id: came, hash: mine }]);
    // Nor anything that could be guessed at with the store's key.
    const digests = (await all(site.privateStore, 'imported/legacy-passwords')).filter(
      ({ id }) => id !== came,
    );
    const [ledger = []] = await ledgerLines();
    const mineToo = (line: { privates?: string[] }) => line.privates?.includes(`legacy-passwords/${came}`);
    const withPassword = ledger.filter((line) =>
      line.privates?.some((name) => name.startsWith('legacy-passwords/')),
    );
    expect(new Set(withPassword.map((line) => [mineToo(line), line.digest === ''].join()))).toEqual(
      new Set(['true,false', 'false,true']),
    );
    expect(digests.map((line) => JSON.stringify(line['digests']))).toEqual(digests.map(() => '{}'));
  });

  /** Of all imports, oldest first. */
  async function ledgerLines(): Promise<{ privates?: string[]; digest: string }[][]> {
    const files: { privates?: string[]; digest: string }[][] = [];
    for await (const { name } of site.privateStore.keptFiles('ledger')) {
      const text = gunzipSync((await site.privateStore.keptFile('ledger', name))!).toString();
      files.push(
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { privates?: string[]; digest: string }),
      );
    }
    return files;
  }

  it('keeps a line for each, without id and hash', async () => {
    const todo = await planned();
    await purge(todo, { run: 'purge-1' });
    const lines = String(await site.privateStore.keptFile('audit', 'purge-1/0001-after.jsonl'))
      .trim()
      .split('\n');
    const subjects = lines.map((line) => (JSON.parse(line) as { subject: string }).subject).sort();
    expect(subjects).toEqual(
      [...todo.toPurge.keys()].map((id) => `legacy-passwords/sha256:${subjectOf(id)}`).sort(),
    );
  });

  it('who signs in meanwhile keeps the password', async () => {
    const todo = await planned();
    const [person] = todo.toPurge.keys();
    await site.privateStore.update('legacy-passwords', person!, (record) => ({ ...record!, hash: 'anew' }));
    expect(await purge(todo)).toMatchObject({ kept: 1, purged: todo.toPurge.size - 1, stillThere: 0 });
    expect(await all(site.privateStore, 'legacy-passwords')).toEqual([{ id: person, hash: 'anew' }]);
  });

  it('takes passwords out of quarantined rows, and leaves the rest of them', async () => {
    const path = join(scratch.dir, 'q');
    const row = {
      table: 'people',
      row: 'people/9999',
      outcome: 'quarantined',
      values: {
        ID: '9999',
        Username: 'q',
        Password: 'b'.repeat(40),
        Email: 'q@example.org',
        About: 'c'.repeat(40),
      },
    };
    writeFileSync(path, gzipSync(`${JSON.stringify(row)}\n`));
    await site.privateStore.keepFile('quarantine', 'import-x.ndjson.gz', path);
    expect((await purge(await planned())).quarantine).toMatchObject({ files: 1 });
    const bytes = await privateBytes(site);
    expect(bytes).not.toContain('b'.repeat(40));
    expect(bytes).toContain(JSON.stringify({ ...row, values: { ...row.values, Password: null } }));
  });

  it('leaves reconcile something to hold; passwords that were lost do not', async () => {
    const credentials = async () => {
      const checks = await reconcile({
        target: laddr.target,
        ...site,
        treeish: 'refs/heads/main',
        identity: laddr.identity,
      });
      const about = /credentials|drained-password|disabled-password/;
      return Object.fromEntries(
        checks.filter(({ id }) => about.test(id)).map(({ id, outcome }) => [id, outcome]),
      );
    };
    const lost = await copyOf(site, join(scratch.dir, 'lost'));
    const passwords = await all(site.privateStore, 'legacy-passwords');
    expect(await purge(await plan())).toMatchObject({ purged: passwords.length });
    const holds = { 'reconcile-drained-password': 'holds', 'reconcile-disabled-password': 'holds' };
    expect(await credentials()).toEqual({ ...holds, 'reconcile-credentials': 'holds' });
    site = lost;
    const remove = passwords.map(({ id }) => ({ sheet: 'legacy-passwords', id, change: () => undefined }));
    await site.privateStore.edit(remove, 'lost');
    expect(await credentials()).toEqual({ ...holds, 'reconcile-credentials': 'unknown' });
  });

  it('no import brings a password back, of a row that was in quarantine neither', async () => {
    const broken = await sampleWith(scratch.dir, [
      `'Birchwell',NULL,NULL,NULL,NULL,'elowen.birchwell.10@`,
      `'Birchwell',NULL,NULL,NULL,'19xx-01-01','elowen.birchwell.10@`,
    ]);
    site = await emptySite(join(scratch.dir, 'fresh'));
    await site.again(broken);
    const had = await all(sample.privateStore, 'legacy-passwords');
    expect(had.some(({ id }) => id === personId(1010))).toBe(true);
    const todo = await plan();
    expect([todo.toPurge.has(personId(1010)), todo.toPurge.size]).toEqual([false, had.length - 1]);
    await purge(todo);
    for (const again of [broken, fileURLToPath(smallSampleDump)]) {
      await site.again(again);
      expect(await all(site.privateStore, 'legacy-passwords')).toEqual([]);
    }
    expect((await people(site)).some(({ id }) => id === personId(1010))).toBe(true);
  });

  it.each(['removed', 'digests', 'quarantine', 'history'])(
    'killed after %s, it is finished by the next',
    async (step) => {
      const todo = await planned();
      const onStep = (done: string) => {
        if (done === step) throw new Error('killed');
      };
      await expect(purge(todo, { onStep })).rejects.toThrow('killed');
      expect(await purge(await plan())).toMatchObject({ purged: 0, stillThere: 0, left: 0 });
      const bytes = await privateBytes(site);
      expect([...todo.toPurge.values()].filter((hash) => bytes.includes(hash))).toEqual([]);
    },
  );

  it('waits for what holds copies: a staged import', async () => {
    await site.privateStore.stage('import-1');
    await expect(purge(await plan())).rejects.toMatchObject({ code: 'import-under-way', exitCode: 5 });
    expect((await all(site.privateStore, 'legacy-passwords')).length).toBeGreaterThan(0);
  });
});

describe('looking for what is left elsewhere', () => {
  it('finds hashes in dumps, also compressed and across the edges of what is read at once', async () => {
    const hashes = ['0'.repeat(39) + '1', '$2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234'];
    const filler = 'x,'.repeat(200_000);
    writeFileSync(join(scratch.dir, 'a.sql'), `${filler}'${hashes[0]!}',${filler}`);
    writeFileSync(join(scratch.dir, 'b.sql.gz'), gzipSync(`('${hashes[1]!}')`));
    writeFileSync(join(scratch.dir, 'none.sql'), `'${'0'.repeat(40)}'`);
    for (let shift = 0; shift < 80; shift += 7)
      writeFileSync(join(scratch.dir, `edge-${shift}.sql`), `${' '.repeat((1 << 18) - shift)}${hashes[0]!}`);
    const result = await lookFor([scratch.dir], hashNeedles(hashes));
    const names = result.found
      .map(({ path }) => path.slice(scratch.dir.length + 1))
      .filter((name) => !name.includes('/'));
    expect(names.filter((name) => !name.startsWith('edge'))).toEqual(['a.sql', 'b.sql.gz']);
    expect(names.filter((name) => name.startsWith('edge')).length).toBe(12);
  });

  it('says what it could not look into, and refuses what is not there', async () => {
    writeFileSync(join(scratch.dir, 'broken.gz'), gzipSync('x'.repeat(10_000)).subarray(0, 30));
    const { unread } = await lookFor([join(scratch.dir, 'broken.gz')], hashNeedles(['a'.repeat(40)]));
    expect(unread).toHaveLength(1);
    await expect(lookFor(['/nowhere'], hashNeedles([]))).rejects.toMatchObject({ code: 'look-in-missing' });
  });
});
