import { CutoverError } from '@cutover/core';
import { quoteName } from './catalog.ts';
import { insist } from './insist.ts';
import type { Session } from './session.ts';
import type { TableWork } from './table-work.ts';

/** The server's own count inside the snapshot: a short table never passes. Throws CutoverError `source-short`. */
export async function assertCount(session: Session, work: TableWork): Promise<void> {
  const [row] = await insist(() => session.query(`SELECT COUNT(*) FROM ${quoteName(work.table.name)}`));
  if (Number(row?.[0]) === work.digest.rows) return;
  throw new CutoverError(
    'source-short',
    `table ${work.table.name}: ${work.digest.rows} rows were read, the server counts ${row?.[0]}`,
    {
      next: 'check the table on the server (CHECK TABLE), and start again',
      data: { table: work.table.name, read: work.digest.rows, counted: Number(row?.[0]) },
    },
  );
}

/** There are the tables now that there were before, and no others. Throws CutoverError `source-altered`. */
export async function assertSameTables(session: Session, before: readonly string[]): Promise<void> {
  const kinds = await session.query('SHOW FULL TABLES');
  const now = kinds
    .filter(([, type]) => type === 'BASE TABLE' || type === 'SYSTEM VERSIONED')
    .map(([name]) => name ?? '');
  const differing = [
    ...now.filter((name) => !before.includes(name)),
    ...before.filter((name) => !now.includes(name)),
  ];
  if (differing.length === 0) return;
  throw new CutoverError(
    'source-altered',
    `tables were made or dropped while reading: ${differing.join(', ')}`,
    {
      next: 'start again when nobody is changing the schema',
      data: { tables: differing },
    },
  );
}
