import { hash } from 'node:crypto';

interface UrlsOfRow<U> {
  /** Source row, e.g. `people/42`. */
  readonly row: string;
  readonly urls: readonly U[];
}

interface Drawn<U> {
  /** By which it is drawn. */
  readonly lot: string;
  readonly row: string;
  readonly url: U;
}

/**
 * `size` URLs drawn at random, each with the same chance, in memory for twice as many; a seed draws the same again,
 * in whatever order they come. Gives the sample and of how many it is.
 */
export async function sampleUrls<U extends { readonly url: string }>(
  rows: AsyncIterable<UrlsOfRow<U>>,
  size: number,
  seed: string,
): Promise<{ readonly rows: UrlsOfRow<U>[]; readonly total: number }> {
  let drawn: Drawn<U>[] = [];
  let highest: string | undefined;
  let total = 0;
  const cut = (): void => {
    drawn = drawn.sort(byLot).slice(0, size);
    if (drawn.length === size) highest = drawn.at(-1)!.lot;
  };
  for await (const { row, urls } of rows) {
    for (const url of urls) {
      total++;
      const lot = hash('sha256', JSON.stringify([seed, row, url.url]));
      if (highest !== undefined && lot >= highest) continue;
      drawn.push({ lot, row, url });
      if (drawn.length >= 2 * size) cut();
    }
  }
  cut();
  return { rows: drawn.map(({ row, url }) => ({ row, urls: [url] })), total };
}

const byLot = (a: { readonly lot: string }, b: { readonly lot: string }): number =>
  a.lot < b.lot ? -1 : a.lot > b.lot ? 1 : 0;
