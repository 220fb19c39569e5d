import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError } from '@cutover/core';
import { writeDurably } from '../receive/staging.ts';
import type { MovePhase } from '../send/move-status.ts';
import type { Need } from './archive.ts';
import type { CompressionFacts } from './compression.ts';
import { Rate } from './rate.ts';

/**
 * | state                  | source                                   | destination                                     |
 * | ---------------------- | ---------------------------------------- | ----------------------------------------------- |
 * | `idle`                 | nothing was asked                        | nothing has come, or it was cleaned up          |
 * | `transfer_pending`     | measured, the destination asked          | accepted, no byte yet                           |
 * | `transfer_in_progress` | the archive goes out                     | the archive comes in, is checked, put in place  |
 * | `transfer_failed`      | as it was before; the hub is told        | what came is marked unsafe to start             |
 * | `timed_out`            | silence: it may be at the destination    | silence: what came is marked unsafe to start    |
 * | `transfer_completed`   | the destination says that it has it      | –                                               |
 * | `ready`                | –                                        | in place and whole; the hub is told             |
 */
export type TransferState =
  | 'idle'
  | 'transfer_pending'
  | 'transfer_in_progress'
  | 'transfer_failed'
  | 'timed_out'
  | 'transfer_completed'
  | 'ready';

export interface Attempt {
  readonly at: string;
  /** null: no answer came. */
  readonly status: number | null;
  readonly body: string;
}

/** What the hub is to be told, and how often that was tried. */
export interface Callback {
  readonly outcome: 'success' | 'failure';
  readonly delivered: boolean;
  /** The hub refuses it, or it was tried for too long. */
  readonly givenUp: boolean;
  readonly attempts: number;
  /** The newest of them. */
  readonly last: readonly Attempt[];
}

export interface Reason {
  readonly code: string;
  readonly message: string;
  /** What a person does next. */
  readonly next: string;
  /** What the other side answered, where it did. */
  readonly status?: number;
  readonly body?: string;
}

/** A move as whoever asks for it counts: its attempts go up, and one that is behind comes too late. */
export interface MoveRef {
  readonly id: string;
  readonly attempt: number;
}

/** What a node knows of a server; no secret is in it. */
export interface ServerRecord {
  readonly id: string;
  readonly role: 'source' | 'destination' | null;
  readonly state: TransferState;
  /** Where within the state it is; null while nothing was asked. */
  readonly phase: MovePhase | null;
  readonly move?: MoveRef | undefined;
  /** The highest attempt of each move that this node was asked for, the newest move last. */
  readonly seen?: readonly MoveRef[] | undefined;
  readonly installing: boolean;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly updatedAt: string;
  /** What it is at, for people. */
  readonly doing?: string | undefined;
  /** Of the state directory; it has the journal and `status.json` of the source. */
  readonly run?: string | undefined;
  readonly to?: string | undefined;
  /** How often a connection was made for it. */
  readonly connections?: number | undefined;
  /** Bytes of the archive that were there already when the newest of them began. */
  readonly resumedFrom?: number | undefined;
  readonly compression?: CompressionFacts | undefined;
  /** Hooks by which the source is locked. */
  readonly locked?: readonly string[] | undefined;
  readonly unlockFailures?: readonly string[] | undefined;
  /** Whether the destination had a record of this server before. */
  readonly attached?: 'new' | 'existing' | undefined;
  /** What the move takes, as announced. */
  readonly need?: Need | undefined;
  /** Digest of the one token that this move was begun with: it goes on with that, and no other move does. */
  readonly tokenUse?: string | undefined;
  /** A retry goes on with what has come; else it must be cleaned up first. */
  readonly resumable?: boolean | undefined;
  readonly unpacked?: boolean | undefined;
  readonly reason?: Reason | undefined;
  /** There is partial data, which must not be started; it stays until it is cleaned up by an explicit call. */
  readonly unsafe: boolean;
  /** The source has sent, or was about to send, the last byte: the destination may have it. */
  readonly sentWhole?: boolean | undefined;
  /** The destination has checked the archive: from there it only goes forward. */
  readonly verified?: { readonly sha256: string; readonly bytes: number } | undefined;
  readonly archived?: string | undefined;
  readonly callback?: Callback | undefined;
}

/** A record as it is shown: with what can be told of its progress. */
export interface ShownRecord extends ServerRecord {
  readonly percent: number | null;
  /** Over the last ten seconds; null while nothing moves. */
  readonly bytesPerSecond: number | null;
  readonly etaSeconds: number | null;
}

export const isMoving = ({ state }: Pick<ServerRecord, 'state'>): boolean =>
  state === 'transfer_pending' || state === 'transfer_in_progress';

/** Throws CutoverError `installing`, `already-moving`. */
export function assertFree(record: ServerRecord): ServerRecord {
  if (record.installing)
    throw new CutoverError('installing', `${record.id} is being installed`, {
      next: 'wait until it is installed, then start the move again',
    });
  if (isMoving(record)) throw movingAlready(record.id);
  return record;
}

