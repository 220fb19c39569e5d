import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { madeRecords } from './made-records.ts';

/**
 * Writing finished records and reading them back, each as a whole process, interleaved over `--rounds`, as
 * ratios of one run: our packs with one and two threads and stored; `git fast-import` with its default
 * settings; its best tuning (`best-tuning.ts`: blobs only, depth 0, trees by `mktree`); reading into validated objects against
 * `git cat-file --batch` of the same objects piped to nothing. Two spinning processes against one say what
 * the second core was worth at that moment.
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
  },
});
const records = Number(values.records);
const dir = mkdtempSync(join(tmpdir(), 'cutover-bench-write-'));
const script = fileURLToPath(new URL('./write-once.ts', import.meta.url));
const tuning = fileURLToPath(new URL('./best-tuning.ts', import.meta.url));
const node = ['--import', 'tsx'];

const seconds: Record<string, number[]> = {};
const said: Record<string, string> = {};

function time(name: string, command: string, args: readonly string[], input?: string): void {
  const started = performance.now();
  const shell = [command, ...args].map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ');
  const { status, stdout } = spawnSync('sh', ['-c', input === undefined ? shell : `${shell} < '${input}'`], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  (seconds[name] ??= []).push((performance.now() - started) / 1000);
  said[name] = stdout.trim().split('\n').at(-1)!.slice(0, 200);
}

const repository = (name: string): string => {
  const path = join(dir, `${name}.git`);
  rmSync(path, { recursive: true, force: true });
  spawnSync('git', ['init', '-q', '--bare', path]);
  return path;
};

async function writeStreams(): Promise<{ whole: string; blobs: string; paths: string }> {
  const paths = { whole: join(dir, 'whole.fi'), blobs: join(dir, 'blobs.fi'), paths: join(dir, 'paths') };
  const [whole, blobs, list] = [paths.whole, paths.blobs, paths.paths].map((path) =>
    createWriteStream(path),
  ) as [WriteStream, WriteStream, WriteStream];
  let mark = 0;
  whole.write('commit refs/heads/x\ncommitter x <x@localhost> 0 +0000\ndata 0\n');
  for (const [path, text] of madeRecords(records)) {
    const data = `data ${Buffer.byteLength(text)}\n${text}\n`;
    if (!whole.write(`M 100644 inline ${path}\n${data}`)) await once(whole, 'drain');
    if (!blobs.write(`blob\nmark :${++mark}\n${data}`)) await once(blobs, 'drain');
    if (!list.write(`${path}\n`)) await once(list, 'drain');
  }
  // The commit ends with an empty line; after a blob there may be none.
  await once(whole.end('\n'), 'close');
  await once(blobs.end(), 'close');
  await once(list.end(), 'close');
  return paths;
}

async function spin(count: number): Promise<number> {
  const started = performance.now();
  const code = 'let x = 0; for (let i = 0; i < 6e8; i++) x = (x * 31 + i) | 0; process.exit(x === 1 ? 1 : 0)';
  const children = [...Array(count).keys()].map(() => spawn(process.execPath, ['-e', code]));
  await Promise.all(children.map((child) => once(child, 'close')));
  return (performance.now() - started) / 1000;
}

const streams = await writeStreams();
const cores: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  cores.push((2 * (await spin(1))) / (await spin(2)));
  time('write, 1 thread', process.execPath, [
    ...node,
    script,
    'write',
    repository('own1'),
    streams.whole,
    '1',
  ]);
  time('write, 2 threads', process.execPath, [
    ...node,
    script,
    'write',
    repository('own2'),
    streams.whole,
    '2',
  ]);
  time('write, stored', process.execPath, [
    ...node,
    script,
    'write',
    repository('stored'),
    streams.whole,
    '1',
    'stored',
  ]);
  time('fast-import', 'git', ['-C', repository('fi'), 'fast-import', '--quiet'], streams.whole);
  for (const [name, ...compression] of [['best tuning'], ['best tuning, stored', '0']] as const)
    time(name, process.execPath, [
      ...node,
      tuning,
      repository('tuned'),
      streams.blobs,
      streams.paths,
      ...compression,
    ]);
  time('read into objects', process.execPath, [
    ...node,
    script,
    'read',
    join(dir, 'own1.git'),
    said['write, 1 thread']!,
  ]);
  time('cat-file --batch', 'sh', [
    '-c',
    `git -C ${join(dir, 'own1.git')} ls-tree -r --format='%(objectname)' ${said['write, 1 thread']} | git -C ${join(dir, 'own1.git')} cat-file --batch --buffer > /dev/null`,
  ]);
}
rmSync(dir, { recursive: true, force: true });

const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
const of = (name: string): number => median(seconds[name]!);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const git = spawnSync('git', ['--version'], { encoding: 'utf8' }).stdout.trim();
print(`${records} records, ${values.rounds} rounds; node ${process.version}, ${git}, ${cpus().length} cores`);
print(`two spinning processes were worth ${cores.map((one) => one.toFixed(2)).join(', ')} of one`);
for (const [name, list] of Object.entries(seconds)) {
  print(`${name.padEnd(44)} ${median(list).toFixed(2)} s  ${Math.round(records / median(list))}/s`);
}
const rate = (name: string) => (of('fast-import') / of(name)).toFixed(2);
print(`rate of one thread / fast-import: ${rate('write, 1 thread')} (at least 2)`);
print(`rate of two threads / fast-import: ${rate('write, 2 threads')} (at least 2.7)`);
print(
  `time of one thread / best tuning: ${(of('write, 1 thread') / of('best tuning')).toFixed(2)} (at most 1); stored, both: ${(of('write, stored') / of('best tuning, stored')).toFixed(2)}`,
);
if (new Set(['write, 1 thread', 'best tuning', 'write, stored'].map((name) => said[name])).size > 1)
  throw new Error('the trees are not the same');
print(
  `read into objects / cat-file: ${(of('read into objects') / of('cat-file --batch')).toFixed(2)} (at most 2.5)`,
);
