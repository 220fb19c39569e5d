import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Check } from '@cutover/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Alarm,
  alarmAtUrl,
  alarmByCommand,
  alarmByWebhook,
  assertQuiet,
  drillHealth,
  DrillSite,
} from '../src/index.ts';

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Faults {
  readonly environment?: string | undefined;
  /** Takes the order and says on that it is ready. */
  readonly unbreakable?: boolean;
  /** Is told that the drill is over, and stays as it is. */
  readonly unmendable?: boolean;
  /** Breaks, and the answer to that is lost. */
  readonly losesAnswer?: boolean;
  readonly refuses?: number;
  readonly broken?: boolean;
}

/** A site that can be broken and mended over HTTP. */
async function site(faults: Faults = { environment: 'staging' }) {
  const state = { broken: faults.broken === true, orders: [] as string[], seconds: 0 };
  const url = await listen(
    createServer((request, response) => {
      const answer = (status: number, body: unknown): void => {
        response.writeHead(status).end(JSON.stringify(body));
      };
      if (request.url === '/api/health') return answer(200, { environment: faults.environment });
      if (request.url === '/api/health/ready') return answer(state.broken ? 503 : 200, {});
      state.orders.push(`${request.method} ${request.url}`);
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.once('end', () => {
        if (request.headers['x-cutover-internal-secret'] !== 'secret') return answer(403, {});
        if (faults.refuses !== undefined) return answer(faults.refuses, {});
        if (request.url === '/api/_internal/drill/end') {
          if (faults.unmendable !== true) state.broken = false;
          return answer(200, {});
        }
        state.seconds = (JSON.parse(text) as { seconds: number }).seconds;
        if (faults.unbreakable !== true) state.broken = true;
        if (faults.losesAnswer === true) return request.socket.destroy();
        return answer(200, {});
      });
      return undefined;
    }),
  );
  return { url, state, drillSite: (secret = 'secret') => new DrillSite({ url, secret }) };
}

/** An alarm that is up from the given look on; undefined: never. */
function alarmFrom(look: number | undefined, otherwise: 'quiet' | { unknown: string } = 'quiet'): Alarm {
  let looks = 0;
  return {
    place: 'the test',
    look: () => Promise.resolve(look !== undefined && ++looks >= look ? 'raised' : otherwise),
    reset: () => undefined,
    close: () => Promise.resolve(),
  };
}

const times = { withinMs: 400, mendWithinMs: 400, intervalMs: 20, id: 'drill-test' };
const outcomes = (checks: readonly Check[]) =>
  Object.fromEntries(checks.map(({ id, outcome }) => [id.replace('drill-', ''), outcome]));
const all = { broken: 'holds', alarm: 'holds', mended: 'holds' };

describe('a drill of health', () => {
  it('breaks, hears the alarm, mends, and says how long each took', async () => {
    const { drillSite, state } = await site();
    const { checks, drilled } = await drillHealth({ ...times, site: drillSite(), alarm: alarmFrom(3) });
    expect(outcomes(checks)).toEqual(all);
    expect(drilled).toEqual({
      brokenAfter: expect.any(Number),
      alarmAfter: expect.any(Number),
      mendedAfter: expect.any(Number),
      interrupted: false,
    });
    expect(state).toMatchObject({ broken: false });
    expect(state.orders).toEqual(['POST /api/_internal/drill', 'POST /api/_internal/drill/end']);
    // Longer than all that is waited for: a drill that dies leaves nothing broken, and none mends itself too early.
    expect(state.seconds).toBeGreaterThan((2 * times.withinMs + times.mendWithinMs) / 1000);
  });

  it.each<[string, Faults, Alarm, Record<string, string>]>([
    ['an alarm that never comes', {}, alarmFrom(undefined), { ...all, alarm: 'fails' }],
    [
      'an alarm that cannot be asked for',
      {},
      alarmFrom(undefined, { unknown: 'it answers 502' }),
      { ...all, alarm: 'unknown' },
    ],
    ['a site that stays broken', { unmendable: true }, alarmFrom(1), { ...all, mended: 'fails' }],
    [
      'a site that does not break',
      { unbreakable: true },
      alarmFrom(1),
      { ...all, broken: 'fails', alarm: 'unknown' },
    ],
    ['an answer to the breaking that is lost', { losesAnswer: true }, alarmFrom(1), all],
  ])('%s', async (_what, faults, alarm, expected) => {
    const { drillSite, state } = await site({ environment: 'staging', ...faults });
    const { checks } = await drillHealth({ ...times, site: drillSite(), alarm });
    expect(outcomes(checks)).toEqual(expected);
    expect(state.broken).toBe(faults.unmendable === true);
  });

  it('that is stopped mends first, and tells nothing of the alarm', async () => {
    const { drillSite, state } = await site();
    const stop = new AbortController();
    const { checks, drilled } = await drillHealth({
      ...times,
      withinMs: 60_000,
      site: drillSite(),
      alarm: alarmFrom(undefined),
      signal: stop.signal,
      onPhase: (phase) => phase.includes('waiting for the alarm') && setTimeout(() => stop.abort(), 30),
    });
    expect(outcomes(checks)).toEqual({ ...all, alarm: 'unknown' });
    expect([drilled.interrupted, state.broken]).toEqual([true, false]);
  });

  it('whose alarm throws mends all the same', async () => {
    const { drillSite, state } = await site();
    const alarm = { ...alarmFrom(1), look: () => Promise.reject(new Error('a fault of the tool')) };
    await expect(drillHealth({ ...times, site: drillSite(), alarm })).rejects.toThrow('a fault of the tool');
    expect(state.broken).toBe(false);
  });

  it.each<[string, Faults, string, string]>([
    ['with another secret', {}, 'another', 'CUTOVER_INTERNAL_SECRET is not the one'],
    ['without drills', { refuses: 404 }, 'secret', 'started without'],
  ])('is refused by a site %s, and nothing is broken', async (_what, faults, secret, next) => {
    const { drillSite, state } = await site({ environment: 'test', ...faults });
    const drill = drillHealth({ ...times, site: drillSite(secret), alarm: alarmFrom(1) });
    await expect(drill).rejects.toMatchObject({ code: 'drill-refused', next: expect.stringContaining(next) });
    expect([state.broken, state.orders]).toEqual([false, ['POST /api/_internal/drill']]);
  });
});

