import { createServer, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { readDump, type Value } from '@cutover/mysqldump';
import type { MariaDb } from '@cutover/testkit';
import {
  type Manifest,
  parseSourceUrl,
  type ServerAddress,
  takeArchive,
  type TakeOptions,
} from '../src/index.ts';

export function addressOf(db: { port: number }, database: string, user = 'root'): ServerAddress {
  return parseSourceUrl(`mysql://${user}@127.0.0.1:${db.port}/${database}?tls=off`);
}

export function take(
  dir: string,
  address: ServerAddress,
  more: Partial<TakeOptions> = {},
): Promise<Manifest> {
  return takeArchive({ address, out: join(dir, 'archive.sql.gz'), toolVersion: '0', ...more });
}

/** What a dump holds, in a form that does not depend on the order of rows. */
export interface Contents {
  readonly tables: Record<
    string,
    { columns: unknown; primaryKey: unknown; uniqueKeys: unknown; charset: unknown; rows: string[] }
  >;
  readonly complete: boolean;
  readonly notes: string[];
}

export async function contentsOf(...paths: string[]): Promise<Contents> {
  const tables: Contents['tables'] = {};
  const notes: string[] = [];
  let complete = false;
  for await (const event of readDump(paths)) {
    if (event.kind === 'table') {
      const { name, columns, primaryKey, uniqueKeys, charset } = event.table;
      tables[name] = { columns, primaryKey, uniqueKeys, charset, rows: [] };
    } else if (event.kind === 'rows') {
      const names = event.columns ?? [];
      const rows = tables[event.table.name]?.rows;
      for (const row of event.rows)
        rows?.push(JSON.stringify(row.map((value, i) => [names[i], shown(value)])));
    } else if (event.kind === 'note') notes.push(event.note.code);
    else complete = event.complete;
  }
  for (const table of Object.values(tables)) table.rows.sort();
  return { tables, complete, notes };
}

function shown(value: Value): unknown {
  return value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value;
}

/** A TCP proxy that can cut, and hold, what the server sends. */
export interface Proxy {
  readonly port: number;
  /** Bytes from the server after which each of the next connections is cut; forgotten after `times` cuts. */
  cutAfter(bytes: number, times?: number): void;
  /** Hold back what the server sends from now on, without closing. */
  hold(): void;
  release(): void;
  /** Let what the server sends wait, and pass it on later. */
  pause(): void;
  resume(): void;
  cuts: number;
  connections: number;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const upstreams = new Set<Socket>();
  const state = { left: 0, bytes: 0, held: false };
  const server: Server = createServer((client) => {
    proxy.connections++;
    const upstream = connect(target, '127.0.0.1');
    let passed = 0;
    upstreams.add(upstream);
    upstream.on('close', () => upstreams.delete(upstream));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (state.held) return;
      passed += chunk.length;
      if (state.left > 0 && passed > state.bytes) {
        state.left--;
        proxy.cuts++;
        // Some of the row has arrived, the rest never does.
        client.write(chunk.subarray(0, Math.max(1, chunk.length - 7)), () => client.destroy());
        upstream.destroy();
        return;
      }
      if (!client.write(chunk)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: Proxy = {
    port: (server.address() as { port: number }).port,
    cuts: 0,
    connections: 0,
    cutAfter: (bytes, times = 1) => Object.assign(state, { bytes, left: times }),
    hold: () => Object.assign(state, { held: true }),
    release: () => Object.assign(state, { held: false }),
    pause: () => upstreams.forEach((upstream) => upstream.pause()),
    resume: () => upstreams.forEach((upstream) => upstream.resume()),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** Statements of the general log since it was switched on. */
export async function generalLog(db: MariaDb, work: () => Promise<unknown>): Promise<string[]> {
  await db.sql(
    `SET sql_log_bin=0; SET GLOBAL log_output='TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log=1`,
  );
  try {
    await work();
  } finally {
    await db.sql('SET GLOBAL general_log=0');
  }
  const text = await db.sql(
    `SELECT REPLACE(CONVERT(argument USING utf8mb4), '\\n', ' ') FROM mysql.general_log WHERE command_type IN ('Query','Execute','Prepare') AND argument NOT LIKE 'SET GLOBAL general_log%'`,
  );
  return text.split('\n').filter((line) => line !== '');
}
