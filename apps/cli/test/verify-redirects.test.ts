import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApi } from '@cutover/api';
import type { Report } from '@cutover/core';
import { laddr, sampleDump, sampleWaivers } from '@cutover/laddr';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutover } from './run.ts';

const sample = fileURLToPath(sampleDump);

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let api: Awaited<ReturnType<typeof startApi>>;
let publicDir: string;
const at = (name: string): string => join(scratch.dir, name);

beforeAll(async () => {
  scratch = await scratchDir();
  publicDir = at('public.git');
  const stores = ['--public', publicDir, '--private', `file://${at('private')}`];
  const waivers = ['--waivers', fileURLToPath(sampleWaivers)];
  await cutover(['import', '--quiet', '--dump', sample, ...waivers, ...stores], { cwd: scratch.dir });
  api = await startApi({
    profile: laddr,
    publicStore: await openPublicStore(publicDir),
    privateStore: await openPrivateStore(at('private')),
    branch: 'legacy-import',
    host: '127.0.0.1',
    port: 0,
    version: 'test',
  });
});
afterAll(async () => {
  await api?.close();
  await scratch.remove();
});

async function verify(...args: string[]): Promise<{ code: number | null; report: Report; stderr: string }> {
  const { code, stdout, stderr } = await cutover(['verify', 'redirects', '--json', '--quiet', ...args], {
    cwd: scratch.dir,
  });
  return { code, stderr, report: JSON.parse(stdout) as Report };
}

const log = (...lines: [target: string, times: number, status?: number][]): string => {
  const text = lines.flatMap(([target, times, status = 200]) =>
    Array.from(
      { length: times },
      () => `192.0.2.1 - - [21/Nov/2026:05:45:08 +0000] "GET ${target} HTTP/1.1" ${status} 12\n`,
    ),
  );
  writeFileSync(at('access.log'), text.join(''));
  return at('access.log');
};

