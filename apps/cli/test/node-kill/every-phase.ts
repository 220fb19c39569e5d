import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hosts, type NodeHost } from '../node-hosts.ts';

/**
 * `npm run kill:nodes [-- --rounds 3]`: real nodes, one of which is killed with -9 at each phase of a move and started
 * again, and then what an operator does: wait, ask, retry with a new token. Each time the server must end at the
 * destination, whole, once, with its success told; and the source be locked then, and only then.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1' } } });

type Seen = Record<string, unknown>;
interface Moment {
  readonly of: 'source' | 'destination';
  readonly name: string;
  readonly is: (record: Seen) => boolean;
}
const at = (of: Moment['of'], name: string, is: Moment['is']): Moment => ({ of, name, is });
const moments: readonly Moment[] = [
  at('source', 'queued', ({ state }) => state === 'transfer_pending'),
  at('source', 'preparing, locked', ({ doing }) => String(doing).startsWith('watching')),
  at('source', 'sending', ({ phase, bytesDone }) => phase === 'sending' && Number(bytesDone) > 1_000_000),
  at('source', 'finalizing', ({ phase }) => phase === 'finalizing'),
  at('source', 'done', ({ phase }) => phase === 'done'),
  at('destination', 'sending, first bytes', ({ phase }) => phase === 'sending'),
  at('destination', 'sending', ({ bytesDone }) => Number(bytesDone) > 2_000_000),
  at('destination', 'finalizing, archive looked at', ({ phase }) => phase === 'finalizing'),
  at('destination', 'finalizing, unpacking', ({ doing }) => doing === 'unpacking'),
  at('destination', 'finalizing, post-setup', ({ doing }) => doing === 'post-setup'),
  at('destination', 'finalizing, put in place', ({ doing }) => doing === 'putting it in place'),
  at('destination', 'done', ({ state }) => state === 'ready'),
];

const all = await hosts();
const lockFile = join(all.dir, 'lock-{server}');
const source = await all.node('source', '127.0.0.1', {
  bytesPerSecond: 4_000_000,
  lockdown: {
    hooks: [
      {
        name: 'web',
        lock: ['touch', lockFile],
        unlock: ['rm', '-f', lockFile],
        check: ['test', '-e', lockFile],
      },
    ],
    watchSeconds: 1,
  },
});
const destination = await all.node('destination', '127.0.0.2', { postSetup: ['sleep', '0.3'] });

async function untilSeen(
  node: NodeHost,
  uuid: string,
  is: Moment['is'],
  ms: number,
): Promise<Seen | undefined> {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(2)) {
    const record = await node.record(uuid).catch(() => undefined);
    if (record !== undefined && is(record)) return record;
  }
  return undefined;
}

const isMoving = ({ state }: Seen): boolean =>
  ['transfer_pending', 'transfer_in_progress'].includes(String(state));
const order = async (uuid: string) => ({ url: destination.url, token: await destination.token(uuid) });

/** What an operator does until the source says that it was moved; answers how often it took. */
async function bringToItsEnd(uuid: string): Promise<string[]> {
  const did: string[] = [];
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(200)) {
    const [here, there] = [await source.record(uuid), await destination.record(uuid)];
    if (here['state'] === 'transfer_completed') return did;
    if (isMoving(here)) continue;
    if (here['sentWhole'] === true) {
      did.push('ask');
      await source.call('POST', `/api/servers/${uuid}/transfer/ask`, {
        ...(await order(uuid)),
        server: { uuid },
      });
    } else {
      if (there['unsafe'] === true && there['resumable'] !== true && !isMoving(there)) {
        did.push('clean-up');
        await destination.call('POST', `/api/transfers/${uuid}/clean-up`);
      }
      did.push('retry');
      await source.call('POST', `/api/servers/${uuid}/transfer/retry`, await order(uuid));
    }
  }
  throw new Error(
    `it does not end: ${JSON.stringify([await source.record(uuid), await destination.record(uuid)])}`,
  );
}

async function faultsAfter(uuid: string): Promise<string[]> {
  const faults: string[] = [];
  const live = join(destination.root, uuid);
  const diff = existsSync(live)
    ? execFileSync('sh', ['-c', `diff -r ${join(source.root, uuid)} ${live} || true`]).toString()
    : 'it is not there';
  if (diff !== '') faults.push(diff);
  const there = await destination.record(uuid);
  if (there['state'] !== 'ready' || there['unsafe'] !== false)
    faults.push(`destination: ${JSON.stringify(there)}`);
  if (!existsSync(lockFile.replace('{server}', uuid))) faults.push('the source is not locked');
  if (existsSync(join(destination.root, '.cutover-node/incoming', uuid)))
    faults.push('something stays in incoming');
  const told = (what: string): number =>
    all.hub.calls.filter(({ path }) => path === `/api/remote/servers/${uuid}/transfer/${what}`).length;
  for (let n = 0; n < 50 && told('success') === 0; n++) await sleep(100);
  if (told('success') === 0) faults.push('the hub was not told');
  const calls = all.hub.calls
    .filter(({ path }) => path.includes(uuid))
    .map(({ path }) => path.split('/').at(-1));
  if (calls.lastIndexOf('failure') > calls.indexOf('success') && calls.includes('success'))
    faults.push(`the hub was told ${calls.join(', ')}`);
  return faults;
}

async function killAt({ of, name, is }: Moment): Promise<boolean> {
  const uuid = randomUUID();
  const folder = join(source.root, uuid);
  mkdirSync(join(folder, 'deep'), { recursive: true });
  for (let n = 0; n < 200; n++) writeFileSync(join(folder, `deep/${n}`), `${n}`);
  writeFileSync(join(folder, 'large'), randomBytes(6_000_000));
  const node = of === 'source' ? source : destination;
  const seen = untilSeen(node, uuid, is, 20_000);
  await source.call('POST', `/api/servers/${uuid}/transfer`, { ...(await order(uuid)), server: { uuid } });
  const record = await seen;
  await node.kill();
  const wasLocked = existsSync(lockFile.replace('{server}', uuid));
  await node.start();
  let faults: string[] = [];
  let did: string[] = [];
  if (record === undefined) faults.push('the moment did not come up');
  else {
    const after = of === 'source' ? await source.record(uuid) : undefined;
    if (
      after !== undefined &&
      after['state'] === 'transfer_failed' &&
      wasLocked &&
      existsSync(lockFile.replace('{server}', uuid))
    )
      faults.push('a source that failed is still locked');
    did = await bringToItsEnd(uuid);
    faults = [...faults, ...(await faultsAfter(uuid))];
  }
  const resumed = (await destination.record(uuid))['resumedFrom'];
  process.stdout.write(
    `${faults.length === 0 ? 'holds' : 'FAILS'}  ${of} killed at ${name} (${String(record?.['state'])}) · then ${did.join(', ') || 'nothing'} · went on from byte ${String(resumed)}${faults.map((fault) => `\n    ${fault}`).join('')}\n`,
  );
  for (const root of [source.root, destination.root])
    rmSync(join(root, uuid), { recursive: true, force: true });
  return faults.length === 0;
}

let failed = 0;
try {
  for (let round = 0; round < Number(values.rounds); round++)
    for (const moment of moments) if (!(await killAt(moment))) failed++;
} finally {
  await all.remove();
}
process.stdout.write(failed === 0 ? 'all hold\n' : `${failed} fail\n`);
process.exitCode = failed === 0 ? 0 : 1;
