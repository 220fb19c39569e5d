import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * Time and memory of `cutover import` as a whole process, for dumps of two sizes: memory for each further
 * record is the slope between them. In the same run, for ratios: reading the dump alone, the bytes through
 * `cat`, and `git fast-import` fed the finished files with its default settings.
 */
const { values } = parseArgs({
  options: { people: { type: 'string', default: '10000,100000' }, keep: { type: 'boolean', default: false } },
});
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
  const status = spawnSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' }).stdout;
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

const rows: Record<string, string>[] = [];
const points: { records: number; maxRssMb: number; readMb: number }[] = [];
for (const people of values.people.split(',')) {
  const dump = join(dir, `${people}.sql`);
  await measure('npx', ['tsx', 'scripts/src/sample.ts', '--people', people, '--out', dump]);
  const megabytes = statSync(dump).size / 1e6;
  await measure('cat', [dump]);
  const cat = await measure('cat', [dump]);
  const read = await measure(process.execPath, [
    '--import',
    'tsx',
    join(root, 'packages/importer/bench/read-only.ts'),
    dump,
  ]);
  const publicDir = join(dir, `${people}.git`);
  const args = [
    'import',
    '--json',
    '--quiet',
    '--dump',
    dump,
    '--public',
    publicDir,
    '--private',
    join(dir, `${people}.private`),
    '--state-dir',
    join(dir, 'state'),
    '--waivers',
    join(root, 'packages/laddr/sample/waivers.toml'),
  ];
  const imported = await measure(process.execPath, [cutover, ...args]);
  const again = await measure(process.execPath, [cutover, ...args]);
  const { records } = (JSON.parse(imported.stdout) as { details: { records: number } }).details;
  const stream = join(dir, `${people}.fast-export`);
  spawnSync('sh', ['-c', `git -C "${publicDir}" fast-export --full-tree legacy-import > "${stream}"`]);
  spawnSync('git', ['init', '-q', '--bare', join(dir, `${people}-fi.git`)]);
  const fastImport = await measure(
    'git',
    ['-C', join(dir, `${people}-fi.git`), 'fast-import', '--quiet'],
    stream,
  );
  points.push({ records, maxRssMb: imported.maxRssMb, readMb: read.maxRssMb });
  rows.push({
    people,
    'dump MB': megabytes.toFixed(0),
    records: String(records),
    'cat s': cat.seconds.toFixed(2),
    'read s': read.seconds.toFixed(2),
    'read MB resident': read.maxRssMb.toFixed(0),
    'import s': imported.seconds.toFixed(2),
    'import MB resident': imported.maxRssMb.toFixed(0),
    'import again s': again.seconds.toFixed(2),
    'fast-import s': fastImport.seconds.toFixed(2),
    'import / fast-import': (imported.seconds / fastImport.seconds).toFixed(2),
    'import / read': (imported.seconds / read.seconds).toFixed(2),
  });
}
process.stdout.write(
  `node ${process.version}, ${spawnSync('git', ['--version'], { encoding: 'utf8' }).stdout}`,
);
for (const row of rows) process.stdout.write(`${JSON.stringify(row, null, 2)}\n`);
const [first, last] = [points[0]!, points.at(-1)!];
if (last.records > first.records) {
  const bytes = ((last.maxRssMb - first.maxRssMb) * 1024 * 1024) / (last.records - first.records);
  process.stdout.write(`memory for each further record: ${bytes.toFixed(0)} bytes\n`);
}
if (!values.keep) rmSync(dir, { recursive: true, force: true });
else process.stdout.write(`kept ${dir}\n`);
