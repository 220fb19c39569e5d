import { statfsSync } from 'node:fs';
import { Arrivals } from './arrivals.ts';
import { Callbacks } from './callbacks.ts';
import type { NodeConfig } from './config.ts';
import { Departures } from './departures.ts';
import { Events } from './events.ts';
import { UsedTokens } from './node-token.ts';
import { isMoving, movingAlready, type ServerRecord, ServerRecords } from './server-record.ts';

export interface NodeFolders {
  /** Where runs are, for `cutover transfer status` too. */
  readonly stateDir: string;
  /** The node's own, in it. */
  readonly dir: string;
}

/** A node without its ways in: records, and the moves that go out and come in. */
export class Node {
  readonly records: ServerRecords;
  readonly events: Events;
  readonly departures: Departures;
  readonly arrivals: Arrivals;
  readonly #config: NodeConfig;
  readonly #callbacks: Callbacks;

  constructor(config: NodeConfig, { stateDir, dir }: NodeFolders, agent: string) {
    this.#config = config;
    const records = new ServerRecords(dir);
    const callbacks = new Callbacks(config, agent, records);
    this.records = records;
    this.#callbacks = callbacks;
    this.events = new Events(records);
    this.departures = new Departures({ config, stateDir, agent, records, callbacks });
    this.arrivals = new Arrivals(config, records, callbacks, new UsedTokens(dir));
  }

  /** Goes on with what the last process left half-way, and tells the hub what it has not been told. */
  async goOn(): Promise<void> {
    for (const record of this.records.all()) {
      if (!isMoving(record)) this.#callbacks.send(record.id);
      else if (record.role === 'source') await this.departures.goOn(record.id);
      else await this.arrivals.goOn(record);
    }
  }

  async close(): Promise<void> {
    await this.departures.close();
    await this.arrivals.close();
    await this.#callbacks.close();
  }

  setInstalling(id: string, installing: boolean): ServerRecord {
    if (installing && isMoving(this.records.get(id))) throw movingAlready(id);
    return this.records.save(id, { installing });
  }

  /** How much there is room for, and what is here. */
  facts(): NodeFacts {
    const { bavail, blocks, bsize, ffree } = statfsSync(this.#config.root);
    const all = this.records.all();
    const moving = (role: ServerRecord['role']): number =>
      all.filter((one) => isMoving(one) && one.role === role).length;
    return {
      ...{ id: this.#config.id, url: this.#config.url, clock: new Date().toISOString() },
      ...{ freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: ffree },
      ...{ servers: all.length, sending: moving('source'), receiving: moving('destination') },
    };
  }
}

/** Of a node, for whoever chooses a destination. */
export interface NodeFacts {
  readonly id: string;
  readonly url: string;
  /** What it says now. */
  readonly clock: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly freeFiles: number;
  /** That it has a record of. */
  readonly servers: number;
  readonly sending: number;
  readonly receiving: number;
}
