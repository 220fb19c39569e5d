import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseToml } from '@cutover/records';
import { openPublicStore } from '@cutover/stores';
import { Scanner } from '../src/verify/scanner.ts';

/**
 * `npm run bench -- snapshot [--people 100000]`: time and memory of scrubbing and of verifying, each as a whole
 * process; then the leak scan alone against `grep -F -f` over the same bytes and patterns, and how it grows with
 * both. `--scan-only` leaves the two processes out.
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100000' },
    'scan-only': { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('../../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'cutover-bench-snapshot-'));
const cutover = join(root, 'apps/cli/bin/cutover.js');
const key = 'c41f09a7b2d85e6370f1ac9d24be58736e0d1f92a8b5c7403e69d8f15b27a4c0';

interface Run {
  readonly seconds: number;
  readonly maxRssMb: number;
  readonly stdout: string;
}

async function measure(command: string, args: readonly string[]): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CUTOVER_SNAPSHOT_KEY: key },
  });
  let [stdout, maxRssKb] = ['', 0];
  const poll = setInterval(() => {
    const status = spawnSync('cat', [`/proc/${child.pid!}/status`], { encoding: 'utf8' }).stdout;
    maxRssKb = Math.max(maxRssKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 200);
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(poll);
  if (code !== 0) throw new Error(`${args.slice(0, 3).join(' ')} ended with ${code}: ${stdout.slice(-2000)}`);
  return { seconds: (performance.now() - started) / 1000, maxRssMb: maxRssKb / 1024, stdout };
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const seconds = (run: Run) => `${run.seconds.toFixed(1)} s, ${run.maxRssMb.toFixed(0)} MB resident at most`;

const dump = join(dir, 'dump.sql');
await measure('npx', ['tsx', 'scripts/src/sample.ts', '--people', values.people, '--out', dump]);
const original = ['--public', join(dir, 'public.git'), '--private', join(dir, 'private')];
const waivers = join(root, 'packages/laddr/sample/waivers.toml');
const imported = await measure(process.execPath, [
  cutover,
  'import',
  '--quiet',
  '--dump',
  dump,
  ...original,
  '--waivers',
  waivers,
  '--state-dir',
  join(dir, 'state'),
]);
say(`node ${process.version}; ${values.people} people; import of the same: ${seconds(imported)}`);
const snapshotDir = join(dir, 'snapshot.git');
const both = [...original, '--branch', 'legacy-import', '--snapshot', snapshotDir, '--quiet'];
say(`scrub: ${seconds(await measure(process.execPath, [cutover, 'snapshot', 'scrub', ...both]))}`);
if (!values['scan-only']) {
  say(
    `verify, boot included: ${seconds(await measure(process.execPath, [cutover, 'snapshot', 'verify', ...both]))}`,
  );
}
await compareScan();
rmSync(dir, { recursive: true, force: true });

/** Names, handles and titles of the original, one a line, and all records of the snapshot as one file. */
async function compareScan(): Promise<void> {
  const patterns = new Set<string>();
  for await (const { bytes } of (await openPublicStore(join(dir, 'public.git'))).readRecords(
    'legacy-import',
  )) {
    const record = parseToml(bytes.toString());
    for (const field of ['slug', 'legacyHandle', 'firstName', 'lastName', 'title', 'id']) {
      const value = record[field];
      if (typeof value === 'string' && value.length >= 8) patterns.add(value);
    }
  }
  const file = join(dir, 'bytes');
  const out = createWriteStream(file);
  for await (const { bytes } of (await openPublicStore(snapshotDir)).readRecords('snapshot')) {
    out.write(Buffer.from(bytes));
  }
  await new Promise<void>((resolve) => out.end(resolve));
  const bytes = readFileSync(file);
  const all = [...patterns];
  say(`scan: ${(bytes.length / 1e6).toFixed(1)} MB, ${all.length} patterns of eight characters and more`);
  const half = bytes.subarray(0, bytes.length / 2);
  const rows: string[] = [];
  for (const share of [1, 0.1, 0.01]) {
    const some = all.slice(0, Math.ceil(all.length * share));
    const list = join(dir, 'patterns');
    writeFileSync(list, `${some.join('\n')}\n`);
    const grep = time(() =>
      spawnSync('grep', ['-c', '-F', '-f', list, file], { env: { ...process.env, LC_ALL: 'C' } }),
    );
    const scanner = new Scanner();
    const build = time(() => some.forEach((one) => scanner.addPhrase('name', one)));
    scanIn(scanner, half.subarray(0, 1 << 20));
    const whole = time(() => scanIn(scanner, bytes));
    const part = time(() => scanIn(scanner, half));
    rows.push(
      `${some.length} patterns: scan ${whole.toFixed(2)} s (half of the bytes ${part.toFixed(2)} s, patterns ${build.toFixed(2)} s), ` +
        `grep -F -f ${grep.toFixed(2)} s; ` +
        `scan with its patterns / grep ${((whole + build) / grep).toFixed(2)}`,
    );
  }
  rows.forEach(say);
}

/** In pieces of the size of records, as from a repository. */
function scanIn(scanner: Scanner, bytes: Buffer): void {
  const size = 1024;
  for (let at = 0; at < bytes.length; at += size) scanner.scan(bytes.subarray(at, at + size));
}

function time(work: () => unknown): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}
