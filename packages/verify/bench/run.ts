import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

/**
 * Redirects against a local server, beside a bare undici Pool with the same server and concurrency, and access logs
 * of several sizes, through a pipe. Options: --urls N (0: none), --rounds N, --log-gb 1,10 (empty: no logs).
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

const blockBytes = 16 << 20;

/** 16 MB of lines, none of which asks for the same as another, and where each has the digits that tell blocks apart. */
function block(): { readonly text: Buffer; readonly places: readonly number[] } {
  const lines: string[] = [];
  const places: number[] = [];
  for (let n = 0, at = 0; at < blockBytes; n++) {
    const before = `192.0.2.${n % 250} - - [21/Nov/2026:05:45:08 +0000] "GET /projects/${n % 997}/page-${n}-`;
    const after = `0000?tag=t${n % 50}&utm_source=x HTTP/1.1" 200 5120 "https://example.org/from/${n % 89}" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"\n`;
    places.push(at + before.length);
    lines.push(before, after);
    at += before.length + after.length;
  }
  return { text: Buffer.from(lines.join('')), places };
}

/** Writes a log into a pipe: nothing of it is kept on the disk. */
async function writeLog(path: string, gigabytes: number): Promise<void> {
  const { text, places } = block();
  const pipe = createWriteStream(path);
  for (let n = 0; n * blockBytes < gigabytes * 2 ** 30; n++) {
    const copy = Buffer.from(text);
    const digits = String(n).padStart(4, '0');
    for (const place of places) copy.write(digits, place, 'latin1');
    if (!pipe.write(copy)) await once(pipe, 'drain');
  }
  pipe.end();
}

async function logs(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cutover-bench-'));
  try {
    print('\n| access log, every line another URL | lines | MB/s | resident at most |\n|---|---|---|---|');
    for (const size of values['log-gb'].split(',').filter((one) => one !== '')) {
      const path = join(dir, size);
      await run('mkfifo', [path]);
      const [{ done, seconds, rssMb }] = await Promise.all([
        measure('log', path, dir),
        writeLog(path, Number(size)),
      ]);
      print(`| ${size} GB | ${done} | ${Math.round((Number(size) * 1024) / seconds)} | ${rssMb} MB |`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

print(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
if (values.urls !== '0') await redirects();
if (values['log-gb'] !== '') await logs();
