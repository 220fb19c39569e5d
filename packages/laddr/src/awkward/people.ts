import { type AwkwardCase, type CaseRow, casesOf, imported } from './case.ts';
import { usernameCases } from './people-names.ts';
import { privateCases } from './people-private.ts';
import { texts } from './texts.ts';

const person = casesOf('people');

const about = (name: string, id: number, text: string, options: { loadable?: boolean } = {}): AwkwardCase =>
  person(
    name,
    { ID: String(id), Username: `about${id}`, About: text },
    imported({ slug: `about${id}`, about: text }),
    options,
  );

const plain = (
  name: string,
  id: number,
  columns: CaseRow,
  fields: Parameters<typeof imported>[0],
): AwkwardCase => person(name, { ID: String(id), Username: `plain${id}`, ...columns }, imported(fields));

export const peopleCases: readonly AwkwardCase[] = [
  ...usernameCases,
  ...privateCases,
  about('HTML in a public text', 301, texts.html),
  about('quotes, backslashes, comments and line ends in a public text', 302, texts.sql),
  about('control characters in a public text', 303, texts.control),
  about('text that was decoded wrongly long ago', 304, texts.mojibake),
  about('characters of three bytes', 305, texts.threeBytes),
  about('emoji that utf8 of three bytes lost', 306, texts.emojiLost),
  about('emoji, which utf8 of three bytes cannot hold', 307, texts.emoji, { loadable: false }),
  plain(
    'own email address in a public text',
    308,
    { About: texts.email, Email: 'ebrin.talvo@example.org' },
    { about: texts.email },
  ),
  plain(
    'own phone number in a public text',
    309,
    { About: texts.phone, Phone: '12155550123' },
    { about: texts.phone },
  ),
  about('triple quotes in a public text', 310, texts.tripleQuotes),
  about('line ends of three kinds', 311, texts.lineEnds),
  about('spaces at both ends', 312, texts.spaces),
  plain('name with a combining accent', 321, { FirstName: texts.combining }, { firstName: texts.combining }),
  plain('empty names', 322, { FirstName: '', LastName: '' }, { firstName: undefined, lastName: undefined }),
  plain(
    'all names',
    323,
    { FirstName: 'Orla', MiddleName: 'Q.', LastName: 'Fenwick-Dray', PreferredName: 'Ollie' },
    { firstName: 'Orla', middleName: 'Q.', lastName: 'Fenwick-Dray', preferredName: 'Ollie' },
  ),
  plain(
    'zero dates',
    324,
    { Created: '0000-00-00 00:00:00', Modified: '0000-00-00 00:00:00' },
    { createdAt: undefined, modifiedAt: undefined },
  ),
  plain(
    'account level that is no member of the ENUM',
    325,
    { AccountLevel: '' },
    { accountLevel: undefined },
  ),
  plain('no account level', 326, { AccountLevel: null }, { accountLevel: undefined }),
  plain(
    'creator who is not there',
    327,
    { CreatorID: '2000000000', ModifierID: '2000000001' },
    { creatorId: undefined, modifierId: undefined },
  ),
  plain(
    'creator and time of change',
    328,
    { CreatorID: '1', Modified: '2020-02-29 23:59:59', ModifierID: '101' },
    { creatorId: '@people/1', modifierId: '@people/101', modifiedAt: '2020-02-29T23:59:59Z' },
  ),
  plain('photo', 329, { PrimaryPhotoID: '102' }, { photoId: '@media/102' }),
  plain('photo that is not there', 330, { PrimaryPhotoID: '2000000000' }, { photoId: undefined }),
  plain('photo out of a private post', 331, { PrimaryPhotoID: '104' }, { photoId: undefined }),
];
