import { createHash } from 'node:crypto';
import { writeToml } from '@cutover/records';

/** Records of about 560 bytes with texts that do not repeat, sharded by the id's first byte. */
export function* madeRecords(count: number): Generator<readonly [path: string, text: string]> {
  for (let i = 0; i < count; i++) {
    const noise = createHash('sha512').update(String(i)).digest('base64');
    const hex = createHash('md5').update(String(i)).digest('hex');
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    const slug = `member-${noise
      .slice(0, 6)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')}${i}`;
    const text = writeToml({
      about: `I have been with the brigade since ${1990 + (i % 30)}. ${noise.slice(6, 60)} and ${noise.slice(60)}; transit, open data, and the ${i}th meeting of many.`,
      accountLevel: 'User',
      createdAt: `20${10 + (i % 15)}-0${1 + (i % 9)}-12T1${i % 10}:30:0${i % 10}Z`,
      firstName: `First${noise.slice(0, 5)}`,
      id,
      lastName: `Last${noise.slice(5, 12)}`,
      legacyHandle: slug,
      legacyId: i,
      modifiedAt: `2024-0${1 + (i % 9)}-12T10:30:0${i % 10}Z`,
      slackSamlNameId: slug,
      slug,
    });
    yield [`people/${id.slice(0, 2)}/${slug}.toml`, text];
  }
}
