import type {
  Carried,
  CarryContext,
  LegacyCell,
  LegacyKnownCell,
  NewSideChange,
  StoredRecord,
} from '@cutover/records';
import { contextReferences } from '../contexts.ts';

/** The class that legacy writes for what a tag is put on: the root of its classes. */
const classes: Readonly<Record<string, string>> = {
  projectId: 'Laddr\\Project',
  updateId: 'Laddr\\ProjectUpdate',
  buzzId: 'Laddr\\ProjectBuzz',
  personId: 'Emergence\\People\\Person',
  postId: 'Emergence\\CMS\\AbstractContent',
};

const spellings = ['tag_items', 'tag_assignments'];

/** What is tagged with what: a row without a number of its own, in a table of two names. */
export function carryTagAssignment(change: NewSideChange, { columns }: CarryContext): Carried {
  const table = columns === undefined ? spellings[0] : spellings.find((name) => columns(name) !== undefined);
  if (table === undefined) return lost('this legacy has no table of tagged things');
  if (change.before !== undefined && change.after !== undefined)
    return lost(
      'a tag that was moved from one thing to another: take it off and put it on in legacy by hand',
    );
  const record = (change.after ?? change.before)!;
  const key = keyOf(record);
  if (key === undefined) return lost('legacy puts no tags on such things');
  if (change.after === undefined) {
    const cells = key.map((cell): LegacyKnownCell => ({ column: cell.column, from: cell.to }));
    return { writes: [{ kind: 'delete', table, where: key, cells }], notes: [] };
  }
  const stamps: LegacyCell[] = [];
  if (typeof record['createdAt'] === 'string')
    stamps.push({
      column: 'Created',
      field: 'createdAt',
      to: [record['createdAt'].slice(0, 19).replace('T', ' ')],
    });
  if (typeof record['creatorId'] === 'string')
    stamps.push({
      column: 'CreatorID',
      field: 'creatorId',
      to: { rowOf: record['creatorId'], sheet: 'people' },
    });
  const own = key.map(({ column }) => column);
  return { writes: [{ kind: 'insert', table, key: own, cells: [...key, ...stamps] }], notes: [] };
}

const lost = (why: string): Carried => ({ writes: [], notes: [{ kind: 'lost', why }] });

function keyOf(record: StoredRecord): LegacyCell[] | undefined {
  const field = Object.keys(classes).find((name) => typeof record[name] === 'string');
  const sheet = field === undefined ? undefined : contextReferences[field];
  if (field === undefined || sheet === undefined) return undefined;
  return [
    { column: 'TagID', field: 'tagId', to: { rowOf: String(record['tagId']), sheet: 'tags' } },
    { column: 'ContextClass', field, to: [classes[field]!] },
    { column: 'ContextID', field, to: { rowOf: String(record[field]), sheet } },
  ];
}
