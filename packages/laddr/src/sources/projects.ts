import { type Cell, defineSource, foldedColumn, type MapContext, publicColumn } from '@cutover/records';
import { idOf, namesOne, recordColumns, stampReferences, stamps } from '../columns.ts';
import { stages } from '../target/fields.ts';
import { impliedByProject } from '../urls/implied.ts';
import { integer, isWebUrl, member, text, wantedSlug } from '../values.ts';

const columns = {
  ...recordColumns,
  Title: publicColumn('title'),
  Handle: publicColumn('legacyHandle, and the slug is made of it'),
  MaintainerID: foldedColumn('maintainerId; absent where that person is not there'),
  UsersUrl: publicColumn('usersUrl; usersLinkText where it is no web address'),
  DevelopersUrl: publicColumn('developersUrl; developersLinkText where it is no web address'),
  README: publicColumn('readme, Markdown as written'),
  NextUpdate: publicColumn('nextUpdate: the number that the next update gets'),
  Stage: publicColumn('stage; absent where it is none of the ENUM'),
  ChatChannel: publicColumn('chatChannel'),
} as const;

export const projects = defineSource({
  source: 'projects',
  tables: ['projects'],
  presence: 'optional',
  key: ['ID'],
  columns,
  references: { ...stampReferences, MaintainerID: namesOne('people') },
  keep: ['Handle'],
  indexes: { handle: ['Handle'] },
  wantsSlug: (row) => ({ sheet: 'projects', slug: wantedSlug(row.Handle, 'project', row.ID) }),
  map(row, context) {
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'projects',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: context.slug(),
            legacyHandle: text(row.Handle),
            title: row.Title ?? '',
            maintainerId: idOf(context, 'people', row.MaintainerID),
            ...link('users', row.UsersUrl),
            ...link('developers', row.DevelopersUrl),
            readme: text(row.README),
            nextUpdate: integer(row.NextUpdate),
            stage: member(stages, row.Stage),
            chatChannel: text(row.ChatChannel),
            tags: tagsOf(context, row.ID),
            ...stamps(row, context),
          },
        },
      ],
    };
  },
  urls: (row, context) => impliedByProject(row.ID, row.Handle, context),
});

/** A link goes where a page may make an anchor of it only if it is one; otherwise its text is kept beside. */
function link(whose: 'users' | 'developers', cell: Cell): Record<string, string> {
  const value = text(cell);
  if (value === undefined) return {};
  return isWebUrl(value) ? { [`${whose}Url`]: value } : { [`${whose}LinkText`]: value };
}

/** Handles of a project's tags, for the list's filter; sorted, absent where there are none. */
function tagsOf(context: MapContext, id: Cell): string[] | undefined {
  const handles: string[] = [];
  for (const item of context.rows('tag-items', 'context', ['Laddr\\Project', id ?? ''])) {
    const key = [item['TagID'] ?? ''];
    const handle = context.row('tags', key) === undefined ? undefined : context.slug('tags', key);
    if (handle !== undefined) handles.push(handle);
  }
  return handles.length === 0 ? undefined : handles.sort();
}
