import { CatFile } from './cat-file.ts';
import { oidBytes } from './pack/pages.ts';

/** One entry of a tree object. */
export interface TreeEntry {
  readonly isTree: boolean;
  readonly name: string;
  readonly oid: { readonly bytes: Buffer; readonly at: number };
}

/** Entries of a raw tree object, in its order. */
export function* treeEntries(content: Buffer): Generator<TreeEntry> {
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    const isTree = content[at] === 0x34;
    yield { isTree, name: content.toString('utf8', space + 1, end), oid: { bytes: content, at: end + 1 } };
    at = end + 1 + oidBytes;
  }
}

/**
 * Tree objects below a commit or tree, itself included, as they are in git. One at a time and not entry by entry: to await
 * each of a million names takes longer than to note it. Throws CutoverError `object-unreadable`.
 */
export async function* eachTree(
  dir: string,
  treeish: string,
): AsyncGenerator<{ readonly oid: string; readonly content: Buffer }> {
  const cat = new CatFile(dir);
  try {
    const names = [`${treeish}^{tree}`];
    while (names.length > 0) {
      const trees = await Promise.all(names.splice(-treesAtOnce).map((name) => cat.read(name)));
      yield* trees;
      for (const { content } of trees)
        for (const at of entryOids(content, 'trees')) names.push(content.toString('hex', at, at + oidBytes));
    }
  } finally {
    await cat.close();
  }
}

/** Trees that are asked for at a time, and in memory. */
const treesAtOnce = 16;

/** Where the names of its objects begin in a raw tree: of all entries, or of those that are trees. */
export function* entryOids(content: Buffer, which: 'all' | 'trees' = 'all'): Generator<number> {
  for (let at = 0; at < content.length;) {
    const oid = content.indexOf(0, at) + 1;
    if (which === 'all' || content[at] === 0x34) yield oid;
    at = oid + oidBytes;
  }
}