describe('before a drill', () => {
  it.each([['production'], [undefined], ['prod']])(
    'a site that says %s is left alone',
    async (environment) => {
      const { drillSite } = await site({ environment });
      await expect(drillSite().assertNotProduction()).rejects.toMatchObject({
        code: 'drill-production',
        exitCode: 3,
      });
    },
  );

  it('a site that is not ready already, or does not answer, is refused', async () => {
    const { drillSite } = await site({ environment: 'staging', broken: true });
    await expect(drillSite().assertNotProduction()).resolves.toBe('staging');
    await expect(drillSite().assertReady()).rejects.toMatchObject({ code: 'drill-not-ready', exitCode: 3 });
    const nobody = new DrillSite({ url: 'http://127.0.0.1:9', secret: 'secret' });
    await expect(nobody.assertNotProduction()).rejects.toMatchObject({ code: 'drill-no-answer' });
  });

  it('an alarm that is up already, or cannot be asked, is refused', async () => {
    await expect(assertQuiet(alarmFrom(undefined))).resolves.toBeUndefined();
    await expect(assertQuiet(alarmFrom(1))).rejects.toMatchObject({ code: 'drill-alarm-up', exitCode: 3 });
    await expect(assertQuiet(alarmFrom(undefined, { unknown: 'x' }))).rejects.toMatchObject({
      code: 'drill-alarm-unknown',
    });
  });
});

describe('an alarm', () => {
  it('at an address is up while the answer holds the text; another status tells nothing', async () => {
    const answer = { status: 200, body: '[]' };
    const url = await listen(
      createServer((_request, response) => void response.writeHead(answer.status).end(answer.body)),
    );
    const alarm = alarmAtUrl(url, 'NotReady');
    expect(await alarm.look()).toBe('quiet');
    answer.body = '[{"labels":{"alertname":"NotReady"}}]';
    expect(await alarm.look()).toBe('raised');
    answer.status = 502;
    expect(await alarm.look()).toEqual({ unknown: 'it answers 502' });
    expect(await alarmAtUrl('http://127.0.0.1:9', 'x').look()).toEqual({ unknown: expect.any(String) });
  });

  it('by a command is up with exit 0, not with 1, and unknown with anything else', async () => {
    expect(await alarmByCommand('true').look()).toBe('raised');
    expect(await alarmByCommand('false').look()).toBe('quiet');
    expect(await alarmByCommand('exit 3').look()).toEqual({ unknown: 'the command ended with 3' });
  });

  it('by a webhook is a POST with the text, since it was reset', async () => {
    const alarm = await alarmByWebhook('127.0.0.1', 0, 'drill-1');
    const post = (body: string) => fetch(alarm.place, { method: 'POST', body }).then((a) => a.text());
    await fetch(`${alarm.place}/?drill-1`);
    await post('drill-2');
    expect(await alarm.look()).toBe('quiet');
    await post('{"text":"error: not ready · drill-1"}');
    expect(await alarm.look()).toBe('raised');
    alarm.reset();
    expect(await alarm.look()).toBe('quiet');
    const port = Number(new URL(alarm.place).port);
    await expect(alarmByWebhook('127.0.0.1', port, 'x')).rejects.toMatchObject({ code: 'alarm-port-taken' });
    await alarm.close();
  });
});
