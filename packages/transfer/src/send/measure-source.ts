import { accessSync, constants, lstatSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { absolute, rootOf, scanTree } from '../tree/scan.ts';
import type { RootFacts } from '../wire/messages.ts';
import type { Source } from './batches.ts';
import { unreadable } from './send-file.ts';

export interface MeasuredSource {
  /** Room that it takes: files with holes are counted as none. */
  readonly bytes: number;
  /** What it says it has, holes included. */
  readonly apparent: number;
  readonly names: number;
  readonly files: number;
  readonly uids: ReadonlySet<number>;
  readonly gids: ReadonlySet<number>;
}

/**
 * Looks at every name of the source, and whether it can be read.
 *
 * @throws CutoverError `special-file`, `source-unreadable` (exit 3)
 */
export async function measureSource(source: Source, assertGoingOn = (): void => undefined) {
  const root = rootOf(source.folder);
  const own = rootFacts(source.folder);
  let [bytes, apparent, names, files] = [0, 0, 0, 0];
  const [uids, gids] = [new Set([own.uid]), new Set([own.gid])];
  // Whoever is root reads all.
  const mayNot = process.geteuid?.() !== 0;
  for (const entry of scanTree(source.folder, source)) {
    if (entry.type === 'f') {
      files++;
      bytes += entry.sparse ? 0 : entry.sizeBytes;
      apparent += entry.sizeBytes;
      if (mayNot)
        try {
          accessSync(absolute(root, entry.path), constants.R_OK);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(entry, error);
        }
    }
    uids.add(entry.uid);
    gids.add(entry.gid);
    if (++names % 1000 === 0) {
      assertGoingOn();
      await breathe();
    }
  }
  return { bytes, apparent, names, files, uids, gids } satisfies MeasuredSource;
}

/** Of the moved folder itself, which no entry stands for. */
export function rootFacts(from: string): RootFacts {
  const { mode, uid, gid, mtimeNs } = lstatSync(from, { bigint: true });
  return { mode: Number(mode & 0o7777n), uid: Number(uid), gid: Number(gid), mtimeNs: String(mtimeNs) };
}
