import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, until } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HubHosts } from './hub-hosts.ts';
import { hosts, type NodeHost } from './node-hosts.ts';

/** Debian's libfaketime: a process whose clock is off by what a file says, and may say anew. */
const clockBy = (file: string): Record<string, string> => ({
  LD_PRELOAD: '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});
/** As a whole, because a process that read half of it would have no time at all. */
function setClock(file: string, by: string): void {
  writeFileSync(`${file}.new`, `${by}\n`);
  renameSync(`${file}.new`, file);
}
const isoTime = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

describeWith('faketime', 'a node whose clock is off', () => {
  let all: Awaited<ReturnType<typeof hosts>>;
  let [source, destination]: NodeHost[] = [];
  const clock = (node: string): string => join(all.dir, `clock-${node}`);
  beforeAll(async () => {
    all = await hosts();
    for (const node of ['source', 'destination']) setClock(clock(node), '+0');
    const lock = join(all.dir, 'locked');
    const hook = { name: 'web', lock: ['touch', lock], unlock: ['true'], check: ['true'] };
    const lockdown = { hooks: [hook], watchSeconds: 1 };
    source = await all.node('source', '127.0.0.1', { lockdown }, clockBy(clock('source')));
    destination = await all.node('destination', '127.0.0.2', {}, clockBy(clock('destination')));
  });
  afterAll(() => all.remove());

  /** By a token that was issued now by a clock that is right; answers the source's record at the end. */
  async function move(): Promise<Record<string, unknown>> {
    const uuid = randomUUID();
    mkdirSync(join(source!.root, uuid));
    writeFileSync(join(source!.root, uuid, 'file'), 'content');
    // A server of node says for up to a second what its clock said before.
    await sleep(1100);
    const order = { url: destination!.url, token: await destination!.token(uuid), server: { uuid } };
    await source!.call('POST', `/api/servers/${uuid}/transfer`, order);
    let record: Record<string, unknown> = {};
    await until('the end', async () => {
      record = await source!.record(uuid);
      return /failed|completed|timed/.test(String(record['state']));
    });
    expect(existsSync(join(source!.root, uuid, 'file'))).toBe(true);
    return record;
  }

  it.each([
    ['minutes ahead', '+20m', 'token-expired', `issued at ${isoTime} and ended at ${isoTime}; the clock`],
    ['minutes behind', '-5m', 'clock-skew', `clock skew: the token holds from ${isoTime} on, and the clock`],
  ])(
    'is told as destination, %s, with both times, before the source is locked',
    async (_how, by, code, says) => {
      setClock(clock('destination'), by);
      const { state, reason } = (await move()) as { state: string; reason: Record<string, string> };
      expect([state, reason['code']]).toEqual(['transfer_failed', code]);
      expect(reason['message']).toMatch(new RegExp(`${says} of this node says ${isoTime}`));
      expect(reason['message']).toContain('30 s are allowed');
      expect(reason['next']).toMatch(/clocks? .*NTP/);
      expect(existsSync(join(all.dir, 'locked'))).toBe(false);
    },
  );

  it('by less than half a minute moves all the same, and so does a source that is far off', async () => {
    setClock(clock('destination'), '-20s');
    // By its own clock the token has ended: by the destination's, which counts, it has not.
    setClock(clock('source'), '+20m');
    const { state, reason } = await move();
    expect([state, reason ?? null]).toEqual(['transfer_completed', null]);
    expect(existsSync(join(all.dir, 'locked'))).toBe(true);
  });

  it('is given nothing by the hub, which says so', async () => {
    const hub = new HubHosts(undefined);
    try {
      setClock(clock('hub'), '+20m');
      await hub.node('a', '127.0.0.1');
      await hub.node('b', '127.0.0.2', {}, clockBy(clock('hub')));
      const site = randomUUID();
      hub.site('a', site);
      hub.worker();
      const seen = async () => (await hub.withStore((store) => store.read((rows) => rows.nodes())))[1];
      await until('a look at the node', async () => typeof (await seen())?.unseen === 'string');
      const { id } = await hub.enqueue(site, 'a', 'b');
      const waits = async () => (await hub.list()).find((one) => one.id === id)?.waits ?? '';
      expect(await waits()).toMatch(
        new RegExp(
          `b has clock skew: its clock says ${isoTime}, and that of the hub's queue ${isoTime}, 1[12]\\d\\d s`,
        ),
      );
      setClock(clock('hub'), '+0');
      await until('its end', async () => (await hub.list())[0]?.state === 'done');
      expect(hub.whereIs(site)).toEqual(['b']);
    } finally {
      await hub.remove();
    }
  });
});
