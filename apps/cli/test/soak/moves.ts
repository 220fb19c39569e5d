import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '@cutover/testkit';
import { seededRandom } from '../chaos/random.ts';
import { HubHosts, type WorkerHost } from '../hub-hosts.ts';

/**
 * Moves `--moves` sites between three nodes with three workers, of which one is killed every `--every` seconds and
 * another started; with `--nodes` every third kill is of a node, with `--database` every tenth of the database. Ends
 * with 1 where a site does not lie whole on exactly the node that its move ended at.
 */
const { values } = parseArgs({
  options: {
    moves: { type: 'string', default: '100' },
    every: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '20' },
    nodes: { type: 'boolean', default: false },
    database: { type: 'boolean', default: false },
  },
});
const random = seededRandom(Number(values.seed));
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
const nodes = ['a', 'b', 'c'];
const faults: string[] = [];
const killed = { worker: 0, node: 0, database: 0 };
const killedIn: Record<string, number> = {};

const server = await startPostgres();
const hub = new HubHosts(await server.createDatabase(), { patienceSeconds: 10 });
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
try {
  for (const [n, id] of nodes.entries())
    await hub.node(id, `127.0.0.${n + 1}`, { bytesPerSecond: 3_000_000 });
  const sites = new Map<string, { from: string; digest: string }>();
  for (let n = 0; n < Number(values.moves); n++) {
    const [site, from] = [randomUUID(), pick(nodes)];
    hub.site(from, site, 200_000 + Math.floor(random() * 1_500_000));
    sites.set(site, { from, digest: digestOf(from, site) });
    const to = pick([...nodes.filter((node) => node !== from), null]);
    await hub.enqueue(site, from, to);
  }
  const workers = [0, 1, 2].map(() => hub.worker('--jobs', '3'));
  await chaos(workers, performance.now() + Number(values.minutes) * 60_000);
  for (const worker of workers) await worker.kill();
  await judge(sites);
} finally {
  await hub.remove();
  await server.stop();
}

async function chaos(workers: WorkerHost[], until: number): Promise<void> {
  for (let n = 1; !stopped && performance.now() < until; n++) {
    await sleep(Number(values.every) * 1000 * (0.5 + random()));
    const left = (await hub.list()).filter(({ endedAt }) => endedAt === null);
    const states = left.reduce<Record<string, number>>(
      (all, { state }) => ({ ...all, [state]: (all[state] ?? 0) + 1 }),
      {},
    );
    process.stderr.write(`${left.length} left ${JSON.stringify(states)}, killed ${JSON.stringify(killed)}\n`);
    if (left.length === 0) return;
    if (values.database && n % 10 === 0) {
      await server.kill();
      await server.restart();
      killed.database++;
    } else if (values.nodes && n % 3 === 0) {
      const node = hub.nodes.get(pick(nodes))!;
      await node.kill();
      await sleep(random() * 2000);
      await node.start();
      killed.node++;
    } else {
      const which = Math.floor(random() * workers.length);
      for (const { state } of left.filter(
        ({ worker }) => worker !== null && workers[which]!.log.includes(worker),
      ))
        killedIn[state] = (killedIn[state] ?? 0) + 1;
      await workers[which]!.kill();
      workers[which] = hub.worker('--jobs', '3');
      killed.worker++;
    }
  }
  faults.push(stopped ? 'it was stopped before its end' : 'not over in time');
}

async function judge(sites: Map<string, { from: string; digest: string }>): Promise<void> {
  const moves = await hub.list();
  const attempts = moves.reduce((sum, { attempt }) => sum + attempt, 0);
  if (moves.length !== sites.size) faults.push(`${moves.length} moves, and ${sites.size} were asked for`);
  for (const { id, site, state, destination, reason } of moves) {
    const { from, digest } = sites.get(site)!;
    const at = hub.whereIs(site);
    if (state !== 'done') faults.push(`${id} is ${state}: ${reason?.message ?? ''}`);
    if (at.join() !== (state === 'done' ? destination : from))
      faults.push(`${site} lies at ${at.join(', ')}, and ${id} is ${state}`);
    for (const node of at) if (digestOf(node, site) !== digest) faults.push(`${site} at ${node} is another`);
    if (state === 'done' && hub.aside(from, site).length !== 1)
      faults.push(`${from} has ${hub.aside(from, site).length} of ${site} aside`);
  }
  for (const [id, { root }] of hub.nodes) {
    const incoming = join(root, '.cutover-node/incoming');
    const left = existsSync(incoming) ? readdirSync(incoming) : [];
    if (left.length > 0) faults.push(`${id} has partial data of ${left.join(', ')}`);
  }
  const done = moves.filter(({ state }) => state === 'done').length;
  process.stdout.write(
    `${done} of ${sites.size} moves done in ${attempts} attempts (seed ${values.seed}); killed ${JSON.stringify(killed)}, by state of what a killed worker had: ${JSON.stringify(killedIn)}\n`,
  );
  for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
  if (faults.length === 0) process.stdout.write('each site lies whole on exactly one node, nothing lost\n');
  else process.exitCode = 1;
}

function digestOf(node: string, site: string): string {
  const hash = createHash('sha256');
  const root = join(hub.nodes.get(node)!.root, site);
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    hash.update(name);
    if (!['files'].includes(name)) hash.update(readFileSync(join(root, name)));
  }
  return hash.digest('hex');
}
