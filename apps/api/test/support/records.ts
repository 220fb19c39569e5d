import { createHash } from 'node:crypto';
import type { PrivateRecord, StoredRecord } from '@cutover/records';
import { hashSync } from 'bcryptjs';

export const passwords = {
  ada: 'correct horse battery',
  bo: 'bo has a bcrypt hash',
  cy: 'rasmuslerdorf',
  dee: 'dee is barred',
  eve: 'nobody knows the format',
} as const;

export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/** The example of PHP's manual for `password_verify`, as written by PHP itself. */
export const phpBcryptHash = '$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq';

export const sheets: Record<string, StoredRecord[]> = {
  authors: [
    { id: 'a-ada', slug: 'ada', name: 'Ada', login: 'Ada.L', number: 7, role: 'reader' },
    {
      id: 'a-bo',
      slug: 'bo',
      name: '<script>alert("bo")</script> & \'co\'',
      login: 'bo',
      number: 8,
      role: 'reader',
      about: '"><img src=x onerror=alert(1)>',
      homepage: 'javascript:alert(1)',
    },
    { id: 'a-cy', slug: 'cy', name: 'Cy', login: 'Су', number: 9, role: 'reader' },
    { id: 'a-dee', slug: 'dee', name: 'Dee', login: 'dee', number: 10, role: 'barred' },
    { id: 'a-eve', slug: 'eve', name: 'Eve', login: 'eve', number: 11, role: 'reader' },
    // The slug is the number of another author: her own address must stay hers.
    {
      id: 'a-seven',
      slug: '7',
      name: 'Seven',
      number: 12,
      role: 'reader',
      homepage: 'https://example.org/7',
    },
  ],
  books: [
    { id: 'b-sea', slug: 'sea', shelf: 'north', title: 'The Sea', author: 'a-ada', genres: ['sea', 'long'] },
    { id: 'b-sky', slug: 'sky', title: 'The Sky', author: 'a-bo', genres: ['long'] },
    { id: 'b-yuri', slug: 'юрий', title: 'Юрий', author: 'a-ada' },
  ],
  chapters: [
    { id: 'c-10', book: 'sky', number: 10, title: 'Ten' },
    { id: 'c-2', book: 'sky', number: 2, title: 'Two' },
  ],
};

export const privates: Record<string, PrivateRecord[]> = {
  contacts: [
    { id: 'a-ada', email: 'Ada@Example.org' },
    { id: 'a-bo', email: 'shared@example.org' },
    { id: 'a-cy', email: 'cy@example.org' },
    { id: 'a-dee', email: 'dee@example.org' },
    { id: 'a-eve', email: 'Shared@example.org' },
    { id: 'a-seven' },
  ],
  keys: [
    { id: 'a-ada', hash: sha1(passwords.ada).toUpperCase() },
    { id: 'a-bo', hash: hashSync(passwords.bo, 4) },
    { id: 'a-cy', hash: phpBcryptHash },
    { id: 'a-dee', hash: sha1(passwords.dee) },
    { id: 'a-eve', hash: '$S$DrupalStyleHashThatNobodyReadsHere' },
  ],
};
