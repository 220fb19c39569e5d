import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dumpSource } from '@cutover/importer';
import { smallSampleDump } from '@cutover/laddr';
import type { StoredRecord } from '@cutover/records';
import { parseRecord } from '@cutover/stores';
import { describeWith, type MariaDb, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type CarryBackManifest,
  type LegacySchema,
  readLegacySchema,
  writeCarryBack,
} from '../../src/index.ts';
import { Member, newSide, type NewSide } from './new-side.ts';

const sample = fileURLToPath(smallSampleDump);
const awkward = `it's a "test" \\ with \\n\nand 100% of; -- it`;

describeWith('mariadb', 'carrying changes back to a real server', () => {
  let server: MariaDb;
  let side: NewSide;
  let schema: LegacySchema;
  let manifest: CarryBackManifest;
  let out: string;

  beforeAll(async () => {
    server = await startMariaDb();
    side = await newSide();
    schema = await readLegacySchema(dumpSource([sample]));
    const { url } = await side.api();
    const member = await Member.signIn(url, 'user');
    await member.send('PATCH', '/api/members/user', { firstName: 'Zoë', about: awkward, newsletter: true });
    await member.send('POST', '/api/projects', {
      title: `A way 'back'`,
      readme: awkward,
      usersUrl: 'https://example.org/?a=1&b=2',
      stage: 'Testing',
    });
    await member.send('POST', '/api/projects/a-way-back/updates', { body: awkward });
    await member.send('POST', '/api/projects/a-way-back/updates', { body: 'Second' });
    const other = await Member.signIn(url, 'staff');
    await other.send('POST', '/api/projects/a-way-back/members', { role: 'Tester' });
    await other.send('PATCH', '/api/members/staff', { newsletter: false });
    const person = await personId(side, 'staff');
    await side.privateStore.update('profiles', person, (record) => ({
      ...record!,
      email: "new'address@example.org",
      location: 'Elsewhere',
    }));
    out = join(side.dir, 'bundle');
    manifest = await writeCarryBack({ ...side, schema, out });
  }, 120_000);
  afterAll(async () => {
    await side?.close();
    await server?.stop();
  });

  const bundled = (): string => readFileSync(join(out, 'private/legacy.sql'), 'utf8');
  const legacy = async (): Promise<string> => {
    const database = await server.createDatabase('utf8');
    await server.sql(readFileSync(sample), { database });
    return database;
  };
  const dumped = async (database: string): Promise<Buffer> =>
    server.dump(['--skip-comments', '--order-by-primary', database]);

  it('what legacy says after it is what the new side says, field by field', async () => {
    expect(manifest.losses).toEqual([]);
    // The import leaves a reference to nobody out, so that it knows nothing of ModifierID where there is none.
    expect(manifest.unguarded).toBe(1);
    expect(manifest.rows).toEqual({ insert: 5, update: 2, delete: 0 });
    const database = await legacy();
    await server.sql(bundled(), { database });
    const path = join(side.dir, 'after.sql');
    // Taken at the same moment as the first, so that the same posts are scheduled for later.
    const moment = readFileSync(sample, 'latin1').trimEnd().split('\n').at(-1)!;
    writeFileSync(path, Buffer.concat([await dumped(database), Buffer.from(`\n${moment}\n`)]));
    const again = await newSide(path);
    try {
      expect(await records(again)).toEqual(await records(side));
      expect(await privates(again)).toEqual(await privates(side));
    } finally {
      await again.close();
    }
  }, 120_000);

  it('applied twice, or again after it was cut off anywhere, it is applied once', async () => {
    const once = await legacy();
    await server.sql(bundled(), { database: once });
    const expected = await dumped(once);
    await server.sql(bundled(), { database: once });
    expect((await dumped(once)).equals(expected)).toBe(true);
    const lines = bundled().split('\n');
    const begin = lines.indexOf('START TRANSACTION;');
    const writes = lines.flatMap((line, i) => (i > begin && /^(INSERT INTO `|UPDATE)/.test(line) ? [i] : []));
    expect(writes.length).toBeGreaterThan(7);
    const database = await legacy();
    for (const at of [writes[1]!, writes.at(-2)!]) {
      await server.sql(lines.slice(0, at + 1).join('\n'), { database });
    }
    await server.sql(bundled(), { database });
    expect((await dumped(database)).equals(expected)).toBe(true);
  }, 120_000);

  it.each([
    [
      'a row that somebody changed in legacy meanwhile',
      `UPDATE people SET LastName = 'Changed' WHERE Username = 'user'`,
      /people.*not as it was imported/,
    ],
    [
      'a letter’s case alone',
      `UPDATE people SET Email = UPPER(Email) WHERE Username = 'staff'`,
      /people.*not as it was imported/,
    ],
    ['a row that is gone', `DELETE FROM people WHERE Username = 'staff'`, /people.*not as it was imported/],
    [
      'a handle that is taken',
      `UPDATE projects SET Handle = 'A-Way-Back' LIMIT 1`,
      /projects.*another row has its key/,
    ],
    [
      'an address that is taken',
      `UPDATE people SET Email = 'NEW''address@example.org' WHERE ID = 1`,
      /people.*another row has its key/,
    ],
    [
      'a column that is not there',
      'ALTER TABLE projects DROP COLUMN ChatChannel, DROP COLUMN README',
      /Unknown column/,
    ],
  ])(
    '%s: refused, with nothing written',
    async (_what, fault, refusal) => {
      const database = await legacy();
      await server.sql(fault, { database });
      const before = await dumped(database);
      await expect(server.sql(bundled(), { database })).rejects.toThrow(refusal);
      expect((await dumped(database)).equals(before)).toBe(true);
    },
    60_000,
  );

  it('private values are in the private part alone, for the owner alone', async () => {
    expect(statSync(out).mode & 0o077 & statSync(join(out, 'private')).mode).toBe(0);
    for (const file of ['private/legacy.sql', 'private/changes.jsonl', 'manifest.json', 'changes.jsonl'])
      expect([file, statSync(join(out, file)).mode & 0o077]).toEqual([file, 0]);
    expect(bundled()).toContain('address@example.org');
    for (const file of ['manifest.json', 'changes.jsonl']) {
      const text = readFileSync(join(out, file), 'utf8');
      expect(text).not.toMatch(/address@example\.org|Elsewhere|argon2id/);
      expect(text).toContain(file === 'manifest.json' ? manifest.commit : 'a-way-back');
    }
  });

  it('what legacy cannot say is exactly what is missing, and whose it is', async () => {
    const { url } = await side.api();
    const member = await Member.signIn(url, 'admin');
    await member.send('PATCH', '/api/members/admin', { about: 'party 🎉 time', lastName: 'x'.repeat(255) });
    await member.send('POST', '/api/projects', { title: 'Emoji 🎉' });
    const admin = await personId(side, 'admin');
    await side.privateStore.update('profiles', admin, (record) => ({ ...record!, githubUserId: '99' }));
    const narrow = new Map(schema);
    const people = narrow.get('people')!;
    const { Newsletter: _, ...columns } = people.columns;
    narrow.set('people', { ...people, columns });
    const bundle = await writeCarryBack({ ...side, schema: narrow, out: join(side.dir, 'lossy') });
    const said = bundle.losses.map(({ person, field, why }) => [person === admin, field, why]);
    expect(said.sort()).toEqual([
      [false, 'profiles.newsletter', expect.stringContaining('no column Newsletter')],
      [true, 'about', expect.stringContaining('replaced')],
      [true, 'profiles.githubUserId', expect.stringContaining('GitHub')],
      [true, 'title', expect.stringContaining('replaced')],
    ]);
    const database = await legacy();
    await server.sql('ALTER TABLE people DROP COLUMN Newsletter', { database });
    await server.sql(readFileSync(join(side.dir, 'lossy/private/legacy.sql')), { database });
    const about = await server.sql(`SELECT About FROM people WHERE Username = 'admin'`, { database });
    expect(about.trim()).toBe('party \u{fffd} time');
  }, 60_000);

  it('refuses a folder that is there, and a write that was cut off', async () => {
    await expect(writeCarryBack({ ...side, schema, out })).rejects.toMatchObject({ code: 'bundle-exists' });
    await side.privateStore.update('pending-writes', 'w', () => ({ id: 'w' }));
    const next = join(side.dir, 'other');
    await expect(writeCarryBack({ ...side, schema, out: next })).rejects.toMatchObject({
      code: 'writes-pending',
    });
    expect(() => statSync(next)).toThrow();
  });
});

async function personId({ publicStore }: NewSide, slug: string): Promise<string> {
  for await (const { sheet, path, bytes } of publicStore.readRecords('main')) {
    const record = parseRecord(path, bytes);
    if (sheet === 'people' && record['slug'] === slug) return record.id;
  }
  throw new Error(`nobody is called ${slug}`);
}

/** Records by what they are called, with those that they refer to by what these are called; ids are the importer's own. */
async function records({ publicStore }: NewSide): Promise<Map<string, unknown>> {
  const all: [string, StoredRecord][] = [];
  const names = new Map<string, string>();
  for await (const { sheet, path, bytes } of publicStore.readRecords('main')) {
    const record = parseRecord(path, bytes);
    const called = `${sheet}/${String(record['namespace'] ?? '')}/${String(record['slug'])}`;
    names.set(record.id, called);
    all.push([called, record]);
  }
  const fieldsOf = ({ id: _, legacyId: __, ...rest }: StoredRecord, called: string) => {
    const fields: Record<string, unknown> = { ...rest };
    // A name that the new side did not need: legacy makes one of the address.
    if (called.startsWith('projects/')) fields['legacyHandle'] ??= fields['slug'];
    return Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [
        field,
        typeof value !== 'string' ? value : (names.get(value) ?? value.replace(/(:\d\d)\.\d+Z$/, '$1Z')),
      ]),
    );
  };
  return new Map(all.map(([called, record]): [string, unknown] => [called, fieldsOf(record, called)]).sort());
}

/** What legacy has columns for. */
async function privates({ privateStore }: NewSide): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const record of privateStore.read('profiles')) {
    const { signedInAt: _, unsubscribeToken: __, claimedAt: ___, ...fields } = record;
    found.push(fields);
  }
  return found;
}
