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

/** Names of all objects below a commit or tree, itself included; reads tree objects only. Throws CutoverError `object-unreadable`. */
export async function* eachTreeObject(
  dir: string,
  treeish: string,
): AsyncGenerator<{ readonly bytes: Buffer; readonly at: number }> {
  const cat = new CatFile(dir);
  try {
    const root = await cat.read(`${treeish}^{tree}`);
    yield { bytes: Buffer.from(root.oid, 'hex'), at: 0 };
    let level = [root.content];
    while (level.length > 0) {
      const below: string[] = [];
      for (const content of level) {
        let at = 0;
        while (at < content.length) {
          const end = content.indexOf(0, at);
          yield { bytes: content, at: end + 1 };
          if (content[at] === 0x34) below.push(content.toString('hex', end + 1, end + 1 + oidBytes));
          at = end + 1 + oidBytes;
        }
      }
      level = (await Promise.all(below.map((oid) => cat.read(oid)))).map((object) => object.content);
    }
  } finally {
    await cat.close();
  }
}
