import { CutoverError } from '@cutover/core';
import { DirEntries } from './dir-entries.ts';
import { oidBytes, type OidPages } from './pages.ts';
import { SpillFile } from './spill-file.ts';

/** Entries of a directory from which on each commit that changes one of them writes a tree object of some size. */
const crowdedAbove = 5000;

/** A directory that holds more entries than it should. */
export interface CrowdedDirectory {
  readonly dir: string;
  readonly entries: number;
}

/** Writes one tree object; gives the place of its name. */
export type PutTree = (content: Buffer) => number;

/**
 * Files of a tree that is being made, in any order, each directory's in a file but for the last of them: memory grows
 * with the number of directories, at most 4 KiB each. Then the tree objects from the leaves up. The trees depend on nothing but the files.
 */
export class TreeEntries {
  /** Known once the trees are written. */
  readonly crowded: CrowdedDirectory[] = [];
  readonly #dirs = new Map<string, DirEntries>();
  readonly #spill: SpillFile;
  #length = 0;
  #lastDir = '';
  #last: DirEntries;

  /** `spillPath`: where a file may be made for entries that need not be in memory; `close` removes it. */
  constructor(spillPath: string) {
    this.#spill = new SpillFile(spillPath);
    this.#last = this.#dirOf('');
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a file by its path and the place of its blob's name. */
  add(path: string, place: number): void {
    const slash = path.lastIndexOf('/');
    const dir = slash === -1 ? '' : path.slice(0, slash);
    if (dir !== this.#lastDir) {
      this.#last = this.#dirOf(dir);
      this.#lastDir = dir;
    }
    this.#last.add(path.slice(slash + 1), place, this.#spill);
    this.#length++;
  }

  close(): void {
    this.#spill.remove();
  }

  /**
   * Makes all tree objects, one at each step, so that they need not be held; gives the place of the root's name. Throws
   * CutoverError `path-written-twice`.
   */
  *write(oids: OidPages, put: PutTree): Generator<void, number, void> {
    const children = new Map<string, { readonly name: string; readonly place: number }[]>();
    let root = 0;
    // Longer paths first: a directory's own directories are there before it is.
    for (const dir of [...this.#dirs.keys()].sort((a, b) => depth(b) - depth(a))) {
      const lines: Line[] = (children.get(dir) ?? []).map(({ name, place }) => ({ key: `${name}/`, place }));
      children.delete(dir);
      this.#dirs.get(dir)!.read(this.#spill, (key, place) => lines.push({ key, place }));
      if (lines.length === 0 && dir !== '') continue;
      if (lines.length > crowdedAbove) this.crowded.push({ dir, entries: lines.length });
      const place = put(treeContent(dir, lines, oids));
      if (dir === '') root = place;
      else addChild(children, dir, place);
      yield;
    }
    return root;
  }

  #dirOf(dir: string): DirEntries {
    let entries = this.#dirs.get(dir);
    if (entries === undefined) {
      for (let slash = dir.indexOf('/'); slash !== -1; slash = dir.indexOf('/', slash + 1)) {
        const above = dir.slice(0, slash);
        if (!this.#dirs.has(above)) this.#dirs.set(above, new DirEntries());
      }
      entries = new DirEntries();
      this.#dirs.set(dir, entries);
    }
    return entries;
  }
}

interface Line {
  /** Name, one character a byte; a directory's ends with a slash, which is how git orders them. */
  readonly key: string;
  readonly place: number;
}

const depth = (dir: string): number => (dir === '' ? 0 : dir.split('/').length);

function addChild(
  children: Map<string, { readonly name: string; readonly place: number }[]>,
  dir: string,
  place: number,
): void {
  const slash = dir.lastIndexOf('/');
  const above = slash === -1 ? '' : dir.slice(0, slash);
  const name = Buffer.from(dir.slice(slash + 1)).toString('latin1');
  const siblings = children.get(above);
  if (siblings === undefined) children.set(above, [{ name, place }]);
  else siblings.push({ name, place });
}

function treeContent(dir: string, lines: Line[], oids: OidPages): Buffer {
  lines.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  assertEachOnce(dir, lines);
  let size = 0;
  for (const { key } of lines) size += fileMode.length + key.length + 1 + oidBytes;
  const content = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { key, place } of lines) {
    const isDir = key.endsWith('/');
    at = writeLatin1(content, at, isDir ? dirMode : fileMode, 0);
    at = writeLatin1(content, at, key, isDir ? 1 : 0);
    content[at++] = 0;
    oids.copyTo(content, at, place);
    at += oidBytes;
  }
  return content.subarray(0, at);
}

const fileMode = '100644 ';
const dirMode = '40000 ';

/** Writes a text but for its last characters; gives where it ends. To have Buffer write so few takes several times as long. */
function writeLatin1(to: Buffer, at: number, text: string, without: number): number {
  const length = text.length - without;
  for (let i = 0; i < length; i++) to[at + i] = text.charCodeAt(i);
  return at + length;
}

/** Throws where a name is there twice, as two files or as a file and a directory. */
function assertEachOnce(dir: string, sorted: readonly Line[]): void {
  const dirs = new Set(sorted.filter(({ key }) => key.endsWith('/')).map(({ key }) => key.slice(0, -1)));
  let last: string | undefined;
  for (const { key } of sorted) {
    if (key === last || dirs.has(key)) throw writtenTwice(dir, key);
    last = key;
  }
}

function writtenTwice(dir: string, latin1: string): CutoverError {
  const path = `${dir === '' ? '' : `${dir}/`}${Buffer.from(latin1, 'latin1').toString()}`;
  return new CutoverError('path-written-twice', `${path} was written twice, or is a file and a directory`, {
    next: 'this is a fault of whoever made the records: two of them have the same path',
    data: { path },
  });
}
