import { hash } from 'node:crypto';
import type { RowUrls } from '../redirects/expected-url.ts';

/**
 * `size` URLs drawn at random, each with the same chance, in memory for `size` of them; a seed draws the same
 * again. Gives the sample and of how many it is.
 */
export async function sampleUrls(
  rows: AsyncIterable<RowUrls>,
  size: number,
  seed: string,
): Promise<{ readonly rows: RowUrls[]; readonly total: number }> {
  const kept: RowUrls[] = [];
  let total = 0;
  for await (const { row, urls } of rows) {
    for (const url of urls) {
      total++;
      // Algorithm R (Vitter 1985): the n-th takes a place with chance size/n.
      const at = total <= size ? kept.length : draw(seed, total);
      if (at < size) kept[at] = { row, urls: [url] };
    }
  }
  return { rows: kept, total };
}

/** A whole number below `below`. */
function draw(seed: string, below: number): number {
  const bits = BigInt(`0x${hash('sha256', `${seed}:${below}`).slice(0, 16)}`);
  return Number(bits % BigInt(below));
}
