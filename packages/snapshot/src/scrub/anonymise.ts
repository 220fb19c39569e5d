/** Records that must share everything that is kept of them: with fewer a record can be found again. */
export const leastGroup = 5;

/** What is kept of one field. */
export interface Column {
  readonly name: string;
  /** Whether a record can do without it in the end. */
  readonly optional: boolean;
  /** What says less than a value; undefined where nothing does. */
  less(value: string): string | undefined;
}

/** What is kept of one record, a value for each column. */
export type Row = string[];

export interface Anonymised {
  /** How often each column was given up. */
  readonly givenUp: Readonly<Record<string, number>>;
  /** Rows that fewer than `leastGroup` share although all that can be was given up. */
  readonly alone: ReadonlySet<number>;
}

/**
 * Changes rows until at least `leastGroup` of them are alike in every column (k-anonymity by local suppression):
 * where fewer are, each of them gives up its rarest value for one that says less, until they meet others. Rows that remain are joined by
 * the smallest group that agrees with them in the columns which cannot be given up.
 */
export function anonymise(columns: readonly Column[], rows: Row[]): Anonymised {
  const givenUp: Record<string, number> = {};
  const give = (row: Row, at: number): boolean => {
    const { name } = columns[at]!;
    const less = columns[at]!.less(row[at]!);
    if (less === undefined) return false;
    row[at] = less;
    givenUp[name] = (givenUp[name] ?? 0) + 1;
    return true;
  };
  for (;;) {
    if (giveUpRarest(columns, rows, give)) continue;
    const stranded = smallGroups(rows);
    if (stranded.length === 0 || !joinStranded(columns, rows, stranded, give)) {
      return { givenUp, alone: new Set(stranded.flat()) };
    }
  }
}

const keyOf = (row: Row): string => row.join('\u0000');

function groupsOf(rows: readonly Row[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return groups;
}

function smallGroups(rows: readonly Row[]): number[][] {
  return [...groupsOf(rows).values()].filter((group) => group.length < leastGroup);
}

/** One round: every row of a small group gives up its rarest value. False where none has any left. */
function giveUpRarest(
  columns: readonly Column[],
  rows: Row[],
  give: (row: Row, at: number) => boolean,
): boolean {
  const small = smallGroups(rows).flat();
  if (small.length === 0) return false;
  const frequency = columns.map((_, at) => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row[at]!, (counts.get(row[at]!) ?? 0) + 1);
    return counts;
  });
  let any = false;
  for (const index of small) {
    const row = rows[index]!;
    let [rarest, least] = [-1, Infinity];
    for (const [at, column] of columns.entries()) {
      if (column.less(row[at]!) === undefined) continue;
      const often = frequency[at]!.get(row[at]!)!;
      if (often < least) [rarest, least] = [at, often];
    }
    if (rarest === -1) continue;
    give(row, rarest);
    any = true;
  }
  return any;
}

/** Makes the smallest group that can meet stranded rows give up everything too. False where there is none. */
function joinStranded(
  columns: readonly Column[],
  rows: Row[],
  stranded: readonly number[][],
  give: (row: Row, at: number) => boolean,
): boolean {
  // What is left of a row in the end: only rows of which the same is left can ever meet.
  const bound = (row: Row) => keyOf(row.map((value, at) => leastOf(columns[at]!, value)));
  const small = new Set(stranded.flat());
  const smallest = new Map<string, number[]>();
  for (const group of groupsOf(rows).values()) {
    if (small.has(group[0]!)) continue;
    const key = bound(rows[group[0]!]!);
    if (group.length < (smallest.get(key)?.length ?? Infinity)) smallest.set(key, group);
  }
  let any = false;
  for (const key of new Set(stranded.map((group) => bound(rows[group[0]!]!)))) {
    for (const index of smallest.get(key) ?? []) {
      for (const at of columns.keys()) while (give(rows[index]!, at)) any = true;
    }
  }
  return any;
}

function leastOf(column: Column, value: string): string {
  for (let least = value; ;) {
    const less = column.less(least);
    if (less === undefined) return least;
    least = less;
  }
}
