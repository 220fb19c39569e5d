import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { makeRepository } from './make-repository.ts';

/**
 * Requests a second for redirects and record reads, against a bare fastify route on the same machine in the
 * same run; time and memory of a boot, against reading and parsing the records alone and against their bytes.
 * Servers and boots are processes of their own. Rounds alternate between the servers; the median counts.
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    boots: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
  },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cutover-bench-api-'));

const start = (script: string, args: readonly string[]): ChildProcess =>
  spawn(
    process.execPath,
    ['--expose-gc', '--max-old-space-size=12000', '--import', 'tsx', join(here, script), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );

/** Processor time that a server has taken so far, all its threads together. */
async function cpuMicroseconds(server: ChildProcess): Promise<number> {
  server.send('cpu');
  const [{ user, system }] = (await once(server, 'message')) as [NodeJS.CpuUsage];
  return user + system;
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0]!;
}

interface Boot {
  readonly seconds: number;
  readonly count: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

async function boot(mode: 'boot' | 'read', repository: string): Promise<Boot> {
  const child = start('boot.ts', [mode, repository]);
  const line = await firstLine(child);
  if (child.exitCode === null) await once(child, 'exit');
  return JSON.parse(line) as Boot;
}

interface Load {
  readonly perSecond: number;
  /** The server's processor time for each, which other work on the machine changes less than the rate. */
  readonly cpuMicroseconds: number;
}

/** Requests over so many connections. Throws where an answer has another status. */
async function load(
  server: ChildProcess,
  origin: string,
  path: (n: number) => string,
  status: number,
): Promise<Load> {
  const cpuBefore = await cpuMicroseconds(server);
  const connections = Number(values.connections);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const until = performance.now() + Number(values.seconds) * 1000;
  let done = 0;
  const started = performance.now();
  const worker = async (seed: number): Promise<void> => {
    for (let n = seed; performance.now() < until; n += 7919) {
      const answer = await pool.request({
        method: 'GET',
        path: path(n),
        // From this machine itself requests are not counted.
        headers: { accept: 'application/json', 'x-forwarded-for': '203.0.113.7' },
      });
      await answer.body.dump();
      if (answer.statusCode !== status) throw new Error(`${path(n)} answered ${answer.statusCode}`);
      done++;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => worker(index)));
  const perSecond = (done / (performance.now() - started)) * 1000;
  const cpu = (await cpuMicroseconds(server)) - cpuBefore;
  await pool.close();
  return { perSecond, cpuMicroseconds: cpu / done };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

/** A table as Markdown. */
function print(table: readonly Readonly<Record<string, string | number>>[]): void {
  const names = Object.keys(table[0] ?? {});
  const line = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |\n`;
  const lines = table.map((row) => line(names.map((name) => row[name])));
  process.stdout.write(`${line(names)}${line(names.map(() => '---'))}${lines.join('')}\n`);
}

const rows: Record<string, string>[] = [];
let largest = { people: 0, repository: '' };
try {
  for (const people of values.people.split(',').map(Number)) {
    const repository = join(dir, `${people}.git`);
    const sizeBytes = await makeRepository(repository, people);
    await boot('read', repository);
    const [reads, boots]: [Boot[], Boot[]] = [[], []];
    for (let round = 0; round < Number(values.boots); round++) {
      reads.push(await boot('read', repository));
      boots.push(await boot('boot', repository));
    }
    const [read, whole] = [median(reads.map((r) => r.seconds)), median(boots.map((b) => b.seconds))];
    const heap = median(boots.map((b) => b.heapBytes));
    if (boots.some(({ count }) => count !== people)) throw new Error('a boot has lost records');
    rows.push({
      records: String(people),
      'record bytes': `${(sizeBytes / 1e6).toFixed(1)} MB`,
      'read and parse': `${read.toFixed(2)} s`,
      boot: `${whole.toFixed(2)} s`,
      'boot ÷ read': (whole / read).toFixed(2),
      memory: `${(heap / 1e6).toFixed(0)} MB`,
      'bytes a record': (heap / people).toFixed(0),
      'memory ÷ record bytes': (heap / sizeBytes).toFixed(2),
      rss: `${(median(boots.map((b) => b.rssBytes)) / 1e6).toFixed(0)} MB`,
    });
    largest = { people, repository };
  }
  print(rows);

  const servers = [start('server.ts', ['bare']), start('server.ts', ['api', largest.repository])];
  try {
    const [bare = '', api = ''] = await Promise.all(servers.map(firstLine));
    const member = (n: number): number => (n % largest.people) + 1;
    const [bareServer, apiServer] = servers as [ChildProcess, ChildProcess];
    const kinds = {
      bare: () => load(bareServer, bare, (n) => `/bare/member-${member(n)}`, 200),
      redirects: () => load(apiServer, api, (n) => `/people/Member.${member(n)}`, 301),
      'record reads': () => load(apiServer, api, (n) => `/api/members/member-${member(n)}`, 200),
    };
    const loads: Record<string, Load[]> = {};
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [kind, measure] of Object.entries(kinds)) (loads[kind] ??= []).push(await measure());
    }
    const rateOf = (all: readonly Load[]): number => median(all.map(({ perSecond }) => perSecond));
    const costOf = (all: readonly Load[]): number =>
      median(all.map(({ cpuMicroseconds }) => cpuMicroseconds));
    const bares = loads['bare']!;
    print(
      Object.entries(loads).map(([kind, all]) => ({
        kind,
        'requests/s': Math.round(rateOf(all)),
        'of the bare route': percent(rateOf(all) / rateOf(bares)),
        from: Math.round(Math.min(...all.map(({ perSecond }) => perSecond))),
        to: Math.round(Math.max(...all.map(({ perSecond }) => perSecond))),
        'server µs/request': costOf(all).toFixed(1),
        'bare ÷ it': percent(costOf(bares) / costOf(all)),
      })),
    );
  } finally {
    for (const server of servers) server.kill();
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
