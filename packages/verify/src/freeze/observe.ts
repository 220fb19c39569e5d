import { seen, type Sql } from './sql.ts';

/** What can be seen of a server without reading its tables. */
export interface Observation {
  /** `read_only`, and `super_read_only` where there is one: '1' or 'ON…' is on. */
  readonly readOnly: Readonly<Record<string, boolean>>;
  /** Places in the binary log and GTID sets, by where they come from; empty where none can be seen. */
  readonly positions: Readonly<Record<string, string>>;
  /** What the positions mean less than they seem to for, e.g. filters. */
  readonly gaps: readonly string[];
  /** Seconds that the server has been up: fewer than before means that it was restarted. */
  readonly uptimeSeconds: number;
}

export async function observe(sql: Sql): Promise<Observation> {
  const readOnly: Record<string, boolean> = {};
  for (const name of ['read_only', 'super_read_only']) {
    const value = (await seen(() => sql.query(`SELECT @@GLOBAL.${name}`)))?.[0]?.[0];
    if (value !== undefined && value !== null) readOnly[name] = !/^(?:0|OFF)$/i.test(value);
  }
  const uptime = await sql.query(`SHOW GLOBAL STATUS LIKE 'Uptime'`);
  return { readOnly, ...(await positionsOf(sql)), uptimeSeconds: Number(uptime[0]?.[1] ?? 0) };
}

async function positionsOf(sql: Sql): Promise<Pick<Observation, 'positions' | 'gaps'>> {
  const [logBin] = await sql.query('SELECT @@GLOBAL.log_bin');
  if (!/^(?:1|ON)$/i.test(logBin?.[0] ?? ''))
    return { positions: {}, gaps: ['the server keeps no binary log'] };
  const positions: Record<string, string> = {};
  const gaps: string[] = [];
  for (const statement of ['SHOW MASTER STATUS', 'SHOW BINARY LOG STATUS']) {
    const [row] = (await seen(() => sql.records(statement))) ?? [];
    if (row === undefined) continue;
    positions['binary log'] = `${row['File']}:${row['Position']}`;
    const filters = [row['Binlog_Do_DB'], row['Binlog_Ignore_DB']].filter((one) => one);
    if (filters.length > 0) gaps.push(`the binary log is filtered (${filters.join(', ')})`);
    break;
  }
  if (positions['binary log'] === undefined)
    gaps.push(
      'the position in the binary log cannot be seen: GRANT BINLOG MONITOR (MySQL: REPLICATION CLIENT) ON *.*',
    );
  for (const variable of ['gtid_binlog_pos', 'gtid_executed']) {
    const value = (await seen(() => sql.query(`SELECT @@GLOBAL.${variable}`)))?.[0]?.[0];
    if (value !== undefined && value !== null) positions[variable] = value;
  }
  return { positions, gaps };
}
