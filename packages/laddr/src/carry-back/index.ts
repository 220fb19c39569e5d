import type {
  CarryBackPart,
  CarryContext,
  Carried,
  CarryNote,
  LegacyCell,
  LegacyKnownCell,
  LegacyValue,
  LegacyWrite,
  NewSideChange,
  StoredRecord,
} from '@cutover/records';
import { type ColumnMap, type SheetMap, sheetMaps } from './columns.ts';
import { passwordCells, profileCells } from './private-fields.ts';
import { carryTagAssignment } from './tag-assignments.ts';

const mapOf = new Map(sheetMaps.map((map) => [map.sheet, map]));

/** What was made and changed on the new side, as rows of laddr's tables. */
export const carryBack: CarryBackPart = {
  order: [
    'people',
    'tags',
    'projects',
    'project-memberships',
    'project-updates',
    'project-buzz',
    'tag-assignments',
  ],
  rowNumber: ({ legacyId }) => (typeof legacyId === 'number' ? String(legacyId) : undefined),
  carry(change, context) {
    if (change.sheet === 'tag-assignments') return carryTagAssignment(change, context);
    const map = mapOf.get(change.sheet);
    if (map === undefined) return lost(`no rule carries ${change.sheet} back: make it in legacy by hand`);
    if (context.columns !== undefined && context.columns(map.table) === undefined)
      return lost(`this legacy has no table ${map.table}`);
    if (change.after === undefined) return removed(map, change, context);
    if (change.before === undefined) return created(map, change, change.after, context);
    return changed(map, change, change.before, change.after, context);
  },
};

const lost = (why: string): Carried => ({ writes: [], notes: [{ kind: 'lost', why }] });

/** Whether legacy has a column; where nobody knows it is taken for there. */
const columnsOf =
  ({ columns }: CarryContext, table: string) =>
  (column: string): boolean =>
    columns === undefined || columns(table)?.[column] !== undefined;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** What the change of one field is, where it is not the value of a column. */
function noteOn(map: SheetMap, field: string): CarryNote {
  const derived = map.derived[field];
  return derived === undefined
    ? { field, kind: 'lost', why: 'legacy has no column for it' }
    : { field, kind: 'kept', why: derived };
}

function created(map: SheetMap, change: NewSideChange, after: StoredRecord, context: CarryContext): Carried {
  const has = columnsOf(context, map.table);
  const notes: CarryNote[] = [];
  const cells: LegacyCell[] = [];
  const known = has('Class') ? classOf(map, context) : undefined;
  if (known !== undefined) cells.push({ column: 'Class', to: [known] });
  for (const one of map.columns) {
    const to = one.spell(valueOf(one, map, after), after);
    if (has(one.column) && to !== undefined) cells.push({ column: one.column, field: one.field, to });
    else if (after[one.field] !== undefined)
      notes.push({ field: one.field, kind: 'lost', why: `this legacy has no column ${one.column}` });
  }
  const mapped = new Set([...map.columns.map(({ field }) => field), ...Object.keys(map.derived), 'id']);
  for (const field of Object.keys(after)) if (!mapped.has(field)) notes.push(noteOn(map, field));
  const secret = privateCells(map, change, context, true);
  cells.push(...secret.cells.map(({ column, field, to }) => ({ column, ...fieldOf(field), to: to! })));
  const write: LegacyWrite = {
    kind: 'insert',
    table: map.table,
    id: 'ID',
    key: map.key,
    cells: lastOfEach(cells),
    ...revisionsOf(map),
  };
  return { writes: [write], notes: [...notes, ...secret.notes] };
}

/** A name that legacy finds the record by: made of what the new side calls it where it never had one. */
function valueOf({ field, column }: ColumnMap, map: SheetMap, record: StoredRecord): unknown {
  if (record[field] !== undefined || !map.key.includes(column) || field !== 'legacyHandle') {
    return record[field];
  }
  return record['slackSamlNameId'] ?? record['handle'] ?? record['slug'];
}

/** Legacies spell their classes differently: the first of ours that the column knows. */
function classOf({ classes, table }: SheetMap, { columns }: CarryContext): string {
  const type = columns?.(table)?.['Class']?.type ?? '';
  const members = [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, name]) =>
    name!.replaceAll("''", "'").replaceAll('\\\\', '\\'),
  );
  return classes.find((name) => members.includes(name)) ?? members[0] ?? classes[0]!;
}

