import { type Row, rowName, slugify, type SourceKey, type SourceTable } from '@cutover/records';
import { compareKeys } from '../keys.ts';
import type { Lookup } from '../lookup/lookup.ts';

interface Wish {
  readonly sheet: string;
  readonly slug: string;
  readonly order: number;
  readonly row: SourceKey;
}

/**
 * Slugs that rows had before. Whoever has a slug now keeps it through all the past; of several that had one and gave
 * it up the lowest key has it there, the others append theirs, as an import settles them.
 */
export class PastSlugs {
  readonly #lookup: Lookup;
  #wishes = new Map<string, Wish>();
  readonly #settled = new Map<string, string>();

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** Notes what a state of a row wants to be called. */
  want(source: SourceTable, order: number, row: SourceKey, state: Row): void {
    const wanted = source.wantsSlug?.(state, row.scope ?? '');
    if (wanted === undefined || wanted.slug === this.#lookup.slug(row)) return;
    const wish = { ...wanted, order, row };
    this.#wishes.set(nameOf(wish), wish);
  }

  settle(): void {
    const taken = new Map<string, string>();
    for (const wish of [...this.#wishes.values()].sort(compareWishes)) {
      const own = rowName(wish.row);
      const suffix = slugify(wish.row.key.join('-')) || 'x';
      let slug = wish.slug;
      while (this.#isAnothers(wish, slug) || (taken.get(`${wish.sheet}/${slug}`) ?? own) !== own)
        slug += `-${suffix}`;
      taken.set(`${wish.sheet}/${slug}`, own);
      this.#settled.set(nameOf(wish), slug);
    }
    this.#wishes = new Map();
  }

  /** What a row was called in a state. */
  slugOf(source: SourceTable, row: SourceKey, state: Row): string | undefined {
    const wanted = source.wantsSlug?.(state, row.scope ?? '');
    if (wanted === undefined) return this.#lookup.slug(row);
    return this.#settled.get(nameOf({ ...wanted, row })) ?? this.#lookup.slug(row);
  }

  #isAnothers({ sheet, row }: Wish, slug: string): boolean {
    const holder = this.#lookup.holder(sheet, slug);
    return holder !== undefined && rowName(holder) !== rowName(row);
  }
}

const nameOf = ({ sheet, slug, row }: Omit<Wish, 'order'>): string => `${sheet}/${slug}\0${rowName(row)}`;

function compareWishes(a: Wish, b: Wish): number {
  if (a.sheet !== b.sheet) return a.sheet < b.sheet ? -1 : 1;
  if (a.slug !== b.slug) return a.slug < b.slug ? -1 : 1;
  if (a.order !== b.order) return a.order - b.order;
  return compareKeys([a.row.scope ?? '', ...a.row.key], [b.row.scope ?? '', ...b.row.key]);
}
