import { randomBytes } from 'node:crypto';

/** Enough for a fast link to show it, and on a slow one a second or so. */
const sizes = [16, 64, 256, 1024, 4096].map((kilobytes) => kilobytes * 1024);
const pieceBytes = 256 * 1024;
/** Where bytes take so long, more of them tell nothing new. */
const tellingMs = 300;
const leastMs = 0.05;

export interface Probe {
  /** Sends bytes that nobody keeps; they do not shrink. */
  send(bytes: Buffer): Promise<void>;
  /** Waits until the other side has all of it, and says so. */
  settle(): Promise<void>;
}

/** Bytes a second that get to the other side, limits of either end included. */
export async function measureLink(probe: Probe): Promise<number> {
  // Further apart than any compression on the way looks back.
  const piece = randomBytes(pieceBytes);
  const timed = async (bytes: number): Promise<number> => {
    const began = performance.now();
    for (let left = bytes; left > 0; left -= pieceBytes)
      await probe.send(piece.subarray(0, Math.min(left, pieceBytes)));
    await probe.settle();
    return performance.now() - began;
  };
  const there = Math.min(await timed(0), await timed(0));
  const look = async (bytes: number) => {
    const ms = Math.max(leastMs, (await timed(bytes)) - there);
    return { ms, rate: bytes / (ms / 1000) };
  };
  let seen = { ms: 0, rate: Infinity };
  for (const bytes of sizes) {
    seen = await look(bytes);
    if (seen.ms > tellingMs) return seen.rate;
  }
  // A fast link is looked at twice: one look tells what else the processors were at.
  return Math.max(seen.rate, (await look(sizes.at(-1)!)).rate);
}
