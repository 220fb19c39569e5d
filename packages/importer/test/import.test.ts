import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { accountedRows } from '@cutover/core';
import { parseToml, type Profile, recordId } from '@cutover/records';
import {
  git,
  type KeptKind,
  openPrivateStore,
  openPublicStore,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  dumpSource,
  importDump,
  type ImportOptions,
  queryLedger,
  readExpectations,
  readLedger,
} from '../src/index.ts';
import { overriding } from './overriding.ts';
import { tiny, type TinyTables, writeDump } from './tiny.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let publicStore: PublicStore;
let privateStore: PrivateStore;

beforeEach(async () => {
  scratch = await scratchDir();
  publicStore = await openPublicStore(join(scratch.dir, 'public.git'), { create: true });
  privateStore = await openPrivateStore(join(scratch.dir, 'private'), { create: true });
});
afterEach(() => scratch.remove());

function run(tables: TinyTables, options: Partial<ImportOptions> = {}) {
  return importDump({
    profile: tiny,
    source: dumpSource([writeDump(scratch.dir, tables)]),
    publicStore,
    privateStore,
    branch: 'legacy-import',
    workDir: join(scratch.dir, 'work'),
    toolVersion: '0',
    ...options,
  });
}

async function tree(): Promise<Record<string, Record<string, unknown>>> {
  const records: Record<string, Record<string, unknown>> = {};
  for await (const { path, bytes } of publicStore.readRecords('legacy-import'))
    records[path] = parseToml(bytes.toString());
  return records;
}

async function slugs(): Promise<unknown[]> {
  return Object.values(await tree())
    .map(({ name, slug }) => [name, slug])
    .sort();
}

async function profiles() {
  const records = [];
  for await (const record of privateStore.read('profiles')) records.push(record);
  return records;
}

async function kept(kind: 'ledger' | 'quarantine'): Promise<string[]> {
  const names = [];
  for await (const { name } of privateStore.keptFiles(kind)) names.push(name);
  return names;
}

const idOf = (source: string, ...key: string[]) => recordId('tiny', 'tiny', { source, key });
const keptOf = async (kind: KeptKind): Promise<string[]> => {
  const names: string[] = [];
  for await (const { name } of privateStore.keptFiles(kind)) names.push(name.replace('.ndjson.gz', ''));
  return names;
};

const outcomes = (checks: readonly { id: string; outcome: string }[]) =>
  Object.fromEntries(checks.map(({ id, outcome }) => [id, outcome]));

const whole: TinyTables = {
  members: [
    ['1', 'Ann', 'ann@example.org', 'hash-of-ann-0001'],
    ['2', 'Ben', null, null],
  ],
  notes: [
    ['7', '1', '0', null],
    ['8', '2', '1', null],
    ['9', '2', '0', '2027-01-01'],
  ],
  parts: [
    ['7', '10', 'last'],
    ['7', '2', 'first'],
  ],
  logs: [['x'], ['y']],
};