describe('cutover verify redirects', () => {
  it('asks for a random sample of all URLs that a dump implies', async () => {
    const { code, report } = await verify(api.url, '--dump', sample, '--sample', '300');
    expect(code).toBe(0);
    expect(report.checks[0]).toMatchObject({ outcome: 'holds', looked: 300 });
    expect(report.checks[0]!.evidence['sampleOf']).toBeGreaterThan(14_000);
  });

  it('counts a log by hits, lists what is undecided, and holds once it is decided', async () => {
    const records = ['--public', publicDir];
    const file = log(
      ['/projects?utm_source=x', 900],
      ['/checkin', 50],
      ['/lost/page', 50],
      ['/wp-login.php', 400, 404],
    );
    const undecided = await verify(
      api.url,
      ...records,
      ...['--log', file, '--undecided', at('left.tsv'), '--csv', at('r.csv'), '--html', at('r.html')],
    );
    expect([undecided.code, undecided.report.checks[0]?.outcome]).toEqual([1, 'fails']);
    expect(undecided.report.details['hits']).toBe(
      '95.00 % of 1,000 hits from 2026-11-21 to 2026-11-21 verified',
    );
    expect(readFileSync(at('r.csv'), 'utf8')).toContain('/lost/page,50,/lost/…,undecided');
    expect(readFileSync(at('r.html'), 'utf8')).toContain('/lost/page');
    expect(readFileSync(at('left.tsv'), 'utf8')).toContain('#/lost/page\tgone');
    writeFileSync(at('mapping.tsv'), '/lost/*\tgone\n/unused\tgone\n');
    const wrong = await verify(api.url, ...records, '--log', file, '--mapping', at('mapping.tsv'));
    expect(wrong.report.checks[0]?.findings[0]).toMatchObject({
      code: 'redirect-wrong-status',
      expected: 410,
    });
    expect(wrong.report.checks[0]?.evidence['unusedDecisions']).toEqual(['/unused']);
    const good = await verify(api.url, ...records, '--log', log(['/projects', 3]));
    expect([good.code, good.report.details['hits']]).toEqual([
      0,
      '100.00 % of 3 hits from 2026-11-21 to 2026-11-21 verified',
    ]);
  });

  it('can be pointed at any site with nothing but a sitemap or a file', async () => {
    const site: Server = createServer((request, response) => {
      const { host } = request.headers;
      if (request.url === '/sitemap.xml')
        response.end(
          `<urlset><url><loc>http://${host}/a</loc></url><url><loc>http://${host}/b</loc></url></urlset>`,
        );
      else response.writeHead(request.url === '/a' ? 200 : 404).end();
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(site.address() as { port: number }).port}`;
    try {
      const found = await verify(url, '--sitemap', `${url}/sitemap.xml`);
      expect([found.code, found.report.checks[0]?.findings.map(({ subject }) => subject)]).toEqual([
        1,
        ['/b'],
      ]);
      writeFileSync(at('urls.txt'), '/a\n/b\t404\n');
      expect((await verify(url, '--urls', at('urls.txt'))).code).toBe(0);
      const port = new URL(url).port;
      writeFileSync(at('hosts'), '127.0.0.1 moved.test\n');
      const moved = `http://moved.test:${port}`;
      expect((await verify(moved, '--urls', at('urls.txt'), '--via', at('hosts'))).code).toBe(0);
      expect((await verify(moved, '--urls', at('urls.txt'), '--via', 'moved.test=127.0.0.1')).code).toBe(0);
      const file = log(['/a', 3], ['/b', 1]);
      const left = await verify(url, '--log', file, '--undecided', at('b.tsv'));
      expect([left.code, left.report.checks[0]?.findings.map(({ code }) => code)]).toEqual([
        1,
        ['redirect-undecided'],
      ]);
      expect(readFileSync(at('b.tsv'), 'utf8')).toContain('#/b\tgone');
      writeFileSync(at('b.tsv'), '/b\tarchive\t/a\n');
      const decided = await verify(url, '--log', file, '--mapping', at('b.tsv'));
      expect(decided.report.checks[0]?.findings[0]).toMatchObject({ code: 'redirect-wrong-status' });
      expect((await verify('http://127.0.0.1:9', '--urls', at('urls.txt'))).code).toBe(4);
      expect((await verify(url, '--urls', at('urls.txt'), '--plain-http', 'http://127.0.0.1:9')).code).toBe(
        4,
      );
    } finally {
      site.close();
    }
  });

  it.each([
    [[], /no source of URLs/],
    [['--via', 'example.org', '--urls', 'x'], /IP address/],
    [['--via', 'a.example=b', '--urls', 'x'], /b is no IP address/],
  ])('refuses %j with 64', async (args, message) => {
    const { code, stderr } = await cutover(['verify', 'redirects', 'http://127.0.0.1:9', ...args], {
      cwd: scratch.dir,
    });
    expect([code, stderr]).toEqual([64, expect.stringMatching(message)]);
  });

  it.each([
    [['--dump', 'nowhere.sql'], 3, 'dump-missing'],
    [['--dump', '.'], 3, 'layout-unsupported'],
    [['--urls', 'urls.txt', '--csv', '/nowhere/x.csv'], 7, 'report-not-written'],
    [['--urls', 'urls.txt', '--html', '/nowhere/x.html'], 7, 'report-not-written'],
    [['--urls', 'urls.txt', '--undecided', '.'], 7, 'report-not-written'],
    [['--urls', 'urls.txt', '--report', '/nowhere/x.json'], 7, 'report-not-written'],
  ])('says what is not there before it asks anybody: %j', async (options, code, said) => {
    let asked = 0;
    const site = createServer((_request, response) => response.end(`${asked++}`));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    try {
      writeFileSync(at('urls.txt'), '/a\n');
      const url = `http://127.0.0.1:${(site.address() as { port: number }).port}`;
      const ran = await cutover(['verify', 'redirects', url, ...options], { cwd: at('.') });
      expect([ran.code, ran.stderr, asked]).toEqual([code, expect.stringContaining(said), 0]);
    } finally {
      site.close();
    }
  });

  it('leaves no scratch files behind', () => {
    expect(readdirSync(at('.cutover')).filter((name) => name.startsWith('urls-'))).toEqual([]);
  });
});
