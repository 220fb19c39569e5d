import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { type HubNode, isEnded, isKeptAside, isSettled, type Move, type WorkerRow } from '../move.ts';
import { isRunning, thisProcess } from '../process.ts';
import { inOrder, type MoveFilter, type MoveRows, type MoveStore } from './store.ts';

const lockPatienceMs = 10_000;

class FileRows implements MoveRows {
  readonly now = new Date();
  readonly #dir: string;
  /** What was put, written when the work is over. */
  readonly #put = new Map<string, object | undefined>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  #path(kind: string, id: string): string {
    return join(this.#dir, kind, `${encodeURIComponent(id)}.json`);
  }

  #one<T>(path: string): T | undefined {
    if (this.#put.has(path)) return this.#put.get(path) as T | undefined;
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(path, error);
    }
  }

  #all<T>(kind: string): T[] {
    const folder = join(this.#dir, kind);
    const paths = new Set(
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(folder, name)),
    );
    for (const path of this.#put.keys()) if (path.startsWith(`${folder}/`)) paths.add(path);
    return [...paths]
      .sort()
      .map((path) => this.#one<T>(path))
      .filter((one) => one !== undefined);
  }

  move(id: string): Promise<Move | undefined> {
    return Promise.resolve(this.#moveNow(id));
  }

  #moveNow(id: string): Move | undefined {
    return this.#one<Move>(this.#path('moves', id)) ?? this.#one<Move>(this.#path('settled', id));
  }

  #everyMove(): Move[] {
    return [...this.#all<Move>('moves'), ...this.#all<Move>('settled')];
  }

  moveByKey(key: string): Promise<Move | undefined> {
    return Promise.resolve(this.#everyMove().find((move) => move.key === key));
  }

  unended(): Promise<Move[]> {
    return Promise.resolve(
      this.#all<Move>('moves')
        .filter((move) => !isEnded(move))
        .sort(inOrder),
    );
  }

  moves({ site, states, ids, endedSince, limit }: MoveFilter): Promise<Move[]> {
    const every =
      ids !== undefined
        ? [...new Set(ids)].map((id) => this.#moveNow(id)).filter((move) => move !== undefined)
        : states?.every((state) => !isEnded({ state })) === true
          ? this.#all<Move>('moves')
          : this.#everyMove();
    const found = every.filter(
      (move) =>
        (site === undefined || move.site === site) &&
        (states === undefined || states.includes(move.state)) &&
        (endedSince === undefined || move.endedAt === null || move.endedAt > endedSince),
    );
    found.sort((one, other) => -inOrder({ ...one, priority: 0 }, { ...other, priority: 0 }));
    return Promise.resolve(found.slice(0, limit));
  }

  /** What nothing is left to do about lies apart: however many they are, a worker reads none of them. */
  putMove(move: Move): Promise<void> {
    const [kind, other] = isSettled(move) ? ['settled', 'moves'] : ['moves', 'settled'];
    this.#put.set(this.#path(other, move.id), undefined);
    return this.#set(kind, move.id, move);
  }

  keptAside(before: Date, limit: number): Promise<Move[]> {
    return Promise.resolve(oldest(this.#all<Move>('moves').filter(isKeptAside), before, limit));
  }

  settled(before: Date, limit?: number): Promise<Move[]> {
    return Promise.resolve(oldest(this.#everyMove().filter(isSettled), before, limit));
  }

  removeMove(id: string): Promise<void> {
    this.#put.set(this.#path('moves', id), undefined);
    return this.#set('settled', id, undefined);
  }

  nodes(): Promise<HubNode[]> {
    return Promise.resolve(this.#all<HubNode>('nodes'));
  }

  putNode(node: HubNode): Promise<void> {
    return this.#set('nodes', node.id, node);
  }

  removeNode(id: string): Promise<void> {
    return this.#set('nodes', id, undefined);
  }

  workers(): Promise<WorkerRow[]> {
    return Promise.resolve(this.#all<WorkerRow>('workers'));
  }

  putWorker(worker: WorkerRow): Promise<void> {
    return this.#set('workers', worker.id, worker);
  }

  removeWorker(id: string): Promise<void> {
    return this.#set('workers', id, undefined);
  }

  #set(kind: string, id: string, row: object | undefined): Promise<void> {
    this.#put.set(this.#path(kind, id), row);
    return Promise.resolve();
  }

  /** First a note of all of it, so that whoever comes after a crash ends it. */
  commit(): void {
    if (this.#put.size === 0) return;
    const note = join(this.#dir, 'commit.json');
    writeWhole(note, JSON.stringify([...this.#put].map(([path, row]) => [path, row ?? null])));
    carryOut(this.#dir);
  }
}

const oldest = (moves: Move[], before: Date, limit?: number): Move[] =>
  moves
    .filter(({ endedAt }) => endedAt !== null && new Date(endedAt) < before)
    .sort((one, other) => +new Date(one.endedAt ?? 0) - +new Date(other.endedAt ?? 0))
    .slice(0, limit);

/** Ends a commit that a crash has cut off. */
function carryOut(dir: string): void {
  const note = join(dir, 'commit.json');
  let changes: [string, object | null][];
  try {
    changes = JSON.parse(readFileSync(note, 'utf8')) as [string, object | null][];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw unreadable(note, error);
  }
  for (const [path, row] of changes) {
    if (row === null) rmSync(path, { force: true });
    else writeWhole(path, `${JSON.stringify(row, null, 2)}\n`);
  }
  rmSync(note, { force: true });
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.writing`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.writing`, path);
}

/** Rows as files of one machine's state folder, changed by one process at a time. */
export class FileStore implements MoveStore {
  readonly place: string;

  constructor(dir: string) {
    this.place = dir;
    for (const kind of ['moves', 'settled', 'nodes', 'workers'])
      mkdirSync(join(dir, kind), { recursive: true, mode: 0o700 });
  }

  async change<T>(work: (rows: MoveRows) => Promise<T>): Promise<T> {
    const release = await this.#lock();
    try {
      carryOut(this.place);
      const rows = new FileRows(this.place);
      const result = await work(rows);
      rows.commit();
      return result;
    } finally {
      release();
    }
  }

  read<T>(work: (rows: MoveRows) => Promise<T>): Promise<T> {
    // Under the lock as well: else half a commit is seen.
    return this.change(work);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #lock(): Promise<() => void> {
    const path = join(this.place, 'lock');
    const mine = join(this.place, `lock.${process.pid}.${lockNumber++}`);
    const until = performance.now() + lockPatienceMs;
    writeFileSync(mine, JSON.stringify(thisProcess()), { mode: 0o600 });
    try {
      for (;;) {
        try {
          linkSync(mine, path);
          return () => rmSync(path, { force: true });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
        breakLockOfTheDead(path, mine);
        if (performance.now() > until) throw held(path);
        await sleep(5 + Math.random() * 10);
      }
    } finally {
      rmSync(mine, { force: true });
    }
  }
}

let lockNumber = 0;

/** By a rename that one alone can win: it moves away exactly the file that was looked at, or puts it back. */
function breakLockOfTheDead(path: string, mine: string): void {
  let holder: string;
  try {
    holder = readFileSync(path, 'utf8');
  } catch {
    return;
  }
  if (isRunning(JSON.parse(holder) as ReturnType<typeof thisProcess>)) return;
  try {
    renameSync(path, `${mine}.broken`);
    // Somebody else may have broken it and taken it between the look and the rename.
    if (readFileSync(`${mine}.broken`, 'utf8') !== holder) linkSync(`${mine}.broken`, path);
  } catch {
    // Another one was faster.
  } finally {
    rmSync(`${mine}.broken`, { force: true });
  }
}

const held = (path: string): CutoverError =>
  new CutoverError('hub-locked', `another process holds ${path} for long`, {
    next: 'see which one it is; it is named in the file',
    exitCode: exitCodes.leaseHeld,
  });

const unreadable = (path: string, cause: unknown): CutoverError =>
  new CutoverError('hub-file', `${path} cannot be read as a row of the queue`, {
    next: 'see what is in it; move it away where it is not a row',
    cause,
  });