describe('an import', () => {
  it('ends where the tree cannot be written, and keeps no file of lines for it', async () => {
    const failing = overriding(publicStore, {
      writeTree: async () => {
        const writer = await publicStore.writeTree();
        writer.finish = async () => {
          // By then the lines are in the private store.
          await expect.poll(() => kept('quarantine')).toHaveLength(1);
          throw new Error('planted');
        };
        return writer;
      },
    });
    const expectations = join(scratch.dir, 'expectations');
    await expect(run(whole, { publicStore: failing, expectations })).rejects.toThrow('planted');
    expect([await kept('ledger'), await kept('quarantine')]).toEqual([[], []]);
    await run(whole);
    expect(await kept('ledger')).toHaveLength(1);
  });

  it.each(['activate', 'delta'])(
    'ends with what failed, %s, once the other has ended too',
    async (failed) => {
      await run(whole);
      let underWay = 0;
      let ended = 0;
      const end = async (isFailed: boolean): Promise<void> => {
        underWay++;
        // Both have begun by then.
        await expect.poll(() => underWay).toBe(2);
        if (!isFailed) await new Promise((resolve) => setTimeout(resolve, 50));
        ended++;
        if (isFailed) throw new Error('planted');
      };
      const failing = {
        publicStore: overriding(publicStore, {
          changes: async (...args) => {
            await end(failed === 'delta');
            return publicStore.changes(...args);
          },
        }),
        privateStore: overriding(privateStore, {
          activate: async (...args) => {
            await end(failed === 'activate');
            return privateStore.activate(...args);
          },
        }),
      };
      const changed = { ...whole, members: [...whole.members!, ['3', 'Cyd', null, null]] };
      await expect(run(changed, failing)).rejects.toThrow('planted');
      expect([underWay, ended]).toEqual([2, 2]);
      // The branch is at it: the next import completes what was staged.
      expect(await privateStore.listStaged()).toHaveLength(failed === 'activate' ? 1 : 0);
      await run(changed);
      expect(await privateStore.listStaged()).toEqual([]);
      expect(await profiles()).toHaveLength(3);
    },
  );

  it('is asked for its ledger where it was activated, and not one that was killed before', async () => {
    const killed = async (at: string) => {
      const path = join(scratch.dir, 'killed');
      writeFileSync(path, '');
      await privateStore.keepFile('ledger', `${at}-killed.ndjson.gz`, path);
    };
    const query = { table: 'members', id: '1' };
    await killed('2000');
    await expect(queryLedger(privateStore, query)).rejects.toMatchObject({
      ...{ code: 'ledger-missing', message: 'nothing was imported into this private store' },
    });
    const { importId } = await run(whole);
    await killed('9000');
    expect(await queryLedger(privateStore, query)).toMatchObject({ importId, rows: [{ row: 'members/1' }] });
    await expect(queryLedger(privateStore, query, '9001')).rejects.toMatchObject({
      ...{ code: 'ledger-missing', message: expect.stringContaining('import 9001') as string },
    });
  });

  it('says what went wrong first where what it has staged cannot be removed, which the next one does', async () => {
    const failing = overriding(privateStore, {
      stage: async (importId) => {
        const staged = await privateStore.stage(importId);
        staged.put = () => {
          throw new Error('went wrong first');
        };
        staged.discard = () => Promise.reject(new Error('cannot be removed'));
        return staged;
      },
    });
    await expect(run(whole, { privateStore: failing })).rejects.toThrow('went wrong first');
    expect(await privateStore.listStaged()).toHaveLength(1);
    await run(whole);
    expect(await privateStore.listStaged()).toEqual([]);
  });

  it('gives every row one of four outcomes, and the tree that they make', async () => {
    const result = await run(whole);
    expect(outcomes(result.checks)).toEqual({
      quarantine: 'holds',
      ledger: 'holds',
      'private-provenance': 'holds',
      'rows-known': 'holds',
    });
    expect(result.tables).toEqual({
      members: { rows: 2, imported: 2, folded: 0, excluded: {}, quarantined: 0 },
      notes: { rows: 3, imported: 1, folded: 0, excluded: { draft: 2 }, quarantined: 0 },
      parts: { rows: 2, imported: 0, folded: 2, excluded: {}, quarantined: 0 },
      logs: { rows: 2, imported: 0, folded: 0, excluded: { logs: 2 }, quarantined: 0 },
    });
    for (const account of Object.values(result.tables)) expect(accountedRows(account)).toBe(account.rows);
    const ann = idOf('members', '1');
    const ben = idOf('members', '2');
    expect(await tree()).toEqual({
      [`members/${ann.slice(0, 2)}/ann.toml`]: { id: ann, name: 'Ann', slug: 'ann' },
      [`members/${ben.slice(0, 2)}/ben.toml`]: { id: ben, name: 'Ben', slug: 'ben' },
      'notes/7.toml': { id: idOf('notes', '7'), slug: '7', memberId: ann, body: 'first\nlast' },
    });
    expect(await profiles()).toHaveLength(2);
    expect(result.moment).toBe('2026-01-31T12:00:00Z');
    await git(publicStore.dir, ['fsck', '--strict']);
  });

  it('commits with trailers, and makes no commit the second time', async () => {
    const first = await run(whole);
    const message = (await publicStore.message('legacy-import'))!;
    expect(message).toMatch(/^Cutover-Profile: tiny\/1$/m);
    expect(message).toMatch(new RegExp(`^Cutover-Dump-SHA256: ${first.dumpSha256}$`, 'm'));
    expect(message).toMatch(/^Cutover-Rows: members=2$/m);
    const second = await run(whole);
    expect([second.moved, second.tree, second.head]).toEqual([false, first.tree, first.head]);
    expect((await git(publicStore.dir, ['rev-list', '--count', 'legacy-import'])).trim()).toBe('1');
    expect(await git(publicStore.dir, ['for-each-ref', '--format=%(refname)'])).toBe(
      'refs/heads/legacy-import\n',
    );
  });

  it('replaces the tree of the one before', async () => {
    await run(whole);
    await run({ ...whole, members: [['1', 'Ann', 'ann@example.org', null]], notes: [] });
    expect(Object.keys(await tree())).toHaveLength(1);
    expect((await git(publicStore.dir, ['rev-list', '--count', 'legacy-import'])).trim()).toBe('2');
    expect(await profiles()).toHaveLength(1);
  });

  it('lists what changed against the import before, by record, with where to see both versions', async () => {
    expect((await run(whole)).delta).toBeUndefined();
    const first = (await publicStore.head('legacy-import'))!;
    expect((await run(whole)).delta).toEqual({ from: first.commit, to: first.commit, sheets: {} });
    const members: TinyTables['members'] = [
      ['2', 'Benjamin', null, null],
      ['3', 'Cem', null, null],
    ];
    const { delta, head } = await run({ members });
    const at = (commit: string, id: string, slug: string) => ({
      commit,
      path: `members/${idOf('members', id).slice(0, 2)}/${slug}.toml`,
    });
    expect(delta!.sheets['members']).toEqual({
      added: 1,
      changed: 1,
      removed: 1,
      listed: {
        added: [{ id: idOf('members', '3'), after: at(head!.commit, '3', 'cem') }],
        changed: [
          {
            id: idOf('members', '2'),
            before: at(first.commit, '2', 'ben'),
            after: at(head!.commit, '2', 'benjamin'),
          },
        ],
        removed: [{ id: idOf('members', '1'), before: at(first.commit, '1', 'ann') }],
      },
    });
    expect(delta!.sheets['notes']).toMatchObject({ added: 0, changed: 0, removed: 1 });
  });

  it('says which directory holds more than a commit of one record should write', async () => {
    const notes = Array.from({ length: 5001 }, (_, i) => [String(i), '1', '0', null]);
    const said: unknown[] = [];
    const { crowded } = await run(
      { ...whole, notes, parts: [] },
      { onEvent: (event) => void (event.type === 'note' && said.push([event.code, event.message])) },
    );
    expect(crowded).toEqual([{ dir: 'notes', entries: 5001 }]);
    expect(said).toEqual([
      ['directory-crowded', expect.stringMatching(/^notes\/ holds 5001 entries/) as unknown],
    ]);
    expect((await run(whole)).crowded).toEqual([]);
  });

  it('gives the same tree with any number of jobs', async () => {
    const trees = new Set<string>();
    for (const jobs of [1, 2, 3]) {
      const store = await openPublicStore(join(scratch.dir, `jobs-${jobs}.git`), { create: true });
      trees.add((await run(whole, { jobs, publicStore: store })).tree!);
    }
    expect(trees.size).toBe(1);
  });

  it('leaves alone what a member did on the new side since', async () => {
    await run(whole);
    const id = idOf('members', '1');
    await privateStore.update('profiles', id, (now) => ({
      ...now!,
      email: 'new@example.org',
      hash: '$argon2id$new',
      newsletter: false,
      signedInAt: '2026-02-01T00:00:00Z',
    }));
    const before = (await profiles()).find((record) => record.id === id);
    const again = await run(whole);
    expect((await profiles()).find((record) => record.id === id)).toEqual(before);
    expect(again.privates!['profiles']).toMatchObject({ changed: 0, conflictsTotal: 0 });
    const legacyChanged = await run({
      ...whole,
      members: [['1', 'Ann', 'other@example.org', 'hash-of-ann-0002'], whole.members![1]!],
    });
    expect((await profiles()).find((record) => record.id === id)).toEqual(before);
    expect(legacyChanged.privates!['profiles']!.kept).toEqual({ email: 1, hash: 1, newsletter: 1 });
  });

  it('writes down what the rows owe the new site, from the rows', async () => {
    const expectations = join(scratch.dir, 'expectations');
    await run(whole, { expectations });
    const lines = [];
    for await (const line of readExpectations(expectations)) lines.push(line);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      row: 'members/1',
      nameId: { id: idOf('members', '1'), value: 'Ann' },
      urls: [{ url: '/m/1', location: '/members/ann', marker: idOf('members', '1') }],
    });
  });

  it.each([{ dryRun: true }, { limit: 1 }])('writes nothing with %j', async (options) => {
    const result = await run(whole, options);
    expect([result.tree, result.head, await publicStore.head('legacy-import'), await profiles()]).toEqual([
      undefined,
      undefined,
      undefined,
      [],
    ]);
    expect(result.tables['members']!.rows).toBe('limit' in options ? 1 : 2);
  });
});

