import { CutoverError } from '@cutover/core';
import { exitOf, gitError, spawnGit } from './git.ts';

export interface TreeFile {
  /** Path in the tree, e.g. `people/3f/jane.toml`. */
  readonly path: string;
  /** First directory of the path: the sheet. */
  readonly sheet: string;
  readonly bytes: Buffer;
}

/**
 * All `.toml` records of a tree as a stream of batches in path order, in one pass: one `ls-tree` names the blobs and
 * one `cat-file --batch` gives them. Configs and attachments are passed over. Memory does not grow with
 * the tree: pipes push back on both processes. Throws CutoverError `git-failed` or `object-unreadable`.
 */
export async function* readTree(dir: string, treeish: string): AsyncGenerator<TreeFile[]> {
  const listing = spawnGit(dir, ['ls-tree', '-r', '-z', '--full-tree', treeish]);
  const contents = spawnGit(dir, ['cat-file', '--batch', '--buffer']);
  const paths: string[] = [];
  let errors = '';
  listing.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  contents.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  listing.stdin.end();
  contents.stdin.on('error', () => undefined);
  const ends = [exitOf(listing, ['ls-tree']), exitOf(contents, ['cat-file'])] as const;
  const feeding = feed(listing.stdout, contents.stdin, paths);
  feeding.catch(() => undefined);
  for (const end of ends) end.catch(() => undefined);
  try {
    yield* splitBatch(contents.stdout, paths);
    await feeding;
    const [listed, read] = await Promise.all(ends);
    if (listed !== 0) throw gitError(dir, ['ls-tree', treeish], listed, errors);
    if (paths.length > 0) throw unreadable(paths[0]!, errors.trim().split('\n', 1)[0] ?? '');
    if (read !== 0) throw gitError(dir, ['cat-file'], read, errors);
  } finally {
    listing.kill();
    contents.kill();
  }
}

/** Hands object names from the listing to `cat-file` and remembers their paths in the same order. */
async function feed(
  listing: NodeJS.ReadableStream,
  wanted: NodeJS.WritableStream,
  paths: string[],
): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of listing) {
    const entries = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\0');
    rest = entries.pop()!;
    let names = '';
    for (const entry of entries) {
      const tab = entry.indexOf('\t');
      const path = entry.slice(tab + 1);
      if (!path.endsWith('.toml') || path.startsWith('.')) continue;
      paths.push(path);
      names += `${entry.slice(tab - 40, tab)}\n`;
    }
    if (names !== '' && !wanted.write(names)) await new Promise((resolve) => wanted.once('drain', resolve));
  }
  wanted.end();
}

/** Cuts the output of `cat-file --batch` (`<oid> blob <size>\n<bytes>\n`) into files. */
async function* splitBatch(output: NodeJS.ReadableStream, paths: string[]): AsyncGenerator<TreeFile[]> {
  let pending: Buffer = Buffer.alloc(0);
  let next = 0;
  for await (const chunk of output) {
    pending = pending.length === 0 ? (chunk as Buffer) : Buffer.concat([pending, chunk as Buffer]);
    const batch: TreeFile[] = [];
    let at = 0;
    for (;;) {
      const end = pending.indexOf(10, at);
      if (end === -1) break;
      const path = paths[next]!;
      const size = sizeIn(pending, at, end);
      if (size === undefined) throw unreadable(path, pending.toString('latin1', at, end));
      if (pending.length < end + 1 + size + 1) break;
      const bytes = pending.subarray(end + 1, end + 1 + size);
      batch.push({ path, sheet: path.slice(0, path.indexOf('/')), bytes });
      at = end + 1 + size + 1;
      if (++next === 1024) {
        paths.splice(0, next);
        next = 0;
      }
    }
    pending = pending.subarray(at);
    if (batch.length > 0) yield batch;
  }
  paths.splice(0, next);
}

const space = 32;
const blob = Buffer.from(' blob ');

/** The size in a header `<name> blob <size>`; undefined where it says something else. */
function sizeIn(bytes: Buffer, from: number, end: number): number | undefined {
  const nameEnd = bytes.indexOf(space, from);
  const digits = nameEnd + blob.length;
  if (nameEnd === -1 || digits >= end || bytes.compare(blob, 0, blob.length, nameEnd, digits) !== 0)
    return undefined;
  let size = 0;
  for (let at = digits; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return undefined;
    size = size * 10 + digit;
  }
  return size;
}

function unreadable(path: string, what: string): CutoverError {
  return new CutoverError('object-unreadable', `${path} cannot be read from git: ${what}`, {
    next: 'run `git fsck --full` in the repository and restore the object from a clone',
    data: { path },
  });
}
