import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancel, type Move, type openStore } from '@cutover/hub';
import { freePort } from '@cutover/testkit';
import { HubHosts, ServeHost, type WorkerHost } from '../hub-hosts.ts';
import type { NodeHost } from '../node-hosts.ts';
import type { Moment, Seen } from './moments.ts';

type Store = Awaited<ReturnType<typeof openStore>>;

const momentPatienceMs = 25_000;
const endPatienceMs = 60_000;
const pollMs = 3;

export interface Verdict {
  /** Of the move, when the process was killed. */
  readonly state: string;
  readonly attempts: number;
  /** Success reports that the hub answered with 204, and those that changed the row. */
  readonly answered: number;
  readonly counted: number;
  readonly faults: string[];
}

/** A hub that listens, one worker, a source with a lockdown and a destination with a program after the move. */
export class HubUnderKill {
  readonly hub: HubHosts;
  readonly serve: ServeHost;
  readonly source: NodeHost;
  readonly destination: NodeHost;
  #worker: WorkerHost;

  private constructor(hub: HubHosts, serve: ServeHost, source: NodeHost, destination: NodeHost) {
    [this.hub, this.serve, this.source, this.destination] = [hub, serve, source, destination];
    this.#worker = hub.worker();
  }

  static async start(databaseUrl: string | undefined): Promise<HubUnderKill> {
    const port = await freePort();
    const more = {
      ...{ listen: { host: '127.0.0.1', port }, keepSourceSeconds: 0 },
      ...{ backoffSeconds: 1.5, patienceSeconds: 15 },
    };
    const hub = new HubHosts(databaseUrl, more, `https://127.0.0.1:${port}`);
    try {
      const serve = new ServeHost(hub.options);
      await serve.start();
      const lock = join(hub.dir, 'lock-{server}');
      const source = await hub.node('a', '127.0.0.1', {
        bytesPerSecond: 4_000_000,
        lockdown: {
          hooks: [
            {
              name: 'web',
              lock: ['touch', lock],
              unlock: ['rm', '-f', lock],
              check: ['test', '-e', lock],
            },
          ],
          watchSeconds: 1,
        },
      });
      const after = `sleep 0.3; test ! -e ${hub.dir}/refuse-$CUTOVER_SITE`;
      const destination = await hub.node('b', '127.0.0.2', { postSetup: ['sh', '-c', after] });
      return new HubUnderKill(hub, serve, source, destination);
    } catch (error) {
      await hub.remove();
      throw error;
    }
  }

  async remove(): Promise<void> {
    await this.serve.kill();
    await this.hub.remove();
  }

  /** Kills the moment's process there, starts it again, and answers what does not hold afterwards. */
  kill(moment: Moment): Promise<Verdict> {
    return this.hub.withStore((store) => this.#kill(moment, store));
  }

  async #kill(moment: Moment, store: Store): Promise<Verdict> {
    const site = randomUUID();
    this.makeSite(site);
    const refusal = join(this.hub.dir, `refuse-${site}`);
    if (moment.refuses === true) writeFileSync(refusal, '');
    if (moment.unseen === true) this.#worker.signal('SIGSTOP');
    const counted = new Set<string>();
    const { id } = await this.hub.enqueue(site, 'a', 'b', { key: site });
    const held = await this.#reach(moment, store, id, site);
    const state = (await rowOf(store, id)).state;
    if (moment.of === 'worker') await this.#worker.kill();
    else await this.serve.kill();
    rmSync(refusal, { force: true });
    for (const wake of held.wakes) await wake();
    // Asked for again by whoever does not know whether it was heard: it is the same move.
    const again = await this.hub.enqueue(site, 'a', 'b', { key: site });
    if (moment.of === 'worker') this.#worker = this.hub.worker();
    else {
      await sleep(moment.awayMs ?? 500);
      await this.serve.start();
    }
    const faults = held.seen ? [] : ['the moment did not come up'];
    if (again.id !== id) faults.push(`asked for again it is another move, ${again.id}`);
    const move = await this.#untilEnd(store, id, site, moment.ends ?? 'done', counted);
    faults.push(...(await this.faultsOf(move, site, moment)));
    if ((moment.ends ?? 'done') === 'cancelled' && faults.length === 0)
      faults.push(...(await this.#movesAfterwards(store, site, counted)));
    const answered = this.#answered(site);
    if (counted.size !== 1) faults.push(`${counted.size} reports of success were counted`);
    if (answered === 0) faults.push('the hub has answered no report');
    for (const { root } of [this.source, this.destination])
      rmSync(join(root, site), { recursive: true, force: true });
    return { state, attempts: move.attempt, answered, counted: counted.size, faults };
  }

  /** Until the moment is there; what was stopped to hold it there is woken afterwards. */
  async #reach(moment: Moment, store: Store, id: string, site: string) {
    const wakes: (() => Promise<void> | void)[] = [];
    const away = new Set<NodeHost>();
    const steps = [...moment.steps];
    for (const until = Date.now() + momentPatienceMs; Date.now() < until; await sleep(pollMs)) {
      const step = steps[0];
      if (step === undefined) return { seen: true, wakes };
      // A node that stands still answers nothing.
      const seen: Seen = {
        move: await rowOf(store, id),
        source: away.has(this.source) ? {} : await this.source.record(site),
        destination: away.has(this.destination) ? {} : await this.destination.record(site),
      };
      if (!step.when(seen)) continue;
      steps.shift();
      if (step.does === 'cancel') await cancel(store, id, 'test');
      else if (step.does === 'stop serve') this.serve.signal('SIGSTOP');
      else if (step.does !== undefined) {
        const node = step.does === 'stop destination' ? this.destination : this.source;
        away.add(node);
        await node.kill(step.does === 'kill source' ? 'SIGKILL' : 'SIGSTOP');
        wakes.push(() => (step.does === 'kill source' ? node.start() : node.wake()));
      }
    }
    return { seen: false, wakes };
  }

  async #untilEnd(
    store: Store,
    id: string,
    site: string,
    wanted: string,
    counted: Set<string>,
  ): Promise<Move> {
    for (const until = Date.now() + endPatienceMs; Date.now() < until; await sleep(50)) {
      const move = await rowOf(store, id);
      if (move.reportedAt !== null) counted.add(move.reportedAt);
      const told = (await this.destination.record(site))['callback'] as { delivered?: boolean } | undefined;
      if (move.state !== wanted) continue;
      if (wanted !== 'done') return move;
      if (move.sourceRemovedAt !== null && move.reportedAt !== null && told?.delivered === true) return move;
    }
    return rowOf(store, id);
  }