describe('slugs', () => {
  it('go to the lowest key, and the others append theirs, whatever the order in the dump', async () => {
    await run({
      members: [
        ['30', 'ann', null, null],
        ['2', 'Ann', null, null],
        ['9', 'ANN', null, null],
        ['4', 'ann-9', null, null],
      ],
    });
    expect(await slugs()).toEqual([
      ['ANN', 'ann-9-9'],
      ['Ann', 'ann'],
      ['ann', 'ann-30'],
      ['ann-9', 'ann-9'],
    ]);
  });
});

describe('what does not fit', () => {
  it('is kept verbatim and private, named, and fails the verdict', async () => {
    const name = 'a name that is much longer than the sheet allows';
    const result = await run({
      members: [
        ['1', name, 'x@example.org', null],
        ['2', 'Ben', null, null],
      ],
    });
    expect(outcomes(result.checks)['quarantine']).toBe('fails');
    expect(result.tables['members']).toMatchObject({ imported: 1, quarantined: 1 });
    const [file] = readdirSync(join(scratch.dir, 'private', 'quarantine'));
    const lines = gunzipSync(readFileSync(join(scratch.dir, 'private', 'quarantine', file!))).toString();
    expect(JSON.parse(lines)).toMatchObject({
      row: 'members/1',
      rule: 'schema',
      message: 'members.name: too_big',
      values: { name, email: 'x@example.org' },
    });
    expect(JSON.stringify(result)).not.toContain('x@example.org');
  });

  it('holds when waived by rule, exact count and reason, and only then', async () => {
    const tables = {
      members: [
        ['1', 'a name that is much longer than the sheet allows', null, null],
        ['2', 'Ben', null, null],
      ],
    };
    const verdict = async (waivers: { rule: string; count: number; reason: string }[]) =>
      outcomes((await run(tables, { waivers })).checks)['quarantine'];
    expect(await verdict([{ rule: 'schema', count: 1, reason: 'seen' }])).toBe('holds');
    expect(await verdict([{ rule: 'schema', count: 2, reason: 'seen' }])).toBe('fails');
    expect(
      await verdict([
        { rule: 'schema', count: 1, reason: 'seen' },
        { rule: 'dangling', count: 1, reason: 'unused' },
      ]),
    ).toBe('fails');
  });

  it('takes along what refers to it', async () => {
    const result = await run({
      members: [
        ['1', 'a name that is much longer than the sheet allows', null, null],
        ['2', 'Ben', null, null],
      ],
      notes: [
        ['7', '1', '0', null],
        ['8', '2', '0', null],
      ],
      parts: [
        ['7', '1', 'x'],
        ['8', '1', 'y'],
      ],
    });
    expect(result.tables).toMatchObject({
      members: { imported: 1, quarantined: 1 },
      notes: { imported: 1, quarantined: 1 },
      parts: { folded: 1, quarantined: 1 },
    });
    expect(outcomes(result.checks)['ledger']).toBe('holds');
    expect(Object.keys(await tree())).toHaveLength(2);
  });

  it('is a row whose key is there twice, both of them: nobody can say which one is meant', async () => {
    const result = await run({
      members: [
        ['1', 'Ann', null, null],
        ['1', 'Ann', null, null],
        ['2', 'Ben', null, null],
      ],
    });
    expect(result.tables['members']).toMatchObject({ imported: 1, quarantined: 2 });
  });

  it('is a second row for the same path: the first one keeps it', async () => {
    const result = await run({
      notes: [['7', '1', '0', null]],
      extra:
        'CREATE TABLE `site2_notes` (\n  `id` int(11),\n  `member_id` int(11),\n  `draft` int(11),\n  `at` int(11)\n);\n' +
        "INSERT INTO `site2_notes` VALUES ('7',1,'0',NULL);\nINSERT INTO `notes` VALUES ('2-7',1,'0',NULL);\n",
    });
    expect(result.tables).toMatchObject({
      notes: { imported: 1, quarantined: 1 },
      site2_notes: { imported: 1, quarantined: 0 },
    });
  });

  it('is a part folded into a note that was excluded: the ledger says so', async () => {
    const result = await run({ notes: [['7', '1', '1', null]], parts: [['7', '1', 'x']] });
    const check = result.checks.find(({ id }) => id === 'ledger')!;
    expect([check.outcome, check.findings[0]?.code]).toEqual(['fails', 'folded-into-excluded']);
  });
});

