import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { removeSlowly, removeTree } from '../tree/remove.ts';
import { readManifest, settleManifest } from '../tree/manifest.ts';
import { recheck } from './recheck.ts';
import { comparePaths, type Entry } from '../tree/entry.ts';
import { absolute, rootOf, scanTree } from '../tree/scan.ts';
import type { Done, RootFacts, Verified } from '../wire/messages.ts';
import { assertFree, takeLock } from './lock.ts';

/** What this side remembers of a move; replaced atomically. */
export interface MoveState {
  readonly move: string;
  readonly phase: 'receiving' | 'finalizing' | 'done';
  readonly verified?: Verified | undefined;
  /** Name of the folder that the replaced tree goes to. */
  readonly replaced?: string | null;
  readonly finalize?: { readonly generations: number; readonly root: RootFacts };
  readonly done?: Done;
  /** A program of this side has been at the tree: the manifest may not be true of it. */
  readonly touched?: boolean;
}

/**
 * Where one site is received: `<root>/.cutover-transfer/<site>/` with
 *
 * - `tree/`: what has come so far, never the live folder;
 * - `manifest`: what of it is whole; `manifest.new`: the pass that is on;
 * - `partial/`: large files as far as they have come; `parts/`: stream files of a staged move;
 * - `sha256sums`: of every file, as the last verification read them; stays;
 * - `move.json`: the move and its phase; `lock`: the process that receives;
 * - `generations/`: trees that were replaced.
 */
export class Staging {
  readonly site: string;
  /** Where the tree will be: the live folder. */
  readonly target: string;
  readonly dir: string;
  readonly tree: string;
  readonly manifest: string;
  readonly unfinished: string;
  readonly partial: string;
  readonly parts: string;
  readonly checksums: string;
  readonly generations: string;
  readonly #release: () => void;
  state: MoveState;
  /** What the last pass left, where there was one. */
  counted: Held | undefined;

  private constructor(root: string, site: string, state: MoveState, release: () => void) {
    this.site = site;
    this.target = join(root, site);
    this.dir = stagingDir(root, site);
    this.tree = join(this.dir, 'tree');
    this.manifest = join(this.dir, 'manifest');
    this.unfinished = join(this.dir, 'manifest.new');
    this.partial = join(this.dir, 'partial');
    this.parts = join(this.dir, 'parts');
    this.checksums = join(this.dir, 'sha256sums');
    this.generations = join(this.dir, 'generations');
    this.#release = release;
    this.state = state;
  }

  /**
   * Opens what was received of a move, or begins.
   *
   * @throws CutoverError `site-name`, `other-file-system`, `target-exists` (exit 3), `move-held`, `other-move` (exit 5)
   */
  static async open(root: string, site: string, move: string, replace: boolean): Promise<Staging> {
    assertSite(site);
    const dir = stagingDir(root, site);
    assertOneFileSystem(root, dirname(dir), dir, join(root, site));
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const release = await takeLock(join(dir, 'lock'), move, true);
    try {
      const state = readState(dir);
      const going = goingOn(root, site, move, replace);
      const staging = new Staging(root, site, going, release);
      if (state?.move !== move) staging.save({});
      if (going.phase === 'receiving') await staging.#settle();
      return staging;
    } catch (error) {
      release();
      throw error;
    }
  }

  save(change: Partial<MoveState>): void {
    this.state = { ...this.state, ...change };
    writeDurably(join(this.dir, 'move.json'), `${JSON.stringify(this.state, null, 2)}\n`);
  }

  /** Counts what is whole so far, where no pass has counted it since. */
  async held(): Promise<Held> {
    return (this.counted ??= await countHeld(this.manifest));
  }

  /** Removes what was received and not finalized; generations stay. */
  async discard(): Promise<void> {
    if (this.state.phase === 'finalizing')
      throw new CutoverError('move-finalizing', 'the move is being put in place already', {
        next: 'start the same `cutover transfer send` again, which ends it',
        exitCode: exitCodes.fails,
      });
    for (const path of [this.tree, this.partial, this.parts, this.manifest, this.unfinished])
      await removeSlowly(path);
    if (this.state.phase === 'done') return;
    for (const path of [this.checksums, join(this.dir, 'move.json')]) rmSync(path, { force: true });
  }

  close(): void {
    this.#release();
  }

