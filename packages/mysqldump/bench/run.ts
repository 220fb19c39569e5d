/**
 * `npx tsx packages/mysqldump/bench/run.ts [--size 100MB|1GB|10GB] [--rounds N] [--keep DIR]`
 *
 * Everything is timed as whole processes, one after another in each round, so that a ratio compares what ran in
 * the same minute; the medians are of rounds. What is not installed is skipped by name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.ts';
import { generate } from './generate.ts';
import { mariaDbForLoad } from './load.ts';
import { median, timed, timedLines, type Timing } from './measure.ts';
import { splitForWorkers } from './parallel.ts';

const here = import.meta.dirname;
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '100MB' },
    rounds: { type: 'string', default: '3' },
    keep: { type: 'string' },
    'skip-slow': { type: 'boolean', default: false },
  },
});

interface Contender {
  readonly name: string;
  run(): Timing | Promise<Timing>;
  /** Minutes a round: run once. */
  readonly slow?: boolean;
}

let rowsGenerated = 0;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const size = parseSize(values.size);
const dir = values.keep ?? mkdtempSync(join(tmpdir(), 'mysqldump-bench-'));
mkdirSync(dir, { recursive: true });
try {
  await main();
} finally {
  if (values.keep === undefined) rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const dump = join(dir, `${values.size}.sql`);
  rowsGenerated = generate(dump, size);
  const bytes = statSync(dump).size;
  print(
    `${(bytes / 1e6).toFixed(0)} MB, node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? '?'}`,
  );
  const built = await bundle(dir);
  const load = mariaDbForLoad(dump, print);
  const contenders = await contendersFor(dump, built, load?.run);
  const times = new Map<string, Timing[]>();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, run, slow } of contenders) {
      if (slow === true && (round > 0 || values['skip-slow'])) continue;
      times.set(name, [...(times.get(name) ?? []), await run()]);
    }
  }
  load?.stop();
  report(times, bytes);
}

async function contendersFor(
  dump: string,
  built: string,
  load: (() => Timing) | undefined,
): Promise<Contender[]> {
  const list: Contender[] = [
    { name: 'cat', run: () => timed('cat', [dump]) },
    { name: 'this reader', run: () => timed(process.execPath, [join(built, 'read-ours.mjs'), dump]) },
  ];
  const decode = join(dir, 'decode');
  if (spawnSync('cc', ['-O2', '-o', decode, join(here, 'decode.c')]).status === 0) {
    list.push({ name: 'compiled decode loop', run: () => timed(decode, [dump]) });
  } else {
    print('skipped: compiled decode loop (no cc)');
  }
  const naive = join(built, 'naive.mjs');
  list.push(
    { name: 'naive reader', run: () => timed(process.execPath, [naive, dump]) },
    { name: 'naive loop, rows in place', run: () => timed(process.execPath, [naive, dump, '--in-place']) },
  );
  const npm = join(here, '../../../node_modules/sqldump-to/cli.js');
  if (existsSync(npm)) list.push({ name: 'sqldump-to 1.0.3', slow: true, run: () => npmReader(npm, dump) });
  else print('skipped: sqldump-to (not installed)');
  if (load !== undefined) list.push({ name: 'mariadb client load', slow: true, run: load });
  const workers = await splitForWorkers(dump, built);
  list.push({ name: 'one worker', run: workers.one }, { name: 'two workers', run: workers.two });
  list.push(
    { name: 'one spinning process', run: workers.spinOne },
    { name: 'two spinning processes', run: workers.spinTwo },
  );
  return list;
}

/** The best reader of dumps on npm; it says nothing of the rows it drops. */
function npmReader(script: string, dump: string): Timing {
  const timing = timedLines(process.execPath, [script, '-i', dump]);
  print(`sqldump-to 1.0.3 printed ${timing.lines} lines of ${rowsGenerated} rows`);
  return timing;
}

function report(times: ReadonlyMap<string, readonly Timing[]>, bytes: number): void {
  const seconds = (name: string): number => median((times.get(name) ?? []).map((timing) => timing.seconds));
  const cpu = (name: string): number =>
    median((times.get(name) ?? []).map(({ cpuSeconds }) => cpuSeconds ?? Number.NaN));
  const ours = 'this reader';
  print(
    '\n| | median s | MB/s | time ÷ this reader | CPU ÷ this reader | max RSS MB |\n|---|---|---|---|---|---|',
  );
  for (const [name, timings] of times) {
    const rss = Math.max(...timings.map((timing) => timing.maxRssBytes ?? 0));
    const cells = [
      seconds(name).toFixed(2),
      (bytes / 1e6 / seconds(name)).toFixed(0),
      (seconds(name) / seconds(ours)).toFixed(2),
      Number.isNaN(cpu(name)) ? '' : (cpu(name) / cpu(ours)).toFixed(2),
      rss > 0 ? (rss / 2 ** 20).toFixed(0) : '',
    ];
    print(`| ${name} | ${cells.join(' | ')} |`);
  }
  const compare = (what: string, a: string, b: string, goal: string): void => {
    if (!times.has(a) || !times.has(b)) return print(`${what}: skipped`);
    const byCpu = cpu(a) / cpu(b);
    const note = Number.isNaN(byCpu) || /load|worker/.test(a + b) ? '' : `, ${byCpu.toFixed(2)} by CPU`;
    print(`${what}: ${(seconds(a) / seconds(b)).toFixed(2)} (goal ${goal})${note}`);
  };
  print('');
  compare('this reader ÷ compiled decode loop', ours, 'compiled decode loop', 'at most 3.5');
  compare('naive reader ÷ this reader', 'naive reader', ours, 'at least 5');
  compare('naive loop ÷ this reader', 'naive loop, rows in place', ours, 'none: it delivers nothing');
  compare('mariadb client load ÷ this reader', 'mariadb client load', ours, 'at least 8');
  compare('one worker ÷ two workers', 'one worker', 'two workers', 'at least 1.6');
  const spun = (2 * seconds('one spinning process')) / seconds('two spinning processes');
  print(`two spinning processes were worth ${spun.toFixed(2)} (the goal for workers counts from 1.8)`);
}

function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(KB|MB|GB)$/i.exec(text);
  if (match === null) throw new Error(`--size wants a number with KB, MB or GB, not ${text}`);
  const unit = { kb: 1e3, mb: 1e6, gb: 1e9 }[(match[2] ?? 'mb').toLowerCase()] ?? 1e6;
  return Number(match[1]) * unit;
}