describe('private values', () => {
  it('in a record are found, unless the row says them in public or the profile declassified them', async () => {
    const columns = { memberColumns: '  `nick` varchar(50) DEFAULT NULL,\n' };
    const leaking: Profile = {
      ...tiny,
      sources: tiny.sources.map((source) =>
        source.source !== 'members'
          ? source
          : {
              ...source,
              map: (row, context) => {
                const mapped = source.map(row, context);
                if (mapped.outcome !== 'imported') return mapped;
                const [record] = mapped.records;
                const stolen = mapped.privates![0]!.fields['email'] as never;
                const { revealPrivate } = stolenReader;
                return {
                  ...mapped,
                  records: [
                    { ...record!, fields: { ...record!.fields, nick: `<${revealPrivate(stolen)}>` } },
                  ],
                };
              },
            },
      ),
    };
    const plain = await run({
      ...columns,
      members: [],
      extra: insertMember('Ann', 'ann@example.org', 'leak'),
    });
    expect(outcomes(plain.checks)['private-provenance']).toBe('holds');
    expect(plain.declassified).toEqual({ 'asked for by the member': 1 });
    const leaked = await run(
      { ...columns, members: [], extra: insertMember('Ann', 'ann@example.org', null) },
      { profile: leaking },
    );
    expect(outcomes(leaked.checks)['private-provenance']).toBe('fails');
    const written = await run(
      { ...columns, members: [], extra: insertMember('ann@example.org', 'ann@example.org', null) },
      { profile: leaking },
    );
    expect(outcomes(written.checks)['private-provenance']).toBe('holds');
  });
});

