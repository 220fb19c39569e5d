import { type AwkwardCase, casesOf, imported } from './case.ts';

const person = casesOf('people');

/** Usernames: the NameID is the raw one, byte for byte; slugs are something else. */
const named = (
  name: string,
  id: number,
  username: string,
  slug: string,
  options: { loadable?: boolean } = {},
): AwkwardCase =>
  person(
    name,
    { ID: String(id), Username: username, Email: `awkward${id}@example.org` },
    imported({ slug, slackSamlNameId: username, legacyHandle: username, legacyId: id }),
    options,
  );

const long = 'longest-name-of-all-'.repeat(12);

export const usernameCases: readonly AwkwardCase[] = [
  named('username in mixed case', 101, 'TamsinOkvar', 'tamsinokvar'),
  named('username with a dot', 102, 'tamsin.okvar', 'tamsin-okvar'),
  named('username that differs in an underscore only', 103, 'tamsin_okvar', 'tamsin-okvar-103-103'),
  named('username that differs in a colon only', 104, 'tamsin:okvar', 'tamsin-okvar-104'),
  named('username that is the slug of another, letter for letter', 105, 'tamsin-okvar', 'tamsin-okvar-105'),
  named('username that is the suffixed slug of another', 106, 'tamsin-okvar-103', 'tamsin-okvar-103'),
  named('username with an accent', 107, 'Zoë', 'zoe'),
  named('username in Cyrillic', 108, 'Олена', 'олена'),
  named('username with a sharp s', 109, 'straßer', 'strasser'),
  named('username of digits only', 110, '12345', 'person-12345'),
  named('username that is the number of another', 111, '101', 'person-101'),
  person(
    'no username: a contact',
    { ID: '112', AccountLevel: 'Contact', Email: 'awkward112@example.org' },
    imported({
      slug: 'person-112',
      slackSamlNameId: undefined,
      legacyHandle: undefined,
      accountLevel: 'Contact',
    }),
  ),
  named('username that Windows reserves', 113, 'con', 'person-113'),
  named('username that Windows reserves, in upper case', 114, 'AUX', 'person-114'),
  person(
    'empty username',
    { ID: '115', Username: '' },
    imported({ slug: 'person-115', slackSamlNameId: '', legacyHandle: undefined }),
  ),
  named('username that ends in punctuation', 116, 'Dash-', 'dash'),
  named('username of 240 characters', 117, long, long.slice(0, 79)),
  named('username with a capital I with a dot', 118, 'İlker', 'ilker'),
  named('username that ends in a space', 119, 'spacey ', 'spacey'),
  named('username with a slash', 120, 'either/or', 'either-or'),
  named('username that begins with a dot', 121, '.hidden', 'hidden'),
  named('username with a percent sign and a plus', 122, '100%+more', '100-more'),
  named('username of punctuation only', 123, '_:_', 'person-123'),
  named('username that is the slug of somebody without one', 124, 'person-112', 'person-112-124'),
  named(
    'username that differs in case only, from an older collation',
    125,
    'tamsinOKVAR',
    'tamsinokvar-125',
    { loadable: false },
  ),
  named('username in Japanese', 126, 'たろう', 'たろう'),
];
