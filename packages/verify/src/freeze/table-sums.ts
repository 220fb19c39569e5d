import type { Sql } from './sql.ts';

/** `CHECKSUM TABLE` of every table by name; null where the server gives none. */
export type TableSums = Readonly<Record<string, string | null>>;

/** Reads every row of every table of the database on the server; no lock is held. */
export async function tableSums(sql: Sql, database: string): Promise<TableSums> {
  const rows = await sql.query(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText(database)} AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`,
  );
  const sums: Record<string, string | null> = {};
  for (const [name] of rows) {
    const [sum] = await sql.query(`CHECKSUM TABLE ${quoteName(database)}.${quoteName(name!)}`);
    sums[name!] = sum?.[1] ?? null;
  }
  return sums;
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
