import { renameSync } from 'node:fs';
import { comparePaths, type Entry } from '../tree/entry.ts';
import { blockBytes, crcOfFile } from '../tree/hash-file.ts';
import { ManifestWriter, readManifest } from '../tree/manifest.ts';
import { absolute, rootOf, scanTree } from '../tree/scan.ts';
import { keepsOwners, microseconds } from '../tree/write.ts';

/** Makes a manifest true again of a tree that somebody has been at: what is not as it says is not known any more. */
export async function recheck(manifest: string, tree: string): Promise<void> {
  const root = rootOf(tree);
  const buffer = Buffer.allocUnsafeSlow(blockBytes);
  const files = scanTree(tree);
  let next = files.next();
  const writer = new ManifestWriter(`${manifest}.merging`);
  for await (const entry of readManifest(manifest)) {
    while (next.done !== true && comparePaths(next.value.path, entry.path) < 0) next = files.next();
    const is = next.done !== true && next.value.path === entry.path ? next.value : undefined;
    const same =
      entry.type !== 'f' ||
      (is !== undefined &&
        isSame(is, entry) &&
        (await crcOfFile(absolute(root, entry.path), buffer)) === entry.digest);
    writer.add(same ? entry : { ...entry, digest: null });
  }
  writer.close();
  renameSync(`${manifest}.merging`, manifest);
}

function isSame(is: Entry, was: Entry): boolean {
  return (
    is.type === was.type &&
    is.sizeBytes === was.sizeBytes &&
    is.mode === was.mode &&
    microseconds(is.mtimeNs) === microseconds(was.mtimeNs) &&
    (!keepsOwners() || (is.uid === was.uid && is.gid === was.gid))
  );
}