  /** After a crash: one manifest again, and nothing in the tree that is not in it. */
  async #settle(): Promise<void> {
    mkdirSync(this.tree, { recursive: true, mode: 0o700 });
    mkdirSync(this.partial, { recursive: true, mode: 0o700 });
    const cut = existsSync(this.unfinished);
    await settleManifest(this.manifest, this.unfinished);
    if (this.state.touched === true) {
      await recheck(this.manifest, this.tree);
      this.save({ touched: false });
    } else if (!cut) return;
    const root = rootOf(this.tree);
    const known = readManifest(this.manifest);
    let next = await known.next();
    const unknown: string[] = [];
    for (const { path } of scanTree(this.tree)) {
      while (next.done !== true && comparePaths(next.value.path, path) < 0) next = await known.next();
      if (next.done === true || next.value.path !== path) unknown.push(path);
    }
    await known.return();
    // From the end: a folder's names before the folder.
    for (const path of unknown.reverse()) removeTree(absolute(root, path));
  }
}

/** What is there of a site: room that it takes, and names. */
export interface Held {
  readonly bytes: number;
  readonly names: number;
}

async function countHeld(manifest: string): Promise<Held> {
  let [bytes, names] = [0, 0];
  for await (const entry of readManifest(manifest)) {
    names++;
    bytes += roomOf(entry);
  }
  return { bytes, names };
}

/** Files with holes are counted as none, as at the source. */
export const roomOf = ({ type, sparse, sizeBytes }: Entry): number =>
  type === 'f' && !sparse ? sizeBytes : 0;

/** The state that a move would go on from. Throws CutoverError `other-move`, `target-exists`. */
function goingOn(root: string, site: string, move: string, replace: boolean): MoveState {
  const state = readState(stagingDir(root, site));
  if (state !== undefined && state.move !== move && state.phase !== 'done') throw otherMove(site, state);
  const going = state?.move === move ? state : { move, phase: 'receiving' as const };
  if (going.phase === 'receiving' && !replace && existsSync(join(root, site)))
    throw new CutoverError('target-exists', `there is a ${site} on the destination already`, {
      next: 'give --replace if it is to be replaced at the end, or another name',
      exitCode: exitCodes.preflightFailed,
    });
  return going;
}

/**
 * Whether a move could be received, without beginning it.
 *
 * @throws CutoverError as `Staging.open`
 */
export function assertTarget(root: string, site: string, move: string, replace: boolean): void {
  const dir = stagingDir(root, site);
  assertOneFileSystem(root, dirname(dir), dir, join(root, site));
  goingOn(root, site, move, replace);
  assertFree(join(dir, 'lock'));
}

/** What is there of this move. */
export async function heldOf(root: string, site: string, move: string): Promise<Held> {
  const dir = stagingDir(root, site);
  return readState(dir)?.move === move ? countHeld(join(dir, 'manifest')) : { bytes: 0, names: 0 };
}

/** What is received is put in place by a rename, which stays within one file system. */
function assertOneFileSystem(root: string, ...paths: string[]): void {
  const { dev } = statSync(root);
  const other = paths.find((path) => existsSync(path) && statSync(path).dev !== dev);
  if (other === undefined) return;
  throw new CutoverError('other-file-system', `${other} lies on another file system than ${root}`, {
    next: 'let --root of the receiver be a folder of the file system that the site is to lie on',
    exitCode: exitCodes.preflightFailed,
  });
}

/** Where what is received of a site lies. */
export function stagingDir(root: string, site: string): string {
  return join(root, '.cutover-transfer', site);
}

/** Throws CutoverError `site-name`. */
export function assertSite(site: string): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(site)) return;
  throw new CutoverError('site-name', `${JSON.stringify(site)} cannot be the name of a site`, {
    next: 'take letters, digits, dots, dashes and underscores, not beginning with a dot',
    exitCode: exitCodes.usage,
  });
}

function readState(dir: string): MoveState | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'move.json'), 'utf8')) as MoveState;
  } catch {
    return undefined;
  }
}

function otherMove(site: string, state: MoveState): CutoverError {
  return new CutoverError('other-move', `${site} is being received by another move, ${state.move}`, {
    next: 'go on with that one, or remove what it left with `cutover transfer cancel --discard` where it was started',
    data: { move: state.move, phase: state.phase },
    exitCode: exitCodes.leaseHeld,
  });
}

/** Whole or not at all, also where the machine stops. */
export function writeDurably(path: string, text: string): void {
  const file = openSync(`${path}.writing`, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.writing`, path);
}
