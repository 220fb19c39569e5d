import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMariaDb } from '@cutover/testkit';

/**
 * Time and memory of `cutover import` as a whole process, for dumps of two sizes: memory for each further
 * record is the slope between them. In the same run, for ratios: reading the dump alone, mapping and hashing
 * without writing (`--dry-run`), `git fast-import` fed the finished files with its default settings, and a
 * MariaDB load of the dump. Two spinning processes against one say what the second core was worth before and after.
 * 100,000 and 1,000,000 people take about 20 minutes on two quiet cores, and 6 GB of disk.
 */
async function spin(count: number): Promise<number> {
  const started = performance.now();
  const code = 'let x = 0; for (let i = 0; i < 1e9; i++) x = (x * 31 + i) | 0; process.exit(x === 1 ? 1 : 0)';
  const children = Array.from({ length: count }, () => spawn(process.execPath, ['-e', code]));
  await Promise.all(children.map((child) => once(child, 'close')));
  return performance.now() - started;
}

const coresWorth = async (): Promise<string> => ((2 * (await spin(1))) / (await spin(2))).toFixed(2);

const { values } = parseArgs({ options: { people: { type: 'string', default: '10000,100000' } } });
const root = fileURLToPath(new URL('../../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cutover-bench-import-'));
const cutover = join(root, 'apps/cli/bin/cutover.js');

interface Run {
  readonly seconds: number;
  readonly maxRssMb: number;
  readonly stdout: string;
}

/** Runs a command and takes its peak memory from the kernel. */
async function measure(command: string, args: readonly string[], stdin?: string): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
  });
  if (stdin !== undefined) createReadStream(stdin).pipe(child.stdin!);
  let stdout = '';
  let maxRssKb = 0;
  const poll = setInterval(() => (maxRssKb = Math.max(maxRssKb, peakKb(child.pid!))), 20);
  child.stdout!.on('data', (chunk: Buffer) => {
    if (stdout.length < 1 << 20) stdout += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(poll);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return { seconds: (performance.now() - started) / 1000, maxRssMb: maxRssKb / 1024, stdout };
}

function peakKb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The same dump with another second in the last time of every hundredth row. */
async function changeSome(from: string, to: string): Promise<void> {
  const out = createWriteStream(to);
  let rows = 0;
  for await (const line of createInterface({ input: createReadStream(from, 'latin1') })) {
    const changed =
      line.startsWith('(') && ++rows % 100 === 0
        ? line.replace(/^(.*\d\d:\d\d:)(\d)(\d)'/, (_all, start: string, tens: string, ones: string) => {
            return `${start}${tens}${(Number(ones) + 1) % 10}'`;
          })
        : line;
    if (!out.write(`${changed}\n`, 'latin1')) await once(out, 'drain');
  }
  await once(out.end(), 'close');
}

async function measureSize(people: string) {
  const dump = join(dir, `${people}.sql`);
  const changedDump = join(dir, `${people}-changed.sql`);
  await measure('npx', ['tsx', 'scripts/src/sample.ts', '--people', people, '--out', dump]);
  await changeSome(dump, changedDump);
  await measure('cat', [dump]);
  const cat = await measure('cat', [dump]);
  const read = await measure(process.execPath, [
    ...['--import', 'tsx', join(root, 'packages/importer/bench/read-only.ts'), dump],
  ]);
  const publicDir = join(dir, `${people}.git`);
  const importOf = (from: string, ...more: string[]) => [
    ...[cutover, 'import', '--json', '--quiet', '--dump', from, '--public', publicDir, ...more],
    ...['--private', join(dir, `${people}.private`), '--state-dir', join(dir, 'state')],
    ...['--waivers', join(root, 'packages/laddr/sample/waivers.toml')],
  ];
  const imported = await measure(process.execPath, importOf(dump));
  const stream = join(dir, `${people}.fast-export`);
  spawnSync('sh', ['-c', `git -C "${publicDir}" fast-export --full-tree legacy-import > "${stream}"`]);
  spawnSync('git', ['init', '-q', '--bare', join(dir, `${people}-fi.git`)]);
  const fastImport = await measure(
    'git',
    ['-C', join(dir, `${people}-fi.git`), 'fast-import', '--quiet'],
    stream,
  );
  rmSync(stream);
  const database = await startMariaDb();
  const loading = performance.now();
  await database.sql(`CREATE DATABASE b; USE b; SOURCE ${dump};`);
  const loadSeconds = (performance.now() - loading) / 1000;
  await database.stop();
  const alone = await measure(process.execPath, importOf(changedDump, '--dry-run'));
  const again = await measure(process.execPath, importOf(changedDump));
  const { details } = JSON.parse(imported.stdout) as { details: { records: number } };
  const point = { records: details.records, maxRssMb: imported.maxRssMb, seconds: imported.seconds };
  const row = {
    people,
    'dump MB': (statSync(dump).size / 1e6).toFixed(0),
    records: String(details.records),
    'cat s': cat.seconds.toFixed(2),
    'read s': read.seconds.toFixed(2),
    'read MB resident': read.maxRssMb.toFixed(0),
    'import s': imported.seconds.toFixed(2),
    'import MB resident': imported.maxRssMb.toFixed(0),
    '1 % changed, without writing, s': alone.seconds.toFixed(2),
    '1 % changed, import s': again.seconds.toFixed(2),
    '1 % changed, import MB resident': again.maxRssMb.toFixed(0),
    'fast-import s': fastImport.seconds.toFixed(2),
    'MariaDB load s': loadSeconds.toFixed(2),
    'import / fast-import (at most 0.5)': (imported.seconds / fastImport.seconds).toFixed(2),
    'import / MariaDB load (at most 1.8)': (imported.seconds / loadSeconds).toFixed(2),
    '1 % changed / without writing (at most 1.3)': (again.seconds / alone.seconds).toFixed(2),
  };
  for (const name of [publicDir, join(dir, `${people}-fi.git`), dump, changedDump])
    rmSync(name, { recursive: true });
  return { point, row };
}

try {
  const cores = [await coresWorth()];
  const sizes = [];
  for (const people of values.people.split(',')) sizes.push(await measureSize(people));
  cores.push(await coresWorth());
  process.stdout.write(
    `node ${process.version}, ${spawnSync('git', ['--version'], { encoding: 'utf8' }).stdout}` +
      `two spinning processes were worth ${cores.join(' and ')} of one, before and after\n`,
  );
  for (const { row } of sizes) process.stdout.write(`${JSON.stringify(row, null, 2)}\n`);
  const [first, last] = [sizes[0]!.point, sizes.at(-1)!.point];
  if (last.records > first.records) {
    const bytes = ((last.maxRssMb - first.maxRssMb) * 1024 * 1024) / (last.records - first.records);
    process.stdout.write(
      `memory for each further record: ${bytes.toFixed(0)} bytes (at most 512 MB in all at 1,000,000 people: ${last.maxRssMb.toFixed(0)})\n` +
        `time: ${(last.seconds / first.seconds).toFixed(2)} for ${(last.records / first.records).toFixed(2)} times the records (at most 11 for ten times the people)\n`,
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
