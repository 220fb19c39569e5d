import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithCorpus } from '@cutover/testkit';
import { expect, it } from 'vitest';
import { readDump, type DumpEvent, type DumpNote } from '../src/index.ts';
import { TableDigest, type OracleTable } from './support/digest.ts';

interface Manifest {
  readonly dumps: readonly {
    readonly name: string;
    readonly file: string;
    readonly bytes: number;
    readonly dump_completed_line: boolean;
    readonly tables: readonly OracleTable[];
  }[];
}

describeWithCorpus('real dumps agree with the server that loaded them', (dir) => {
  const manifest =
    dir === '' ? { dumps: [] } : (JSON.parse(readFileSync(join(dir, 'MANIFEST.json'), 'utf8')) as Manifest);

  it.each(manifest.dumps)(
    '$name: every table, row for row',
    async ({ file, tables, bytes, dump_completed_line }) => {
      const digests = new Map(
        tables.map((table) => [keyOf(table.database, table.table), new TableDigest(table)]),
      );
      const seen: string[] = [];
      let end: Extract<DumpEvent, { kind: 'end' }> | undefined;
      for await (const event of readDump(join(dir, file))) {
        if (event.kind === 'table') seen.push(keyOf(event.table.database, event.table.name));
        if (event.kind === 'end') end = event;
        if (event.kind !== 'rows') continue;
        const digest = digests.get(keyOf(event.table.database, event.table.name));
        for (const row of event.rows) digest?.add(event.columns ?? [], row);
      }
      expect(seen.sort()).toEqual([...digests.keys()].sort());
      for (const table of tables) {
        const digest = digests.get(keyOf(table.database, table.table));
        expect({ table: table.table, rows: digest?.rows, differing: digest?.differing() }).toEqual({
          table: table.table,
          rows: table.rows,
          differing: [],
        });
        expect(digest?.digest).toBe(table.digest);
      }
      expect(end?.bytes).toBe(bytes);
      expect(end?.complete).toBe(dump_completed_line);
    },
  );

  it('tells which tables of laddr-fixtures are filled by INSERT … SELECT', async () => {
    const notes: DumpNote[] = [];
    const unknown: string[] = [];
    for await (const event of readDump(join(dir, 'laddr-fixtures.sql'))) {
      if (event.kind === 'note') notes.push(event.note);
      if (event.kind === 'end')
        unknown.push(...event.tables.filter((one) => !one.exact).map((one) => one.table.name));
    }
    expect(notes.map((note) => [note.code, note.table])).toEqual([
      ['insert-select', 'history_projects'],
      ['insert-select', 'history_project_updates'],
      ['backslash-reading', undefined],
    ]);
    expect(unknown).toEqual(['history_projects', 'history_project_updates']);
  });

  it('reads laddr-site.sql without a note', async () => {
    const rows: Record<string, number> = {};
    for await (const event of readDump(join(dir, 'laddr-site.sql'))) {
      expect(event.kind).not.toBe('note');
      if (event.kind === 'end') for (const { table, rows: count } of event.tables) rows[table.name] = count;
    }
    expect(rows).toMatchObject({
      people: 4,
      projects: 1,
      project_members: 1,
      project_updates: 1,
      project_buzz: 1,
    });
  });
});

function keyOf(database: string | undefined, table: string): string {
  return `${database ?? ''}.${table}`;
}
