import {
  type CarryNote,
  type LegacyKnownCell,
  type LegacySpellings,
  passwordFormatOf,
  type PrivateSideChange,
} from '@cutover/records';

type Value = string | number | boolean | null;

interface PrivateColumn {
  readonly column: string;
  spell(value: Value): LegacySpellings;
}

const textOr =
  (...empty: (string | null)[]) =>
  (value: Value): LegacySpellings =>
    value === null ? empty : [String(value)];

/** Fields of `profiles` that the legacy table has a column for. */
const columns: Readonly<Record<string, PrivateColumn>> = {
  email: { column: 'Email', spell: textOr(null, '') },
  newsletter: { column: 'Newsletter', spell: (value) => (value === true ? ['1'] : ['0', null]) },
  gender: { column: 'Gender', spell: textOr(null, '') },
  birthDate: { column: 'BirthDate', spell: textOr(null, '0000-00-00', '') },
  phone: { column: 'Phone', spell: textOr(null, '0', '') },
  location: { column: 'Location', spell: textOr(null, '') },
};

export interface PrivateCarried {
  readonly cells: readonly LegacyKnownCell[];
  readonly notes: readonly CarryNote[];
}

const nothing: PrivateCarried = { cells: [], notes: [] };

/** What a person's changes in `profiles` are in the table `people`. */
export function profileCells(
  change: PrivateSideChange | undefined,
  hasColumn: (column: string) => boolean,
): PrivateCarried {
  if (change === undefined) return nothing;
  if (change.kind === 'removed') {
    return { cells: [], notes: [{ field: 'profiles', kind: 'kept', why: 'legacy has its own, unchanged' }] };
  }
  const cells: LegacyKnownCell[] = [];
  const notes: CarryNote[] = [];
  for (const field of change.fields) {
    const known = columns[field];
    const name = `profiles.${field}`;
    if (known === undefined) notes.push(...noteOf(field, change));
    else if (!hasColumn(known.column))
      notes.push({ field: name, kind: 'lost', why: `this legacy has no column ${known.column}` });
    else cells.push(cellOf(name, known, field, change));
  }
  return { cells, notes };
}

function cellOf(
  name: string,
  { column, spell }: PrivateColumn,
  field: string,
  change: PrivateSideChange,
): LegacyKnownCell {
  const imported = change.imported[field];
  return {
    column,
    field: name,
    from: imported === undefined ? undefined : spell(imported),
    to: spell(change.current?.[field] ?? null),
  };
}

/** Fields that the new side alone has. */
function noteOf(field: string, { fields, current }: PrivateSideChange): CarryNote[] {
  const note = (kind: CarryNote['kind'], why: string): CarryNote[] => [
    { field: `profiles.${field}`, kind, why },
  ];
  switch (field) {
    case 'signedInAt':
      return note('kept', 'a sign-in changes nothing in legacy');
    case 'claimedAt':
      return note('kept', 'it is when the link to GitHub was made');
    case 'unsubscribeToken':
      return note('kept', 'links in mails of the new side lead to the new side');
    case 'disabled':
      return current?.['disabled'] === true ? [] : note('kept', 'the account is not disabled');
    case 'githubUserId':
      return note('lost', 'the link to a GitHub account: legacy signs nobody in with GitHub');
    case 'unsubscribedAt':
      return fields.includes('newsletter')
        ? note('kept', 'that the newsletter is not wanted is carried; when it was said stays in the bundle')
        : note('lost', 'the wish to get no mail at all: legacy knows of the newsletter alone');
    default:
      return note('lost', 'legacy has no column for it');
  }
}

/**
 * What became of a person's password. Legacy keeps its own hash of it, so a hash that a sign-in replaced (which is done only
 * with the password that legacy has too) is no loss. Any other hash is of a password that legacy does not know.
 */
export function passwordCells(
  change: PrivateSideChange | undefined,
  signedIn: boolean,
  isNewPerson: boolean,
): PrivateCarried {
  if (change === undefined) return nothing;
  const note = (kind: CarryNote['kind'], why: string): PrivateCarried => ({
    cells: [],
    notes: [{ field: 'legacy-passwords.hash', kind, why }],
  });
  if (change.kind === 'removed')
    return note('kept', 'legacy still has its hash: the old password opens the account there');
  const hash = change.current?.['hash'];
  const format = passwordFormatOf(hash);
  if (format === 'sha1' || format === 'bcrypt') {
    const imported = change.imported['hash'];
    const from = isNewPerson || imported === undefined ? undefined : [String(imported)];
    return {
      cells: [{ column: 'Password', field: 'legacy-passwords.hash', from, to: [String(hash)] }],
      notes: [],
    };
  }
  if (change.kind === 'changed' && signedIn && format === 'argon2id')
    return note('kept', 'a sign-in hashed the same password anew; legacy has its own hash of it');
  return note('lost', 'a password that was set on the new side: legacy cannot verify its hash');
}