const stolenReader = await import('@cutover/records');

function insertMember(name: string, email: string, nick: string | null): string {
  return `INSERT INTO \`members\` (\`id\`,\`name\`,\`email\`,\`hash\`,\`newsletter\`,\`cache\`,\`nick\`) VALUES (1,'${name}','${email}','hash-of-ann-0001',0,'',${nick === null ? 'NULL' : `'${nick}'`});\n`;
}

describe('schema drift', () => {
  it.each([
    [
      'an unknown column',
      { members: [], memberColumns: '  `salt` int(11),\n' },
      /members\.salt is not known/,
    ],
    [
      'an unknown table',
      { extra: 'CREATE TABLE `surprise` (\n  `x` int(11)\n);\n' },
      /surprise is not known/,
    ],
    [
      'a binary column',
      {
        extra:
          'CREATE TABLE `site2_notes` (\n  `id` blob,\n  `member_id` int(11),\n  `draft` int(11),\n  `at` int(11)\n);\n',
      },
      /binary/,
    ],
    [
      'a missing column',
      {
        extra:
          'CREATE TABLE `site3_notes` (\n  `id` int(11),\n  `member_id` int(11),\n  `draft` int(11)\n);\n',
      },
      /site3_notes\.at is missing/,
    ],
  ] as const)('%s stops the import before it writes, and is named', async (_name, tables, message) => {
    await expect(run(tables)).rejects.toMatchObject({
      code: 'schema-drift',
      exitCode: 3,
      message: expect.stringMatching(message) as string,
    });
    expect(await publicStore.head('legacy-import')).toBeUndefined();
    expect(await privateStore.listStaged()).toEqual([]);
  });

  it('names a required table that is not there, and says which others are absent', async () => {
    const { absent } = await run({ members: [['1', 'Ann', null, null]] });
    expect(absent).toEqual(['notes', 'parts']);
    const path = writeDump(scratch.dir, {});
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/CREATE TABLE `members`[\s\S]*?;\nINSERT.*\n/, ''),
    );
    await expect(run({}, { source: dumpSource([path]) })).rejects.toMatchObject({
      code: 'table-missing',
      exitCode: 3,
    });
  });
});

