import {
  type Cell,
  type ColumnReference,
  droppedColumn,
  type MapContext,
  publicColumn,
} from '@cutover/records';
import { contextOf } from './contexts.ts';
import { reference, timestamp } from './values.ts';

/** When and by whom. A person who is not imported is left out: the row says no less without a name. */
export const stampColumns = {
  Created: publicColumn('createdAt; a zero date is absent'),
  CreatorID: publicColumn('creatorId; absent where that person is not there'),
  Modified: publicColumn('modifiedAt; tables without revisions do not have it', { optional: true }),
  ModifierID: publicColumn('modifierId; absent where that person is not there', { optional: true }),
} as const;

const person = (goesWith: boolean): ColumnReference => ({ source: 'people', goesWith });

/** Who made a row, or changed it, did not write it: it stays without their name. */
export const stampReferences = { CreatorID: person(false), ModifierID: person(false) };

/** Who wrote a row, or whom it is about. */
export const ofPerson = person(true);

/** A row that this one is a part of. */
export const partOf = (source: string): ColumnReference => ({ source, goesWith: true });

/** A row that this one does without. */
export const namesOne = (source: string): ColumnReference => ({ source, goesWith: false });

/** The row that `ContextID` is the key of. */
export const ofContext = (goesWith: boolean): ColumnReference => ({
  goesWith,
  source(value) {
    const className = value('ContextClass');
    const kind = typeof className === 'string' ? contextOf(className) : undefined;
    return kind === undefined || kind === 'not-imported' ? undefined : kind.source;
  },
});

/** The columns that the framework puts first in most tables. */
export const recordColumns = {
  ID: publicColumn('legacyId; legacy URLs hold it'),
  Class: droppedColumn('one class a table: the sheet says as much'),
  ...stampColumns,
} as const;

interface Stamped {
  readonly Created: Cell;
  readonly CreatorID: Cell;
  readonly Modified: Cell;
  readonly ModifierID: Cell;
}

/** The fields that `stampColumns` become. */
export function stamps(row: Stamped, context: MapContext) {
  return {
    createdAt: timestamp(row.Created),
    creatorId: idOf(context, 'people', row.CreatorID),
    modifiedAt: timestamp(row.Modified),
    modifierId: idOf(context, 'people', row.ModifierID),
  };
}

/** Id of the record made from the row that a cell refers to; undefined where there is no such row. */
export function idOf(context: MapContext, source: string, cell: Cell): string | undefined {
  const key = reference(cell);
  return key === undefined || context.row(source, key) === undefined ? undefined : context.id(source, key);
}
