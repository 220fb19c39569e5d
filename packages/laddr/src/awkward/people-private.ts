import { type AwkwardCase, type CaseRow, casesOf, type Expected, imported } from './case.ts';

const person = casesOf('people');

/** A person with a plain username, and what becomes of private columns. */
const confided = (
  name: string,
  id: number,
  columns: CaseRow,
  privates: (Expected & { outcome: 'imported' })['privates'],
  options: { loadable?: boolean } = {},
): AwkwardCase =>
  person(
    name,
    { ID: String(id), Username: `confided${id}`, ...columns },
    imported({ slug: `confided${id}` }, privates),
    options,
  );

const profile = (fields: Readonly<Record<string, unknown>>) => ({ profiles: fields });
const noPassword = { 'legacy-passwords': undefined };
const password = (hash: string) => ({ 'legacy-passwords': { hash } });

const bcrypt = 'LqEJqz8zL1kS9n0V6CFK8.3yPXoxV7pYfNkl3TgXbAeE0vyDYJdXi';
const argon2id = '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Q0hQd1BvZkFzc2VtYmxlZEJ5SGFuZA';

export const privateCases: readonly AwkwardCase[] = [
  confided('empty email', 201, { Email: '' }, profile({ email: null })),
  confided('no email', 202, { Email: null }, profile({ email: null })),
  confided(
    'email in mixed case',
    203,
    { Email: 'Ines.Malvo@Example.ORG' },
    profile({ email: 'Ines.Malvo@Example.ORG' }),
  ),
  confided(
    'email that differs in case only, from an older collation',
    204,
    { Email: 'ines.malvo@example.org' },
    profile({ email: 'ines.malvo@example.org' }),
    { loadable: false },
  ),
  confided('no word about the newsletter', 205, { Newsletter: null }, profile({ newsletter: false })),
  confided('newsletter declined', 206, { Newsletter: '0' }, profile({ newsletter: false })),
  confided(
    'newsletter wanted',
    207,
    { Newsletter: '1', Email: 'confided207@example.org' },
    profile({ newsletter: true, email: 'confided207@example.org' }),
  ),
  confided('zero birth date', 208, { BirthDate: '0000-00-00' }, profile({ birthDate: null })),
  confided(
    'birth year without a day',
    209,
    { BirthDate: '1990-00-00' },
    profile({ birthDate: '1990-00-00' }),
  ),
  confided('gender that is no member of the ENUM', 210, { Gender: '' }, profile({ gender: null })),
  confided('phone number of ten digits', 211, { Phone: '2155550123' }, profile({ phone: '2155550123' })),
  confided('phone number 0', 212, { Phone: '0' }, profile({ phone: null })),
  confided(
    'location on two lines',
    213,
    { Location: "12 O'Hara\\Lane\r\nSpringfield" },
    profile({ location: "12 O'Hara\\Lane\r\nSpringfield" }),
  ),
  confided('no password', 214, { Password: null }, noPassword),
  confided('empty password', 215, { Password: '' }, noPassword),
  confided(
    'SHA-1 password in upper case',
    216,
    { Password: 'D033E22AE348AEB5660FC2140AEC35850C4DA997' },
    password('D033E22AE348AEB5660FC2140AEC35850C4DA997'),
  ),
  confided(
    'bcrypt password as PHP writes it',
    217,
    { Password: `$2y$10$${bcrypt}` },
    password(`$2y$10$${bcrypt}`),
  ),
  confided(
    'bcrypt password of version 2a',
    218,
    { Password: `$2a$12$${bcrypt}` },
    password(`$2a$12$${bcrypt}`),
  ),
  confided(
    'bcrypt password of version 2b',
    219,
    { Password: `$2b$10$${bcrypt}` },
    password(`$2b$10$${bcrypt}`),
  ),
  confided('argon2id password', 220, { Password: argon2id }, password(argon2id)),
  confided(
    'password of an unknown format',
    221,
    { Password: '{MD5}8f14e45fceea167a5a36dedd4bea2543' },
    password('{MD5}8f14e45fceea167a5a36dedd4bea2543'),
  ),
  person(
    'disabled account with a password',
    {
      ID: '222',
      Username: 'confided222',
      AccountLevel: 'Disabled',
      Password: '7c4a8d09ca3762af61e59520943dc26494f8941b',
    },
    imported(
      { accountLevel: 'Disabled', slackSamlNameId: 'confided222' },
      {
        'legacy-passwords': { hash: '7c4a8d09ca3762af61e59520943dc26494f8941b' },
      },
    ),
  ),
];
