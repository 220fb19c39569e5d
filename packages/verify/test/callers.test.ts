import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CallerFacts,
  type CallerHits,
  checkCallers,
  countCallers,
  inventoryAsToml,
  mergeInventory,
  readInventory,
} from '../src/index.ts';
import { agentName, pathPattern } from '../src/callers/caller-of.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120 Safari/537.36';
const line = (client: string, day: number, request: string, agent: string, status = 200): string =>
  `${client} - - [${String(day).padStart(2, '0')}/May/2026:03:00:00 +0000] "${request} HTTP/1.1" ${status} 12 "-" "${agent}"\n`;

const noFacts = (): CallerFacts => ({ lines: 0, counted: 0, passedOver: 0, noise: 0, unreadable: 0 });

async function count(text: string, options = {}): Promise<{ callers: CallerHits[]; facts: CallerFacts }> {
  const path = join(scratch.dir, 'access.log');
  writeFileSync(path, text);
  const facts = noFacts();
  const callers: CallerHits[] = [];
  for await (const one of countCallers([path], { workDir: scratch.dir, ...options }, facts))
    callers.push(one);
  return { callers, facts };
}

const log = [
  line('10.0.0.7', 1, 'GET /cron/digest', 'curl/7.88.1'),
  line('10.0.0.7', 9, 'GET /cron/digest', 'curl/8.1.0'),
  line('10.0.0.7', 2, 'GET /cron/digest', 'curl/7.88.1'),
  line('203.0.113.9', 3, 'GET /projects/42?format=json', 'python-requests/2.31'),
  line('203.0.113.77', 4, 'GET /projects/bikes?format=json', 'python-requests/2.28'),
  line('198.51.100.1', 5, 'GET /projects/bikes', chrome),
  line('198.51.101.1', 6, 'GET /people/jane', chrome),
  line('198.51.100.2', 6, 'GET /projects.csv', chrome),
].join('');

describe('who calls a site', () => {
  it('by what they are, where they come from, and what they ask for, with the last day', async () => {
    const { callers, facts } = await count(log);
    expect(callers).toEqual([
      {
        agent: 'browser',
        from: '198.51.100.0/24',
        method: 'GET',
        path: '/projects.csv',
        hits: 1,
        firstSeen: '2026-05-06',
        lastSeen: '2026-05-06',
      },
      {
        agent: 'browser',
        from: 'anywhere',
        method: 'GET',
        path: 'pages',
        hits: 2,
        firstSeen: '2026-05-05',
        lastSeen: '2026-05-06',
      },
      {
        agent: 'curl',
        from: 'internal 10.0.0.7',
        method: 'GET',
        path: '/cron/digest',
        hits: 3,
        firstSeen: '2026-05-01',
        lastSeen: '2026-05-09',
      },
      {
        agent: 'python-requests',
        from: '203.0.113.0/24',
        method: 'GET',
        path: '/projects/*?format=json',
        hits: 2,
        firstSeen: '2026-05-03',
        lastSeen: '2026-05-04',
      },
    ]);
    expect(facts).toMatchObject({ lines: 8, counted: 8, unreadable: 0 });
  });

  it('is the same where memory is too small for it', async () => {
    const many = Array.from({ length: 500 }, (_, i) =>
      line(`10.0.${i % 7}.${i % 50}`, (i % 28) + 1, 'GET /api/a', `agent${i % 30}`),
    ).join('');
    expect((await count(many, { maxInMemory: 2000 })).callers).toEqual((await count(many)).callers);
  });

  it('of redirected requests alone, and since a day', async () => {
    const moved =
      line('10.0.0.8', 7, 'GET /old', 'wget/1.2', 301) + line('10.0.0.8', 2, 'GET /older', 'wget/1.2', 410);
    const options = { redirectedOnly: true, sinceMs: Date.parse('2026-05-03') };
    const { callers, facts } = await count(log + moved, options);
    expect(callers.map(({ path }) => path)).toEqual(['/old']);
    expect(facts.passedOver).toBe(9);
  });

  it('in JSON, as Caddy and nginx write it', async () => {
    const caddy = {
      ts: 1777600000,
      status: 200,
      request: {
        remote_ip: '10.1.1.1',
        method: 'GET',
        uri: '/feed',
        headers: { 'User-Agent': ['Feedly/1.0'] },
      },
    };
    const nginx = {
      time_iso8601: '2026-05-01T00:00:00Z',
      status: 200,
      request_method: 'GET',
      request_uri: '/feed',
      remote_addr: '2001:db8:1:2::3',
      http_user_agent: '',
    };
    const { callers } = await count(`${JSON.stringify(caddy)}\n${JSON.stringify(nginx)}\n`);
    expect(callers.map(({ agent, from }) => [agent, from])).toEqual([
      ['Feedly', 'internal 10.1.1.1'],
      ['unknown', '2001:db8:1::/48'],
    ]);
  });

  it.each([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://google)', 'Googlebot'],
    ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'Slackbot-LinkExpanding'],
    ['Wget/1.21', 'Wget'],
    ['My Cron Job 2.1', 'My Cron Job'],
    ['-', 'unknown'],
    [chrome, 'browser'],
  ])('%s is %s', (agent, name) => expect(agentName(agent)).toBe(name));

  it('names of records give way', () => {
    expect(pathPattern('/people/jane.json', false)).toBe('/people/*.json');
    expect(pathPattern('/api/v1/projects/7/x', false)).toBe('/api/*/projects/…');
    expect(pathPattern('/', false)).toBe('/');
  });
});

describe('the inventory', () => {
  const given = async function* (callers: readonly CallerHits[]) {
    yield* callers;
  };

  it('asks for every caller until it is ticked off; a new one is named', async () => {
    const path = join(scratch.dir, 'callers.toml');
    const { callers, facts } = await count(log);
    const first = await mergeInventory(await readInventory(path), given(callers));
    expect(checkCallers(first.entries, first.seen, undefined, facts)).toMatchObject({
      outcome: 'fails',
      findingsTotal: 4,
    });
    writeFileSync(
      path,
      inventoryAsToml(first.entries).replaceAll('ticked = false\nnote = ""', 'ticked = true\nnote = "told"'),
    );
    const before = await readInventory(path);
    const second = await mergeInventory(before, given(callers));
    expect(checkCallers(second.entries, second.seen, before, facts).outcome).toBe('holds');
    expect(second.entries.every(({ note }) => note === 'told')).toBe(true);
    const more = await count(`${log}${line('10.0.0.9', 9, 'POST /api/push', 'pusher/1')}`);
    const third = await mergeInventory(before, given(more.callers));
    const check = checkCallers(third.entries, third.seen, before, more.facts);
    expect(check.findings).toMatchObject([
      { code: 'caller-new', message: expect.stringContaining('pusher') as string },
    ]);
  });

  it('an empty log, and lines that are none, are unknown; an inventory that is none is left alone', async () => {
    const nobody = await mergeInventory(undefined, given([]));
    expect(checkCallers(nobody.entries, nobody.seen, undefined, noFacts()).outcome).toBe('unknown');
    const { facts, callers } = await count('what is this\n');
    expect(callers).toEqual([]);
    expect(checkCallers([], new Set(), undefined, facts)).toMatchObject({
      outcome: 'unknown',
      couldNotTell: expect.stringContaining('line 1') as string,
    });
    const path = join(scratch.dir, 'bad.toml');
    for (const text of ['[[caller]]\nagent = "x"\n', 'caller = 1', '[[']) {
      writeFileSync(path, text);
      await expect(readInventory(path)).rejects.toMatchObject({ code: 'inventory-unreadable' });
    }
  });
});
