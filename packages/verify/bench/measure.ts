import { writeSync } from 'node:fs';
import { Pool } from 'undici';
import { checkRedirects, noFacts, readAccessLogs, type RowUrls } from '../src/index.ts';

/** One measurement in a process of its own: prints JSON. */
const [what = '', ...args] = process.argv.slice(2);
const concurrency = 50;

async function* urls(count: number): AsyncGenerator<RowUrls> {
  for (let n = 0; n < count; n++) {
    const page = Math.floor(n / 100);
    yield {
      row: `rows/${n}`,
      urls: [
        { url: `/old/${n}`, rule: 'old', status: 301, location: `/new/${page}`, marker: `page ${page}.` },
      ],
    };
  }
}

async function bare(origin: string, count: number, method: 'GET' | 'HEAD'): Promise<number> {
  const pool = new Pool(origin, { connections: concurrency });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const path = `/old/${next++}`;
      const { body } = await pool.request({ path, method, ...(method === 'HEAD' ? { reset: false } : {}) });
      await body.text();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await pool.close();
  return count;
}

/** Number of requests. */
async function ours(origin: string, count: number, head: boolean): Promise<number> {
  const check = await checkRedirects(origin, urls(count), { concurrency, head });
  if (check.outcome !== 'holds' || check.looked !== count) throw new Error(JSON.stringify(check));
  return count + Math.ceil(count / 100);
}

async function log(path: string, workDir: string): Promise<number> {
  const facts = noFacts();
  for await (const _url of readAccessLogs([path], { workDir, parameters: ['tag'] }, facts));
  if (facts.unreadable > 0 || facts.lines === 0) throw new Error(JSON.stringify(facts));
  return facts.lines;
}

const beganMs = performance.now();
const [first = '', second = ''] = args;
const done =
  what === 'bare-get'
    ? await bare(first, Number(second), 'GET')
    : what === 'bare-head'
      ? await bare(first, Number(second), 'HEAD')
      : what === 'log'
        ? await log(first, second)
        : await ours(first, Number(second), what === 'ours-head');
const seconds = (performance.now() - beganMs) / 1000;
writeSync(1, JSON.stringify({ done, seconds, rssMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
process.exit(0);
