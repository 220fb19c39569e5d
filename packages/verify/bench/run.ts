import { execFile, fork } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

/**
 * Redirects against a local server, beside a bare undici Pool with the same server and concurrency, and access logs
 * of several sizes. Options: --urls N, --rounds N, --log-gb 1,10 (uncompressed; empty: no logs).
 */
const { values } = parseArgs({
  options: {
    urls: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    'log-gb': { type: 'string', default: '1,10' },
  },
});
const run = promisify(execFile);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Measured {
  readonly done: number;
  readonly seconds: number;
  readonly rssMb: number;
}

async function measure(...args: string[]): Promise<Measured> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', here('measure.ts'), ...args]);
  return JSON.parse(stdout) as Measured;
}

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;

async function redirects(): Promise<void> {
  const server = fork(here('server.ts'), { execArgv: ['--import', 'tsx'] });
  const port = await new Promise<number>((resolve) =>
    server.once('message', (message) => resolve(message as number)),
  );
  const origin = `http://127.0.0.1:${port}`;
  const rates: Record<string, number[]> = {};
  const memory: Record<string, number> = {};
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const what of ['bare-get', 'ours-get', 'bare-head', 'ours-head']) {
      const { done, seconds, rssMb } = await measure(what, origin, values.urls);
      (rates[what] ??= []).push(done / seconds);
      memory[what] = rssMb;
    }
  }
  const small = await measure('ours-get', origin, String(Math.round(Number(values.urls) / 10)));
  server.kill();
  print(
    `\n| ${values.urls} URLs | requests/s, median | of the bare Pool | resident at most |\n|---|---|---|---|`,
  );
  for (const [what, list] of Object.entries(rates)) {
    const base = median(rates[what.replace('ours', 'bare')]!);
    print(
      `| ${what} | ${Math.round(median(list))} | ${Math.round((median(list) / base) * 100)} % | ${memory[what]} MB |`,
    );
  }
  print(`| ours-get, a tenth of the URLs | | | ${small.rssMb} MB |`);
}

/** A gzipped log of many members; each has URLs of its own, so that counting has to be spilled. */
function writeLog(path: string, gigabytes: number): void {
  writeFileSync(path, '');
  const line = (n: number): string =>
    `192.0.2.${n % 250} - - [21/Nov/2026:05:45:08 +0000] "GET /projects/${n % 997}/page-${n % 30_000}?tag=t${n % 50}&utm_source=x HTTP/1.1" 200 5120 "https://example.org/from/${n % 89}" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"\n`;
  const members = Array.from({ length: 4 }, (_, m) => {
    let text = '';
    for (let n = 0; text.length < 16 << 20; n++) text += line(n).replace('page-', `page-${m}-`);
    return gzipSync(text, { level: 1 });
  });
  const wanted = gigabytes * 1024;
  for (let mb = 0, at = 0; mb < wanted; mb += 16, at++) appendFileSync(path, members[at % members.length]!);
}

async function logs(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cutover-bench-'));
  try {
    print('\n| access log, gzipped | lines | MB/s uncompressed | resident at most |\n|---|---|---|---|');
    for (const size of values['log-gb'].split(',').filter((one) => one !== '')) {
      const path = join(dir, `${size}.gz`);
      writeLog(path, Number(size));
      const { done, seconds, rssMb } = await measure('log', path, dir);
      print(`| ${size} GB | ${done} | ${Math.round((Number(size) * 1024) / seconds)} | ${rssMb} MB |`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

print(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
await redirects();
if (values['log-gb'] !== '') await logs();