function changed(
  map: SheetMap,
  change: NewSideChange,
  before: StoredRecord,
  after: StoredRecord,
  context: CarryContext,
): Carried {
  const has = columnsOf(context, map.table);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => !same(before[field], after[field]),
  );
  const notes: CarryNote[] = [];
  const cells: LegacyKnownCell[] = [];
  const told = new Set(Object.keys(map.derived));
  for (const one of map.columns) {
    const differs = [one.field, ...(one.alsoOf ?? [])].some((field) => fields.includes(field));
    told.add(one.field);
    if (!has(one.column)) {
      if (differs)
        notes.push({ field: one.field, kind: 'lost', why: `this legacy has no column ${one.column}` });
      continue;
    }
    const from = one.spell(before[one.field], before);
    const to = differs ? (one.spell(after[one.field], after) ?? [null]) : undefined;
    cells.push({ column: one.column, field: one.field, from, ...(to === undefined ? {} : { to }) });
  }
  for (const field of fields)
    if (!told.has(field) || map.derived[field] !== undefined) notes.push(noteOn(map, field));
  const secret = privateCells(map, change, context, false);
  const all = [...overridden(cells, secret.cells), ...secret.cells];
  return {
    writes: all.some(({ to }) => to !== undefined)
      ? [
          {
            kind: 'update',
            table: map.table,
            where: [{ column: 'ID', to: { rowOf: change.id, sheet: map.sheet } }],
            cells: all,
            ...revisionsOf(map),
          },
        ]
      : [],
    notes: [...notes, ...secret.notes],
  };
}

/** A person's private records are columns of the same row. */
function privateCells(
  map: SheetMap,
  { before, privates }: NewSideChange,
  context: CarryContext,
  isNew: boolean,
): { cells: LegacyKnownCell[]; notes: CarryNote[] } {
  if (map.sheet !== 'people') return { cells: [], notes: [] };
  const has = columnsOf(context, map.table);
  const { profiles: profile, 'legacy-passwords': password } = privates;
  const said = profileCells(profile, has);
  const signedIn = profile?.current?.['signedInAt'] !== undefined;
  const hash = passwordCells(password, signedIn, isNew);
  const disabled: LegacyKnownCell[] =
    profile?.current?.['disabled'] === true && profile.fields.includes('disabled')
      ? [
          {
            column: 'AccountLevel',
            field: 'profiles.disabled',
            from: spelledLevel(before?.['accountLevel']),
            to: ['Disabled'],
          },
        ]
      : [];
  return {
    cells: [...said.cells, ...hash.cells, ...disabled],
    notes: [...said.notes, ...hash.notes],
  };
}

const spelledLevel = (level: unknown): LegacyValue => (typeof level === 'string' ? [level] : [null, '']);

/** What is said of a column by a later cell goes before what an earlier one says. */
const overridden = (cells: readonly LegacyKnownCell[], by: readonly LegacyKnownCell[]): LegacyKnownCell[] =>
  cells.filter(({ column }) => !by.some((other) => other.column === column));

const lastOfEach = (cells: readonly LegacyCell[]): LegacyCell[] => [
  ...new Map(cells.map((cell) => [cell.column, cell])).values(),
];

const fieldOf = (field: string | undefined): { field?: string } => (field === undefined ? {} : { field });

const revisionsOf = ({ revisions }: SheetMap) =>
  revisions === undefined ? {} : { revisions: { table: revisions, by: ['ID', 'Modified'] } };

function removed(map: SheetMap, change: NewSideChange, context: CarryContext): Carried {
  const before = change.before!;
  if (map.removable !== true)
    return lost('it is gone on the new side; legacy keeps its row, which somebody has to remove by hand');
  const has = columnsOf(context, map.table);
  return {
    writes: [
      {
        kind: 'delete',
        table: map.table,
        where: [{ column: 'ID', to: { rowOf: change.id, sheet: map.sheet } }],
        cells: map.columns
          .filter(({ column }) => has(column))
          .map((one) => ({
            column: one.column,
            field: one.field,
            from: one.spell(before[one.field], before),
          })),
      },
    ],
    notes: [],
  };
}
