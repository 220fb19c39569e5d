import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Resolver } from 'node:dns/promises';
import { type RunningApi, startApi } from '@cutover/api';
import { laddr } from '@cutover/laddr';
import { assertEnded, leaveAnswer, seeRun } from '@cutover/runs';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { type Bind, describeWith, scratchDir, startBind } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { drive, type Driven } from '../src/index.ts';
import { keyOf } from '../src/parts.ts';
import { plantedDump, plantedWaivers } from './kill/planted-dump.ts';
import { begunRun, siteInput } from './site-input.ts';

const RealDate = Date;
let shiftMs = 0;
/** The clock of this process, so many milliseconds ahead; it goes on meanwhile. */
class ShiftedDate extends RealDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [RealDate.now() + shiftMs] : given) as [number]));
  }
  static override now(): number {
    return RealDate.now() + shiftMs;
  }
  /** Dates that were there before are dates as well. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof RealDate;
  }
}
const setClock = (to: string): void => void (shiftMs = RealDate.parse(to) - RealDate.now());

describeWith('bind', 'a run through its calendar', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let bind: Bind;
  let api: RunningApi | undefined;
  let front: Server;
  const at = (name: string): string => join(scratch.dir, name);
  const address = { before: '127.0.0.10', after: '127.0.0.20' };

  beforeAll(async () => {
    scratch = await scratchDir('cutover-calendar-');
    bind = await startBind({ zones: { 'move.test': `www 3600 IN A ${address.before}` }, updates: true });
    const publicStore = await openPublicStore(at('public.git'), { create: true });
    const privateStore = await openPrivateStore(at('private'), { create: true });
    mkdirSync(at('state/runs'), { recursive: true });
    writeFileSync(at('legacy.sql'), plantedDump());
    writeFileSync(at('waivers.toml'), plantedWaivers());
    writeFileSync(at('new-access.log'), stragglers(500));
    const options = {
      profile: laddr,
      publicStore,
      privateStore,
      branch: 'main',
      version: 'test',
      environment: 'test' as const,
    };
    const deploy = async (): Promise<void> => {
      await api?.close();
      api = await startApi({ ...options, host: '127.0.0.1', port: 0 });
    };
    await deploy();
    front = await withDate(() => api!.url, deploy);
    const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
    writeFileSync(at('cutover.toml'), runFile(bind.server, url));
    vi.stubGlobal('Date', ShiftedDate);
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    front?.closeAllConnections();
    front?.close();
    await api?.close();
    await bind?.stop();
    await scratch.remove();
  });

  const told = async () => {
    const ask = new Resolver({ timeout: 1000, tries: 2 });
    ask.setServers([bind.server]);
    return (await ask.resolve4('www.move.test', { ttl: true })).map((one) => `${one.ttl} ${one.address}`);
  };
  /** Begins the run or goes on with it, as the day is; whoever waited for more than an hour may. */
  async function goOn(day: string): Promise<Driven> {
    setClock(day);
    const runDir = begunRun(scratch.dir);
    if (runDir !== undefined) assertEnded(await seeRun(at('state')));
    return drive({ ...(await siteInput(scratch.dir)), ...(runDir === undefined ? {} : { runDir }) });
  }
  const say = (key: string, answer: string) =>
    leaveAnswer(begunRun(scratch.dir)!, {
      ...{ key, answer, by: 'Ann', evidence: 'a ticket' },
      at: new Date().toISOString(),
    });
  const waitsFor = ({ exitCode, waiting }: Driven) => [exitCode, waiting?.step, waiting?.until];
  const checkOf = ({ report }: Driven, id: string) => report.checks.findLast((check) => check.id === id);

  it('a week before, lowers the TTL and waits until the old one is over everywhere', async () => {
    const first = await goOn('2030-03-01T20:00:00Z');
    expect(waitsFor(first)).toEqual([7, '05-ttl-waited-out', expect.stringMatching(/^2030-03-01T21:00:/)]);
    expect(await told()).toEqual([`60 ${address.before}`]);
    const early = await goOn('2030-03-01T20:59:00Z');
    expect(waitsFor(early)).toEqual(waitsFor(first));
    await say('06-stage-sso/staged', 'done');
    const later = await goOn('2030-03-07T20:00:00Z');
    expect(checkOf(later, 'routing-authoritative')?.outcome).toBe('holds');
    expect(waitsFor(later)).toEqual([7, '07-go-no-go', '2030-03-08T20:00:00.000Z']);
  });

  it('in the night goes as far as there is nothing to wait for but the next day', async () => {
    const asks = await goOn('2030-03-08T20:00:30Z');
    expect([asks.exitCode, asks.waiting?.asks]).toEqual([7, 'Ann: go or no-go?']);
    await say(`07-go-no-go/go-${keyOf('Ann')}`, 'go');
    await say('20-switch-sso/switched', 'done');
    const night = await goOn('2030-03-08T20:01:00Z');
    expect(waitsFor(night)).toEqual([7, '24-raise-ttl', '2030-03-09T20:00:00.000Z']);
    expect(night.report.checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    expect(await told()).toEqual([`60 ${address.after}`]);
  });

  it('the day after, gives the name a long TTL again', async () => {
    const next = await goOn('2030-03-09T21:00:00Z');
    expect(waitsFor(next)).toEqual([7, '25-stragglers', '2030-06-06T20:00:00.000Z']);
    expect(await told()).toEqual([`3600 ${address.after}`]);
    expect(waitsFor(await goOn('2030-06-05T20:00:00Z'))).toEqual(waitsFor(next));
  });

  it('as the redirects end, stops where many still need them', async () => {
    const many = await goOn('2030-06-06T21:00:00Z');
    expect([many.exitCode, many.stoppedBy?.step]).toEqual([1, '25-stragglers']);
    expect(checkOf(many, 'stragglers')).toMatchObject({ outcome: 'fails', actual: '100.0 a day' });
    writeFileSync(at('new-access.log'), '');
    expect((await goOn('2030-06-07T21:00:00Z')).exitCode).toBe(4);
    writeFileSync(at('new-access.log'), stragglers(20));
    const few = await goOn('2030-06-20T21:00:00Z');
    expect(checkOf(few, 'stragglers')).toMatchObject({ outcome: 'holds', actual: '4.0 a day' });
    expect(waitsFor(few)).toEqual([7, '26-decommission', '2030-09-04T20:00:00.000Z']);
  });

  it('half a year after, asks for the end of the old host, with evidence', async () => {
    const asks = await goOn('2030-09-05T20:00:00Z');
    expect([asks.exitCode, asks.waiting?.key]).toEqual([7, '26-decommission/decommissioned']);
    await say('26-decommission/decommissioned', 'done');
    const end = await goOn('2030-09-06T20:00:00Z');
    expect([end.exitCode, end.report.outcome]).toEqual([0, 'holds']);
    expect((await seeRun(at('state'))).state).toBe('done');
  });
});

