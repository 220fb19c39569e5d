import type { Session } from './session.ts';

export interface ServerFacts {
  readonly version: string;
  readonly flavour: 'mariadb' | 'mysql';
  /** server_uuid, or what stands in for it: two servers never have the same. */
  readonly identity: string;
  readonly sqlMode: string;
  readonly charset: string;
  readonly maxAllowedPacket: number;
  readonly binaryLog: boolean;
  /** Every change gets into the binary log: nothing is filtered out, what is replicated to here included. */
  readonly binaryLogWhole: boolean;
}

export async function readServer(session: Session): Promise<ServerFacts> {
  const names = [
    'version',
    'version_comment',
    'server_uuid',
    'server_id',
    'server_uid',
    'hostname',
    'port',
    'datadir',
    'log_bin',
    'log_slave_updates',
    'log_replica_updates',
    'max_allowed_packet',
    'character_set_database',
  ];
  const rows = await session.query(
    `SHOW VARIABLES WHERE Variable_name IN (${names.map((name) => `'${name}'`).join(', ')})`,
  );
  const value = new Map(rows.map(([name, text]) => [name ?? '', text ?? '']));
  const mode = await session.query('SELECT @@GLOBAL.sql_mode');
  const version = value.get('version') ?? '';
  return {
    version: `${version}${value.get('version_comment') ? ` (${value.get('version_comment')})` : ''}`,
    flavour: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    identity:
      value.get('server_uuid') ??
      value.get('server_uid') ??
      `${value.get('hostname')}:${value.get('port')}:${value.get('datadir')}#${value.get('server_id')}`,
    sqlMode: mode[0]?.[0] ?? '',
    charset: value.get('character_set_database') ?? '',
    maxAllowedPacket: Number(value.get('max_allowed_packet') ?? 0),
    binaryLog: on(value.get('log_bin')),
    binaryLogWhole:
      on(value.get('log_bin')) &&
      (await unfiltered(session)) &&
      (on(value.get('log_slave_updates') ?? value.get('log_replica_updates')) ||
        (await isNoReplica(session))),
  };
}

function on(value: string | undefined): boolean {
  return /^(ON|1)$/.test(value ?? '');
}

const statusStatements = ['SHOW MASTER STATUS', 'SHOW BINARY LOG STATUS'];
/** Unknown statement, no privilege, no binary log. */
const refused = [1064, 1227, 1381];

/** False where that cannot be seen. */
async function unfiltered(session: Session): Promise<boolean> {
  for (const sql of statusStatements) {
    const [row] = (await session.try(refused, () => session.records(sql))) ?? [];
    if (row !== undefined)
      return (row['Binlog_Do_DB'] ?? '') === '' && (row['Binlog_Ignore_DB'] ?? '') === '';
  }
  return false;
}

/** False where that cannot be seen. */
async function isNoReplica(session: Session): Promise<boolean> {
  return (await replicaStatus(session))?.length === 0;
}

/**
 * A row for each source that the server replicates from; undefined where the account may not see that.
 * MariaDB's own statement comes first: the other two leave named connections out there.
 */
export async function replicaStatus(
  session: Session,
): Promise<readonly Record<string, string | null>[] | undefined> {
  for (const sql of ['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW SLAVE STATUS']) {
    const rows = await session.try(refused, () => session.records(sql));
    if (rows !== undefined) return rows;
  }
  return undefined;
}

/** A place in the server's binary log. */
export interface BinlogPosition {
  readonly file: string;
  readonly position: number;
  readonly gtid?: string;
}

/** The position of a snapshot that MariaDB keeps with it: exact without a lock or a privilege. */
export async function snapshotPosition(session: Session): Promise<BinlogPosition | undefined> {
  const status = new Map(
    (await session.query(`SHOW STATUS LIKE 'binlog_snapshot_%'`)).map(([name, text]) => [
      (name ?? '').toLowerCase(),
      text ?? '',
    ]),
  );
  const file = status.get('binlog_snapshot_file') ?? '';
  return file === '' ? undefined : { file, position: Number(status.get('binlog_snapshot_position') ?? 0) };
}

/** The server's position now; undefined without a binary log or without the privilege to see it. */
export async function masterPosition(session: Session): Promise<BinlogPosition | undefined> {
  for (const sql of statusStatements) {
    const [row] = (await session.try(refused, () => session.records(sql))) ?? [];
    if (row?.['File'] === undefined || row['File'] === null) continue;
    const gtid = row['Executed_Gtid_Set'];
    return {
      file: row['File'],
      position: Number(row['Position'] ?? 0),
      ...(gtid === undefined || gtid === null || gtid === '' ? {} : { gtid }),
    };
  }
  return undefined;
}
