import { CutoverError } from '@cutover/core';
import { oidBytes, type OidPages, BytesPages, Uint32Pages } from './pages.ts';

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
 * Files of a tree that is being made, in any order: about 12 bytes and the file's name for each, then the
 * tree objects from the leaves up. The trees depend on nothing but the files.
 */
export class TreeEntries {
  /** Known once the trees are written. */
  readonly crowded: CrowdedDirectory[] = [];
  readonly #dirs = new Map<string, number>([['', 0]]);
  readonly #dirOf = new Uint32Pages();
  readonly #places = new Uint32Pages();
  readonly #names = new BytesPages();
  #lastDir = '';
  #lastDirId = 0;

  get length(): number {
    return this.#places.length;
  }

  /** Adds a file by its path and the place of its blob's name. */
  add(path: string, place: number): void {
    const slash = path.lastIndexOf('/');
    this.#dirOf.push(this.#dirId(slash === -1 ? '' : path.slice(0, slash)));
    this.#names.push(path.slice(slash + 1));
    this.#places.push(place);
  }

  /** Makes all tree objects; gives the place of the root's name. Throws CutoverError `path-written-twice`. */
  write(oids: OidPages, put: PutTree): number {
    const dirs = [...this.#dirs.keys()];
    const { starts, members } = this.#byDirectory(dirs.length);
    const children = new Map<string, { readonly name: string; readonly place: number }[]>();
    let root = 0;
    // Longer paths first: a directory's own directories are there before it is.
    for (const dir of dirs.slice().sort((a, b) => depth(b) - depth(a))) {
      const id = this.#dirs.get(dir)!;
      const lines: Line[] = (children.get(dir) ?? []).map(({ name, place }) => ({ key: `${name}/`, place }));
      children.delete(dir);
      for (let i = starts[id]!; i < starts[id + 1]!; i++) {
        const entry = members[i]!;
        lines.push({ key: this.#names.latin1(entry), place: this.#places.get(entry) });
      }
      if (lines.length === 0 && dir !== '') continue;
      if (lines.length > crowdedAbove) this.crowded.push({ dir, entries: lines.length });
      const place = put(treeContent(dir, lines, oids));
      if (dir === '') root = place;
      else addChild(children, dir, place);
    }
    return root;
  }

  #dirId(dir: string): number {
    if (dir === this.#lastDir) return this.#lastDirId;
    let id = this.#dirs.get(dir);
    if (id === undefined) {
      for (let slash = dir.indexOf('/'); slash !== -1; slash = dir.indexOf('/', slash + 1)) {
        const above = dir.slice(0, slash);
        if (!this.#dirs.has(above)) this.#dirs.set(above, this.#dirs.size);
      }
      id = this.#dirs.size;
      this.#dirs.set(dir, id);
    }
    this.#lastDir = dir;
    this.#lastDirId = id;
    return id;
  }

  /** Entries grouped by directory in linear time. */
  #byDirectory(dirs: number): { starts: Uint32Array; members: Uint32Array } {
    const starts = new Uint32Array(dirs + 1);
    for (let i = 0; i < this.length; i++) starts[this.#dirOf.get(i) + 1]!++;
    for (let i = 1; i <= dirs; i++) starts[i]! += starts[i - 1]!;
    const next = starts.slice();
    const members = new Uint32Array(this.length);
    for (let i = 0; i < this.length; i++) members[next[this.#dirOf.get(i)]!++] = i;
    return { starts, members };
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
  const seen = new Set<string>();
  let size = 0;
  for (const { key } of lines) {
    const name = key.endsWith('/') ? key.slice(0, -1) : key;
    if (seen.has(name)) throw writtenTwice(dir, name);
    seen.add(name);
    size += name.length + 28;
  }
  const content = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { key, place } of lines) {
    const isDir = key.endsWith('/');
    at += content.write(`${isDir ? '40000' : '100644'} ${isDir ? key.slice(0, -1) : key}\0`, at, 'latin1');
    oids.copyTo(content, at, place);
    at += oidBytes;
  }
  return content.subarray(0, at);
}

function writtenTwice(dir: string, latin1: string): CutoverError {
  const path = `${dir === '' ? '' : `${dir}/`}${Buffer.from(latin1, 'latin1').toString()}`;
  return new CutoverError('path-written-twice', `${path} was written twice, or is a file and a directory`, {
    next: 'this is a fault of whoever made the records: two of them have the same path',
    data: { path },
  });
}
