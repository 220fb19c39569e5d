import {
  type Cell,
  type ImpliedUrl,
  type KeptRow,
  type MapContext,
  type Mapped,
  Private,
  type Profile,
  recordId,
  resolveTable,
  revealPrivate,
  type Row,
  slugify,
  type SourceKey,
  type SourceTable,
} from '@cutover/records';

type Plain = Readonly<Record<string, string | null>>;

export interface MappedRow {
  readonly table: string;
  readonly row: Plain;
  readonly key: SourceKey;
  readonly mapped: Mapped;
  readonly urls: readonly ImpliedUrl[];
}

interface Known {
  readonly source: SourceTable;
  readonly table: string;
  readonly plain: Plain;
  readonly key: readonly string[];
  withheld: boolean;
}

/** What the importer does with a profile, in memory and in full, for tests of the profile alone. */
export class MemoryEngine {
  readonly #profile: Profile;
  readonly #moment: string;
  readonly #rows: Known[] = [];
  readonly #byKey = new Map<string, Known>();
  readonly #slugs = new Map<string, string>();

  constructor(profile: Profile, moment: string) {
    this.#profile = profile;
    this.#moment = moment;
  }

  add(table: string, plain: Plain): void {
    const resolved = resolveTable(this.#profile, table);
    if (resolved === undefined || !('source' in resolved)) throw new TypeError(`${table} is not mapped`);
    const { source } = resolved;
    const unknown = Object.keys(plain).find((column) => source.columns[column] === undefined);
    if (unknown !== undefined) throw new TypeError(`${table}.${unknown} is not known`);
    const key = source.key.map((column) => plain[column] ?? '');
    const known: Known = { source, table, plain, key, withheld: false };
    const name = nameOf(source.source, key);
    if (this.#byKey.has(name)) throw new TypeError(`${name} is there twice`);
    this.#byKey.set(name, known);
    this.#rows.push(known);
  }

  /** Maps every row; once more where a row was quarantined that others look up. */
  map(): MappedRow[] {
    this.#settle();
    for (;;) {
      let withheld = 0;
      const mapped = this.#rows.map((known) => {
        const context = this.#contextOf(known);
        const outcome = known.source.map(rowOf(known), context);
        if (outcome.outcome === 'quarantined' && !known.withheld && known.source.keep !== undefined) {
          known.withheld = true;
          withheld++;
        }
        const urls =
          outcome.outcome === 'imported' ? [...(known.source.urls?.(rowOf(known), context) ?? [])] : [];
        const key = { source: known.source.source, key: known.key };
        return { table: known.table, row: known.plain, key, mapped: outcome, urls };
      });
      if (withheld === 0) return mapped;
    }
  }

  #settle(): void {
    const claimed = new Set<string>();
    const displaced: { sheet: string; slug: string; known: Known }[] = [];
    for (const source of this.#profile.sources) {
      const rows = this.#rows
        .filter((known) => known.source === source)
        .sort((a, b) => compare(a.key, b.key));
      for (const known of rows) {
        const wanted = source.wantsSlug?.(rowOf(known));
        if (wanted === undefined) continue;
        const claim = `${wanted.sheet} ${wanted.slug}`;
        if (claimed.has(claim)) displaced.push({ ...wanted, known });
        else this.#slugs.set(nameOf(source.source, known.key), wanted.slug);
        claimed.add(claim);
      }
    }
    for (const { sheet, slug, known } of displaced) {
      const suffix = slugify(known.key.join('-'));
      let free = `${slug}-${suffix}`;
      while (claimed.has(`${sheet} ${free}`)) free += `-${suffix}`;
      claimed.add(`${sheet} ${free}`);
      this.#slugs.set(nameOf(known.source.source, known.key), free);
    }
  }

  #contextOf(own: Known): MapContext {
    const ownSource = own.source.source;
    const find = (source: string, key: readonly string[]): KeptRow | undefined => {
      const known = this.#byKey.get(nameOf(source, key));
      return known === undefined || known.withheld ? undefined : keptRow(known);
    };
    return {
      scope: '',
      key: own.key,
      moment: this.#moment,
      id: (source = ownSource, key = own.key) =>
        recordId(this.#profile.name, this.#profile.name, { source, key }),
      slug: (source = ownSource, key = own.key) => this.#slugs.get(nameOf(source, key)),
      row: find,
      rows: (source, index, values) => this.#select(source, index, values),
      declassify: () => {
        throw new TypeError('nothing of laddr is declassified');
      },
    };
  }

  #select(name: string, index: string, values: readonly string[]): KeptRow[] {
    const source = this.#profile.sources.find((candidate) => candidate.source === name);
    const columns = source?.indexes?.[index];
    if (columns === undefined) throw new TypeError(`${name} has no index ${index}`);
    return this.#rows
      .filter((known) => known.source === source && !known.withheld)
      .filter((known) => columns.every((column, i) => (known.plain[column] ?? '') === values[i]))
      .sort((a, b) => compare(a.key, b.key))
      .map(keptRow);
  }
}

const nameOf = (source: string, key: readonly string[]): string => `${source}/${key.join('\u001f')}`;

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i] ?? '';
    if (part === other) continue;
    if (/^\d+$/.test(part) && /^\d+$/.test(other)) return Number(part) - Number(other);
    return part < other ? -1 : 1;
  }
  return 0;
}

function rowOf({ source, plain }: Known): Row {
  const row: Record<string, Cell | Private<Cell>> = {};
  for (const [column, rule] of Object.entries(source.columns)) {
    if (rule.class === 'dropped') continue;
    const value = plain[column] ?? null;
    row[column] = rule.class === 'private' ? new Private(value) : value;
  }
  return row;
}

function keptRow({ source, plain, key }: Known): KeptRow {
  if (source.keep === undefined) throw new TypeError(`rows of ${source.source} are not kept`);
  const kept = Object.fromEntries(source.keep.map((column) => [column, plain[column] ?? null]));
  return { ...kept, $key: key } as KeptRow;
}

/** Fields of a draft with private values opened. */
export function openFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Private ? revealPrivate(value) : value,
    ]),
  );
}