/** An access log of five days with so many requests that were sent on for good, among others. */
function stragglers(count: number): string {
  const line = (i: number, path: string, status: number): string =>
    `192.0.2.${i % 200} - - [0${(i % 5) + 1}/Jun/2030:10:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 0 "-" "Mozilla/5.0"\n`;
  return Array.from({ length: count }, (_, i) => line(i, `/project/${i % 7}`, 301) + line(i, '/', 200)).join(
    '',
  );
}

/**
 * The new system behind a front whose clock is that of this process (node's own takes no other), and which starts it
 * anew on what the stores have when the hook asks for that.
 */
async function withDate(url: () => string, deploy: () => Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/deploy') {
      void deploy().then(() => response.writeHead(204).end());
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      void fetch(url() + (request.url ?? '/'), {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        redirect: 'manual',
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      }).then(async (answer) => {
        response.statusCode = answer.status;
        for (const name of ['content-type', 'location', 'set-cookie']) {
          const value = answer.headers.get(name);
          if (value !== null) response.setHeader(name, value);
        }
        response.setHeader('date', new Date().toUTCString());
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function runFile(server: string, url: string): string {
  const update = (ttl: number, value: string, before: string, beforeTtl: number): string =>
    `nsupdate = { server = "${server}", zone = "move.test", name = "www.move.test", ttl = ${ttl}, values = ["${value}"], before = ["${before}"], before-ttl = ${beforeTtl} }`;
  const [before, after] = ['127.0.0.10', '127.0.0.20'];
  return `name = "calendar"
environment = "test"
at = 2030-03-08T20:00:00Z
go = ["Ann"]
[stores]
public = "public.git"
private = "private"
waivers = "waivers.toml"
[target]
url = "${url}"
[dns]
name = "www.move.test"
authoritative = ["${server}"]
old-addresses = ["${before}"]
new-addresses = ["${after}"]
old-ttl = 3600
low-ttl = 60
[stragglers]
logs = ["new-access.log"]
[watch]
window = "300ms"
interval = "100ms"
after-open = "1ms"
not-used = ["sign-in", "oauth", "saml"]
[people]
lead = "Ann"
operations = "Ann"
sso = "Ann"
[without]
inventory = "nobody else"
backup = "a test"
prove-backup = "a test"
maintenance = "a test"
freeze = "a test"
open = "a test"
[hooks.deploy]
http = { do = { url = "${url}/deploy", ok = [204] }, undo = { url = "${url}/deploy", ok = [204] } }
[hooks.last-dump]
shell = "cp legacy.sql \\"$CUTOVER_OUT/legacy.sql\\""
undo-shell = "true"
probe-shell = "test -f \\"$CUTOVER_OUT/legacy.sql\\""
[hooks.lower-ttl]
${update(60, before, before, 3600)}
[hooks.flip]
${update(60, after, before, 60)}
[hooks.raise-ttl]
${update(3600, after, after, 60)}
`;
}
