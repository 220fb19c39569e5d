/** Whoever comes first makes the tables; a schema of its own beside the engine's. */
export const schemaSql = `
CREATE SCHEMA IF NOT EXISTS cutover_hub;
CREATE TABLE IF NOT EXISTS cutover_hub.moves (
  id uuid PRIMARY KEY,
  key text UNIQUE,
  site uuid NOT NULL,
  source text NOT NULL,
  wanted text,
  destination text,
  state text NOT NULL CHECK (state IN
    ('queued', 'preparing', 'sending', 'finalizing', 'failing', 'done', 'failed', 'cancelled')),
  waits text,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  not_before timestamptz,
  priority integer NOT NULL,
  attempt integer NOT NULL,
  max_attempts integer NOT NULL,
  worker text,
  fence integer NOT NULL,
  bytes_done bigint NOT NULL,
  bytes_total bigint,
  changed_at timestamptz NOT NULL,
  reason jsonb,
  tried text[] NOT NULL,
  cancelled_by text,
  reported_at timestamptz,
  ended_at timestamptz,
  archived text,
  source_removed_at timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS one_move_per_site ON cutover_hub.moves (site)
  WHERE state IN ('preparing', 'sending', 'finalizing', 'failing');
CREATE INDEX IF NOT EXISTS unended_moves ON cutover_hub.moves (asked_at)
  WHERE state NOT IN ('done', 'failed', 'cancelled');
CREATE INDEX IF NOT EXISTS moves_by_site ON cutover_hub.moves (site, asked_at);
CREATE INDEX IF NOT EXISTS moves_by_time ON cutover_hub.moves (asked_at DESC, id);
CREATE INDEX IF NOT EXISTS ended_moves ON cutover_hub.moves (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS moves_kept_aside ON cutover_hub.moves (ended_at)
  WHERE state = 'done' AND archived IS NOT NULL AND source_removed_at IS NULL;
CREATE TABLE IF NOT EXISTS cutover_hub.nodes (
  id text PRIMARY KEY,
  url text NOT NULL,
  token_id text NOT NULL,
  sealed_key text NOT NULL,
  "limit" integer NOT NULL,
  drained boolean NOT NULL,
  free_bytes bigint,
  seen_at timestamptz,
  unseen text
);
CREATE TABLE IF NOT EXISTS cutover_hub.workers (
  id text PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  began text NOT NULL,
  beat_at timestamptz NOT NULL,
  gone_at timestamptz
);
`;

export const moveColumns = [
  ...['id', 'key', 'site', 'source', 'wanted', 'destination', 'state', 'waits', 'asked_by', 'asked_at'],
  ...['not_before', 'priority', 'attempt', 'max_attempts', 'worker', 'fence', 'bytes_done', 'bytes_total'],
  ...['changed_at', 'reason', 'tried', 'cancelled_by', 'reported_at', 'ended_at', 'archived'],
  'source_removed_at',
];
export const nodeColumns = [
  ...['id', 'url', 'token_id', 'sealed_key', 'limit', 'drained', 'free_bytes', 'seen_at', 'unseen'],
];
export const workerColumns = ['id', 'host', 'pid', 'began', 'beat_at', 'gone_at'];

const camel = (column: string): string =>
  column.replace(/_(.)/g, (_whole, letter: string) => letter.toUpperCase());

/** A row as the database gives it, with times as ISO 8601. */
export function fromRow<T>(row: Record<string, unknown>): T {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      camel(column),
      value instanceof Date ? value.toISOString() : value,
    ]),
  ) as T;
}

/** `INSERT … ON CONFLICT DO UPDATE` of a whole row, and its values. */
export function upsert(table: string, columns: readonly string[], row: object): [string, unknown[]] {
  const names = columns.map((column) => `"${column}"`);
  const values = columns.map((column) => {
    const value = (row as Record<string, unknown>)[camel(column)];
    return column === 'reason' && value !== null ? JSON.stringify(value) : value;
  });
  const set = names.slice(1).map((name) => `${name} = excluded.${name}`);
  return [
    `INSERT INTO cutover_hub.${table} (${names.join(', ')}) VALUES (${names.map((_name, n) => `$${n + 1}`).join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${set.join(', ')}`,
    values,
  ];
}
