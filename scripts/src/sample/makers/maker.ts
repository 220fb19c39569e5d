import type { TableDefinition } from '../tables/definition.ts';

export interface DumpFacts {
  readonly database: string;
  /** `2026-01-15 12:00:00`, as the trailer writes it. */
  readonly completedAt: string;
}

/** How one dump program writes: everything around the rows, and how rows are joined. */
export interface Maker {
  readonly name: string;
  header(facts: DumpFacts): string;
  /** `nextId`: what AUTO_INCREMENT stands at; undefined where no row was ever inserted. */
  tableStart(table: TableDefinition, nextId: number | undefined): string;
  tableEnd(table: TableDefinition): string;
  trailer(facts: DumpFacts): string;
  insertStart(table: TableDefinition): string;
  /** Between two rows of one INSERT. */
  readonly rowSeparator: string;
  /** A statement is ended before it would get longer than this, in bytes. */
  readonly netBufferLength: number;
}

export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
