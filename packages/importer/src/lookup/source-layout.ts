import type { SourceTable } from '@cutover/records';

/** Where an index finds the values of a row: a stored column, or a part of the key as `-1 - part`. */
export interface IndexLayout {
  readonly name: string;
  readonly columns: readonly string[];
  readonly from: readonly number[];
}

/** What is stored of the rows of a source, besides their keys. */
export interface SourceLayout {
  /** Kept columns, then those that are only indexed. */
  readonly stored: readonly string[];
  readonly indexes: readonly IndexLayout[];
}

export function layoutOf(source: SourceTable): SourceLayout {
  const stored = [...(source.keep ?? [])];
  const indexes = Object.entries(source.indexes ?? {}).map(([name, columns]) => {
    const from = columns.map((column) => {
      const rule = source.columns[column];
      const isAsInKey =
        rule !== undefined && rule.only === undefined && /^(?:public|folded)$/.test(rule.class);
      const part = isAsInKey ? source.key.indexOf(column) : -1;
      if (part !== -1) return -1 - part;
      const at = stored.indexOf(column);
      return at === -1 ? stored.push(column) - 1 : at;
    });
    return { name, columns, from };
  });
  return { stored, indexes };
}
