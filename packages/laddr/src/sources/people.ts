import {
  type Cell,
  defineSource,
  droppedColumn,
  foldedColumn,
  type KeptRow,
  type MapContext,
  mapPrivate,
  type Private,
  type PrivateDraft,
  privateColumn,
  publicColumn,
  revealPrivate,
} from '@cutover/records';
import { namesOne, recordColumns, stampReferences, stamps } from '../columns.ts';
import { accountLevels } from '../target/fields.ts';
import { impliedByPerson } from '../urls/implied.ts';
import { mediaFate } from '../visibility.ts';
import { integer, member, reference, text, wantedSlug } from '../values.ts';

const columns = {
  ...recordColumns,
  Class: droppedColumn('Person or User: whether there is an account is said by Username and AccountLevel'),
  FirstName: publicColumn('firstName'),
  LastName: publicColumn('lastName'),
  MiddleName: publicColumn('middleName'),
  PreferredName: publicColumn('preferredName; newer sites have it', { optional: true }),
  Gender: privateColumn('profiles.gender; was never shown'),
  BirthDate: privateColumn('profiles.birthDate; was never shown'),
  Email: privateColumn('profiles.email'),
  Phone: privateColumn('profiles.phone'),
  Location: privateColumn('profiles.location: where somebody lives'),
  About: publicColumn('about, Markdown as written; what people tell of themselves there stays'),
  PrimaryPhotoID: foldedColumn('photoId; absent where the photo is not there or was not public'),
  Username: publicColumn('slackSamlNameId byte for byte, legacyHandle, and the slug is made of it'),
  Password: privateColumn('legacy-passwords.hash'),
  AccountLevel: publicColumn('accountLevel; absent where it is none of the ENUM'),
  Newsletter: privateColumn('profiles.newsletter; consent is explicit: NULL and no column mean no', {
    optional: true,
  }),
} as const;

/** Everybody who ever signed up, and contacts who never did. All are kept: spam is pruned by decision, later. */
export const people = defineSource({
  source: 'people',
  tables: ['people'],
  presence: 'required',
  key: ['ID'],
  columns,
  references: { ...stampReferences, PrimaryPhotoID: namesOne('media') },
  keep: ['Username'],
  indexes: { handle: ['Username'] },
  wantsSlug: (row) => ({ sheet: 'people', slug: wantedSlug(row.Username, 'person', row.ID) }),
  map(row, context) {
    return {
      outcome: 'imported',
      records: [
        {
          sheet: 'people',
          fields: {
            id: context.id(),
            legacyId: integer(row.ID),
            slug: context.slug(),
            slackSamlNameId: row.Username,
            legacyHandle: text(row.Username),
            firstName: text(row.FirstName),
            lastName: text(row.LastName),
            middleName: text(row.MiddleName),
            preferredName: text(row.PreferredName),
            about: text(row.About),
            photoId: publicMedia(context, row.PrimaryPhotoID),
            accountLevel: member(accountLevels, row.AccountLevel),
            ...stamps(row, context),
          },
        },
      ],
      privates: [profileOf(row, context.id()), ...passwordOf(row.Password, context.id())],
    };
  },
  urls: (row, context) => impliedByPerson(row.ID, row.Username, context),
});

interface Confidential {
  readonly Email: Private<Cell>;
  readonly Newsletter: Private<Cell>;
  readonly Gender: Private<Cell>;
  readonly BirthDate: Private<Cell>;
  readonly Phone: Private<Cell>;
  readonly Location: Private<Cell>;
}

const orNull = (value: Cell): Cell => (value === null || value.trim() === '' ? null : value);

function profileOf(row: Confidential, id: string): PrivateDraft {
  return {
    sheet: 'profiles',
    fields: {
      id,
      email: mapPrivate(row.Email, orNull),
      newsletter: mapPrivate(row.Newsletter, (value) => value === '1'),
      gender: mapPrivate(row.Gender, orNull),
      birthDate: mapPrivate(row.BirthDate, (value) => (value === '0000-00-00' ? null : orNull(value))),
      phone: mapPrivate(row.Phone, (value) => (value === '0' ? null : orNull(value))),
      location: mapPrivate(row.Location, orNull),
    },
  };
}

function passwordOf(password: Private<Cell>, id: string): PrivateDraft[] {
  if ((revealPrivate(password) ?? '') === '') return [];
  return [{ sheet: 'legacy-passwords', fields: { id, hash: password } }];
}

/** Id of the attachment made from a media row, where that row becomes one. */
export function publicMedia(context: MapContext, cell: Cell): string | undefined {
  const key = reference(cell);
  const row: KeptRow | undefined = key === undefined ? undefined : context.row('media', key);
  return row === undefined || mediaFate(row, context).outcome !== 'public'
    ? undefined
    : context.id('media', key);
}