  /** What does not hold of a move that is over. */
  async faultsOf(move: Move, site: string, { ends = 'done', attempts = 1 }: Moment): Promise<string[]> {
    const faults: string[] = [];
    const wanted = ends === 'done' ? 'b' : 'a';
    if (move.state !== ends) faults.push(`the move is ${move.state}: ${JSON.stringify(move)}`);
    if (this.hub.whereIs(site).join() !== wanted)
      faults.push(`the site lies at ${this.hub.whereIs(site).join(' and ')}, and not at ${wanted}`);
    else if (!this.#isWhole(wanted, site)) faults.push('the site is not whole');
    if (ends === 'done' && this.hub.aside('a', site).length > 0) faults.push('the source still has it aside');
    if (ends === 'done' && move.attempt !== attempts) faults.push(`${move.attempt} attempts`);
    const isLocked = existsSync(join(this.hub.dir, `lock-${site}`));
    if (isLocked !== (ends === 'done')) faults.push(`the source is ${isLocked ? '' : 'not '}locked`);
    if (existsSync(join(this.destination.root, '.cutover-node/incoming', site)))
      faults.push('something stays in incoming');
    for (const node of [this.source, this.destination]) {
      const { state, unsafe } = await node.record(site);
      if (unsafe === true || /pending|progress|timed_out/.test(String(state)))
        faults.push(`a node has it as ${String(state)}`);
    }
    return faults;
  }

  /** A site whose move was called off can be moved. */
  async #movesAfterwards(store: Store, site: string, counted: Set<string>): Promise<string[]> {
    const { id } = await this.hub.enqueue(site, 'a', 'b');
    const move = await this.#untilEnd(store, id, site, 'done', counted);
    return this.faultsOf(move, site, { of: 'worker', name: '', steps: [], attempts: move.attempt });
  }

  makeSite(site: string, bytes = 6_000_000): void {
    const folder = join(this.source.root, site);
    mkdirSync(join(folder, 'deep'), { recursive: true });
    for (let n = 0; n < 50; n++) writeFileSync(join(folder, `deep/${n}`), `${site} ${n}`);
    const large = randomBytes(bytes);
    writeFileSync(join(folder, 'large'), large);
    writeFileSync(join(this.hub.dir, `large-${site}`), large);
  }

  #isWhole(node: string, site: string): boolean {
    const { root } = this.hub.nodes.get(node)!;
    const large = readFileSync(join(this.hub.dir, `large-${site}`));
    return (
      readFileSync(join(root, site, 'large')).equals(large) &&
      Array.from({ length: 50 }, (_none, n) => n).every(
        (n) => readFileSync(join(root, site, `deep/${n}`), 'utf8') === `${site} ${n}`,
      )
    );
  }

  /** By the log of the hub: a request in one line, its answer in another. */
  #answered(site: string): number {
    const lines = this.serve.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
    const path = `/api/remote/servers/${site}/transfer/success`;
    return lines.filter(
      ({ pid, reqId, res }) =>
        res?.statusCode === 204 &&
        lines.some((one) => one.pid === pid && one.reqId === reqId && one.req?.url === path),
    ).length;
  }
}

interface LogLine {
  readonly pid: number;
  readonly reqId?: string;
  readonly req?: { readonly url: string };
  readonly res?: { readonly statusCode: number };
}

async function rowOf(store: Store, id: string): Promise<Move> {
  const move = await store.read((rows) => rows.move(id));
  if (move === undefined) throw new Error(`there is no move ${id}`);
  return move;
}