describe('faults', () => {
  it.each([
    ['a dump cut inside a statement', { end: "INSERT INTO `members` VALUES (3,'Ce" }],
    ['a dump without its closing line', { end: '' }],
  ])('%s writes nothing', async (_name, tables) => {
    await expect(run(tables)).rejects.toThrow();
    expect(await publicStore.head('legacy-import')).toBeUndefined();
    expect(await profiles()).toEqual([]);
  });

  it('a mapper that throws is named with its row, and nothing is written', async () => {
    await expect(
      run({
        members: [
          ['1', 'Ann', null, null],
          ['2', 'throws', null, null],
        ],
      }),
    ).rejects.toMatchObject({
      code: 'mapper-failed',
      exitCode: 70,
      message: expect.stringContaining('members/2') as string,
    });
    expect(await publicStore.head('legacy-import')).toBeUndefined();
    expect(await privateStore.listStaged()).toEqual([]);
    expect(readdirSync(join(scratch.dir, 'work'))).toEqual([]);
  });

  it('a rule without an explanation is a fault of the profile', async () => {
    const { draft: _draft, ...rules } = tiny.rules;
    await expect(run(whole, { profile: { ...tiny, rules } })).rejects.toMatchObject({ code: 'rule-unnamed' });
  });

  it('rows that the dump does not hold make the accounts unknown', async () => {
    const result = await run({ logs: [['x']], extra: 'INSERT INTO `logs` SELECT `name` FROM `members`;\n' });
    expect(outcomes(result.checks)['rows-known']).toBe('unknown');
  });

  it('rows staged by a killed import are completed where the branch had moved, and discarded where not, with its files', async () => {
    const first = await run(whole);
    const path = join(scratch.dir, 'kept');
    writeFileSync(path, '');
    for (const importId of ['completed', 'discarded', 'half'])
      for (const kind of ['ledger', 'quarantine'] as const)
        await privateStore.keepFile(kind, `${importId}.ndjson.gz`, path);
    for (const [tree, importId] of [
      [first.tree!, 'completed'],
      ['0'.repeat(40), 'discarded'],
    ] as const) {
      const staged = await privateStore.stage(importId);
      staged.put({ sheet: 'profiles', fields: { id: idOf('members', importId), email: importId } });
      await staged.seal({ tree, branch: 'legacy-import' });
    }
    const half = await privateStore.stage('half');
    half.put({ sheet: 'profiles', fields: { id: idOf('members', 'half'), email: 'half' } });
    await half.flush();
    const { settleStaged } = await import('../src/index.ts');
    await settleStaged({ publicStore, privateStore, profile: tiny });
    expect(await privateStore.listStaged()).toEqual([]);
    expect((await profiles()).map(({ email }) => email)).toContain('completed');
    expect((await profiles()).map(({ email }) => email)).not.toContain('discarded');
    expect(await keptOf('ledger')).toEqual([first.importId, 'completed']);
    expect(await keptOf('quarantine')).toEqual([first.importId, 'completed']);
  });

  it('a ledger stays where its import was activated, wherever the branch is now', async () => {
    const { importId } = await run(whole);
    const left = await privateStore.stage(importId);
    await left.seal({ tree: '0'.repeat(40), branch: 'legacy-import' });
    const second = await run({ ...whole, members: whole.members!.slice(0, 1) });
    expect(await privateStore.listStaged()).toEqual([]);
    expect(await keptOf('ledger')).toEqual([importId, second.importId]);
    expect(await queryLedger(privateStore, { table: 'members', id: '1' }, importId)).toMatchObject({
      importId,
    });
  });

  it('claims NameIDs and addresses with the rows that they come from, in a dry run none', async () => {
    const accounts = { loginPrivate: { sheet: 'profiles', field: 'email' } };
    const profile = { ...tiny, target: { ...tiny.target, accounts } } as unknown as Profile;
    const held = async () => {
      const found: string[] = [];
      for await (const { id, owner } of privateStore.claims.held())
        found.push(`${id.split('/')[0]} ${owner}`);
      return found.sort();
    };
    await run(whole, { profile, dryRun: true });
    expect(await held()).toEqual([]);
    await run(whole, { profile });
    const [ann, ben] = [idOf('members', '1'), idOf('members', '2')];
    const all = [`email ${ann}`, `name-id ${ann}`, `name-id ${ben}`].sort();
    expect(await held()).toEqual(all);
    expect(await privateStore.claims.ownerOf('name-id', 'Ann')).toBe(ann);
    await run(whole, { profile });
    expect(await held()).toEqual(all);
  });

  it('a dump that does not say when it was taken asks for it, where that matters', async () => {
    const tables: TinyTables = { ...whole, end: '-- Dump completed\n' };
    await expect(run(tables)).rejects.toMatchObject({ code: 'moment-unknown', exitCode: 3 });
    expect((await run(tables, { asOf: '2028-01-01T00:00:00Z' })).tables['notes']).toMatchObject({
      imported: 2,
    });
    expect((await run({ end: '-- Dump completed\n' })).moved).toBe(true);
  });
});

describe('the ledger', () => {
  it('says of every row what became of it', async () => {
    await run(whole);
    const [file] = readdirSync(join(scratch.dir, 'private', 'ledger'));
    const lines = [];
    for await (const line of readLedger(join(scratch.dir, 'private', 'ledger', file!))) lines.push(line);
    const ann = idOf('members', '1');
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{24}$/);
    expect(lines).toHaveLength(8);
    expect(lines[0]).toEqual({
      table: 'members',
      row: 'members/1',
      digest,
      outcome: 'imported',
      records: [`members/${ann.slice(0, 2)}/ann.toml`],
      contents: [digest],
      privates: [`profiles/${ann}`],
      identity: { id: ann, value: 'Ann' },
    });
    expect(lines.at(-2)).toEqual({
      table: 'parts',
      row: 'parts/7,2',
      digest,
      outcome: 'folded',
      into: 'notes/7',
    });
    expect(lines.at(-1)).toMatchObject({ table: 'logs', outcome: 'excluded', rows: 2 });
  });
});
