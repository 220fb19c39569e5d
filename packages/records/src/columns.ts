import type { Private } from './private.ts';

/** One value of a source row: text exactly as stored, bytes for binary columns, null for NULL or an absent optional column. */
export type Cell = string | null;

export type ColumnClass = 'public' | 'private' | 'folded' | 'dropped';

/** What becomes of one column, by name and with a reason. */
export interface ColumnRule<K extends ColumnClass = ColumnClass> {
  readonly class: K;
  readonly reason: string;
  /** Some dumps do not have it; there it is null. */
  readonly optional?: boolean;
  /**
   * For tables of keys and values, where the class of a value hangs on its key: the value is let through
   * only in rows whose `column` is one of `values`; in all others it is dropped, and null.
   */
  readonly only?: { readonly column: string; readonly values: readonly string[] };
}

export type Columns = Readonly<Record<string, ColumnRule>>;

const rule =
  <K extends ColumnClass>(kind: K) =>
  (reason: string, options: Pick<ColumnRule, 'optional' | 'only'> = {}): ColumnRule<K> => ({
    class: kind,
    reason,
    ...options,
  });

/** The value goes into a public record. */
export const publicColumn = rule('public');
/** The value reaches the mapper as `Private` and may only go into private records. */
export const privateColumn = rule('private');
/** The value becomes part of another record, or only decides what becomes of the row. */
export const foldedColumn = rule('folded');
/** The value is not carried over. The mapper does not see it. */
export const droppedColumn = rule('dropped');

/** The row a mapper sees: private columns wrapped, dropped columns absent. */
export type RowOf<C extends Columns> = {
  readonly [K in keyof C as C[K]['class'] extends 'dropped' ? never : K]: C[K]['class'] extends 'private'
    ? Private<Cell>
    : Cell;
};
