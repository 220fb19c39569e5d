import type { LiveTable } from './catalog.ts';
import { sameDigest, serverDigest, type TableDigest } from './digest.ts';
import { insist } from './insist.ts';
import { behind, type KeyPosition, upTo } from './keyset.ts';
import type { Session } from './session.ts';

/** Rows and digest of the table up to a key, with it. */
export interface ChunkMark extends TableDigest {
  readonly upTo: KeyPosition;
}

/** Holds the server's rows up to `end` (undefined: all) against a digest, chunk by chunk. */
export async function agrees(
  session: Session,
  table: LiveTable,
  digest: TableDigest,
  chunks: readonly ChunkMark[],
  end: KeyPosition | undefined,
  pause: () => Promise<void>,
): Promise<boolean> {
  let before: { rows: number; sum: string; upTo?: KeyPosition } = { rows: 0, sum: '0' };
  for (const mark of [...chunks, { ...digest, upTo: end }]) {
    const conditions = [
      ...(before.upTo === undefined ? [] : [behind(table, before.upTo)]),
      ...(mark.upTo === undefined ? [] : [upTo(table, mark.upTo)]),
    ];
    const found = await insist(() =>
      serverDigest(session, table, conditions.length === 0 ? undefined : conditions.join(' AND ')),
    );
    const wanted = { rows: mark.rows - before.rows, sum: (BigInt(mark.sum) - BigInt(before.sum)).toString() };
    if (!sameDigest(found, wanted)) return false;
    before = { rows: mark.rows, sum: mark.sum, ...(mark.upTo === undefined ? {} : { upTo: mark.upTo }) };
    await pause();
  }
  return true;
}