export const movingAlready = (id: string): CutoverError =>
  new CutoverError('already-moving', `${id} is being moved already`, {
    next: 'wait for that move, or cancel it',
  });

export const noMove = (id: string): CutoverError =>
  new CutoverError('no-move', `there is no such move of ${id}`, {
    next: 'look at GET /api/servers/:id for how it stands',
  });

/** The records of a node: a file each, replaced durably. Emits `change` with the record, progress included. */
export class ServerRecords {
  readonly changes = new EventEmitter<{ change: [ServerRecord] }>();
  readonly #dir: string;
  readonly #records = new Map<string, ServerRecord>();
  readonly #rates = new Map<string, Rate>();

  constructor(stateDir: string) {
    this.#dir = join(stateDir, 'servers');
    this.changes.setMaxListeners(0);
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#dir).filter((one) => one.endsWith('.json'))) {
      const kept = JSON.parse(readFileSync(join(this.#dir, name), 'utf8')) as ServerRecord;
      const record = { ...blank, ...kept };
      this.#records.set(record.id, record);
    }
  }

  all(): ServerRecord[] {
    return [...this.#records.values()];
  }

  find(id: string): ServerRecord | undefined {
    return this.#records.get(id);
  }

  /** The record of a server; a new one that is not kept yet where there is none. */
  get(id: string): ServerRecord {
    return this.#records.get(id) ?? { ...blank, id, updatedAt: new Date().toISOString() };
  }

  show(id: string): ShownRecord {
    const record = this.get(id);
    const { bytesDone, bytesTotal } = record;
    const going = isMoving(record);
    const rate = going ? (this.#rates.get(id)?.perSecond(bytesDone) ?? null) : null;
    const left = Math.max(0, bytesTotal - bytesDone);
    return {
      ...record,
      percent:
        bytesTotal === 0 ? null : Math.min(going ? 99 : 100, Math.floor((bytesDone / bytesTotal) * 100)),
      bytesPerSecond: rate,
      etaSeconds: rate === null || rate <= 0 ? null : Math.ceil(left / rate),
    };
  }

  /** Durable before it answers. */
  save(id: string, change: Partial<ServerRecord>): ServerRecord {
    const record = this.#set(id, change);
    writeDurably(join(this.#dir, `${id}.json`), `${JSON.stringify(record, null, 2)}\n`);
    return record;
  }

  /** Bytes that came or went: shown, and not worth a write. */
  progress(id: string, bytesDone: number): void {
    let rate = this.#rates.get(id);
    if (rate === undefined) this.#rates.set(id, (rate = new Rate()));
    rate.note(bytesDone);
    this.#set(id, { bytesDone });
  }

  #set(id: string, change: Partial<ServerRecord>): ServerRecord {
    const record = { ...this.get(id), ...change, updatedAt: new Date().toISOString() };
    this.#records.set(id, record);
    if (!isMoving(record)) this.#rates.delete(id);
    this.changes.emit('change', record);
    return record;
  }
}

const blank = {
  role: null,
  state: 'idle',
  phase: null,
  installing: false,
  bytesDone: 0,
  bytesTotal: 0,
  unsafe: false,
} as const;

/** What a new move does not take over from the one before it. */
export const afresh = {
  bytesDone: 0,
  bytesTotal: 0,
  move: undefined,
  to: undefined,
  doing: undefined,
  run: undefined,
  connections: undefined,
  resumedFrom: undefined,
  compression: undefined,
  locked: undefined,
  unlockFailures: undefined,
  attached: undefined,
  need: undefined,
  tokenUse: undefined,
  resumable: undefined,
  unpacked: undefined,
  reason: undefined,
  sentWhole: undefined,
  verified: undefined,
  archived: undefined,
  callback: undefined,
} as const;

/** Where the node keeps a server, what comes in for it, and what was archived. */
export function pathsOf(root: string, id: string) {
  const incoming = join(root, '.cutover-node', 'incoming', id);
  return {
    live: join(root, id),
    incoming,
    /** What comes is collected here. */
    archive: join(incoming, 'archive.tar'),
    tree: join(incoming, 'tree'),
    /** Says to whoever comes by that what lies beside it must not be started. */
    marker: join(incoming, 'UNSAFE-TO-START'),
    archived: join(root, '.cutover-node', 'archive'),
  };
}

export function reasonOf(error: Error): Reason {
  const { code = 'link-lost' } = error instanceof CutoverError ? error : {};
  const { status, body } = error instanceof CutoverError ? error.data : {};
  return {
    code,
    message: error.message,
    next:
      error instanceof CutoverError
        ? error.next
        : 'see whether the destination is up and its address, port and certificate are right; then start the move again',
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof body === 'string' ? { body } : {}),
  };
}
